"""A small HTTP client for calling strangers: it connects only to addresses that it has checked, within one deadline.

Resolve, check every address against the fence, connect to that very address (a second look-up could give another one), never
follow a redirect, never use a proxy of the environment, verify TLS always, read a bounded part of the answer.
"""

import http.client
import io
import socket
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as ResolveTimeout
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from typing import cast

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.deadline import Deadline, TimedReader
from watchbill.adapters.notify.weburl import WebAddress
from watchbill.kernel.errors import Invalid

__all__ = ["Answer", "AnswerError", "HttpCaller", "NotAllowedError", "resolve"]

BODY_CAP = 64 << 10
CONNECT_S, BODY_S = 4.0, 2.0

# host, port -> addresses as text; raises OSError
Resolve = Callable[[str, int], list[str]]


class NotAllowedError(Exception):
    """The fence does not let this address be called."""


class AnswerError(Exception):
    """What came back is not HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers in lower case, and the beginning of the body (at most 64 KiB)."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, each once, in the order of the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class HttpCaller:
    """Sends requests; safe to use from several threads."""

    def __init__(
        self,
        fence: Fence,
        *,
        monotonic: Callable[[], float],
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._fence = fence
        self._monotonic = monotonic
        self._resolve = resolve
        self._given_tls = tls
        # The system's resolver knows no deadline; a thread that hangs in it must not be ours.
        self._resolvers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")

    def post(self, to: WebAddress, headers: Mapping[str, str], body: bytes, *, seconds: float) -> Answer:
        """Post the body and read the answer, all within so many seconds.

        Raises NotAllowedError, AnswerError, and OSError (TimeoutError, ssl.SSLError and socket.gaierror among them).
        """
        return self.send(to, headers, body, seconds=seconds)

    def send(  # noqa: PLR0913 - a request's parts, each by its keyword
        self,
        to: WebAddress,
        headers: Mapping[str, str],
        body: bytes,
        *,
        seconds: float,
        method: str = "POST",
        most: int = BODY_CAP,
        watch: Callable[[socket.socket], object] | None = None,
    ) -> Answer:
        """As `post`, with any method. `most`: how much of the body is read; past the usual, all the time is its.

        `watch` is given the socket before anything is sent, so that another thread can end the waiting.
        """
        deadline = Deadline(self._monotonic, seconds)
        with self._connect(to, deadline) as sock:
            if watch is not None:
                watch(sock)
            sock.settimeout(deadline.left)
            sock.sendall(_request(method, to, headers, body))
            return _read(sock, deadline, method, most)

    def trusting(self, ca: str) -> "HttpCaller":
        """One that also believes the certificates of an authority of one's own; raises Invalid for a file that is none."""
        context = ssl.create_default_context()
        try:
            context.load_verify_locations(ca)
        except (OSError, ssl.SSLError) as wrong:
            raise Invalid("ca", f"{ca} cannot be read as certificates: {wrong}") from wrong
        return HttpCaller(self._fence, monotonic=self._monotonic, resolve=self._resolve, tls=context)

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """Made on first use: reading the system's certificates takes a while."""
        return self._given_tls or ssl.create_default_context()

    def close(self) -> None:
        """Let the resolving threads end."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    def _connect(self, to: WebAddress, deadline: Deadline) -> socket.socket:
        addresses = self._addresses(to, deadline)
        failure: OSError | None = None
        for address in addresses:
            try:
                sock = socket.create_connection((address, to.port), timeout=min(CONNECT_S, deadline.left))
            except OSError as wrong:
                failure = wrong
                continue
            return self._secured(sock, to, deadline)
        raise failure or OSError(f"{to.host} has no address")

    def _addresses(self, to: WebAddress, deadline: Deadline) -> list[str]:
        """All addresses of the host; one of them that is not allowed forbids them all, for it is a trap."""
        try:
            found = self._resolvers.submit(self._resolve, to.host, to.port).result(
                timeout=min(CONNECT_S, deadline.left)
            )
        except ResolveTimeout:
            raise TimeoutError(f"the name {to.host} could not be resolved within {CONNECT_S:g} s") from None
        for address in found:
            refusal = self._fence.refusal(ip_address(address.partition("%")[0]))
            if refusal:
                raise NotAllowedError(refusal)
        return found

    def _secured(self, sock: socket.socket, to: WebAddress, deadline: Deadline) -> socket.socket:
        if to.scheme == "http":
            return sock
        try:
            sock.settimeout(deadline.left)
            return self.tls.wrap_socket(sock, server_hostname=to.host)
        except BaseException:
            sock.close()
            raise


def _request(method: str, to: WebAddress, headers: Mapping[str, str], body: bytes) -> bytes:
    """Header values are ours or checked: a line break in one is a fault of the program."""
    every = {
        "Host": to.authority,
        "User-Agent": "watchbill",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Length": str(len(body)),
        **headers,
    }
    lines = [f"{method} {to.target} HTTP/1.1", *(f"{name}: {value}" for name, value in every.items())]
    assert not any(character in line for line in lines for character in "\r\n\0")
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def _read(sock: socket.socket, deadline: Deadline, method: str, most: int) -> Answer:
    source = _Source(sock, deadline)
    response = http.client.HTTPResponse(cast("socket.socket", source), method=method)
    try:
        response.begin()
    except http.client.HTTPException as wrong:
        raise AnswerError(f"the answer is not HTTP: {type(wrong).__name__}") from wrong
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, _body(response, source, deadline, most))


def _body(response: http.client.HTTPResponse, source: "_Source", deadline: Deadline, most: int) -> bytes:
    """The beginning of the body, for people to read; the status has come, so nothing that happens here changes the outcome."""
    try:
        source.reader.deadline = deadline.within(BODY_S) if most <= BODY_CAP else deadline
        return response.read(most)
    except (OSError, http.client.HTTPException, ValueError):
        return b""


class _Source:
    """The part of a socket that HTTPResponse uses."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.reader = TimedReader(sock, deadline)

    def makefile(self, mode: str) -> io.BufferedReader:
        assert mode == "rb"
        return io.BufferedReader(self.reader)
