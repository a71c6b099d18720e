"""Addresses of webhooks, read strictly: two programs must never disagree about which host a URL names."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from watchbill.adapters.notify.addresses import Fence, literal

__all__ = ["WebAddress", "read_address"]

_LONGEST = 2_000
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
# Printable ASCII without the characters on which parsers disagree; anything else has to be percent-encoded.
_SAFE = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")
_HOST = re.compile(r"(?!-)[A-Za-z0-9._\-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where to connect and what to ask for; `host` is without brackets, `target` begins with a slash."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """As the Host header says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def shown(self) -> str:
        """Without path and query, where secrets often are."""
        return f"{self.scheme}://{self.authority}/..."


def read_address(url: str, fence: Fence) -> WebAddress | str:
    """The address, or the reason in words why it is refused. No name is resolved here; that is checked at each connect."""
    if len(url) > _LONGEST or not _SAFE.fullmatch(url):
        return "is not a web address: spaces, controls, backslashes and non-ASCII characters have to be percent-encoded"
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS:
        return f"{parts.scheme or 'no scheme'}: only http:// and https:// are called"
    if "@" in parts.netloc:
        return (
            "holds a user name or password: give secrets in the path or query, or let the receiver check the signature"
        )
    host_text, port_text = _split_port(parts.netloc)
    if not _HOST.fullmatch(host_text):
        return f"{host_text!r} is not a host name"
    port = _DEFAULT_PORTS[parts.scheme] if port_text is None else _port(port_text)
    if port is None:
        return f"port {port_text!r} is not one that is called: 80, 443 and 1024 to 65535 are"
    host = host_text.strip("[]")
    spelled = literal(host)
    if spelled is not None and (refusal := fence.refusal(spelled)):
        return refusal
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebAddress(parts.scheme, host, port, target)


def _split_port(netloc: str) -> tuple[str, str | None]:
    head, colon, tail = netloc.rpartition(":")
    if not colon or tail.endswith("]"):
        return netloc, None
    return head, tail


def _port(text: str) -> int | None:
    if not text.isascii() or not text.isdecimal():
        return None
    port = int(text)
    return port if port in _DEFAULT_PORTS.values() or _FIRST_FREE_PORT <= port <= 65_535 else None  # noqa: PLR2004 - the last port
