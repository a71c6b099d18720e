"""POST /-/reload: read the files again, with the original's answers."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse, Response

from watchbill.bootstrap import App
from watchbill.entrypoints.api.alertmanager.access import admit
from watchbill.entrypoints.api.alertmanager.answers import Scope
from watchbill.entrypoints.api.alertmanager.request import Request
from watchbill.entrypoints.api.alertmanager.table import DropIn
from watchbill.kernel.errors import Faults, WatchbillError

__all__ = ["RELOAD", "Reloading"]

RELOAD = DropIn("POST", "/-/reload", "responder", "reloading:Reloading")


class Reloading:
    """The endpoint."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, request: StarletteRequest) -> Response:
        """200 with an empty body; 500 and every fault, a line each, where a file is wrong: then nothing has changed."""
        return await run_in_threadpool(self._reload, request.scope, request)

    def _reload(self, scope: Scope, request: StarletteRequest) -> Response:
        admit(Request(self._app, scope, request.receive), RELOAD)
        try:
            self._app.receivers.reload()
        except Faults as wrong:
            return _failed("\n".join(str(fault) for fault in wrong.faults))
        except WatchbillError as wrong:
            return _failed(str(wrong))
        return Response(headers={"Cache-Control": "no-store"})


def _failed(words: str) -> Response:
    return PlainTextResponse(f"failed to reload config: {words}\n", 500, headers={"Cache-Control": "no-store"})
