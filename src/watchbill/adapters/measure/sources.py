"""How each SLI's source stands, and where the bad events of a span came from: the port `slo.ports.SliSources`."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watchbill.adapters.measure.contributors import Contributors
from watchbill.adapters.measure.counting import source_of
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.counts.batch import Source
from watchbill.adapters.measure.files import expand, is_packed, is_remote, size_of
from watchbill.adapters.measure.follow import LogFollower
from watchbill.adapters.measure.formats_of import format_of
from watchbill.adapters.measure.predicates import predicate
from watchbill.adapters.measure.reading.blocks import Cutter
from watchbill.adapters.measure.reading.engine import Engine
from watchbill.adapters.measure.reading.statement import Plan
from watchbill.adapters.measure.reading.streams import open_stream
from watchbill.adapters.measure.reading.tally import Tally
from watchbill.adapters.measure.remote import RemoteLogs
from watchbill.adapters.measure.selections import selection_of
from watchbill.kernel.errors import WatchbillError
from watchbill.kernel.instants import to_text
from watchbill.slo.model import Beacon, Contributor, Logs, Push, Sli, SourceState
from watchbill.slo.model.sli import Source as SliSource

__all__ = ["Sources"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_NEAR_END = 4 << 20  # bytes; a log that is being written is never read to its very last one
_TAIL = 16 << 20  # bytes of the log's end in which contributors are looked for
_DIMENSIONS = ("path", "status", "method", "host", "region")


class Sources:
    """`states` says how sources of the other kinds stand, by the class of the source."""

    def __init__(
        self,
        counts: CountsStore,
        follower: LogFollower,
        contributors: Contributors | None = None,
        states: Mapping[type[SliSource], Callable[[Sli], SourceState]] | None = None,
        *,
        remote: RemoteLogs | None = None,
    ) -> None:
        self._counts, self._follower, self._kept = counts, follower, contributors
        self._states = states or {}
        self._remote = remote
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def state(self, sli: Sli) -> SourceState:
        """How the source stands, from what was counted and from the files as they lie there now."""
        if isinstance(sli.source, Push):
            return self._state(sli, [self._counts.pushed(sli.name)], reason="", caught_up=True)
        if isinstance(sli.source, Logs):
            return self._log_state(sli, sli.source)
        if sli.source is None:
            return SourceState(measured=False, reason=f"{sli.name} has no source", caught_up=False)
        return self._states[type(sli.source)](sli)

    def contributors(self, sli: Sli, start: datetime, end: datetime, *, limit: int = 3) -> Sequence[Contributor]:
        """The worst values of each dimension, as they were kept; what was read before that is looked up at the log's end."""
        if not isinstance(sli.source, Logs | Beacon):
            return ()
        if self._kept is not None:
            total = self._counts.between(sli.name, start, end).total
            if worst := self._kept.worst(sli.name, start, end, total, limit):
                return worst
        if not isinstance(sli.source, Logs):
            return ()
        if is_remote(sli.source.path):
            return ()
        span = predicate(f"timestamp >= '{to_text(start)}' AND timestamp < '{to_text(end)}'")
        found: list[Contributor] = []
        with self._lock:
            for path in expand(sli.source.path):
                try:
                    found += self._worst(path, sli, span.sql)
                except (OSError, WatchbillError):
                    continue  # the log is gone or unreadable: `state` says so; an alert is not held up for it
        return sorted(found, key=lambda one: -one.bad)[:limit]

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _log_state(self, sli: Sli, logs: Logs) -> SourceState:
        if self._remote is not None and is_remote(logs.path):
            trouble, done = self._remote.troubles.get(sli.name, ""), self._remote.has_caught_up(sli)
            return self._state(sli, self._remote.sources(sli), reason=trouble, caught_up=done and not trouble)
        paths = expand(logs.path)
        sources = [self._counts.source(source_of(sli.name, path)) for path in paths]
        reason = self._follower.troubles.get(sli.name, "")
        if not paths:
            reason = f"no file matches {logs.path}"
        caught_up = bool(paths) and all(_is_near_end(path, source) for path, source in zip(paths, sources, strict=True))
        return self._state(sli, sources, reason=reason, caught_up=caught_up)

    def _state(self, sli: Sli, sources: Sequence[Source], *, reason: str, caught_up: bool) -> SourceState:
        known = _together(sources)
        return SourceState(
            measured=True,
            reason=reason,
            caught_up=caught_up,
            first_at=self._counts.first_minute(sli.name),
            newest_at=_moment(known.mark),
            read=known.read,
            rejected=known.rejected,
            reasons=known.reasons,
            samples=known.samples,
            corrections=known.late,
            corrected_at=_moment(known.late_at),
            notes=tuple(dict.fromkeys(note for source in sources if (note := _note(source)))),
        )

    def _worst(self, path: str, sli: Sli, span: str) -> list[Contributor]:
        position = self._counts.source(source_of(sli.name, path)).position
        known = size_of(path)
        if not position or known is None:
            return []
        zone = sli.source.zone if isinstance(sli.source, Logs) else None
        if position["format"] == "parquet" or is_packed(path):
            return []  # has no end that can be read by itself
        log_format = format_of(path, str(position["format"]), zone)
        whole = selection_of(sli)
        within = replace(
            whole.total, sql=f"({whole.total.sql}) AND ({span})", columns=whole.total.columns | {"timestamp"}
        )
        gives = log_format.gives
        dimensions = tuple(name for name in _DIMENSIONS if gives is None or name in gives)
        if self._engine is None:
            self._engine = Engine(threads=1, block=_TAIL)
        tally = Tally(self._engine, Plan((replace(whole, total=within),), dimensions), log_format)
        start = max(0, known[1] - _TAIL)
        stream = open_stream(path, start)
        try:
            cutter = Cutter(stream, start=start, inside_long=start > 0, until=known[1])
            while (block := cutter.fill(self._engine.blocks[0])) is not None:
                tally.add(block, last=False)
        finally:
            stream.close()
        _minutes, counts = tally.minutes.merged()
        total = int(counts[:, 1].sum())
        return [
            Contributor(dimension, value, bad, total)
            for dimension, values in tally.values.items()
            for value, bad in values.most_common(1)
            if bad
        ]


def _moment(minute: int | None) -> datetime | None:
    return None if minute is None else _EPOCH + minute * _MINUTE


def _together(sources: Sequence[Source]) -> Source:
    """All files of one SLI as if they were one; most have one, and pages ask for a thousand."""
    if len(sources) == 1:
        return sources[0]
    return Source(
        mark=max((source.mark for source in sources if source.mark is not None), default=None),
        read=sum(source.read for source in sources),
        rejected=sum(source.rejected for source in sources),
        late=sum(source.late for source in sources),
        late_at=max((one.late_at for one in sources if one.late_at is not None), default=None),
        reasons=dict(sum((Counter(source.reasons) for source in sources), Counter())),
        samples={reason: texts for source in sources for reason, texts in source.samples.items()},
    )


def _note(source: Source) -> str:
    changed = source.position.get("changed_at")
    if not isinstance(changed, int):
        return ""
    return (
        f"the SLI's definition changed: minutes before {to_text(_EPOCH + changed * _MINUTE)} were counted by the earlier one,"
        " for the log is no longer there in full"
    )


def _is_near_end(path: str, source: Source) -> bool:
    known = size_of(path)
    offset = source.position.get("offset")
    if known is not None and source.position.get("sealed"):
        return bool(source.position["sealed"] == known[1])
    return known is not None and isinstance(offset, int) and known[1] - offset < _NEAR_END
