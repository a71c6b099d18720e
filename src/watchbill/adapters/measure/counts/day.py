"""One day of counts: a memory-mapped file, minute after minute, a row for each and a column for each series.

Cells are plain values and are only ever set to a value, never added to, so that applying a record twice, or half of it
before a crash, leaves nothing wrong. Layout: one page of header, then three planes: good, total, covered minutes.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from watchbill.adapters.measure.counts.totals import load_totals, save_totals, totals_path
from watchbill.kernel.errors import Unavailable

__all__ = ["DAY", "DayFile", "Rows", "bad_hours"]

DAY = 1440  # minutes
_HEADER = struct.Struct("<8sIIIIq")  # magic, version, bytes a count, minutes a row, columns, day number
_MAGIC, _VERSION, _PAGE = b"wbcounts", 1, 4096
_SMALL, _WIDE = 4, 8
_MOST_HOURLY = 2_000  # series of a day whose hours are kept at hand
_TYPES: dict[int, np.dtype[np.unsignedinteger]] = {1: np.dtype("u1"), _SMALL: np.dtype("<u4"), _WIDE: np.dtype("<u8")}

Rows = NDArray[np.int64]  # (rows, 3): good, total, covered


class DayFile:
    """`step` is the minutes of a row: 1, or 60 where the day was rolled up to hours."""

    def __init__(self, path: Path, day: int, *, columns: int = 16, step: int = 1) -> None:
        self.path, self.day = path, day
        if not path.exists():
            _create(path, day, columns, step, _SMALL)
        self._map()

    def _map(self) -> None:
        """Open the file as it is now."""
        with self.path.open("rb") as file:
            header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            raise Unavailable(f"{self.path} is cut off", hint="restore it from a backup: `watchbill restore`")
        magic, version, width, self.step, self.columns, day = _HEADER.unpack(header)
        if magic != _MAGIC or version != _VERSION or day != self.day or width not in {_SMALL, _WIDE}:
            raise Unavailable(
                f"{self.path} is not a counts file of this version",
                hint="restore it from a backup: `watchbill restore`",
            )
        self.width = width
        rows, size = DAY // self.step, self.columns * (DAY // self.step)
        raw = np.memmap(self.path, dtype=np.uint8, mode="r+")
        planes = []
        offset = _PAGE
        for bytes_each in (width, width, 1):
            plane = raw[offset : offset + size * bytes_each].view(_TYPES[bytes_each])
            planes.append(plane.reshape(rows, self.columns))
            offset += size * bytes_each
        self._raw = raw
        self.planes = tuple(planes)
        self._good, self._total, self._covered = planes
        self._sums: NDArray[np.int64] | None = load_totals(self.path)
        self._saved = self._sums is not None
        self._hours: dict[int, Rows] = {}

    @property
    def first(self) -> int:
        """The day's first minute."""
        return self.day * DAY

    def cell(self, column: int, minute: int) -> tuple[int, int, int]:
        """Good, total, covered minutes of the row that holds the minute."""
        if column >= self.columns:
            return 0, 0, 0
        row = (minute - self.first) // self.step
        return int(self._good[row, column]), int(self._total[row, column]), int(self._covered[row, column])

    def put(self, column: int, minute: int, good: int, total: int) -> None:
        """Set a cell; makes the file wider where the column or the number does not fit."""
        if column >= self.columns or total >= 1 << (8 * self.width):
            self._grow(column + 1, _WIDE if total >= 1 << (8 * _SMALL) else self.width)
        row = (minute - self.first) // self.step
        self._saved = False
        self._hours.pop(column, None)
        if self._sums is not None:
            self._sums = _wide(self._sums, self.columns) if self._sums.shape[1] < self.columns else self._sums
            old_good, old_total, old_covered = self.cell(column, minute)
            self._sums[:, column] += (good - old_good, total - old_total, 1 - old_covered)
        self._good[row, column], self._total[row, column], self._covered[row, column] = good, total, 1

    def row(self, minute: int, columns: int) -> NDArray[np.int64]:
        """(3, columns): the row that holds the minute."""
        row = (minute - self.first) // self.step
        found = np.zeros((3, columns), np.int64)
        width = min(columns, self.columns)
        found[0, :width], found[1, :width], found[2, :width] = (
            self._good[row, :width],
            self._total[row, :width],
            self._covered[row, :width],
        )
        return found

    def sums(self, columns: int) -> NDArray[np.int64]:
        """(3, columns): the whole day; computed once and kept up to date."""
        if self._sums is None:
            self._sums = np.stack([plane.sum(axis=0, dtype=np.int64) for plane in self.planes])
        return _wide(self._sums, columns)

    def part(self, start: int, end: int, columns: int) -> NDArray[np.int64]:
        """(3, columns): minutes of [start, end) inside this day; a rolled-up hour counts where it starts."""
        rows = self._rows(start, end)
        if rows == slice(0, DAY // self.step):
            return self.sums(columns)
        found = np.stack([plane[rows].sum(axis=0, dtype=np.int64) for plane in self.planes])
        return _wide(found, columns)

    def column(self, column: int, start: int, end: int) -> Rows:
        """(minutes, 3): one series over [start, end) inside this day, minute by minute; a rolled-up hour sits in its first minute."""
        found = np.zeros((end - start, 3), np.int64)
        if column >= self.columns:
            return found
        rows = self._rows(start, end)
        at = self.first + np.arange(rows.start, rows.stop) * self.step - start
        found[at, 0], found[at, 1], found[at, 2] = (
            self._good[rows, column],
            self._total[rows, column],
            self._covered[rows, column],
        )
        return found

    def rows(self, start: int, end: int, at: int) -> tuple[int, int, int, tuple[NDArray[np.unsignedinteger], ...]]:
        """Views of the rows of [start, end): where the first one lies when `start` lies at `at`, the step, how many, planes."""
        rows = self._rows(start, end)
        place = self.first + rows.start * self.step - start + at
        return place, self.step, rows.stop - rows.start, tuple(plane[rows] for plane in self.planes)

    def hourly(self, column: int) -> Rows:
        """(24, 3): one series, hour by hour; computed once and kept until a count of the series changes."""
        found = self._hours.get(column)
        if found is None:
            minutes = self.column(column, self.first, self.first + DAY)
            while len(self._hours) >= _MOST_HOURLY:  # 90 days of 10,000 series would be half a gigabyte
                self._hours.pop(next(iter(self._hours)))
            found = self._hours[column] = minutes.reshape(24, 60, 3).sum(axis=1)
        return found

    def _rows(self, start: int, end: int) -> slice:
        """Rows that start in [start, end)."""
        first, last = max(start, self.first) - self.first, min(end, self.first + DAY) - self.first
        return slice(-(-first // self.step), max(-(-first // self.step), -(-last // self.step)))

    def forget_sums(self) -> None:
        """Add up the day anew when asked: the file may already hold, in part, what is applied next."""
        totals_path(self.path).unlink(missing_ok=True)
        self._sums, self._saved = None, False

    def flush(self) -> None:
        """Everything set so far is on disk when this returns, with the totals where they are known."""
        self._raw.flush()
        if self._saved:
            return
        if self._sums is None:
            totals_path(self.path).unlink(missing_ok=True)
        else:
            save_totals(self.path, self._sums)
            self._saved = True

    def close(self) -> None:
        """Let go of the mapping."""
        del self._raw, self.planes, self._good, self._total, self._covered

    def hours(self, path: Path) -> None:
        """Write the same day with a row an hour to a new file."""
        width = _WIDE if self.sums(self.columns).max(initial=0) >= 1 << (8 * _SMALL) else self.width
        _create(path, self.day, self.columns, 60, width)
        rolled = DayFile(path, self.day)
        for target, plane in zip(rolled.planes, self.planes, strict=True):
            target[:] = plane.reshape(24, 60 // self.step, self.columns).sum(axis=1)
        rolled.flush()
        rolled.close()

    def _grow(self, columns: int, width: int) -> None:
        """Rewrite the file with more columns or wider counts; the old one stays until the new one is whole."""
        wanted = self.columns
        while wanted < columns:
            wanted *= 2
        fresh = self.path.with_suffix(".grow")
        _create(fresh, self.day, wanted, self.step, width)
        bigger = DayFile(fresh, self.day)
        for target, plane in zip(bigger.planes, self.planes, strict=True):
            target[:, : self.columns] = plane
        bigger.flush()
        bigger.close()
        sums = self._sums
        fresh.replace(self.path)
        self._map()
        self._sums, self._saved = sums, False


def _create(path: Path, day: int, columns: int, step: int, width: int) -> None:
    size = _PAGE + columns * (DAY // step) * (2 * width + 1)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(_HEADER.pack(_MAGIC, _VERSION, width, step, columns, day))
        file.truncate(size)  # a sparse file: quiet series cost nothing on disk
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _wide(found: NDArray[np.int64], columns: int) -> NDArray[np.int64]:
    """Cut or filled with zeros to that many columns, always a copy."""
    wide = np.zeros((3, columns), np.int64)
    width = min(columns, found.shape[1])
    wide[:, :width] = found[:, :width]
    return wide


def days_of(start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(day, start, end) for each day that [start, end) touches."""
    while start < end:
        day = start // DAY
        upper = min(end, (day + 1) * DAY)
        yield day, start, upper
        start = upper


def bad_hours(days: Mapping[int, DayFile], column: int | None, first: int, last: int) -> list[int]:
    """Bad events of a series for each hour of the minutes [first, last); 0 where nothing is known."""
    bad = np.zeros(max(0, last - first) // 60, np.int64)
    for day, lower, upper in days_of(first, last):
        if column is not None and (file := days.get(day)) is not None:
            hours = file.hourly(column)[(lower - file.first) // 60 : (upper - file.first) // 60]
            bad[(lower - first) // 60 : (upper - first) // 60] = hours[:, 1] - hours[:, 0]
    return [int(count) for count in bad.tolist()]
