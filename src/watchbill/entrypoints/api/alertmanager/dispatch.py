"""From a path to its function, with the original's words for what does not exist. Plain ASGI: intake is the hot path."""

import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse

from watchbill.bootstrap import App
from watchbill.entrypoints.api.alertmanager.access import LOCAL, admit, is_open
from watchbill.entrypoints.api.alertmanager.answers import Answer, Receive, Refusal, Scope, Send, refusal_of
from watchbill.entrypoints.api.alertmanager.request import Request
from watchbill.entrypoints.api.alertmanager.table import BASE, ROUTES, DropIn
from watchbill.kernel.errors import WatchbillError
from watchbill.people.model import Actor

__all__ = ["HEALTH", "Dispatcher", "health"]

HEALTH = ("/-/ready", "/-/healthy")
_ORDER = ("POST", "GET", "DELETE")
_log = structlog.get_logger("watchbill.api")

Handler = Callable[[Request], Awaitable[Answer]]


async def health(_request: StarletteRequest) -> PlainTextResponse:
    """`OK`, as the original answers; /readyz knows more."""
    return PlainTextResponse("OK", headers={"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class _Loaded:
    row: DropIn
    run: Handler


class Dispatcher:
    """The ASGI application below /api/v2."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._paths: dict[str, dict[str, _Loaded]] = {}
        for row in ROUTES:
            self._paths.setdefault(row.path, {})[row.method] = _Loaded(row, _function(row))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; whatever happens gets an answer in the original's shape."""
        try:
            answer = await self._answer(scope, receive)
        except Refusal as refusal:
            answer = refusal.answer
        except WatchbillError as error:
            answer = refusal_of(error).answer
        except Exception as wrong:  # noqa: BLE001 - a client never sees the text of a fault
            _log.error("request failed", path=scope["path"], error_type=type(wrong).__name__, exc_info=wrong)
            answer = Refusal.framework(500, "this is our fault, not yours; the log has the cause").answer
        await answer(send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        path = scope["path"].removeprefix(BASE).rstrip("/")
        parameter = ""
        methods = self._paths.get(path)
        if methods is None:
            kept, _, parameter = path.rpartition("/")
            methods = self._paths.get(f"{kept}/{{id}}") if parameter else None
        if methods is None:
            raise Refusal.framework(404, f"path {scope['path']} was not found")
        method = scope["method"]
        loaded = methods.get(method)
        if loaded is None:
            known = ",".join(sorted(methods, key=_ORDER.index))
            raise Refusal.framework(405, f"method {method} is not allowed, but [{known}] are", headers={"allow": known})
        request = Request(self._app, scope, receive, parameter)
        request.who = await _admitted(request, loaded.row)
        return await loaded.run(request)


async def _admitted(request: Request, row: DropIn) -> Actor:
    """The usual case of a sender beside us costs no thread."""
    if b"authorization" not in request.headers and is_open(request):
        return LOCAL
    return await run_in_threadpool(admit, request, row)


def _function(row: DropIn) -> Handler:
    module, _, name = row.run.partition(":")
    found: Handler = getattr(importlib.import_module(f"watchbill.entrypoints.api.alertmanager.{module}"), name)
    return found
