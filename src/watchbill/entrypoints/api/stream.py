"""GET /api/v1/events: everything that happens, live, as server-sent events; a reader that was away resumes by Last-Event-ID."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from watchbill.bootstrap import App
from watchbill.entrypoints.api.auth import identify
from watchbill.kernel.errors import Invalid
from watchbill.operations.events import EventView, LastEvent, events_after, newest_position

__all__ = ["STREAM_PATH", "STREAM_ROLE", "stream_route"]

STREAM_PATH, STREAM_ROLE = "/api/v1/events", "viewer"
HEARTBEAT_S = 15.0


def stream_route(app: App) -> Route:
    """The stream; open until the reader leaves or the server stops."""

    async def stream(request: Request) -> Response:
        position = await run_in_threadpool(_start, app, request)
        return StreamingResponse(
            _follow(app, request, position),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return Route(STREAM_PATH, stream, methods=["GET"])


def _start(app: App, request: Request) -> int:
    with app.reading() as s:
        identify(s, request).require(STREAM_ROLE)
        last = request.headers.get("last-event-id") or request.query_params.get("after")
        if last is None:
            return newest_position(s)
        if not last.isdecimal():
            raise Invalid(
                "Last-Event-ID", f"{last!r} is not a position", hint="send the id of the last event that you have"
            )
        return int(last)


async def _follow(app: App, request: Request, position: int) -> AsyncIterator[bytes]:
    loop, woken = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    stop_listening = app.wakeups.subscribe(wake)
    try:
        yield b"retry: 2000\n\n"
        while not (app.stopping.is_set() or await request.is_disconnected()):
            woken.clear()
            found = await run_in_threadpool(_read, app, position)
            for view in found:
                position = view.position
                yield _event(view)
            if not found:
                try:
                    await asyncio.wait_for(woken.wait(), HEARTBEAT_S)
                except TimeoutError:
                    yield b": still here\n\n"
    finally:
        stop_listening()


def _read(app: App, position: int) -> list[EventView]:
    with app.reading() as s:
        return events_after(s, LastEvent(after=position))


def _event(view: EventView) -> bytes:
    return f"id: {view.position}\nevent: {view.kind}\ndata: {json.dumps(view.model_dump(mode='json'), ensure_ascii=False)}\n\n".encode()
