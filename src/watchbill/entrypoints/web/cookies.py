"""The cookies: a session, and three small wishes of this browser. None is readable by scripts."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from watchbill.entrypoints.web.visit import THEMES, Prefs, zone_of

__all__ = [
    "KEEP_KEYS",
    "KEEP_THEME",
    "KEEP_ZONE",
    "NEXT",
    "SESSION",
    "prefs_of",
    "secret_of",
    "set_cookies",
    "wanted_of",
]

SESSION, KEEP_THEME, KEEP_ZONE, KEEP_KEYS, NEXT = "watchbill", "theme", "zone", "keys", "next"
# How long each is kept, in seconds; the server ends sessions by its own rules, long before that.
_LIFE: dict[str, int] = {
    SESSION: 30 * 86_400,
    KEEP_THEME: 400 * 86_400,
    KEEP_ZONE: 400 * 86_400,
    KEEP_KEYS: 400 * 86_400,
    NEXT: 900,
}


def _name(name: str, *, secure: bool) -> str:
    """Over https the session's name promises Secure, no Domain and Path=/; on loopback browsers would refuse that name."""
    return f"__Host-{name}" if secure and name == SESSION else name


def secret_of(request: Request, *, secure: bool) -> str | None:
    """The session's secret, None where the browser has none."""
    return request.cookies.get(_name(SESSION, secure=secure)) or None


def prefs_of(request: Request) -> Prefs:
    """What the browser asks for; anything unknown counts as not set."""
    theme, zone = request.cookies.get(KEEP_THEME, "auto"), request.cookies.get(KEEP_ZONE)
    return Prefs(
        theme=theme if theme in THEMES else "auto",
        zone=zone if zone_of(zone) else None,
        keys=request.cookies.get(KEEP_KEYS) != "off",
    )


def wanted_of(request: Request) -> str | None:
    """The page that was asked for before logging in; only a path of ours."""
    path = request.cookies.get(NEXT, "")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else None


def set_cookies(response: Response, cookies: Mapping[str, str | None], *, secure: bool) -> None:
    """Set each, or drop it where the value is None."""
    for name, value in cookies.items():
        response.set_cookie(
            _name(name, secure=secure),
            value or "",
            max_age=_LIFE[name] if value is not None else 0,
            path="/",
            secure=secure,
            httponly=True,
            samesite="lax",
        )
