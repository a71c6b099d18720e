"""Asks sources for minutes: the newest ones first, so that alerts work at once, and then history, a stretch each cycle."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from watchbill.adapters.measure.counts import Batch, CountsStore
from watchbill.adapters.measure.pulling.ledger import Fetched, Ledger
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import WatchbillError
from watchbill.slo.model import Sli, SourceState

__all__ = ["Ask", "Pace", "Puller", "source_of"]

# Answers for whole minutes [start, end) of SLIs with one kind of source; `ledgers` holds their notes, by SLI.
Ask = Callable[[Sequence[Sli], int, int, Mapping[str, Ledger]], Mapping[str, Fetched]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_FIRST = 60  # minutes of the past that a new source begins with
_DEFAULT_HISTORY = timedelta(days=28)
_BEHIND = 5  # minutes by which a source may trail its late events and still be caught up
_MOST_HISTORY = timedelta(days=89)  # the store keeps minutes for 90 days
_STRETCH = 1440  # minutes of history asked for at once
_BACKOFF_S = (5.0, 10.0, 20.0, 40.0, 60.0)


def source_of(sli: str) -> str:
    """The counts store's name for what is asked of an SLI's source."""
    return f"pull:{sli}"


@dataclass(frozen=True, slots=True)
class Pace:
    """`delay` after a minute's end it is asked for; it may change for as long as its SLOs wait for late events."""

    delay: timedelta = timedelta(seconds=20)
    stretch: int = _STRETCH


@dataclass(slots=True)
class _Pause:
    failures: int
    until_s: float


class Puller:
    """`group` names the SLIs that are asked for together (one server). Safe to be stepped from one thread at a time."""

    def __init__(
        self, counts: CountsStore, clock: Clock, ask: Ask, group: Callable[[Sli], str], pace: Pace | None = None
    ) -> None:
        self._counts, self._clock, self._ask, self._group = counts, clock, ask, group
        self._pace = pace or Pace()
        self._lock = threading.Lock()
        self._asked: dict[str, int] = {}  # SLI to the end of the newest minutes that were asked for
        self._pauses: dict[str, _Pause] = {}  # groups that failed rest for a while
        self._history: dict[str, int] = {}  # SLI to minutes of history that its windows want
        self._troubles: dict[str, str] = {}

    def cycle(self, slis: Sequence[Sli], windows: Mapping[str, timedelta]) -> int:
        """Ask for what is due; the number of minutes counted. A source that fails rests; it never raises for one."""
        counted = 0
        with self._lock:
            groups: dict[str, list[Sli]] = {}
            for sli in slis:
                groups.setdefault(self._group(sli), []).append(sli)
                wanted = min(windows.get(sli.name, _DEFAULT_HISTORY), _MOST_HISTORY)
                self._history[sli.name] = wanted // _MINUTE + _FIRST
            for name, members in groups.items():
                ready = [sli for sli in members if self._is_ready(f"sli/{sli.name}")]
                if ready and self._is_ready(name):
                    counted += self._one_group(name, ready)
        return counted

    def state(self, sli: Sli) -> SourceState:
        """How the source stands; it has caught up once its history is in and the newest minutes are."""
        known = self._counts.source(source_of(sli.name))
        ledger = Ledger.read(known.position, fresh=self._end())
        history = self._history.get(sli.name, _DEFAULT_HISTORY // _MINUTE)
        caught_up = bool(known.position) and ledger.since <= self._end() - history + self._pace.stretch
        behind = self._end() - max((*ledger.recent, ledger.until))
        trouble = self._troubles.get(sli.name, "")
        first = self._counts.first_minute(sli.name)
        if not known.position and not trouble:
            trouble = "the source has not been asked yet"
        if not trouble and (first is None or first > _EPOCH + (self._end() - history + _FIRST) * _MINUTE):
            trouble = str(
                ledger.notes.get("says", "")
            )  # less is known than windows want: how long does the server remember?
        return SourceState(
            measured=True,
            reason=trouble,
            caught_up=caught_up and behind <= sli.late_minutes + _BEHIND,
            first_at=first,
            newest_at=None if known.mark is None else _EPOCH + known.mark * _MINUTE,
            read=known.read,
            rejected=known.rejected,
        )

    def _end(self) -> int:
        return (self._clock.now() - self._pace.delay - _EPOCH) // _MINUTE

    def _one_group(self, name: str, slis: Sequence[Sli]) -> int:
        end = self._end()
        ledgers = {
            sli.name: Ledger.read(self._counts.source(source_of(sli.name)).position, fresh=end - _FIRST) for sli in slis
        }
        due: dict[int, list[Sli]] = {}
        for sli in slis:
            if self._asked.get(sli.name, -1) < end:
                due.setdefault(ledgers[sli.name].until, []).append(sli)
        counted = 0
        well: dict[str, bool] = {}
        for start, members in due.items():
            upper = min(end, start + self._pace.stretch)
            counted += self._stretch(members, ledgers, start, upper, well)
        if not due:
            counted += self._some_history(slis, ledgers, end, well)
        # Where all fail it is the server that rests; else only those whose own question cannot be answered.
        if well and not any(well.values()):
            self._rest(name, well=False)
        else:
            self._rest(name, well=True)
            for asked, good in well.items():
                self._rest(f"sli/{asked}", well=good)
        return counted

    def _some_history(self, slis: Sequence[Sli], ledgers: Mapping[str, Ledger], end: int, well: dict[str, bool]) -> int:
        """One stretch further back for those that stand at the same place and want it."""
        wanting: dict[int, list[Sli]] = {}
        for sli in slis:
            ledger = ledgers[sli.name]
            if ledger.since > end - self._history[sli.name]:
                wanting.setdefault(ledger.since, []).append(sli)
        if not wanting:
            return 0
        upper, members = max(wanting.items())
        oldest = min(end - self._history[sli.name] for sli in members)
        start = max(oldest, upper - self._pace.stretch)
        return self._stretch(members, ledgers, start, upper, well, forward=False)

    def _stretch(
        self,
        slis: Sequence[Sli],
        ledgers: Mapping[str, Ledger],
        start: int,
        end: int,
        well: dict[str, bool],
        *,
        forward: bool = True,
    ) -> int:
        """Ask for [start, end) and append; how many minutes were counted. `well` takes down which SLIs had an answer."""
        try:
            found = self._ask(slis, start, end, ledgers)
        except (OSError, WatchbillError) as wrong:
            found = {sli.name: Fetched(trouble=str(wrong), failed=True) for sli in slis}
        batches: list[Batch] = []
        counted = 0
        for sli in slis:
            got = found.get(sli.name) or Fetched(trouble="the source said nothing about it", failed=True)
            well[sli.name] = not got.failed
            if forward or got.failed:
                self._note(sli.name, got.trouble)
            if got.failed:
                continue
            got = replace(got, minutes={minute: one for minute, one in got.minutes.items() if start <= minute < end})
            ledger, source = ledgers[sli.name], source_of(sli.name)
            if forward:
                batches.append(ledger.forward(source, sli.name, got, end=end, late=sli.late_minutes))
            else:
                batches.append(ledger.backward(source, sli.name, got, start=start))
            counted += len(got.minutes)
        self._counts.append_all(batches)
        if forward:
            self._asked |= dict.fromkeys((sli.name for sli in slis if well[sli.name]), end)
        return counted

    def _note(self, sli: str, trouble: str) -> None:
        if trouble:
            self._troubles[sli] = trouble
        else:
            self._troubles.pop(sli, None)

    def _is_ready(self, name: str) -> bool:
        pause = self._pauses.get(name)
        return pause is None or self._clock.monotonic() >= pause.until_s

    def _rest(self, name: str, *, well: bool) -> None:
        if well:
            self._pauses.pop(name, None)
            return
        known = self._pauses.get(name)
        times = min(known.failures + 1 if known else 1, len(_BACKOFF_S))
        self._pauses[name] = _Pause(times, self._clock.monotonic() + _BACKOFF_S[times - 1])
