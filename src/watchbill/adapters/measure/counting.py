"""Counts a piece of a log for all SLIs that stand at the same place of it, and saves counts and place in one append.

Groups of an SLI are counted in the same pass and saved with it; where its bad events came from goes to a store of its own,
just before: a block that a crash makes us read again is known there by name.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from watchbill.adapters.measure.contributors import Contributors, dimensions_of
from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.adapters.measure.files import Place
from watchbill.adapters.measure.formats import Format, Reject
from watchbill.adapters.measure.formats.parquet import Parquet
from watchbill.adapters.measure.formats_of import format_of
from watchbill.adapters.measure.reading.blocks import BLOCK, Block, Cutter
from watchbill.adapters.measure.reading.engine import Engine
from watchbill.adapters.measure.reading.groups import MOST_GROUPS, Grouped, Grouping, groupings_of
from watchbill.adapters.measure.reading.lateness import Lateness
from watchbill.adapters.measure.reading.parquet import ParquetFile
from watchbill.adapters.measure.reading.statement import Plan
from watchbill.adapters.measure.reading.streams import Stream, open_stream
from watchbill.adapters.measure.reading.tally import Tally
from watchbill.adapters.measure.reading.totals import Totals
from watchbill.adapters.measure.selections import selection_of
from watchbill.kernel.clock import Clock
from watchbill.kernel.crashpoint import crashpoint
from watchbill.slo.model import Logs, Sli, series_of

__all__ = ["Counting", "Readers", "definition_of", "source_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_AHEAD = 5  # minutes by which a sender's clock may be fast
_BLOCKS_A_CYCLE = 4  # then others have their turn


def source_of(sli: str, path: str) -> str:
    """The counts store's name for one SLI reading one file."""
    return f"log:{sli}:{path}"


def definition_of(sli: Sli) -> str:
    """A digest of what the SLI counts."""
    text = repr((sli.good, sli.total or "true", sli.exclusions))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Readers:
    """SLIs at one place of the log `path` that wait as long for late events, with the newest minute that it has shown so far."""

    path: str
    slis: tuple[Sli, ...]
    mark: int | None

    @property
    def logs(self) -> Logs:
        """How all of them read it."""
        source = self.slis[0].source
        assert isinstance(source, Logs)
        return source


class Counting:
    """One engine for one thread. `late_arrival` behind a source's own newest event a minute is final."""

    def __init__(self, counts: CountsStore, clock: Clock, *, contributors: Contributors | None) -> None:
        self._counts, self._clock, self._contributors = counts, clock, contributors
        self._engine: Engine | None = None

    def close(self) -> None:
        """Give the memory back."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def count(
        self, file: str, place: Place, readers: Readers, *, until: int | None, whole: bool
    ) -> tuple[int, Place, Readers]:
        """Read `file` from the place on: lines read, where the readers stand now.

        `until`: the size that it had (it may be growing). `whole`: nobody writes to it any more, its last line counts.
        """
        log_format = format_of(file, place.format or readers.logs.format, readers.logs.zone)
        place = replace(place, format=log_format.name)
        plan, missing = self._plan(readers, log_format), _missing(readers, log_format)
        stream = open_stream(file, place.offset)
        lines = 0
        try:
            cutter = Cutter(stream, start=place.offset, inside_long=place.inside_long, until=until)
            for number, block in enumerate(self._blocks(cutter)):
                lateness = Lateness(readers.mark, late=readers.slis[0].late_minutes, newest=self._newest)
                tally = Tally(self._ready(), plan, log_format, lateness)
                place = self._take(tally, block, place, stream, whole=whole)
                place = replace(place, inside_long=cutter.inside_long)
                readers = self._save(readers, place, tally, mark=lateness.mark, missing=missing)
                lines += tally.lines
                if number + 1 >= _BLOCKS_A_CYCLE and not whole:
                    break
        finally:
            stream.close()
        return lines, place, readers

    def count_parquet(self, file: str, place: Place, readers: Readers, size: int) -> int:
        """Count a whole Parquet file; rows from the future are refused, the order of rows says nothing about lateness."""
        log_format = format_of(file, "parquet", readers.logs.zone)
        assert isinstance(log_format, Parquet)
        opened = ParquetFile(file, log_format, threads=1)
        try:
            totals = opened.count(self._plan(readers, opened.format, ordered=False))
            missing = _missing(readers, opened.format)
        finally:
            opened.close()
        place = replace(place, format=log_format.name, offset=size, sealed=size)
        self._save(readers, place, totals, mark=None, missing=missing)
        return totals.lines

    def _take(self, tally: Tally, block: Block, place: Place, stream: Stream, *, whole: bool) -> Place:
        """Count a block. The last line of a file that is complete counts, and then nothing is left to be read."""
        last = whole and not stream.damage
        tally.add(block, last=last)
        return replace(place, offset=block.end + (len(block.rest) if last else 0))

    def _save(
        self, readers: Readers, place: Place, totals: Totals, *, mark: int | None, missing: Sequence[str]
    ) -> Readers:
        """One append for all of the readers: their counts, and where they stand afterwards."""
        minutes, counts = totals.minutes.merged()
        newest = self._newest
        known = minutes <= newest
        future = int(counts[~known, 0].sum())
        faults = totals.rejected.faults | ({Reject.FUTURE_TIME.value: future} if future else {})
        top = mark if mark is not None else int(minutes[known].max()) if known.any() else None
        samples = {reason.value: [text for _, text in found] for reason, found in totals.rejected.samples.items()}
        batches = []
        for number, sli in enumerate(readers.slis):
            rows = zip(minutes[known].tolist(), counts[known].tolist(), strict=True)
            cells = [Cell(sli.name, minute, row[2 + 2 * number], row[1 + 2 * number]) for minute, row in rows]
            cells += self._group_cells(totals.groups, number, sli, newest)
            batch = Batch(
                source_of(sli.name, readers.path),
                cells,
                position=self._position(place, sli, readers) | {"missing": list(missing)},
                mark=top,
                read=totals.events - future,
                rejected=sum(faults.values()),
                reasons=faults,
                samples={reason: texts for reason, texts in samples.items() if reason in faults},
            )
            batches.append(batch)
        if self._contributors is not None:
            names = [(sli.name, self._block(sli, readers)) for sli in readers.slis]
            self._contributors.take(names, totals.groups, range(newest + 1))
        crashpoint("follow.before_append")
        self._counts.append_all(batches)
        crashpoint("follow.after_append")
        return replace(readers, mark=top if top is not None else readers.mark)

    def _block(self, sli: Sli, readers: Readers) -> str:
        """A name for what comes next: read again after a crash, it has the same one."""
        source = self._counts.source(source_of(sli.name, readers.path))
        return f"{readers.path}:{source.read + source.rejected}"

    def _group_cells(self, groups: Grouped, number: int, sli: Sli, newest: int) -> list[Cell]:
        """The counts of one SLI's groups; past 200 groups of an SLI new ones are counted in the whole only."""
        if not sli.groupings:
            return []
        names = set(self._counts.groups(sli.name))
        cells = []
        for key, total in groups.of(number, bad_only=False):
            place, minute, values = key
            name = series_of(sli.name, tuple(zip(groups.groupings[place].columns, values, strict=True)))
            if minute > newest or (name not in names and len(names) >= MOST_GROUPS):
                continue
            names.add(name)
            cells.append(Cell(name, minute, groups.good[key], total))
        return cells

    def restart(self, sli: Sli, path: str, place: Place) -> Place:
        """Take back all that was counted for an SLI, its groups and contributors too, and let it begin at the place."""
        if self._contributors is not None:
            self._contributors.forget(sli.name)  # first: a crash in between lets us come here again
        position = asdict(place) | {"definition": definition_of(sli), "changed_at": None}
        undone = [
            cell for series in (sli.name, *self._counts.groups(sli.name)) for cell in self._counts.undoing(series)
        ]
        self._counts.append(Batch(source_of(sli.name, path), undone, position=position, reset=True))
        return place

    def begin(self, places: Mapping[Sli, Place], path: str) -> None:
        """Save where those stand that are new to the log, all with one sync."""
        new = {
            sli: place for sli, place in places.items() if not self._counts.source(source_of(sli.name, path)).position
        }
        batches = [
            Batch(source_of(sli.name, path), (), position=self._position(place, sli, Readers(path, (sli,), None)))
            for sli, place in new.items()
        ]
        if batches:
            self._counts.append_all(batches)

    def move(self, readers: Readers, place: Place, **more: str) -> None:
        """Save only where the readers stand, with what else is to be remembered until they move on."""
        self._counts.append_all(
            [
                Batch(source_of(sli.name, readers.path), (), position=self._position(place, sli, readers) | more)
                for sli in readers.slis
            ]
        )

    def _position(self, place: Place, sli: Sli, readers: Readers) -> dict[str, object]:
        """The place of one reader, and what it counts: if that is not what it counted before, from which minute on."""
        now = definition_of(sli)
        known = self._counts.source(source_of(sli.name, readers.path)).position
        changed = readers.mark if known.get("definition", now) != now else known.get("changed_at")
        return asdict(place) | {"definition": now, "changed_at": changed, "missing": known.get("missing", [])}

    @property
    def _newest(self) -> int:
        return (self._clock.now() - _EPOCH) // _MINUTE + _AHEAD

    def _blocks(self, cutter: Cutter) -> Iterator[Block]:
        scratch = self._ready().blocks[0]
        while (block := cutter.fill(scratch)) is not None:
            yield block

    def _ready(self) -> Engine:
        if self._engine is None:
            self._engine = Engine(threads=1, block=BLOCK // 4)
        return self._engine

    def _plan(self, readers: Readers, log_format: Format, *, ordered: bool = True) -> Plan:
        groupings = groupings_of([sli.groupings for sli in readers.slis], log_format)
        if self._contributors is not None:
            groupings += dimensions_of(len(readers.slis), log_format)
        return Plan(tuple(selection_of(sli) for sli in readers.slis), groupings=groupings, ordered=ordered)


def _missing(readers: Readers, log_format: Format) -> list[str]:
    """Columns by which somebody groups and that the log does not have."""
    wanted = {columns for sli in readers.slis for columns in sli.groupings}
    return sorted({name for columns in wanted for name in Grouping(0, columns).missing(log_format)})
