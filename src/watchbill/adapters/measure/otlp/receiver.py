"""Counts what OpenTelemetry exporters send, for the SLIs that name the metric.

Exporters send again what may not have arrived, and name no batches. So what was counted is kept for each stream (attributes
and start time of its points): of a cumulative stream the last value, of a delta stream the time of the last point. The same
request a second time changes nothing.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import re2

from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.adapters.measure.otlp.decode import Metric, Point
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid
from watchbill.slo.model import Otlp, Sli, SourceState

__all__ = ["Receiver", "Taken"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_MINUTE_NS = 60 * 10**9
_AHEAD = 5  # minutes by which a sender's clock may be fast
_MOST_STREAMS = 2_000
_MOST_MINUTES = 90 * 1440


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a request: points counted for some SLI, and points left out with the reason of the last one."""

    counted: int
    rejected: int
    why: str = ""


@dataclass(slots=True)
class _Tally:
    """One SLI while a request is worked off. `streams`: what is known of each, [time, bad, all]; oldest first."""

    sli: str
    source: Otlp
    began_ns: int
    streams: dict[str, list[float]]
    minutes: dict[int, tuple[float, float]]
    counted: int = 0
    rejected: int = 0
    why: str = ""


class Receiver:
    """Safe to be used from several threads; counts are on disk when `take` returns."""

    def __init__(self, counts: CountsStore, clock: Clock) -> None:
        self._counts, self._clock = counts, clock
        self._lock = threading.Lock()
        self._patterns: dict[str, Callable[[str], object]] = {}

    def take(self, metrics: Sequence[Metric], slis: Sequence[Sli]) -> Taken:
        """Count a request for every SLI that wants one of its metrics."""
        by_name: dict[str, list[Metric]] = {}
        for metric in metrics:
            by_name.setdefault(metric.name, []).append(metric)
        counted = rejected = 0
        why = ""
        with self._lock:
            for sli in slis:
                if isinstance(sli.source, Otlp) and sli.source.metric in by_name:
                    tally = self._count(sli, sli.source, by_name[sli.source.metric])
                    counted, rejected, why = counted + tally.counted, rejected + tally.rejected, tally.why or why
        return Taken(counted, rejected, why)

    def state(self, sli: Sli) -> SourceState:
        """How the metric of an SLI stands as a source."""
        source = self._counts.source(f"otlp:{sli.name}")
        return SourceState(
            measured=True,
            reason=str(source.position.get("why", "")) if source.position else "nothing was sent to /v1/metrics yet",
            first_at=self._counts.first_minute(sli.name),
            newest_at=None if source.mark is None else _EPOCH + source.mark * _MINUTE,
            read=source.read,
            rejected=source.rejected,
        )

    def _count(self, sli: Sli, source: Otlp, metrics: Sequence[Metric]) -> _Tally:
        now = self._clock.now()
        now_ns = (now - _EPOCH) // timedelta(microseconds=1) * 1000
        known = self._counts.source(f"otlp:{sli.name}").position
        tally = _Tally(sli.name, source, int(known.get("began", now_ns)), dict(known.get("streams", {})), {})
        carry = dict(known.get("carry", {"bad": 0.0, "all": 0.0}))
        for metric in metrics:
            for point in metric.points:
                self._point(tally, metric, point, now_ns)
        cells = list(_cells(sli.name, tally.minutes, carry))
        position: dict[str, Any] = {  # Any: JSON
            "began": tally.began_ns, "streams": dict(list(tally.streams.items())[-_MOST_STREAMS:]), "carry": carry, "why": tally.why,
        }  # fmt: skip
        if tally.rejected or position != known:
            mark = max((cell.minute for cell in cells), default=None)
            read = sum(cell.total for cell in cells)
            self._counts.append(
                Batch(f"otlp:{sli.name}", cells, position=position, mark=mark, read=read, rejected=tally.rejected)
            )
        return tally

    def _point(self, tally: _Tally, metric: Metric, point: Point, now_ns: int) -> None:
        source = tally.source
        if not self._all_match(source.where, point.attributes):
            return
        try:
            bad, total = self._events(source, metric, point)
        except Invalid as wrong:
            tally.rejected, tally.why = tally.rejected + 1, wrong.reason
            return
        minute = point.time_ns // _MINUTE_NS
        if not now_ns // _MINUTE_NS - _MOST_MINUTES <= minute <= now_ns // _MINUTE_NS + _AHEAD:
            tally.rejected, tally.why = (
                tally.rejected + 1,
                "the time of a point is in the future, or more than 90 days ago",
            )
            return
        fresh = _news(tally, metric, point, bad, total)
        if fresh is not None:
            old_bad, old_total = tally.minutes.get(minute, (0.0, 0.0))
            tally.minutes[minute] = (old_bad + fresh[0], old_total + fresh[1])
            tally.counted += 1

    def _events(self, source: Otlp, metric: Metric, point: Point) -> tuple[float, float]:
        """Bad and all events of a point, as it stands."""
        if point.wrong:
            raise Invalid("point", f"{metric.name}: {point.wrong}")
        if source.threshold is not None:
            if point.exponential is not None:
                total = float(point.exponential.total)
                return total - point.exponential.at_most(float(source.threshold)), total
            if not metric.is_histogram or len(point.counts) != len(point.bounds) + 1:
                raise Invalid("threshold", f"{metric.name} is no histogram with buckets")
            within = [bound for bound in point.bounds if abs(bound - float(source.threshold)) <= 1e-9 * abs(bound)]
            if not within:
                bounds = ", ".join(f"{bound:g}" for bound in point.bounds)
                raise Invalid("threshold", f"{float(source.threshold):g} is no bound of a bucket; there are {bounds}")
            good = sum(point.counts[: point.bounds.index(within[0]) + 1])
            return float(sum(point.counts) - good), float(sum(point.counts))
        total = _total(metric, point)
        if not 0 <= total < float("inf"):
            raise Invalid("value", f"{metric.name} has the value {total:g}")
        if source.bad_where:
            return (total if self._all_match(source.bad_where, point.attributes) else 0.0), total
        return (0.0 if self._all_match(source.good_where, point.attributes) else total), total

    def _all_match(self, patterns: Mapping[str, str], attributes: Mapping[str, str]) -> bool:
        return all(self._pattern(pattern)(attributes.get(name, "")) for name, pattern in patterns.items())

    def _pattern(self, text: str) -> Callable[[str], object]:
        if text not in self._patterns:
            self._patterns[text] = re2.compile(text).fullmatch
        found: Callable[[str], object] = self._patterns[text]
        return found


def _total(metric: Metric, point: Point) -> float:
    if point.exponential is not None:
        return float(point.exponential.total)
    return float(sum(point.counts)) if metric.is_histogram else point.value


def _news(tally: _Tally, metric: Metric, point: Point, bad: float, total: float) -> tuple[float, float] | None:
    """What of a point was not counted before; None where nothing is new.

    A cumulative stream that began before we listened starts at its first value: what it counted before is not ours to date.
    """
    key = _stream(metric, point)
    known = tally.streams.pop(key, None)
    tally.streams[key] = [point.time_ns, bad, total] if known is None or point.time_ns > known[0] else known
    if known is not None and point.time_ns <= known[0]:
        return None
    if not metric.cumulative:
        return bad, total
    if known is None:
        return (bad, total) if point.start_ns >= tally.began_ns else (0.0, 0.0)
    if total < known[2]:  # a restart that kept the start time: everything since is new
        return bad, total
    return max(0.0, bad - known[1]), total - known[2]


def _stream(metric: Metric, point: Point) -> str:
    text = "\0".join(f"{name}\1{value}" for name, value in sorted(point.attributes.items()))
    start = point.start_ns if metric.cumulative else 0
    return blake2b(f"{metric.cumulative}\0{start}\0{text}".encode(), digest_size=9).hexdigest()


def _cells(series: str, minutes: Mapping[int, tuple[float, float]], carry: dict[str, float]) -> Iterator[Cell]:
    """Whole counts; what is left over of fractions goes on into the next request."""
    for minute in sorted(minutes):
        bad, total = minutes[minute]
        carry["bad"], carry["all"] = carry["bad"] + bad, carry["all"] + total
        events = int(carry["all"] + 1e-6)
        failed = min(int(carry["bad"] + 1e-6), events)
        carry["bad"], carry["all"] = max(0.0, carry["bad"] - failed), max(0.0, carry["all"] - events)
        yield Cell(series, minute, events - failed, events)
