"""One request: its headers, its query read as the original reads it, and its body within bounds."""

import zlib
from urllib.parse import parse_qs

from watchbill.bootstrap import App
from watchbill.entrypoints.api.alertmanager.answers import Receive, Refusal, Scope
from watchbill.people.model import Actor, Role

__all__ = ["NOBODY", "Request"]

_JSON = "application/json"
_ACCEPTABLE = {"*/*", "application/*", _JSON}
# The words that the original's framework takes for "true"; anything else is "false".
NOBODY = Actor(name="", role=Role.VIEWER, via="alertmanager")
_TRUE = {"true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"}


class Request:
    """A request as it came over ASGI; `parameter` is what stands for {id} in its path, `who` sent it."""

    __slots__ = ("_query", "_receive", "app", "headers", "parameter", "scope", "who")

    def __init__(self, app: App, scope: Scope, receive: Receive, parameter: str = "") -> None:
        self.app = app
        self.scope = scope
        self.parameter = parameter
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.who = NOBODY
        self._receive = receive
        self._query: dict[str, list[str]] | None = None

    def header(self, name: bytes) -> str:
        """The header's value, "" where it is absent; names are lower case."""
        return self.headers.get(name, b"").decode("latin-1")

    def values(self, name: str) -> list[str]:
        """Every value of a query parameter."""
        if self._query is None:
            self._query = parse_qs(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return self._query.get(name, [])

    def value(self, name: str) -> str | None:
        """The last value of a query parameter; None where it is absent or empty."""
        found = self.values(name)
        return found[-1] or None if found else None

    def flag(self, name: str, *, default: bool = True) -> bool:
        """A boolean parameter; what cannot be read is false."""
        found = self.value(name)
        return default if found is None else found.lower() in _TRUE

    def demand_acceptance(self) -> None:
        """Refuse with 406 a client that takes no JSON."""
        accepted = self.header(b"accept")
        if accepted and not any(part.partition(";")[0].strip().lower() in _ACCEPTABLE for part in accepted.split(",")):
            raise Refusal.framework(406, f"unsupported media type requested, only [{_JSON}] are available")

    async def json_body(self) -> bytes:
        """The body, unpacked; refuses what is not said to be JSON (415), too large (413) or not what it says (400)."""
        kind = self.header(b"content-type").partition(";")[0].strip().lower() or "application/octet-stream"
        if kind != _JSON:
            raise Refusal.framework(415, f'unsupported media type "{kind}", only [{_JSON}] are allowed')
        encoding = self.header(b"content-encoding").strip().lower()
        if encoding not in {"", "identity", "gzip"}:
            raise Refusal.framework(415, f'unsupported content encoding "{encoding}", only [gzip] is allowed')
        limit = self.app.config.intake_max_body_bytes
        body = await self._read(limit)
        return _unpacked(body, limit) if encoding == "gzip" else body

    async def _read(self, limit: int) -> bytes:
        """Every chunk is counted as it comes: a length may lie, and a chunked body has none."""
        message = await self._receive()
        first: bytes = message.get("body", b"")
        if not message.get("more_body"):
            return _within(first, limit)
        chunks, size = [first], len(first)
        while message.get("more_body"):
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Refusal.framework(400, "the client went away")
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > limit:
                break
        return _within(b"".join(chunks), limit)


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise Refusal.framework(413, f"the body is larger than {limit} bytes")
    return body


def _unpacked(body: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, limit + 1)
    except zlib.error as wrong:
        raise Refusal.framework(400, f"the body is no gzip: {wrong}") from wrong
    if len(found) <= limit and not unpacker.eof:
        raise Refusal.framework(400, "the gzip body is cut off")
    return _within(found, limit)
