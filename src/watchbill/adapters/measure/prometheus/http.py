"""One HTTP request to a source, within one deadline and one size, without proxies and redirects; troubles become sentences."""

import base64
import gzip
import socket
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Unavailable

__all__ = ["Credentials", "Http", "Reply"]

_MOST_BYTES = 256 << 20
_CHUNK = 256 << 10


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, content type in lower case, and the whole body."""

    status: int
    kind: str
    body: bytes


class Credentials:
    """Who we are to which address: `https://host=TOKEN`, or `https://host=user:password`. They go nowhere else."""

    def __init__(self, rows: Sequence[str] = ()) -> None:
        self._of: dict[str, str] = {}
        for row in rows:
            address, _, secret = row.partition("=")
            if ":" in secret:
                self._of[_origin(address)] = "Basic " + base64.b64encode(secret.encode()).decode()
            else:
                self._of[_origin(address)] = f"Bearer {secret}"

    def header(self, url: str) -> dict[str, str]:
        """The Authorization header for that address; empty where there is none."""
        known = self._of.get(_origin(url))
        return {"Authorization": known} if known else {}


class Http:
    """Sends requests; raises Unavailable with a sentence that says what is wrong and names the host, never a password."""

    def __init__(self, clock: Clock, *, timeout_s: float = 30.0, credentials: Credentials | None = None) -> None:
        self._clock, self._timeout_s = clock, timeout_s
        self._credentials = credentials or Credentials()
        # No proxy of the environment, and a redirect is an answer: a login page is not what was asked for.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())

    def send(self, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        """POST the body, or GET where there is none; any status is an answer."""
        given = {"Accept-Encoding": "gzip", "User-Agent": "watchbill", **self._credentials.header(url), **(headers or {})}
        request = urllib.request.Request(url, data=body, headers=given)  # noqa: S310 - resources take http and https only
        deadline = self._clock.monotonic() + self._timeout_s
        host = urlsplit(url).hostname
        try:
            with self._opener.open(request, timeout=self._timeout_s) as answer:
                return self._read(answer, answer.status, deadline)
        except urllib.error.HTTPError as wrong:
            with wrong:
                return self._read(wrong, wrong.code, deadline)
        except (urllib.error.URLError, OSError, zlib.error) as wrong:
            raise Unavailable(f"{host}: {_words(wrong, self._timeout_s)}") from wrong
        except ValueError as wrong:  # http.client's own words for what is no HTTP
            raise Unavailable(f"{host}: the answer is not HTTP ({wrong})") from wrong

    def _read(self, answer: urllib.error.HTTPError, status: int, deadline: float) -> Reply:
        body = bytearray()
        while chunk := answer.read1(_CHUNK):
            body += chunk
            if len(body) > _MOST_BYTES:
                raise OSError(f"the answer is larger than {_MOST_BYTES >> 20} MB")
            if self._clock.monotonic() > deadline:
                raise TimeoutError
        kind = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        packed = (answer.headers.get("Content-Encoding") or "").lower() == "gzip"
        return Reply(status, kind, gzip.decompress(bytes(body)) if packed else bytes(body))


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:  # type: ignore[override]  # a redirect is never followed
        return None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _words(wrong: Exception, timeout_s: float) -> str:
    reason = wrong.reason if isinstance(wrong, urllib.error.URLError) else wrong
    if isinstance(reason, TimeoutError):
        return f"no answer within {timeout_s:g} s"
    if isinstance(reason, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(reason, socket.gaierror):
        return "the name cannot be resolved"
    return str(reason) or type(reason).__name__
