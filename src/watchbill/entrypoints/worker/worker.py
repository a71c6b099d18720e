"""The worker: all background loops, run under supervision in threads, or stepped one cycle at a time by a test."""

import os
import socket
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta

import structlog

from watchbill.bootstrap import App
from watchbill.bootstrap.status import COPY_EVERY
from watchbill.entrypoints.chat import Listening
from watchbill.entrypoints.worker.executing import Executing
from watchbill.entrypoints.worker.heartbeat import Heartbeat
from watchbill.entrypoints.worker.logs import ensure_logs
from watchbill.entrypoints.worker.looking import LOOK_EVERY, Looking
from watchbill.entrypoints.worker.loop import Loop
from watchbill.entrypoints.worker.reacting import Reacting
from watchbill.entrypoints.worker.sending import Sender
from watchbill.entrypoints.worker.tidying import SAVE_EVERY, Tidying
from watchbill.entrypoints.worker.vitals import Vitals
from watchbill.kernel.errors import Unavailable
from watchbill.kernel.jobs import SENDING

__all__ = ["Worker"]

_SUPERVISE_EVERY_S = 0.5
_RESTART_CAP_S = 5.0
_DRAIN_ROUNDS = 100_000
_SNAPSHOT_EVERY = timedelta(minutes=10)  # looks only, except in the first hours of a week
_SHIFTS_EVERY = timedelta(seconds=30)  # looks only, except when a watch passes on
_log = structlog.get_logger("watchbill.worker")


class Worker:
    """The loops of one process. `start` and `stop` run them in threads; `step` and `drain` run them right here."""

    def __init__(self, app: App, *, name: str | None = None) -> None:
        ensure_logs()
        self._app = app
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._sender = Sender(app, self.name, self._stopping)
        self._executing = Executing(app, self.name, self._stopping)
        self.vitals = Vitals(app, self.faults)
        self.heartbeat = Heartbeat(app, self.vitals)
        self.loops: Mapping[str, Loop] = {loop.name: loop for loop in self._table()}

    def _table(self) -> tuple[Loop, ...]:
        """The loops, in the order in which a cycle of each passes work on to the next."""
        reacting = Reacting(self._app, self.name, self._stopping)
        tidying = Tidying(self._app)
        config = self._app.config
        return (
            Loop("follow", self._app.rounds.follow, every=config.follow_every),
            Loop("fetch", self._app.rounds.fetch, every=config.pull_every),
            Loop("pull", self._app.rounds.pull, every=config.pull_every),
            Loop("probe", self._app.rounds.probe, every=config.probe_look),
            Loop("beat", self._app.rounds.beat, every=config.beat_look),
            Loop("snapshots", self._app.rounds.snapshot, every=_SNAPSHOT_EVERY),
            Loop("shifts", self._app.rounds.shifts, every=_SHIFTS_EVERY),
            Loop("evaluate", self._app.rounds.evaluate, every=config.evaluate_every),
            Loop("fold", self._app.fold_once, topic="inbox"),
            Loop("jobs", reacting.cycle, topic="work", pause=reacting.pause_s, close=reacting.close),
            Loop("deliveries", self._sender.cycle, topic="work", pause=self._sender.pause_s, close=self._sender.close),
            Loop("coverage", Looking(self._app).cycle, every=LOOK_EVERY),
            Loop(
                "executions",
                self._executing.cycle,
                topic="work",
                pause=self._executing.pause_s,
                close=self._executing.close,
            ),
            Loop("heartbeat", self.heartbeat.cycle, every=config.heartbeat_every),
            Loop("status", self._app.status.copy_once, every=COPY_EVERY),
            Loop("tidy", tidying.cycle, every=SAVE_EVERY),
            *self._ears(),
        )

    def _ears(self) -> Iterator[Loop]:
        """One for each chat that is listened to. They wait for the outside, and a chat that is away stops no page."""
        for provider, ear in self._app.chat.ears.items():
            one = Listening(self._app, provider, ear)
            yield Loop(
                f"chat-{provider}", one.cycle, every=timedelta(0), close=one.close, interrupt=one.interrupt, vital=False
            )

    # --- stepped, for tests and for commands that run without a server

    def step(self, name: str) -> int:
        """One cycle of one loop, here and now; how much it did. Deliveries have ended when it returns."""
        done = self.loops[name].step(self._app.clock)
        self._sender.settle()
        self._executing.settle()
        return done

    def drain(self, *, deliver: bool = True, periodic: bool | None = None) -> int:
        """Run the loops until nothing is due, and return how many deliveries wait. Commands that people asked for have ended then.

        Periodic loops run once, at the beginning (by default only together with deliveries): a command that works on the
        files itself runs the reactions to what it wrote and leaves the rest to the server.
        """
        for loop in self.loops.values():
            if loop.every is not None and (deliver if periodic is None else periodic):
                loop.step(self._app.clock)
        waking = [name for name, loop in self.loops.items() if loop.every is None and (deliver or name != "deliveries")]
        for _round in range(_DRAIN_ROUNDS):
            if not sum(self.step(name) for name in waking):
                break
        else:
            raise RuntimeError(f"the worker found work {_DRAIN_ROUNDS} times in a row: a reaction sets itself off")
        with self._app.queue(reading=True) as queue:
            return queue.waiting(SENDING)

    # --- in threads

    def start(self) -> None:
        """Run every loop in a thread of its own, and a supervisor that starts those again that end."""
        self._stopping.clear()
        self._app.signals.listen()
        for loop in self.loops.values():
            self._spawn(loop)
        self._threads["supervisor"] = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        self._threads["supervisor"].start()

    def stop(self, timeout_s: float = 8.0) -> None:
        """Finish what is under way, release what is only claimed, and end all threads, within the time."""
        deadline = self._app.clock.monotonic() + timeout_s
        self._stopping.set()
        self._app.wakeups.wake_all()
        for loop in self.loops.values():
            loop.interrupt()
        for thread in self._threads.values():
            thread.join(max(0.0, deadline - self._app.clock.monotonic()))
        left = self._sender.settle(max(0.0, deadline - self._app.clock.monotonic()))
        if self._executing.settle(max(0.0, deadline - self._app.clock.monotonic())):
            _log.warning("stopped while commands ran; their results are unknown")
        if left:
            _log.warning("stopped while deliveries were under way; they will be sent again", count=left)
        self._threads.clear()
        self.close()

    def close(self) -> None:
        """End what the loops hold on to; for a worker that was stepped and never started."""
        for loop in self.loops.values():
            try:
                loop.close()
            except Unavailable as away:
                _log.warning("leases could not be released; they will run out", loop=loop.name, error_message=str(away))

    @property
    def sent(self) -> Mapping[tuple[str, ...], int]:
        """Attempts to send, by lane and outcome."""
        return self._sender.sent

    def faults(self) -> dict[str, str]:
        """Loops that cannot be relied on now, with the reason; empty is good."""
        now = self._app.clock.monotonic()
        found = {name: fault for name, loop in self.loops.items() if loop.vital and (fault := loop.health.fault(now))}
        dead = {name: "its thread ended" for name, thread in self._threads.items() if not thread.is_alive()}
        return dead | found

    def _spawn(self, loop: Loop) -> None:
        thread = threading.Thread(target=self._run, args=(loop,), name=loop.name, daemon=True)
        self._threads[loop.name] = thread
        thread.start()

    def _supervise(self) -> None:
        while not self._stopping.wait(_SUPERVISE_EVERY_S):
            for loop in self.loops.values():
                if not self._threads[loop.name].is_alive():
                    loop.health.restarts += 1
                    _log.error("loop ended and is started again", loop=loop.name, restarts=loop.health.restarts)
                    self._spawn(loop)

    def _run(self, loop: Loop) -> None:
        failures = 0
        while not self._stopping.is_set():
            seen = self._app.wakeups.count(loop.topic) if loop.topic else 0
            try:
                wait_s = loop.wait_s(loop.step(self._app.clock), self._app.clock)
                failures = 0
            except Exception as wrong:  # noqa: BLE001 - it goes on; /readyz names it until a cycle succeeds
                failures += 1
                loop.health.restarts += 1
                wait_s = min(0.1 * 2**failures, _RESTART_CAP_S)
                _complain(loop, wrong)
            if failures or loop.topic is None:
                self._stopping.wait(wait_s)
            elif wait_s:
                self._app.wakeups.wait(seen, wait_s, loop.topic)


def _complain(loop: Loop, wrong: Exception) -> None:
    known = isinstance(wrong, Unavailable)
    say = _log.warning if known else _log.error
    say(
        "loop failed",
        loop=loop.name,
        error_type=type(wrong).__name__,
        error_message=str(wrong),
        exc_info=None if known else wrong,
    )
