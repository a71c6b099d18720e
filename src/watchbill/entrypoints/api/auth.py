"""Who asks: the owner over the Unix socket, a token, or a browser's login."""

import getpass
import hmac
from collections.abc import Iterable

from starlette.requests import Request

from watchbill.bootstrap import Services
from watchbill.kernel.errors import Forbidden, Unauthorized
from watchbill.people.model import Actor, Role

__all__ = ["SESSION_COOKIES", "identify", "intake_key"]

# The second name is for https, where browsers keep the __Host- promise (Secure, no Domain, Path=/).
SESSION_COOKIES = ("watchbill", "__Host-watchbill")
_SAFE = {"GET", "HEAD", "OPTIONS"}


def identify(s: Services, request: Request) -> Actor:
    """The actor behind a request; without any proof the anonymous viewer-less actor is refused by raising Unauthorized."""
    if request.scope.get("state", {}).get("owner"):
        return Actor(name=_owner(), role=Role.ADMIN, via="socket")
    given = request.headers.getlist("authorization")
    if len(given) > 1:
        raise Unauthorized("more than one Authorization header", hint="send one")
    if given:
        return _by_token(s, given[0])
    for name in SESSION_COOKIES:
        if secret := request.cookies.get(name):
            _same_origin(request)
            session = s.people.session(secret)
            return Actor(name=session.person, role=session.role, via="web")
    raise Unauthorized("no token", hint="send `Authorization: Bearer TOKEN`; `watchbill token create` makes one")


def intake_key(request: Request, keys: Iterable[str]) -> Actor | None:
    """The holder of an intake key, who may send and nothing else; None where the request brings no such key."""
    given = request.headers.getlist("authorization")
    scheme, _, secret = (given[0] if len(given) == 1 else "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    if any(hmac.compare_digest(secret.strip().encode(), key.encode()) for key in keys):
        return Actor(name="intake-key", role=Role.VIEWER, via="key")
    return None


def _by_token(s: Services, header: str) -> Actor:
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized(f"cannot use {scheme[:20]!r} authorization", hint="send `Authorization: Bearer TOKEN`")
    token = s.people.token(secret.strip())
    return Actor(name=token.name, role=token.role, via="token")


def _same_origin(request: Request) -> None:
    """A browser's cookie counts for a change only when the request comes from our own pages."""
    if request.method in _SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if site not in {None, "same-origin"} or (origin is not None and origin != own) or (site is None and origin is None):
        raise Forbidden("the request does not come from this site", hint="programs use a token instead of a login")


def _owner() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "owner"
