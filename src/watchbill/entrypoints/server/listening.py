"""The web side of the process: uvicorn on two sockets in one event loop, in a thread of its own."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import structlog
import uvicorn
import uvloop

from watchbill.bootstrap import App
from watchbill.entrypoints.server.compose import Application, Front, House, marked
from watchbill.entrypoints.server.health import Readiness
from watchbill.entrypoints.server.metrics import Metrics
from watchbill.entrypoints.server.protocol import Limits, protocol
from watchbill.entrypoints.server.sockets import listen_tcp, listen_unix
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.errors import Unavailable

__all__ = ["Listening"]

# Answers that have begun and not ended this long after the stop are streams, which would never end.
_STREAMS_END_AFTER_S = 1.0
_log = structlog.get_logger("watchbill.server")


class Listening:
    """Bound at once, so that the address is known; answers requests from `start` to `stop`."""

    def __init__(self, app: App, worker: Worker | None) -> None:
        from watchbill.entrypoints.api import create_api
        from watchbill.entrypoints.web import create_web

        self._app = app
        self._readiness = Readiness(app, worker)
        self._limits = _limits(app)
        metrics = Metrics(app, worker, self._readiness, self._limits.refused)
        house = House(app, self._readiness, metrics)
        front = Front(
            app, api=create_api(app), web=create_web(app, faults=self._readiness.faults), house=house, metrics=metrics
        )
        with contextlib.ExitStack() as undo:
            self._tcp = undo.enter_context(listen_tcp(app.config.listen))
            self._unix = listen_unix(app.config.socket_path)
            undo.pop_all()
        self.address = _address(self._tcp)
        proxies = app.config.trusted_proxies
        self._servers = (
            (self._server(marked(front, owner=False), proxies=proxies), self._tcp),
            (self._server(marked(front, owner=True), proxies=()), self._unix),
        )
        self._came_up = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        """Come back when requests are answered; raises Unavailable when they will not be."""
        self._thread.start()
        self._came_up.wait()
        if self._failure:
            raise Unavailable(f"the web server did not start: {self._failure}") from self._failure

    def stop(self, timeout_s: float) -> None:
        """No new connections; requests under way are answered; streams are ended."""
        self._readiness.stopping = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout_s)
        self._tcp.close()
        self._unix.close()
        self._app.config.socket_path.unlink(missing_ok=True)

    def _server(self, application: Application, *, proxies: tuple[str, ...]) -> "_Uvicorn":
        config = uvicorn.Config(
            application,
            http=protocol(self._limits),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            timeout_keep_alive=round(self._app.config.idle_timeout.total_seconds()),
            timeout_graceful_shutdown=max(1, round(self._app.config.stop_timeout.total_seconds() * 0.4)),
        )
        return _Uvicorn(config)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._serve())
        except Exception as wrong:  # noqa: BLE001 - handed to whoever waits in start(), and logged where nobody does
            self._failure = wrong
            _log.error("the web server ended", error_type=type(wrong).__name__, error_message=str(wrong))
        finally:
            self._came_up.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        serving: asyncio.Future[Any] = asyncio.gather(
            *(server.serve(sockets=[listener]) for server, listener in self._servers)
        )
        up: asyncio.Future[Any] = asyncio.gather(*(server.up.wait() for server, _ in self._servers))
        stopping: asyncio.Future[Any] = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({serving, up}, return_when=asyncio.FIRST_COMPLETED)
        self._came_up.set()
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for server, _ in self._servers:
            server.should_exit = True
        self._app.stopping.set()
        self._app.wakeups.wake()  # live pages look around and see that it is over
        ended, _ = await asyncio.wait({serving}, timeout=_STREAMS_END_AFTER_S)
        if not ended:
            for server, _ in self._servers:
                server.end_streams()
        await serving


class _Uvicorn(uvicorn.Server):
    """uvicorn's server, with signals left to the process and an end for answers that would go on for ever."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the process's business, not one listener's."""
        yield

    def end_streams(self) -> None:
        """Tell every answer that has begun and not ended that its reader left."""
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle is not None and cycle.response_started and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
                connection.transport.close()


def _limits(app: App) -> Limits:
    config = app.config
    return Limits(
        header_s=config.header_timeout.total_seconds(),
        body_s=config.body_timeout.total_seconds(),
        head_bytes=config.max_header_bytes,
        connections=config.max_connections,
        per_address=config.max_connections_per_address,
        exempt=frozenset(config.trusted_proxies),
    )


def _address(listener: socket.socket) -> str:
    """How somebody on this machine reaches the listener."""
    host, port = listener.getsockname()[:2]
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"
