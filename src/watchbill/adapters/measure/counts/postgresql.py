"""The shared minutes in PostgreSQL: what may still change, where sources stand, and the log that copies follow.

An append is one transaction. All appends queue on one advisory lock, so that the log's numbers rise in the order of commits.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from watchbill.adapters.measure.counts.batch import Batch, Cell, Source
from watchbill.kernel.errors import Unavailable

__all__ = ["Cut", "Moving", "PostgresqlMinutes"]

Open = Callable[[], AbstractContextManager[Connection]]
Cells = list[tuple[str, int, int, int]]
YOUNG = -1
_LOCK = 0x636F756E  # "coun"
_MOST_ENTRIES = 5_000

# Take the order of commits.
_IN_ORDER = text("SELECT pg_advisory_xact_lock(:key)")
# A batch id once.
_TAKE = text(
    "INSERT INTO count_batches (source, batch, taken) VALUES (:source, :batch, :taken) ON CONFLICT DO NOTHING RETURNING 1"
)
# A source as it stands.
_SOURCE = text("SELECT position, mark, read, rejected, late, revision FROM count_sources WHERE source = :source")
# A source after an append.
_SAVE = text(
    """INSERT INTO count_sources (source, position, mark, read, rejected, late, revision)
    VALUES (:source, CAST(coalesce(CAST(:position AS text), '{}') AS jsonb), :mark, :read, :rejected, :late, 1)
    ON CONFLICT (source) DO UPDATE SET
      position = coalesce(CAST(CAST(:position AS text) AS jsonb), count_sources.position),
      mark = greatest(count_sources.mark, excluded.mark),
      read = count_sources.read + excluded.read,
      rejected = count_sources.rejected + excluded.rejected,
      late = count_sources.late + excluded.late,
      revision = count_sources.revision + 1"""
)
# Events added to minutes that may still change.
_ADD = text(
    """INSERT INTO count_minutes (series, minute, part, good, total)
    SELECT * FROM unnest(CAST(:series AS text[]), CAST(:minutes AS int[]), CAST(:parts AS int[]), CAST(:good AS bigint[]), CAST(:total AS bigint[]))
    ON CONFLICT (series, minute, part) DO UPDATE
    SET good = count_minutes.good + excluded.good, total = count_minutes.total + excluded.total"""
)
# The same for the copies.
_LOG = text("INSERT INTO count_log (taken, cells) VALUES (:taken, :cells)")
# What a copy has not applied yet.
_AFTER = text("SELECT seq, cells FROM count_log WHERE seq > :seq ORDER BY seq LIMIT :most")
# How far the log was deleted.
_FLOOR = text("SELECT value FROM count_marks WHERE name = 'log_floor'")
# The whole state, for a new copy.
_NEWEST = text("SELECT coalesce(max(seq), 0) FROM count_log")
_MINUTES = text("SELECT series, minute, part, good, total FROM count_minutes")
_PARTS = text("SELECT series, part, newest FROM count_parts")
# Minutes on their way to the metrics store.
_MOVING = text(
    "SELECT series, minute, part, good, total FROM count_minutes WHERE part >= 0 ORDER BY minute LIMIT :most"
)
# Minutes that have become final, to be given a part.
_FINAL = text(
    "SELECT series, minute, good, total FROM count_minutes WHERE part = -1 AND minute < :edge ORDER BY minute, series LIMIT :most FOR UPDATE"
)
_ASSIGN = text(
    """UPDATE count_minutes AS m SET part = n.part
    FROM unnest(CAST(:series AS text[]), CAST(:minutes AS int[]), CAST(:parts AS int[])) AS n(series, minute, part)
    WHERE m.series = n.series AND m.minute = n.minute AND m.part = -1"""
)
_NEWEST_OF_PARTS = text(
    """INSERT INTO count_parts (series, part, newest)
    SELECT * FROM unnest(CAST(:series AS text[]), CAST(:parts AS int[]), CAST(:newest AS int[]))
    ON CONFLICT (series, part) DO UPDATE SET newest = excluded.newest"""
)
# Minutes that the metrics store has for certain.
_ARRIVED = text(
    """DELETE FROM count_minutes AS m
    USING unnest(CAST(:series AS text[]), CAST(:minutes AS int[]), CAST(:parts AS int[])) AS n(series, minute, part)
    WHERE m.series = n.series AND m.minute = n.minute AND m.part = n.part"""
)
# What no copy needs any more, and batch ids past their time.
_FORGET_LOG = text("WITH gone AS (DELETE FROM count_log WHERE taken < :before RETURNING seq) SELECT max(seq) FROM gone")
_SET_FLOOR = text(
    """INSERT INTO count_marks (name, value) VALUES ('log_floor', :value)
    ON CONFLICT (name) DO UPDATE SET value = greatest(count_marks.value, excluded.value)"""
)
_FORGET_BATCHES = text("DELETE FROM count_batches WHERE taken < :before")


@dataclass(frozen=True, slots=True)
class Moving:
    """A final minute with the part of its series that it goes to."""

    series: str
    minute: int
    part: int
    good: int
    total: int


@dataclass(frozen=True, slots=True)
class Cut:
    """All of it at one moment: the log's end, the minutes here, and how far each part reached in the metrics store."""

    seq: int
    minutes: Sequence[Moving]
    newest: dict[tuple[str, int], int]


class PostgresqlMinutes:
    """`begin` and `read` open a write transaction and a read-only snapshot."""

    def __init__(self, begin: Open, read: Open) -> None:
        self._begin, self._read = begin, read

    def source(self, name: str) -> tuple[Source, int]:
        """What is known of a source, and its revision; 0 where it never sent anything."""
        with self._read() as connection:
            row = connection.execute(_SOURCE, {"source": name}).one_or_none()
        if row is None:
            return Source(), 0
        return Source(dict(row.position), row.mark, row.read, row.rejected, row.late), row.revision

    def append(self, batch: Batch, *, taken: int, oldest: int, seen: int | None) -> bool:
        """Add a batch; False where it was taken before. `seen` is the revision at which its reader stood.

        Raises Unavailable where another node has appended for the source since: the reader looks again.
        """
        with self._begin() as connection:
            connection.execute(_IN_ORDER, {"key": _LOCK})
            named = {"source": batch.source, "batch": batch.batch, "taken": taken}
            if batch.batch is not None and connection.execute(_TAKE, named).one_or_none() is None:
                return False
            row = connection.execute(_SOURCE, {"source": batch.source}).one_or_none()
            revision = 0 if row is None else row.revision
            if batch.position is not None and seen is not None and seen != revision:
                raise Unavailable(f"another node has counted for {batch.source} meanwhile", hint="it is tried again")
            mark = None if row is None else row.mark
            cells, rejected = _merged(batch.cells, oldest)
            late = sum(mark is not None and cell.minute < mark for cell in batch.cells if cell.minute >= oldest)
            _add(connection, cells)
            position = None if batch.position is None else msgspec.json.encode(batch.position).decode()
            connection.execute(
                _SAVE,
                {
                    "source": batch.source,
                    "position": position,
                    "mark": batch.mark,
                    "read": batch.read,
                    "rejected": batch.rejected + rejected,
                    "late": late,
                },
            )
            if cells:
                connection.execute(_LOG, {"taken": taken, "cells": msgspec.msgpack.encode(cells)})
        return True

    def after(self, seq: int) -> list[tuple[int, Cells]] | None:
        """Entries of the log behind `seq`, in order, a bounded number; None where the log no longer reaches back so far."""
        with self._read() as connection:
            floor = connection.execute(_FLOOR).scalar_one_or_none()
            if floor is not None and seq < floor:
                return None
            rows = connection.execute(_AFTER, {"seq": seq, "most": _MOST_ENTRIES}).all()
        return [(row.seq, msgspec.msgpack.decode(row.cells, type=Cells)) for row in rows]

    def cut(self) -> Cut:
        """Everything, as of one moment."""
        with self._read() as connection:
            seq = connection.execute(_NEWEST).scalar_one()
            floor = connection.execute(_FLOOR).scalar_one_or_none()
            minutes = [Moving(*row) for row in connection.execute(_MINUTES)]
            newest = {(row.series, row.part): row.newest for row in connection.execute(_PARTS)}
        return Cut(max(seq, floor or 0), minutes, newest)

    def moving(self, most: int) -> list[Moving]:
        """Minutes that are on their way."""
        with self._read() as connection:
            return [Moving(*row) for row in connection.execute(_MOVING, {"most": most})]

    def send_off(self, edge: int, most: int) -> int:
        """Give minutes before `edge` the parts that they go to; how many. A part takes a minute only behind its newest one."""
        with self._begin() as connection:
            connection.execute(_IN_ORDER, {"key": _LOCK})
            rows = connection.execute(_FINAL, {"edge": edge, "most": most}).all()
            newest: dict[str, list[int]] = {}
            for known in connection.execute(_PARTS):
                parts = newest.setdefault(known.series, [])
                parts += [YOUNG] * (known.part + 1 - len(parts))
                parts[known.part] = known.newest
            chosen = [_part(newest.setdefault(row.series, []), row.minute) for row in rows]
            if rows:
                names, minutes = [row.series for row in rows], [row.minute for row in rows]
                connection.execute(_ASSIGN, {"series": names, "minutes": minutes, "parts": chosen})
                touched = sorted(set(zip(names, chosen, strict=True)))
                connection.execute(
                    _NEWEST_OF_PARTS,
                    {
                        "series": [series for series, _ in touched],
                        "parts": [part for _, part in touched],
                        "newest": [newest[series][part] for series, part in touched],
                    },
                )
        return len(rows)

    def arrived(self, moved: Sequence[Moving]) -> None:
        """Drop minutes that lie in the metrics store."""
        with self._begin() as connection:
            columns = {"series": [one.series for one in moved], "minutes": [one.minute for one in moved]}
            connection.execute(_ARRIVED, columns | {"parts": [one.part for one in moved]})

    def forget(self, *, log_before: int, batches_before: int) -> None:
        """Delete what is past its time."""
        with self._begin() as connection:
            connection.execute(_IN_ORDER, {"key": _LOCK})
            gone = connection.execute(_FORGET_LOG, {"before": log_before}).scalar_one()
            if gone is not None:
                connection.execute(_SET_FLOOR, {"value": gone})
            connection.execute(_FORGET_BATCHES, {"before": batches_before})


def _part(newest: list[int], minute: int) -> int:
    """The first part whose newest minute lies before this one, or a new one; `newest` moves on."""
    for part, at in enumerate(newest):
        if at < minute:
            newest[part] = minute
            return part
    newest.append(minute)
    return len(newest) - 1


def _merged(cells: Sequence[Cell], oldest: int) -> tuple[Cells, int]:
    """Cells by series and minute, in order, and how many events were too old."""
    added: dict[tuple[str, int], tuple[int, int]] = {}
    too_old = 0
    for cell in cells:
        if cell.minute < oldest:
            too_old += max(cell.total, 1)
            continue
        good, total = added.get((cell.series, cell.minute), (0, 0))
        added[cell.series, cell.minute] = (good + cell.good, total + cell.total)
    return [(series, minute, good, total) for (series, minute), (good, total) in sorted(added.items())], too_old


def _add(connection: Connection, cells: Cells) -> None:
    if cells:
        series, minutes, good, total = (list(column) for column in zip(*cells, strict=True))
        parts = [YOUNG] * len(cells)
        connection.execute(_ADD, {"series": series, "minutes": minutes, "parts": parts, "good": good, "total": total})
