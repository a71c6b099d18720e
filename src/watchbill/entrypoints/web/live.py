"""/live: tells open pages which kinds of records changed, as server-sent events. Pages fetch again what they show.

An event is `live-alert`, `live-incident`..., its id the position in the stream of events, so that a browser that was away
resumes with Last-Event-ID and misses nothing. The stream holds no data: what somebody may see, their pages decide.
"""

import asyncio
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from watchbill.bootstrap import App
from watchbill.entrypoints.web.cookies import secret_of
from watchbill.kernel.errors import Unauthorized
from watchbill.operations.events import LastEvent, events_after, newest_position

__all__ = ["LIVE_PATH", "LIVE_ROLE", "TOPICS", "live_route", "topics_of"]

LIVE_PATH, LIVE_ROLE = "/live", "viewer"
HEARTBEAT_S = 15.0
# A burst is told at once and then at most this often: a page under a storm shall stay readable.
PAUSE_S = 1.0
# The part of an event's kind before the dot, and the topic that pages listen for.
TOPICS = {
    "alert": "alert", "page": "page", "escalation": "page", "delivery": "page", "incident": "incident",
    "change": "change", "slo": "slo", "budget": "slo", "override": "oncall", "swap": "oncall", "leave": "oncall",
    "resources": "slo", "ticket": "ticket", "silence": "silence", "gate": "gate", "execution": "execution", "runbook": "execution",
}  # fmt: skip


def live_route(app: App) -> Route:
    """The stream; open until the reader leaves or the server stops."""

    async def stream(request: Request) -> Response:
        position = await run_in_threadpool(_start, app, request)
        return StreamingResponse(
            _follow(app, request, position),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return Route(LIVE_PATH, stream, methods=["GET"])


def topics_of(kinds: list[str]) -> list[str]:
    """The topics of events, each once, in the order in which they came; kinds that no page shows have none."""
    found = (TOPICS.get(kind.partition(".")[0]) for kind in kinds)
    return list(dict.fromkeys(topic for topic in found if topic is not None))


def _start(app: App, request: Request) -> int:
    with app.reading() as s:
        secret = secret_of(request, secure=app.public_url.startswith("https:"))
        if secret is None:
            raise Unauthorized("you are not logged in", hint="open a new login link")
        s.people.session(secret)  # every role may follow
        last = request.headers.get("last-event-id", "")
        return int(last) if last.isdecimal() else newest_position(s)


async def _follow(app: App, request: Request, position: int) -> AsyncIterator[bytes]:
    loop, woken = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    stop_listening = app.wakeups.subscribe(wake)
    # Receipts of the web channel say how many browsers were open: this is one of them.
    leave_board = app.roads.board.watch(lambda _page: wake())
    try:
        yield b"retry: 2000\n\n"
        while not (app.stopping.is_set() or await request.is_disconnected()):
            woken.clear()
            position, topics = await run_in_threadpool(_read, app, position)
            for topic in topics:
                yield f"id: {position}\nevent: live-{topic}\ndata: {topic}\n\n".encode()
            if topics:
                await asyncio.sleep(PAUSE_S)
                continue
            try:
                await asyncio.wait_for(woken.wait(), HEARTBEAT_S)
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        leave_board()
        stop_listening()


def _read(app: App, position: int) -> tuple[int, list[str]]:
    with app.reading() as s:
        found = events_after(s, LastEvent(after=position, limit=1000))
        return (found[-1].position if found else position), topics_of([view.kind for view in found])
