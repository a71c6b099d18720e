"""When probes run, and what becomes of their outcomes: one event a run, counted for every SLI that rests on the probe."""

import threading
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from watchbill.adapters.measure.checking.probes import Outcome, run_check
from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.kernel.clock import Clock
from watchbill.kernel.instants import to_text
from watchbill.slo.model import Probe, ProbeRule, ProbeStanding, Sli, SourceState

__all__ = ["Rounds"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_GIVE_UP = timedelta(seconds=10)  # past the timeout: the system's resolver knows no deadline of ours
Run = Callable[[ProbeRule], Outcome]


@dataclass(slots=True)
class _Running:
    rule: ProbeRule
    at: datetime
    future: Future[None]
    given_up: bool = False


class Rounds:
    """Each probe runs at its own moments (`every`, shifted by its name), never twice at once; up to `threads` together."""

    def __init__(self, counts: CountsStore, clock: Clock, *, run: Run | None = None, threads: int = 16) -> None:
        self._counts, self._clock = counts, clock
        self._run = run or (lambda rule: run_check(rule, now=clock.now(), monotonic=clock.monotonic))
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._running: dict[str, _Running] = {}
        self._next: dict[str, datetime] = {}

    def cycle(self, rules: Sequence[ProbeRule], slis: Sequence[Sli]) -> int:
        """Start what is due; the number of probes started. What was due while nothing ran is not made up for."""
        now = self._clock.now()
        self._give_up(now, slis)
        started = 0
        for rule in rules:
            due = self._next.get(rule.name)
            if due is None:
                due = self._next[rule.name] = self._first(rule, now)
            if now >= due:
                self._next[rule.name] = _after(rule, now)
                started += self._start(rule, now, slis)
        return started

    def settle(self, timeout_s: float | None = None) -> int:
        """Wait until what runs has ended; the number that has not."""
        with self._lock:
            futures = [one.future for one in self._running.values()]
        return len(wait(futures, timeout_s).not_done)

    def state(self, sli: Sli) -> SourceState:
        """How the probe of an SLI stands as a source."""
        assert isinstance(sli.source, Probe)
        source = self._counts.source(f"probe:{sli.source.name}")
        return SourceState(
            measured=True,
            reason="" if source.position else "the probe has not run yet",
            first_at=self._counts.first_minute(sli.name),
            newest_at=None if source.mark is None else _EPOCH + source.mark * _MINUTE,
            read=source.read,
        )

    def standing(self, rule: ProbeRule) -> ProbeStanding:
        """How the probe went last."""
        known = self._counts.source(f"probe:{rule.name}").position
        if not known:
            return ProbeStanding(rule)
        at = datetime.fromisoformat(str(known["at"]))
        return ProbeStanding(
            rule, at, bool(known["ok"]), str(known["said"]), int(known["took_ms"]), int(known["failures"])
        )

    def try_out(self, rule: ProbeRule) -> ProbeStanding:
        """Run a probe here and now, without counting it."""
        now = self._clock.now()
        outcome = self._run(rule)
        return ProbeStanding(rule, now, outcome.ok, outcome.said, outcome.took_ms)

    def close(self) -> None:
        """Let the threads end; a check that still runs is not counted."""
        with self._lock:
            for one in self._running.values():
                one.given_up = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _first(self, rule: ProbeRule, now: datetime) -> datetime:
        """A probe that never ran runs at once; others keep their moments across restarts."""
        return _after(rule, now) if self.standing(rule).at is not None else now

    def _start(self, rule: ProbeRule, now: datetime, slis: Sequence[Sli]) -> int:
        with self._lock:
            if rule.name in self._running:
                return 0
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="probe")
            one = self._running[rule.name] = _Running(rule, now, Future())
            one.future = self._pool.submit(self._one, one, slis)
        return 1

    def _one(self, running: _Running, slis: Sequence[Sli]) -> None:
        try:
            outcome = self._run(running.rule)
        except Exception as wrong:  # noqa: BLE001 - a fault of ours in one check is told as its outcome, and the others go on
            outcome = Outcome(ok=False, said=f"the check itself failed: {type(wrong).__name__}: {wrong}")
        self._end(running, outcome, slis)

    def _end(self, running: _Running, outcome: Outcome, slis: Sequence[Sli]) -> None:
        with self._lock:
            if running.given_up:
                return
            running.given_up = True
            self._running.pop(running.rule.name, None)
        name = f"probe:{running.rule.name}"
        minute = (running.at - _EPOCH) // _MINUTE
        failures = 0 if outcome.ok else int(self._counts.source(name).position.get("failures", 0)) + 1
        cells = [
            Cell(sli.name, minute, int(outcome.ok), 1)
            for sli in slis
            if isinstance(sli.source, Probe) and sli.source.name == running.rule.name
        ]
        position = {
            "at": to_text(running.at), "ok": outcome.ok, "said": outcome.said[:500], "took_ms": outcome.took_ms, "failures": failures,
        }  # fmt: skip
        self._counts.append(Batch(name, cells, position=position, mark=minute, read=1))

    def _give_up(self, now: datetime, slis: Sequence[Sli]) -> None:
        with self._lock:
            hanging = [one for one in self._running.values() if now - one.at > one.rule.timeout + _GIVE_UP]
        for one in hanging:
            self._end(one, Outcome(ok=False, said=f"no answer within {one.rule.timeout.total_seconds():g} s"), slis)


def _after(rule: ProbeRule, now: datetime) -> datetime:
    """The first moment of the probe after now: multiples of `every` since 1970, shifted by its name so that not all run at once."""
    shift = timedelta(seconds=zlib.crc32(rule.name.encode()) % 10_000 / 10_000 * rule.every.total_seconds())
    rounds = (now - _EPOCH - shift) // rule.every + 1
    return _EPOCH + shift + rounds * rule.every
