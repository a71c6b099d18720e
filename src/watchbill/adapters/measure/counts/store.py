"""The counts store: one owner process, one lock, appends that are on disk when they return."""

import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from watchbill.adapters.measure.counts.batch import Batch, Cell, Source, pushed, pushed_source
from watchbill.adapters.measure.counts.day import DAY, DayFile, bad_hours, days_of
from watchbill.adapters.measure.counts.journal import Journal
from watchbill.adapters.measure.counts.replay import Block, read_block, replay
from watchbill.adapters.measure.counts.state import Record, load_state, save_state
from watchbill.adapters.measure.counts.steps import summed_steps
from watchbill.adapters.measure.counts.totals import totals_path
from watchbill.adapters.measure.counts.verdicts import Compiled
from watchbill.adapters.measure.counts.windows import Windows
from watchbill.kernel.clock import Clock
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Unavailable
from watchbill.slo.model import Bound, Bucket, WindowSum

__all__ = ["CountsStore"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE, _HOUR = timedelta(minutes=1), 60  # an hour in minutes
_CHECKPOINT_BYTES = 32 << 20
_MAX_COMPILED = 4
_DAYS_OF_MINUTES, _DAYS_OF_HOURS = 90, 762  # 25 months
_BATCHES_KEPT = _DAYS_OF_MINUTES * DAY  # minutes for which a batch id is remembered
_SAMPLES = 5  # rejected lines of each reason that are kept


class CountsStore:
    """The ports Counts and CountsIntake over a folder. Not for two processes at once: the owner lock sees to that."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self._lock = threading.RLock()
        self._load()

    def _load(self) -> None:
        folder = self._folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._days: dict[int, DayFile] = {
            int(path.stem): DayFile(path, int(path.stem)) for path in folder.glob("*.day")
        }
        self._state = load_state(folder / "state.json")
        self._windows = Windows(self._row, self._span, lambda: len(self._state.series))
        self._compiled: dict[int, Compiled] = {}
        self._firsts = 0  # how often a series reached further back
        self._journal = self._open_journal()

    # --- taking counts in

    def append(self, batch: Batch) -> bool:
        """Add a batch with its source's position, durably, all of it or nothing; False where it was taken before.

        Cells older than 90 days are left out and counted as rejected: at that age only hours are kept.
        """
        return CountsStore.append_all(self, [batch])  # not what a store of several nodes makes of it

    def append_all(self, batches: Sequence[Batch]) -> bool:
        """Batches of different sources with one sync; each of them whole or not at all. False where none was new.

        No two of them may hold the same series: their cells are computed before any is applied.
        """
        with self._lock:
            records = []
            for batch in batches:
                source = self._state.sources.get(batch.source, Source())
                if batch.batch is None or batch.batch not in source.batches:
                    records.append(self._record(batch, source))
            if not records:
                return False
            self._journal.append(*(msgspec.msgpack.encode(record) for record in records))
            crashpoint("counts.after_journal")
            for record in records:
                self._apply(record)
                crashpoint("counts.after_apply")
            if self._journal.size > _CHECKPOINT_BYTES:
                self.checkpoint()
            return True

    def push(self, sli: str, batch: str, minutes: Sequence[Bucket]) -> bool:
        """Counts that somebody else measured; the same batch id again changes nothing."""
        return self.append(pushed(sli, batch, minutes))

    def source(self, name: str) -> Source:
        """What is known of a source; a fresh one where it never sent anything."""
        with self._lock:
            known = self._state.sources.get(name, Source())
            return replace(known, position=dict(known.position), batches={}, reasons=dict(known.reasons))

    def sources(self, prefix: str) -> dict[str, Source]:
        """What is known of the sources whose names begin so."""
        with self._lock:
            names = [name for name in self._state.sources if name.startswith(prefix)]
            return {name: self.source(name) for name in names}

    def pushed(self, sli: str) -> Source:
        """What is known of the counts that were pushed for an SLI."""
        return self.source(pushed_source(sli))

    def first_minute(self, sli: str) -> datetime | None:
        """The first minute with data."""
        with self._lock:
            first = self._state.first.get(sli)
            return None if first is None else _EPOCH + first * _MINUTE

    def groups(self, sli: str) -> list[str]:
        """Series of single groups of an SLI."""
        with self._lock:
            return sorted(name for name in self._state.series if name.startswith(f"{sli}{{"))

    def undoing(self, series: str) -> list[Cell]:
        """Cells that take back all that was counted for a series."""
        first = self.first_minute(series)
        buckets = [] if first is None else self.series(series, first, self._clock.now() + DAY * _MINUTE)
        return [Cell(series, _floor(one.start), -one.good, -one.total) for one in buckets if one.total]

    def _record(self, batch: Batch, source: Source) -> Record:
        taken = _floor(self._clock.now())
        oldest = (taken // DAY - _DAYS_OF_MINUTES + 1) * DAY
        added: dict[tuple[str, int], tuple[int, int]] = {}
        too_old = 0
        late: list[int] = []
        for cell in batch.cells:
            if cell.minute < oldest:
                too_old += 0 if batch.reset else max(cell.total, 1)
                continue
            good, total = added.get((cell.series, cell.minute), (0, 0))
            added[cell.series, cell.minute] = (good + cell.good, total + cell.total)
            if source.mark is not None and cell.minute < source.mark and not batch.reset:
                late.append(cell.minute)
        cells = []
        for (series, minute), (good, total) in added.items():
            old_good, old_total, _ = self._cell(series, minute)
            cells.append((series, minute, old_good + good, old_total + total))
        reasons = dict(batch.reasons) | ({"too_old": too_old} if too_old else {})
        return Record(
            source=batch.source,
            cells=cells,
            position=None if batch.position is None else dict(batch.position),
            batch=batch.batch,
            mark=batch.mark,
            read=batch.read,
            rejected=batch.rejected + too_old,
            late=len(late),
            taken=taken,
            reasons=reasons,
            samples={reason: list(texts) for reason, texts in batch.samples.items()},
            late_at=max(late, default=None),
            reset=batch.reset,
        )

    def _apply(self, record: Record) -> None:
        """Set what the record says; applying it twice sets the same again (counters of sources are part of the record)."""
        for series, minute, good, total in record.cells:
            self._set(series, minute, good, total)
        if record.reset:
            self._state.sources.pop(record.source, None)
        source = self._state.sources.setdefault(record.source, Source())
        if record.position is not None:
            source.position = record.position
        if record.mark is not None:
            source.mark = max(record.mark, source.mark if source.mark is not None else record.mark)
        source.read += record.read
        source.rejected += record.rejected
        source.late += record.late
        if record.late_at is not None:
            source.late_at = max(record.late_at, source.late_at if source.late_at is not None else record.late_at)
        for reason, count in record.reasons.items():
            source.reasons[reason] = source.reasons.get(reason, 0) + count
        for reason, texts in record.samples.items():
            source.samples[reason] = [*source.samples.get(reason, []), *texts][-_SAMPLES:]
        if record.batch is not None:
            source.batches[record.batch] = record.taken

    def _set(self, series: str, minute: int, good: int, total: int) -> None:
        column = self._state.series.setdefault(series, len(self._state.series))
        old_good, old_total, old_covered = self._cell(series, minute)
        self._file(minute // DAY).put(column, minute, good, total)
        self._windows.changed(column, minute, good - old_good, total - old_total, 1 - old_covered)
        if minute < self._state.first.get(series, minute + 1):
            self._state.first[series] = minute
            self._firsts += 1

    # --- asking

    def sums(self, sli: str, minutes: Sequence[int], at: datetime) -> list[WindowSum]:
        """Windows that end with the minute of `at`."""
        end = _floor(at)
        with self._lock:
            column = self._state.series.get(sli)
            found = []
            for count in minutes:
                slot = self._windows.peek(end, count)
                if slot is not None and column is not None and column < slot.sums.shape[1]:
                    found.append(self._sum(sli, end - count + 1, end + 1, slot.sums[:, column]))
                else:
                    found.append(self._between(sli, end - count + 1, end + 1))
            return found

    def between(self, sli: str, start: datetime, end: datetime) -> WindowSum:
        """Every minute that starts in [start, end)."""
        with self._lock:
            return self._between(sli, _ceil(start), _ceil(end))

    def compare(self, bounds: tuple[Bound, ...], at: datetime) -> bytes:
        """One verdict a bound; the same tuple again costs only what entered and left its windows."""
        with self._lock:
            compiled = self._compiled.get(id(bounds))
            if compiled is None or compiled.bounds is not bounds:
                if len(self._compiled) >= _MAX_COMPILED:
                    self._compiled.clear()
                compiled = self._compiled[id(bounds)] = Compiled(
                    bounds, lambda bound: None if bound.since is None else _ceil(bound.since)
                )
            series, first = self._state.series, self._state.first
            compiled.locate(len(series), self._firsts, lambda sli: series.get(sli, -1), lambda sli: first.get(sli, 0))
            return compiled.verdicts(self._windows, _floor(at))

    def series(self, sli: str, start: datetime, end: datetime, step_minutes: int = 1) -> list[Bucket]:
        """Every step of [start, end), in order."""
        first, last = _ceil(start), _ceil(end)
        with self._lock:
            sums = summed_steps(self._days, self._state.series.get(sli), first, last, step_minutes)
        return [
            Bucket(start + number * step_minutes * _MINUTE, good, total, covered > 0)
            for number, (good, total, covered) in enumerate(sums.tolist())
        ]

    def replay(self, asked: Iterable[tuple[Bound, ...]], start: datetime, end: datetime) -> Iterator[list[bytes]]:
        """History judged again; locked only while a part of it is read, so that live ticks go on in between."""
        return replay(self._block, asked, start, end)

    def _block(self, names: Sequence[str], start: int, end: int) -> Block:
        with self._lock:
            columns = [self._state.series.get(name, -1) for name in names]
            days = [
                file.rows(lower, upper, lower - start)
                for day, lower, upper in days_of(start, end)
                if (file := self._days.get(day)) is not None
            ]
            wide = any(day[0].itemsize > 4 for *_, day in days)  # noqa: PLR2004 - bytes of a small count
            return read_block(days, columns, end - start, wide=wide), [
                self._state.first.get(name, end) for name in names
            ]

    def bad_by_hour(self, sli: str, start: datetime, end: datetime) -> list[int]:
        """Read once from the minutes of a day, and kept beside it."""
        with self._lock:
            return bad_hours(self._days, self._state.series.get(sli), _ceil(start), _ceil(end))

    def _between(self, sli: str, start: int, end: int) -> WindowSum:
        column = self._state.series.get(sli)
        if column is None or end <= start:
            return WindowSum(max(0, end - start), 0, 0, 0, 0)
        found = np.zeros(3, np.int64)
        for day, lower, upper in days_of(max(start, self._state.first[sli]), end):
            if (file := self._days.get(day)) is None:
                continue
            whole = upper - lower == DAY
            found += file.sums(column + 1)[:, column] if whole else file.column(column, lower, upper).sum(axis=0)
        return self._sum(sli, start, end, found)

    def _sum(self, sli: str, start: int, end: int, sums: NDArray[np.int64]) -> WindowSum:
        good, total, covered = (int(value) for value in sums)
        due = end - max(start, self._state.first.get(sli, end))
        return WindowSum(end - start, good, total, covered, max(0, due - covered))

    def _cell(self, series: str, minute: int) -> tuple[int, int, int]:
        column, file = self._state.series.get(series), self._days.get(minute // DAY)
        return (0, 0, 0) if column is None or file is None else file.cell(column, minute)

    def _row(self, minute: int) -> NDArray[np.int64]:
        columns, file = len(self._state.series), self._days.get(minute // DAY)
        return np.zeros((3, columns), np.int64) if file is None else file.row(minute, columns)

    def _span(self, start: int, end: int) -> NDArray[np.int64]:
        columns = len(self._state.series)
        found = np.zeros((3, columns), np.int64)
        for day in sorted(self._days):
            if start < (day + 1) * DAY and day * DAY < end:
                found += self._days[day].part(start, end, columns)
        return found

    def _file(self, day: int) -> DayFile:
        file = self._days.get(day)
        if file is None:
            columns = max(16, 1 << (len(self._state.series) - 1).bit_length())
            file = self._days[day] = DayFile(self._folder / f"{day}.day", day, columns=columns)
        return file

    # --- keeping

    def checkpoint(self) -> None:
        """Bring the day files and the state to disk and begin a new journal; safe to be killed in."""
        with self._lock:
            for file in self._days.values():
                file.flush()
            crashpoint("counts.after_flush")
            oldest = _floor(self._clock.now()) - _BATCHES_KEPT
            for source in self._state.sources.values():
                source.batches = {batch: taken for batch, taken in source.batches.items() if taken >= oldest}
            old = self._journal
            self._state.journal += 1
            save_state(self._folder / "state.json", self._state)
            crashpoint("counts.after_state")
            self._journal = Journal(self._folder / f"{self._state.journal}.journal")
            old.close()
            old.path.unlink(missing_ok=True)

    def compact(self) -> int:
        """Roll days older than 90 up to hours and drop those older than 25 months; the number of days changed."""
        today = _floor(self._clock.now()) // DAY
        changed = 0
        with self._lock:
            for day, file in sorted(self._days.items()):
                if today - day >= _DAYS_OF_HOURS:
                    file.close()
                    file.path.unlink()
                    totals_path(file.path).unlink(missing_ok=True)
                    del self._days[day]
                    changed += 1
                elif today - day >= _DAYS_OF_MINUTES and file.step == 1:
                    self._roll(day, file)
                    changed += 1
            if changed:
                self._windows.forget()
        return changed

    def _roll(self, day: int, file: DayFile) -> None:
        fresh = self._folder / f"{day}.hours"
        fresh.unlink(missing_ok=True)
        file.hours(fresh)
        file.close()
        totals_path(file.path).unlink(missing_ok=True)
        fresh.replace(file.path)
        self._days[day] = DayFile(file.path, day)

    def backup(self, folder: Path) -> None:
        """A copy that opens as a store of its own, as of this moment."""
        with self._lock:
            self.checkpoint()
            shutil.copytree(self._folder, folder)

    def close(self) -> None:
        """Checkpoint and let go of the files."""
        with self._lock:
            self.checkpoint()
            self._journal.close()
            for file in self._days.values():
                file.close()
            self._days.clear()

    def _open_journal(self) -> Journal:
        """Apply what was appended since the checkpoint; journals from before it are leftovers of a crash."""
        journal = Journal(self._folder / f"{self._state.journal}.journal")
        try:
            for payload in journal.replay():
                record = msgspec.msgpack.decode(payload, type=Record)
                for day in {minute // DAY for _, minute, _, _ in record.cells} & self._days.keys():
                    self._days[day].forget_sums()
                self._apply(record)
        except msgspec.DecodeError as wrong:
            raise Unavailable(f"{journal.path} holds a record of another version: {wrong}") from wrong
        for path in self._folder.glob("*.journal"):
            if path != journal.path:
                path.unlink()
        return journal


def _floor(moment: datetime) -> int:
    """The minute that holds the moment, counted from 1970."""
    return (moment - _EPOCH) // _MINUTE


def _ceil(moment: datetime) -> int:
    """The first minute that starts at or after the moment."""
    return -((_EPOCH - moment) // _MINUTE)
