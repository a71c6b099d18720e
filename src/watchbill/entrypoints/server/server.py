"""The server process as an object: start, address, reload, stop. Tests run the real thing in process."""

import contextlib
import gc
import getpass
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import structlog

from watchbill.bootstrap import App
from watchbill.bootstrap.resources import apply_folder
from watchbill.config import Config
from watchbill.entrypoints.server.heap import settle
from watchbill.entrypoints.server.listening import Listening
from watchbill.entrypoints.worker import Worker
from watchbill.entrypoints.worker.logs import configure_logs
from watchbill.kernel.clock import Clock
from watchbill.people.model import Actor, Role

__all__ = ["Server"]

_log = structlog.get_logger("watchbill.server")


class Server:
    """One running watchbill. `web=False` is the worker process, `worker=False` a web process without background loops."""

    def __init__(self, config: Config, *, web: bool = True, worker: bool = True, clock: Clock | None = None) -> None:
        self._config = config
        self._clock = clock
        self._with_web = web
        self._with_worker = worker
        self._app: App | None = None
        self._worker: Worker | None = None
        self._web: Listening | None = None
        self._asked_to_stop = threading.Event()

    @property
    def app(self) -> App:
        """The opened installation; only while the server runs."""
        assert self._app is not None, "the server is not running"
        return self._app

    @property
    def address(self) -> str:
        """Where the web server listens: `http://127.0.0.1:8720`."""
        assert self._web is not None, "this process serves no web"
        return self._web.address

    def start(self) -> None:
        """Open everything and come back when requests are answered and loops run; raises what is in the way.

        What was opened before a failure is closed again.
        """
        app = self._app = App.open(self._config, clock=self._clock, owner="serve")
        try:
            app.claim_node()
            app.receivers.reload = self.reload
            app.check()
            app.signals.listen()
            if self._with_worker:
                app.reclaim()
                self._worker = Worker(app)
            if self._with_web:
                self._web = Listening(app, self._worker)
                app.address = self._web.address
            self.reload()
            if self._worker:
                self._worker.start()
            if self._web:
                self._web.start()
        except BaseException:
            self.stop()
            raise

    def reload(self) -> None:
        """Apply the folder of resources, read the actions file and the Alertmanager file, where they are set.

        Raises Faults; a folder, or a file, that is wrong changes nothing.
        """
        self.app.executor.load()
        if self._config.specs is not None:
            apply_folder(self.app, self._config.specs)
        _ = self.app.roads.trackers  # a file that cannot be read is said now, not at the first action item
        for remark in self.app.receivers.load():
            _log.warning("the Alertmanager file asks for what is done otherwise here", remark=remark)

    def login_url(self) -> str:
        """A fresh one-time link for the owner of the data directory, who becomes admin where nobody is yet."""
        name = _owner_name()
        owner = Actor(name=name, role=Role.ADMIN, via="terminal")
        with self.app.transaction() as s:
            account = s.people.account(name)
            if account is None or account.disabled_at is not None:
                s.people.set_role(name, Role.ADMIN, owner)
            return s.login_url(s.people.login_link(name, owner))

    def stop(self) -> None:
        """Answer what was asked, finish what is under way, release leases, close; within `stop_timeout` in all."""
        if self._app is None:
            return
        deadline = self._app.clock.monotonic() + self._config.stop_timeout.total_seconds()
        if self._web:
            self._web.stop(self._left(deadline, 0.4))
        if self._worker:
            self._worker.stop(self._left(deadline, 0.9))
        self._app.close()
        self._app = self._worker = self._web = None

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; SIGHUP reloads. Call it in the main thread, after `start`."""
        configure_logs(self._config.log_level)
        settle()
        with self._signals():
            # What is loaded by now stays for good: collections need not look at it, nor does the last one, at the exit.
            gc.collect()
            gc.freeze()
            self._asked_to_stop.wait()
        _log.info("stopping")
        self.stop()

    def _left(self, deadline: float, share: float) -> float:
        return max(0.1, (deadline - self.app.clock.monotonic()) * share)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def stop(_number: int, _frame: FrameType | None) -> None:
            self._asked_to_stop.set()

        def reload(_number: int, _frame: FrameType | None) -> None:
            threading.Thread(target=self._reload_or_say_why, name="reload").start()

        wanted = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
        before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _reload_or_say_why(self) -> None:
        try:
            self.reload()
            _log.info("reloaded", path=str(self._config.specs))
        except Exception as wrong:  # noqa: BLE001 - the old state stays whole, and the process goes on
            _log.error("reload failed, nothing was changed", error_type=type(wrong).__name__, error_message=str(wrong))


def _owner_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "owner"
