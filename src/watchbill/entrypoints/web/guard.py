"""What keeps other sites and mail scanners from acting in somebody's name: origin, fetch metadata and a hidden token.

The session cookie is SameSite=Lax already. Besides, each POST must come from our own pages by its headers, and carry a
token that only a page of the same login could contain. Tokens are different in each page, so that compression leaks nothing.
"""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request

from watchbill.kernel.errors import Forbidden

__all__ = ["HEADERS", "check_origin", "check_token", "token_for"]

_NOISE = 16
_ELSEWHERE = "the request does not come from a page of this site"
_STALE = "the form is out of date"

# Sent with every page. Scripts, styles, fonts and pictures are our own files; nothing is inline, nobody may frame us.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def check_origin(request: Request) -> None:
    """Raise Forbidden unless the browser says that one of our own pages sent this. A client that says nothing is no browser."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
    if site not in {None, "same-origin"} or foreign:
        raise Forbidden(_ELSEWHERE, hint="open the page again and press the button there")


def token_for(secret: str) -> str:
    """A fresh hidden token for a page of the login (or one-tap link) with this secret."""
    noise = secrets.token_hex(_NOISE)
    return f"{noise}.{_sign(secret, noise)}"


def check_token(secret: str, token: str) -> None:
    """Raise Forbidden unless the token was made for this secret."""
    noise, _, signature = token.partition(".")
    if not hmac.compare_digest(_sign(secret, noise), signature):
        raise Forbidden(_STALE, hint="reload the page and press the button again")


def _sign(secret: str, noise: str) -> str:
    return hmac.new(secret.encode(), b"watchbill form " + noise.encode(), hashlib.sha256).hexdigest()
