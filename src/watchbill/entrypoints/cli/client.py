"""Three ways to the same answer: the owner's server over its Unix socket, a remote server, or the files themselves."""

import getpass
import http.client
import json
import os
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

from watchbill.config import Config, unix_address
from watchbill.kernel.errors import ANSWERS, Fault, Faults, Invalid, Unavailable, WatchbillError
from watchbill.operations.table import Operation

__all__ = ["HttpTransport", "SocketTransport", "Transport", "connect"]

TIMEOUT_S = 60.0


class Transport(Protocol):
    """Carries a call to where the data is."""

    def call(self, row: Operation, fields: Mapping[str, object]) -> Any:  # Any: JSON
        """The JSON-able answer; raises the same errors wherever the work was done."""

    def follow_up(self) -> None:
        """Let what was asked for be run, where no server does it."""

    def close(self) -> None:
        """Let go of sockets, locks and files."""


class Told(WatchbillError):
    """An error that a server answered, under its own code."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.code = code if code in ANSWERS else "internal"  # type: ignore[misc]  # the class's default gives way to the server's word


def connect(data: Path | None, server: str | None, database: str | None = None) -> Transport:
    """`--server` first; else the server that owns the data directory; else the files, under the owner lock."""
    if server:
        return HttpTransport(server, _token())
    config = Config.load(data=data, database=database)
    path = config.socket_path
    if path.exists() and _alive(path):
        return SocketTransport(path)
    from watchbill.entrypoints.cli.local import LocalTransport

    return LocalTransport(config, owner=_whoami())


class HttpTransport:
    """REST over HTTP or HTTPS with a bearer token."""

    def __init__(self, url: str, token: str | None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Invalid("--server", f"{url!r} is not an address", hint="write https://watch.example.org")
        self._where = f"{parts.scheme}://{parts.netloc}"
        self._prefix = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._connection = self._connect(parts.scheme, parts.hostname, parts.port)

    @staticmethod
    def _connect(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)

    def call(self, row: Operation, fields: Mapping[str, object]) -> Any:  # Any: JSON
        """Send one request and read its answer."""
        path, rest = _fill(row.path, fields)
        body = None
        headers = {"Accept": "application/json", **self._headers}
        if row.method in {"GET", "DELETE"}:
            path += f"?{urlencode(_flat(rest), doseq=True)}" if rest else ""
        else:
            body = json.dumps(rest).encode()
            headers["Content-Type"] = "application/json"
        try:
            self._connection.request(row.method, self._prefix + path, body, headers)
            response = self._connection.getresponse()
            raw = response.read()
        except (OSError, http.client.HTTPException) as wrong:
            raise Unavailable(f"{self._where} does not answer: {wrong}", hint="is the server running?") from wrong
        return _read(response.status, raw, self._where)

    def follow_up(self) -> None:
        """The server's worker does it."""

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class SocketTransport(HttpTransport):
    """The same over the owner's Unix socket, which needs no token: who may open it owns the data."""

    def __init__(self, path: Path) -> None:
        self._where, self._prefix, self._headers = str(path), "", {}
        self._connection = _UnixConnection(path)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("watchbill", timeout=TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        with unix_address(self._path) as address:
            self.sock.connect(address)


def _alive(path: Path) -> bool:
    """Whether somebody listens; a stale socket counts as no server."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            with unix_address(path) as address:
                probe.connect(address)
        except OSError:
            return False
    return True


def _fill(path: str, fields: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    rest = {name: value for name, value in fields.items() if value is not None}
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        path = path.replace(f"{{{name}}}", quote(str(rest.pop(name)), safe=""))
    return path, rest


def _flat(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in fields.items()}


def _read(status: int, raw: bytes, where: str) -> Any:  # Any: JSON
    try:
        answer = json.loads(raw) if raw else None
    except ValueError as wrong:
        raise Unavailable(
            f"{where} answered {status} with something that is not JSON", hint="is this watchbill?"
        ) from wrong
    if status < http.client.BAD_REQUEST:
        return answer
    problem = answer if isinstance(answer, dict) else {}
    if problem.get("faults"):
        raise Faults(Fault(**fault) for fault in problem["faults"])
    raise Told(
        str(problem.get("code", "internal")),
        str(problem.get("detail") or f"{where} answered {status}"),
        str(problem.get("hint", "")),
    )


def _token() -> str | None:
    if path := os.environ.get("WATCHBILL_TOKEN_FILE"):
        return Path(path).read_text("utf-8").strip()
    return os.environ.get("WATCHBILL_TOKEN") or None


def _whoami() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "owner"
