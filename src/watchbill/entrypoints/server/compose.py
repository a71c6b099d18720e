"""The one ASGI application: health and metrics, then the API, then the pages; with size limits and the owner's mark.

The mark says that a request came over the Unix socket, whose file only the owner can open. It is set here, on the
listener's own application, and removed from whatever comes over TCP, so that nothing a client sends can make it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, TypeAlias

from starlette.exceptions import HTTPException

from watchbill.bootstrap import App
from watchbill.entrypoints.server.health import Readiness
from watchbill.entrypoints.server.metrics import Metrics
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Unauthorized

__all__ = ["Front", "House", "marked"]

Scope: TypeAlias = MutableMapping[str, Any]  # Any: ASGI
Message: TypeAlias = MutableMapping[str, Any]  # Any: ASGI
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

# What belongs to the API; everything else is a page. Drop-in protocols keep the paths of their originals.
API_PREFIXES = ("/api/", "/-/", "/hooks/", "/v1/", "/v2/", "/jsm/")
_LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


def marked(application: Application, *, owner: bool) -> Application:
    """The application as one listener serves it: requests carry the owner's mark, or certainly do not."""

    async def listener(scope: Scope, receive: Receive, send: Send) -> None:
        state = dict(scope.get("state") or {})
        state.pop("owner", None)
        if owner:
            state["owner"] = True
        scope["state"] = state
        await application(scope, receive, send)

    return listener


class House:
    """/healthz, /readyz and /metrics."""

    def __init__(self, app: App, readiness: Readiness, metrics: Metrics) -> None:
        self._app = app
        self._readiness = readiness
        self._metrics = metrics

    PATHS = ("/healthz", "/readyz", "/metrics")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Answer GET and HEAD; checks run in a thread, because they ask the store."""
        if scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 405, b"", "text/plain", allow="GET, HEAD")
        elif scope["path"] == "/healthz":
            await _answer(send, 200, b"ok\n", "text/plain; charset=utf-8")
        elif scope["path"] == "/readyz":
            status, body = await asyncio.to_thread(self._readiness.answer)
            await _answer(send, status, json.dumps(body).encode() + b"\n", "application/json")
        elif self._app.config.metrics_open or await asyncio.to_thread(self._may_read, scope):
            text = await asyncio.to_thread(self._metrics.text)
            await _answer(send, 200, text, "text/plain; version=0.0.4; charset=utf-8")
        else:
            await _problem(send, 401, "/metrics needs a token here", "send `Authorization: Bearer TOKEN`")

    def _may_read(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        scheme, _, secret = (given[0] if len(given) == 1 else b"").decode("latin-1").partition(" ")
        return scope["state"].get("owner") is True or (scheme.lower() == "bearer" and self._is_good(secret.strip()))

    def _is_good(self, secret: str) -> bool:
        try:
            with self._app.reading() as s:
                s.people.token(secret)
        except Unauthorized:
            return False
        return True


class Front:
    """Chooses who answers, keeps sizes within bounds, and counts."""

    def __init__(self, app: App, *, api: Application, web: Application, house: House, metrics: Metrics) -> None:
        self._app = app
        self._api = api
        self._web = web
        self._house = house
        self._metrics = metrics
        self._hosts = _LOOPBACK_HOSTS if app.config.listens_on_loopback and not app.config.public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not spoken here")
        surface, application = self._choose(scope["path"])
        meter = _Meter(self._metrics, surface, scope["method"], self._app.clock)
        refusal = self._refusal(scope, surface)
        if refusal is not None:
            await _problem(meter.wrap(send), *refusal)
            return
        await application(scope, _bounded(receive, self._app.config.max_body_bytes), meter.wrap(send))

    def _choose(self, path: str) -> tuple[str, Application]:
        if path in House.PATHS:
            return "house", self._house
        return ("api", self._api) if path.startswith(API_PREFIXES) else ("web", self._web)

    def _refusal(self, scope: Scope, surface: str) -> tuple[int, str, str] | None:
        """Why the request is not even looked at: status, what is wrong, what to do."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if self._hosts is not None and not scope["state"].get("owner") and surface != "house":
            # A page of another site must not reach a server on loopback by a name that it made point there (DNS rebinding).
            host = headers.get(b"host", b"").decode("latin-1").lower()
            name = host[: host.rfind(":")] if host.rfind(":") > host.rfind("]") else host
            if name not in self._hosts:
                return 421, f"this server does not answer for {name[:100]!r}", "set WATCHBILL_PUBLIC_URL to its address"
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._app.config.max_body_bytes:
            return 413, f"the body is larger than {self._app.config.max_body_bytes} bytes", "send it in parts"
        return None


class _Meter:
    def __init__(self, metrics: Metrics, surface: str, method: str, clock: Clock) -> None:
        self._metrics = metrics
        self._surface = surface
        # A method is whatever a client sends: only known ones become labels.
        self._method = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} else "other"
        self._clock = clock
        self._began = clock.monotonic()

    def wrap(self, send: Send) -> Send:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.requests.labels(self._surface, self._method, str(message["status"])).inc()
                self._metrics.durations.labels(self._surface).observe(self._clock.monotonic() - self._began)
            await send(message)

        return counted


def _bounded(receive: Receive, limit: int) -> Receive:
    """Bodies without a length are counted as they come."""
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise HTTPException(413, f"the body is larger than {limit} bytes")
        return message

    return bounded


async def _problem(send: Send, status: int, detail: str, hint: str) -> None:
    title = HTTPStatus(status).phrase
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail, "hint": hint})
    await _answer(send, status, body.encode(), "application/problem+json")


async def _answer(send: Send, status: int, body: bytes, kind: str, **headers: str) -> None:
    fields = {"content-type": kind, "content-length": str(len(body)), "cache-control": "no-store", **headers}
    encoded = [(name.encode(), value.encode()) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
