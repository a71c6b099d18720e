"""One HTTP request to a source, within one deadline and one size, without proxies and redirects; troubles become sentences."""

import base64
import gzip
import http.client
import socket
import ssl
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from watchbill.kernel.errors import Unavailable

__all__ = ["Credentials", "Http", "Reply", "words_of"]

_MOST_BYTES = 256 << 20
_CHUNK = 256 << 10


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, content type in lower case, the whole body, and headers by their names in lower case."""

    status: int
    kind: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Credentials:
    """Who we are to which address: `https://host=TOKEN`, or `https://host=user:password`. They go nowhere else."""

    def __init__(self, rows: Sequence[str] = ()) -> None:
        self._of: dict[str, str] = {}
        for row in rows:
            address, _, secret = row.partition("=")
            self._of[_origin(address)] = secret

    def header(self, url: str) -> dict[str, str]:
        """The Authorization header for that address; empty where there is none."""
        secret = self._of.get(_origin(url))
        if secret is None:
            return {}
        if ":" in secret:
            return {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}
        return {"Authorization": f"Bearer {secret}"}

    def pair(self, url: str) -> tuple[str, str] | None:
        """User and password for that address; None where there are none."""
        user, colon, password = self._of.get(_origin(url), "").partition(":")
        return (user, password) if colon else None


class Http:
    """Sends requests; raises Unavailable with a sentence that says what is wrong and names the host, never a password."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        *,
        timeout_s: float = 30.0,
        credentials: Credentials | None = None,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self._monotonic, self._timeout_s, self._most_bytes = monotonic, timeout_s, most_bytes
        self._credentials = credentials or Credentials()
        # No proxy of the environment, and a redirect is an answer: a login page is not what was asked for.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())

    def save(self, url: str, target: Path, headers: Mapping[str, str], *, most_bytes: int) -> int:
        """GET into a file, as the bytes come, and the status; the time allowed is for each piece, not for the whole."""
        given = {"User-Agent": "watchbill", **self._credentials.header(url), **headers}
        request = urllib.request.Request(url, headers=given)  # noqa: S310 - the allow-list of logs holds http and https only
        host, size = urlsplit(url).hostname, 0
        try:
            with self._open(request) as answer, target.open("wb") as file:
                while size <= most_bytes and (chunk := answer.read1(_CHUNK)):
                    size += len(chunk)
                    file.write(chunk)
                told, status = answer.headers.get("Content-Length"), answer.status or 0
        except OSError as wrong:
            raise Unavailable(f"{host}: {words_of(wrong, self._timeout_s)}") from wrong
        except (http.client.HTTPException, ValueError) as wrong:
            raise Unavailable(f"{host}: the answer is not HTTP ({type(wrong).__name__})") from wrong
        if size > most_bytes:
            raise Unavailable(f"{host}: the file is larger than {most_bytes >> 20} MB")
        if told not in {None, str(size)}:
            raise Unavailable(f"{host}: the answer ended too early")
        return status

    def send(
        self, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, method: str | None = None
    ) -> Reply:
        """POST the body, or GET where there is none; any status is an answer."""
        given = {
            "Accept-Encoding": "gzip",
            "User-Agent": "watchbill",
            **self._credentials.header(url),
            **(headers or {}),
        }
        request = urllib.request.Request(url, data=body, headers=given, method=method)  # noqa: S310 - resources take http and https only
        deadline = self._monotonic() + self._timeout_s
        host = urlsplit(url).hostname
        try:
            with self._open(request) as answer:
                return self._read(answer, deadline)
        except (OSError, zlib.error) as wrong:
            raise Unavailable(f"{host}: {words_of(wrong, self._timeout_s)}") from wrong
        except (http.client.HTTPException, ValueError) as wrong:
            raise Unavailable(f"{host}: the answer is not HTTP ({type(wrong).__name__})") from wrong

    def _open(self, request: urllib.request.Request) -> http.client.HTTPResponse | urllib.error.HTTPError:
        try:
            answer: http.client.HTTPResponse = self._opener.open(request, timeout=self._timeout_s)
        except urllib.error.HTTPError as refusal:
            return refusal
        return answer

    def _read(self, answer: http.client.HTTPResponse | urllib.error.HTTPError, deadline: float) -> Reply:
        body = bytearray()
        while chunk := answer.read1(_CHUNK):
            body += chunk
            if len(body) > self._most_bytes:
                raise OSError(f"the answer is larger than {self._most_bytes >> 20} MB")
            if self._monotonic() > deadline:
                raise TimeoutError
        kind = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        packed = (answer.headers.get("Content-Encoding") or "").lower() == "gzip"
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(
            answer.status or 0, kind, gzip.decompress(bytes(body)) if packed and body else bytes(body), headers
        )


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:  # a redirect is never followed
        return None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    scheme = parts.scheme.partition("+")[0]
    port = parts.port or {"http": 80, "https": 443}.get(scheme, 0)
    return f"{scheme}://{parts.hostname}:{port}"


def words_of(wrong: Exception, timeout_s: float) -> str:
    """What went wrong on the network, for people."""
    reason = wrong.reason if isinstance(wrong, urllib.error.URLError) else wrong
    if isinstance(reason, TimeoutError):
        return f"no answer within {timeout_s:g} s"
    if isinstance(reason, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"the certificate is not good: {reason.verify_message}"
    if isinstance(reason, socket.gaierror):
        return "the name cannot be resolved"
    return str(reason) or type(reason).__name__
