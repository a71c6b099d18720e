"""Heartbeats: takes pings in, counts runs and fresh minutes, and says for which ones an alert is due.

A ping is on disk, with the runs that it counts, when it is answered. All is kept as positions of the counts store.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.kernel.clock import Clock
from watchbill.kernel.instants import to_text
from watchbill.slo.model import BeatCall, BeatRule, BeatStanding, Heartbeat, Ping, Sli, SourceState
from watchbill.slo.model import Beats as Measure
from watchbill.slo.rules.beats import AFTER_DOWNTIME, is_fresh, missed_at, why_alarming

__all__ = ["Beats"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_GAP = 5  # minutes without a cycle: then nobody could report in, and the minutes between have no data
_SAY_AGAIN = timedelta(minutes=5)


class Beats:
    """Safe to be used from several threads."""

    def __init__(self, counts: CountsStore, clock: Clock) -> None:
        self._counts, self._clock = counts, clock
        self._lock = threading.Lock()
        self._forbearing: datetime | None = None  # after downtime nobody is called late before this moment

    def ping(self, rule: BeatRule, ping: Ping, slis: Sequence[Sli]) -> bool:
        """Take a run in; False where it was taken before."""
        now = self._clock.now()
        with self._lock:
            standing = self.standing(rule)
            changed = replace(
                standing,
                last_at=now,
                last_good_at=now if ping.ok else standing.last_good_at,
                last_ok=ping.ok,
                last_took_s=ping.took_s,
                said=ping.said[:500],
            )
            cells = [cell for sli in slis if (cell := _run_of(rule, ping, sli, now)) is not None]
            return self._counts.append(
                Batch(_source(rule), cells, position=_written(changed), batch=ping.run, mark=_minute(now), read=1)
            )

    def cycle(self, rules: Sequence[BeatRule], slis: Sequence[Sli]) -> list[BeatCall]:
        """Count the minutes that are over; the alerts that are due now. BeatCall `told` when they were sent."""
        now = self._clock.now()
        with self._lock:
            for rule in rules:
                if self.standing(rule).watched_since is None:
                    self._save(replace(self.standing(rule), watched_since=now))
            self._watch(rules, slis, now)
            return [call for rule in rules if (call := self._call(rule, now)) is not None]

    def told(self, call: BeatCall) -> None:
        """Remember that an alert was sent, or ended."""
        with self._lock:
            standing = self.standing(call.standing.rule)
            late = call.since if call.why is not None else None
            self._save(replace(standing, late_since=late, alerted_at=self._clock.now() if call.why else None))

    def standing(self, rule: BeatRule) -> BeatStanding:
        """How a heartbeat stands."""
        return _read(rule, self._counts.source(_source(rule)).position)

    def state(self, sli: Sli) -> SourceState:
        """How the heartbeat of an SLI stands as a source. Its runs are rare: minutes are its data, not runs."""
        assert isinstance(sli.source, Heartbeat)
        name = f"fresh:{sli.name}" if sli.source.measure is Measure.FRESHNESS else f"beat:{sli.source.name}"
        source = self._counts.source(name)
        return SourceState(
            measured=True,
            reason="" if source.position else "it has not reported in yet",
            first_at=self._counts.first_minute(sli.name),
            newest_at=None if source.mark is None else _EPOCH + source.mark * _MINUTE,
            read=source.read,
        )

    def _watch(self, rules: Sequence[BeatRule], slis: Sequence[Sli], now: datetime) -> None:
        """Good and bad minutes for SLIs that want freshness, each minute once."""
        known = {rule.name: rule for rule in rules}
        end = _minute(now)
        seen = self._counts.source("beats").position.get("until")
        if seen is not None and end - int(seen) > _GAP:
            self._forbearing = now + AFTER_DOWNTIME
        for sli in slis:
            if (
                isinstance(sli.source, Heartbeat)
                and sli.source.measure is Measure.FRESHNESS
                and sli.source.name in known
            ):
                self._minutes(sli, self.standing(known[sli.source.name]), end)
        if end != seen:
            self._counts.append(Batch("beats", (), position={"until": end}, mark=end))

    def _minutes(self, sli: Sli, standing: BeatStanding, end: int) -> None:
        source = self._counts.source(f"fresh:{sli.name}")
        until = int(source.position.get("until", end))
        until = end if end - until > _GAP else until
        cells = [
            Cell(sli.name, minute, int(self._is_good(standing, _EPOCH + (minute + 1) * _MINUTE)), 1)
            for minute in range(until, end)
        ]
        if cells or until != source.position.get("until"):
            mark = end - 1 if cells else None
            self._counts.append(Batch(f"fresh:{sli.name}", cells, position={"until": end}, mark=mark, read=len(cells)))

    def _is_good(self, standing: BeatStanding, moment: datetime) -> bool:
        return standing.last_ok is not False and (is_fresh(standing, moment) or self._forbears(standing, moment))

    def _forbears(self, standing: BeatStanding, moment: datetime) -> bool:
        """Whether it may be late because nobody listened: it was not called late before, and we are back only now."""
        return self._forbearing is not None and moment <= self._forbearing and standing.late_since is None

    def _call(self, rule: BeatRule, now: datetime) -> BeatCall | None:
        standing = self.standing(rule)
        why = why_alarming(standing, now)
        if why is not None and standing.last_ok is not False and self._forbears(standing, now):
            return None
        if why is None:
            return BeatCall(standing, None, standing.late_since) if standing.late_since is not None else None
        if standing.alerted_at is not None and now - standing.alerted_at < _SAY_AGAIN:
            return None
        failed_at = standing.last_at if standing.last_ok is False else None
        return BeatCall(standing, why, standing.late_since or failed_at or min(now, missed_at(standing) or now))

    def _save(self, standing: BeatStanding) -> None:
        self._counts.append(Batch(_source(standing.rule), (), position=_written(standing)))


def _run_of(rule: BeatRule, ping: Ping, sli: Sli, now: datetime) -> Cell | None:
    """A run as an event of an SLI; None where the SLI is about something else."""
    if not isinstance(sli.source, Heartbeat) or sli.source.name != rule.name:
        return None
    if sli.source.measure is Measure.SUCCESS:
        return Cell(sli.name, _minute(now), int(ping.ok), 1)
    if sli.source.measure is Measure.DURATION and ping.took_s is not None and rule.max_duration is not None:
        quick = ping.ok and ping.took_s <= rule.max_duration.total_seconds()
        return Cell(sli.name, _minute(now), int(quick), 1)
    return None


def _source(rule: BeatRule) -> str:
    return f"beat:{rule.name}"


def _minute(moment: datetime) -> int:
    return (moment - _EPOCH) // _MINUTE


_TIMES = ("watched_since", "last_at", "last_good_at", "late_since", "alerted_at")
_PLAIN = ("last_ok", "last_took_s", "said")


def _written(standing: BeatStanding) -> dict[str, Any]:  # Any: JSON
    times = {name: at and to_text(at) for name in _TIMES for at in (getattr(standing, name),)}
    return times | {name: getattr(standing, name) for name in _PLAIN}


def _read(rule: BeatRule, position: dict[str, Any]) -> BeatStanding:  # Any: JSON
    if not position:
        return BeatStanding(rule)
    known: dict[str, Any] = {name: position[name] for name in _PLAIN if name in position}  # Any: as it was written
    known |= {name: datetime.fromisoformat(at) for name in _TIMES if (at := position.get(name))}
    return BeatStanding(rule, **known)
