"""Addresses and authentication as the file gives them."""

import base64
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchbill.adapters.notify.weburl import WebAddress
from watchbill.receivers.model import Auth

__all__ = ["UnusableError", "request_of"]

_PORTS = {"http": 80, "https": 443}


class UnusableError(Exception):
    """What the file says cannot be used for a request."""


def request_of(url: str, auth: Auth | None) -> tuple[WebAddress, dict[str, str]]:
    """Where to connect, and the Authorization header; a user and password within the address are Basic authentication."""
    if not url.isascii() or any(character <= " " or character == "\x7f" for character in url):
        raise UnusableError("the url holds spaces or characters that have to be percent-encoded")
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _PORTS or not parts.hostname or port == -1:
        raise UnusableError(f"unsupported scheme {parts.scheme!r} or no host in the url")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    to = WebAddress(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], target)
    if auth is None and parts.username is not None:
        auth = Auth("Basic", unquote(parts.username), unquote(parts.password or ""))
    return to, {"Authorization": _header(auth)} if auth else {}


def _header(auth: Auth) -> str:
    secret = auth.secret
    if auth.secret_file:
        try:
            secret = Path(auth.secret_file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as wrong:
            raise UnusableError(f"{auth.secret_file} cannot be read: {wrong}") from wrong
    if auth.scheme == "Basic":
        return "Basic " + base64.b64encode(f"{auth.user}:{secret}".encode()).decode()
    if not secret.isascii() or not secret.isprintable():
        raise UnusableError("the credentials hold characters that no header can carry")
    return f"{auth.scheme} {secret}"
