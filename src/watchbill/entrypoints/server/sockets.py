"""The two places at which the server listens: a TCP address, and a Unix socket in the data directory."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from watchbill.config import unix_address
from watchbill.kernel.errors import Unavailable

__all__ = ["listen_tcp", "listen_unix"]

_BACKLOG = 512


def listen_tcp(address: str) -> socket.socket:
    """Bind `host:port` (port 0: any free one); raises Unavailable that says what is in the way."""
    parts = urlsplit(f"//{address}")
    assert parts.hostname is not None
    try:
        family, kind, proto, _, where = socket.getaddrinfo(
            parts.hostname, parts.port or 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, proto)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with _closed_on_error(listener):
            listener.bind(where)
            listener.listen(_BACKLOG)
    except OSError as wrong:
        raise Unavailable(
            f"cannot listen on {address}: {wrong.strerror or wrong}", hint="choose another with --listen"
        ) from wrong
    return listener


def listen_unix(path: Path) -> socket.socket:
    """Bind the owner's socket with mode 0600; a stale file of an earlier server is replaced (the owner lock is ours)."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _closed_on_error(listener), unix_address(path) as address:
        # The mode is set before anybody can connect: listening begins only afterwards.
        listener.bind(address)
        path.chmod(0o600)
        listener.listen(_BACKLOG)
    return listener


@contextlib.contextmanager
def _closed_on_error(listener: socket.socket) -> Iterator[None]:
    try:
        yield
    except OSError:
        listener.close()
        raise
