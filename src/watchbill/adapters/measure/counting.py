"""Counts a piece of a log for all SLIs that stand at the same place of it, and saves counts and place in one append."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.adapters.measure.files import Place
from watchbill.adapters.measure.formats import Reject
from watchbill.adapters.measure.formats.parquet import Parquet
from watchbill.adapters.measure.formats_of import format_of
from watchbill.adapters.measure.reading.blocks import BLOCK, Block, Cutter
from watchbill.adapters.measure.reading.engine import Engine
from watchbill.adapters.measure.reading.lateness import Lateness
from watchbill.adapters.measure.reading.parquet import ParquetFile
from watchbill.adapters.measure.reading.statement import Plan
from watchbill.adapters.measure.reading.streams import Stream, open_stream
from watchbill.adapters.measure.reading.tally import Tally
from watchbill.adapters.measure.reading.totals import Totals
from watchbill.adapters.measure.selections import selection_of
from watchbill.kernel.clock import Clock
from watchbill.kernel.crashpoint import crashpoint
from watchbill.slo.model import Logs, Sli

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
    """SLIs at one place of the log `path`, with the newest minute that it has shown so far."""

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
    """One engine for one thread. `late` minutes behind a source's own newest event a minute is final."""

    def __init__(self, counts: CountsStore, clock: Clock, *, late: int) -> None:
        self._counts, self._clock, self._late = counts, clock, late
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
        stream = open_stream(file, place.offset)
        lines = 0
        try:
            cutter = Cutter(stream, start=place.offset, inside_long=place.inside_long, until=until)
            for number, block in enumerate(self._blocks(cutter)):
                lateness = Lateness(readers.mark, late=self._late, newest=self._newest)
                tally = Tally(self._ready(), _plan(readers), log_format, lateness)
                place = self._take(tally, block, place, stream, whole=whole)
                place = replace(place, inside_long=cutter.inside_long)
                readers = self.save(readers, place, tally, mark=lateness.mark)
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
            totals = opened.count(_plan(readers, ordered=False))
        finally:
            opened.close()
        place = replace(place, format=log_format.name, offset=size, sealed=size)
        self.save(readers, place, totals, mark=None)
        return totals.lines

    def _take(self, tally: Tally, block: Block, place: Place, stream: Stream, *, whole: bool) -> Place:
        """Count a block. The last line of a file that is complete counts, and then nothing is left to be read."""
        last = whole and not stream.damage
        tally.add(block, last=last)
        return replace(place, offset=block.end + (len(block.rest) if last else 0))

    def save(self, readers: Readers, place: Place, totals: Totals, *, mark: int | None) -> Readers:
        """One append for all of the readers: their counts, and where they stand afterwards."""
        minutes, counts = totals.minutes.merged()
        known = minutes <= self._newest
        future = int(counts[~known, 0].sum())
        faults = totals.rejected.faults | ({Reject.FUTURE_TIME.value: future} if future else {})
        top = mark if mark is not None else int(minutes[known].max()) if known.any() else None
        samples = {reason.value: [text for _, text in found] for reason, found in totals.rejected.samples.items()}
        batches = []
        for number, sli in enumerate(readers.slis):
            rows = zip(minutes[known].tolist(), counts[known].tolist(), strict=True)
            cells = [Cell(sli.name, minute, row[2 + 2 * number], row[1 + 2 * number]) for minute, row in rows]
            batch = Batch(
                source_of(sli.name, readers.path),
                cells,
                position=self._position(place, sli, readers),
                mark=top,
                read=totals.events - future,
                rejected=sum(faults.values()),
                reasons=faults,
                samples={reason: texts for reason, texts in samples.items() if reason in faults},
            )
            batches.append(batch)
        crashpoint("follow.before_append")
        self._counts.append_all(batches)
        crashpoint("follow.after_append")
        return replace(readers, mark=top if top is not None else readers.mark)

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

    def move(self, readers: Readers, place: Place) -> None:
        """Save only where the readers stand."""
        self._counts.append_all(
            [
                Batch(source_of(sli.name, readers.path), (), position=self._position(place, sli, readers))
                for sli in readers.slis
            ]
        )

    def _position(self, place: Place, sli: Sli, readers: Readers) -> dict[str, object]:
        """The place of one reader, and what it counts: if that is not what it counted before, from which minute on."""
        now = definition_of(sli)
        known = self._counts.source(source_of(sli.name, readers.path)).position
        changed = readers.mark if known.get("definition", now) != now else known.get("changed_at")
        return asdict(place) | {"definition": now, "changed_at": changed}

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


def _plan(readers: Readers, *, ordered: bool = True) -> Plan:
    return Plan(tuple(selection_of(sli) for sli in readers.slis), ordered=ordered)
