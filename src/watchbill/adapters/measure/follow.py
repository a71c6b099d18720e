"""Follows logs for the SLIs that read them: from their start, through rotation and truncation, exactly once.

The position of a reader and the counts that it found go into the counts store in one append, so that a kill at any moment
neither doubles nor loses an event. SLIs that stand at the same place of a file are counted in one pass.
"""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from watchbill.adapters.measure.contributors import Contributors, dimensions_of
from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.adapters.measure.files import Place, beginning_of, expand, find_rest, is_same, size_of
from watchbill.adapters.measure.formats import FORMATS, Format, Reject
from watchbill.adapters.measure.formats.registry import AUTO, detect, named
from watchbill.adapters.measure.reading.blocks import BLOCK, Block, Cutter
from watchbill.adapters.measure.reading.engine import Engine
from watchbill.adapters.measure.reading.groups import MOST_GROUPS, Grouping, groupings_of
from watchbill.adapters.measure.reading.statement import Plan
from watchbill.adapters.measure.reading.streams import open_stream
from watchbill.adapters.measure.reading.tally import Tally
from watchbill.adapters.measure.selections import selection_of
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, WatchbillError
from watchbill.slo.model import Logs, ReadFrom, Sli, series_of

__all__ = ["LogFollower", "format_of", "source_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_AHEAD = 5  # minutes by which a sender's clock may be fast
_SAMPLE = 64 << 10
_BLOCKS_A_CYCLE = 4  # then others have their turn


def source_of(sli: str, path: str) -> str:
    """The counts store's name for one SLI reading one file."""
    return f"log:{sli}:{path}"


class LogFollower:
    """`cycle` is the worker's loop body. `late` minutes behind a source's own newest event a minute is final."""

    def __init__(
        self, counts: CountsStore, clock: Clock, *, late: int = 10, contributors: Contributors | None = None
    ) -> None:
        self._counts, self._clock, self._late, self._contributors = counts, clock, late, contributors
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self.troubles: dict[str, str] = {}  # what is wrong at present, by SLI

    def cycle(self, slis: Sequence[Sli]) -> int:
        """Read what is new in every log, a bounded amount of each; the number of lines read. Never raises for one bad log."""
        lines = 0
        with self._lock:
            for path, readers in _by_file(slis).items():
                try:
                    lines += self._read(path, readers)
                    for sli in readers:
                        self.troubles.pop(sli.name, None)
                        if blind := self._blind(sli, path):
                            self.troubles[sli.name] = blind
                except (OSError, WatchbillError) as wrong:
                    self.troubles |= dict.fromkeys((sli.name for sli in readers), f"{path}: {wrong}")
        return lines

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _blind(self, sli: Sli, path: str) -> str:
        """Which groups cannot be told because the log has no such column; the whole is counted all the same."""
        form = self._counts.source(source_of(sli.name, path)).position.get("format") if sli.groupings else None
        if not form:
            return ""
        missing = {name for columns in sli.groupings for name in Grouping(0, columns).missing(named(str(form)))}
        return f"group_by: {form} logs have no column {', '.join(sorted(missing))}" if missing else ""

    def _read(self, path: str, slis: Sequence[Sli]) -> int:
        known = size_of(path)
        if known is None:
            raise Invalid("path", "there is no such file", hint="is the log written yet?")
        standing: dict[Place, list[Sli]] = {}
        for sli in slis:
            standing.setdefault(self._place(sli, path, known), []).append(sli)
        return sum(self._go_on(path, place, readers) for place, readers in standing.items())

    def _place(self, sli: Sli, path: str, known: tuple[int, int]) -> Place:
        """Where this SLI's reader stands; a new one at the start or, if so asked, at the end."""
        position = self._counts.source(source_of(sli.name, path)).position
        if position:
            return Place(**position)
        inode, size = known
        at_end = isinstance(sli.source, Logs) and sli.source.read_from is ReadFrom.END
        head, head_size = beginning_of(path)
        return Place(inode, head, head_size, size if at_end else 0)

    def _go_on(self, path: str, place: Place, slis: Sequence[Sli]) -> int:
        inode, size = size_of(path) or (0, 0)
        if size < place.offset or not is_same(path, place):
            return self._after_rotation(path, place, slis)
        if size == place.offset:
            return 0
        if place.inode != inode or place.head_size < min(size, 256):
            head, head_size = beginning_of(path)
            place = replace(place, inode=inode, head=head, head_size=head_size)
        return self._count(path, place, slis, name=path, until=size, whole=False)

    def _after_rotation(self, path: str, place: Place, slis: Sequence[Sli]) -> int:
        """Read the rest of the old file where it lies now, then begin the new one; both in appends of their own."""
        rest = find_rest(path, place)
        lines = self._count(rest, place, slis, name=path, until=None, whole=True) if rest else 0
        head, head_size = beginning_of(path)
        fresh = Place((size_of(path) or (0, 0))[0], head, head_size, 0, format=place.format)
        for sli in slis:
            self._counts.append(Batch(source_of(sli.name, path), (), position=asdict(fresh)))
        return lines

    def _count(self, path: str, place: Place, slis: Sequence[Sli], *, name: str, until: int | None, whole: bool) -> int:
        wanted = slis[0].source.format if isinstance(slis[0].source, Logs) else AUTO
        log_format = named(place.format) if place.format else format_of(path, wanted)
        place = replace(place, format=log_format.name)
        groupings = groupings_of([sli.groupings for sli in slis], log_format)
        if self._contributors is not None:
            groupings += dimensions_of(len(slis), log_format)
        plan = Plan(tuple(selection_of(sli) for sli in slis), groupings=groupings)
        stream = open_stream(path, place.offset)
        lines = 0
        try:
            cutter = Cutter(stream, start=place.offset, inside_long=place.inside_long, until=until)
            for number, block in enumerate(self._blocks(cutter)):
                tally = Tally(self._ready(), plan, log_format)
                tally.add(block, last=whole)
                began = f"{place.inode}:{place.head}:{place.offset}"
                place = replace(place, offset=block.end, inside_long=cutter.inside_long)
                self._save(name, place, slis, tally, began)
                lines += tally.lines
                if number + 1 >= _BLOCKS_A_CYCLE and not whole:
                    break
        finally:
            stream.close()
        return lines

    def _blocks(self, cutter: Cutter) -> Iterator[Block]:
        scratch = self._ready().blocks[0]
        while (block := cutter.fill(scratch)) is not None:
            yield block

    def _ready(self) -> Engine:
        if self._engine is None:
            self._engine = Engine(threads=1, block=BLOCK // 4)
        return self._engine

    def _save(self, name: str, place: Place, slis: Sequence[Sli], tally: Tally, began: str) -> None:
        minutes, counts = tally.minutes.merged()
        newest = (self._clock.now() - _EPOCH) // _MINUTE + _AHEAD
        rejected = sum(count for reason, count in tally.rejected.counts.items() if reason is not Reject.BLANK)
        for number, sli in enumerate(slis):
            source = source_of(sli.name, name)
            mark = self._counts.source(source).mark
            oldest = -1 if mark is None else mark - self._late
            timely = (minutes <= newest) & (minutes >= oldest)
            refused = int(counts[~timely, 0].sum())
            cells = [
                Cell(sli.name, int(minute), int(row[2 + 2 * number]), int(row[1 + 2 * number]))
                for minute, row in zip(minutes[timely], counts[timely], strict=True)
            ]
            span = range(oldest, newest + 1)
            if sli.groupings:
                cells += _group_cells(tally, number, sli.name, span, self._counts.groups(sli.name))
            if self._contributors is not None:
                self._contributors.take(sli.name, began, number, tally.groups, span)
            top = int(minutes[timely].max()) if np.any(timely) else None
            self._counts.append(
                Batch(
                    source,
                    cells,
                    position=asdict(place),
                    mark=top,
                    read=tally.events - refused,
                    rejected=rejected + refused,
                )
            )


def _group_cells(tally: Tally, number: int, sli: str, timely: range, known: Collection[str]) -> list[Cell]:
    """The counts of one SLI's groups in timely minutes; past 200 groups of an SLI new ones are counted in the whole only."""
    names = set(known)
    cells = []
    for (place, minute, values), total in tally.groups.of(number, bad_only=False):
        grouping = tally.groups.groupings[place]
        if minute not in timely:
            continue
        name = series_of(sli, tuple(zip(grouping.columns, values, strict=True)))
        if name not in names and len(names) >= MOST_GROUPS:
            continue
        names.add(name)
        cells.append(Cell(name, minute, tally.groups.good[place, minute, values], total))
    return cells


def format_of(path: str, wanted: str = AUTO) -> Format:
    """The named format, or the one that the log's first lines are written in; raises Invalid where none fits."""
    if wanted != AUTO:
        return named(wanted)
    space = np.empty(_SAMPLE, dtype=np.uint8)
    stream = open_stream(path)
    try:
        text = space[: stream.read_into(space)].tobytes().decode("utf-8", "replace")
    finally:
        stream.close()
    found = detect(text.splitlines()[:50])
    if found is None:
        known = ", ".join(one.name for one in FORMATS)
        raise Invalid("format", f"no line of {path} is in a known format", hint=f"known: {known}")
    return found


def _by_file(slis: Sequence[Sli]) -> Mapping[str, list[Sli]]:
    found: dict[str, list[Sli]] = {}
    for sli in slis:
        if isinstance(sli.source, Logs) and sli.good is not None:
            for path in expand(sli.source.path):
                found.setdefault(path, []).append(sli)
    return found
