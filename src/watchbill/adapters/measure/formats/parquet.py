"""Parquet: rows instead of lines. Columns by name as in JSON lines; times as timestamps or as RFC 3339 text.

A timestamp that is not adjusted to UTC is the wall clock of `timezone`; without one it is taken as UTC, as Parquet's writers do.
"""

from collections.abc import Mapping
from dataclasses import replace

from watchbill.adapters.measure.formats.fields import ALWAYS, STANDARD, Layout, as_column, times
from watchbill.adapters.measure.formats.moments import zoned_second
from watchbill.adapters.measure.formats.shape import LONGEST_MS, Event, Need, Reject, Relation
from watchbill.adapters.measure.predicates import CANONICAL, quoted

__all__ = ["MAGIC", "Parquet"]

MAGIC = b"PAR1"
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip


class Parquet:
    """The rows of one file; `types` are its columns as DuckDB names their types."""

    name = "parquet"

    def __init__(self, types: Mapping[str, str] | None = None, zone: str | None = None) -> None:
        self._types = dict(types or {})
        self._zone = zone
        self._layout: Layout = replace(STANDARD, zone=zone)

    def with_columns(self, types: Mapping[str, str]) -> "Parquet":
        """The same with the columns of one file."""
        return Parquet(types, self._zone)

    @property
    def gives(self) -> frozenset[str] | None:
        """The canonical columns that the file has; any name before a file is known."""
        return frozenset(column for column in CANONICAL if self._key(column)) if self._types else None

    @property
    def own(self) -> frozenset[str]:
        """All columns of the file."""
        return frozenset(self._types)

    def recognises(self, line: str) -> bool:
        """Its first four bytes say so; never by a line."""
        return line.startswith(MAGIC.decode())

    def relations(self, need: Need, *, careful: bool) -> tuple[Relation, ...]:  # noqa: ARG002 - no text is split
        """Typed columns as they are; text is read as in JSON lines."""
        second, form = self._time()
        columns = {quoted(column): self._column(column, second) for column in sorted(need.columns)}
        columns |= {quoted(name, own=True): self._own(name) for name in sorted(need.fields)}
        judged = " AND ".join([form, self._judged("status", 100, 599), self._judged("duration_ms", 0, LONGEST_MS)])
        relation = Relation(
            reader="read_parquet",
            options="file_row_number=true",
            ok=f"coalesce({judged}, false)",
            key=second,
            second="k",
            hour=f"({second}) // 3600",
            hour_second="h * 3600",
            columns=columns,
        )
        return (relation,)

    def reasons(self) -> str:
        """SQL: why a row that is not ok is no event."""
        _, form = self._time()
        return (
            f"CASE WHEN NOT coalesce({form}, false) THEN '{Reject.BAD_TIME}'"
            f" WHEN NOT coalesce({self._judged('status', 100, 599)}, false) THEN '{Reject.BAD_STATUS}'"
            f" ELSE '{Reject.BAD_DURATION}' END"
        )

    def sample(self) -> str:
        """SQL: what is shown of such a row."""
        shown = [self._raw(column) for column in ALWAYS]
        return "concat_ws(', ', " + ", ".join(f"coalesce({raw}::VARCHAR, 'NULL')" for raw in shown) + ")"

    def read(self, line: str, need: Need) -> Event | Reject:  # noqa: ARG002 - there are no lines
        """A line of text is no Parquet."""
        return Reject.OTHER_FORMAT

    def is_whole(self, line: str, before: str | None) -> bool:  # noqa: ARG002 - there are no lines
        """Not asked."""
        return False

    def _key(self, column: str) -> str | None:
        keys = STANDARD.keys_of(column)
        return next((name for key in keys for name in self._types if name.lower() == key), None)

    def _raw(self, column: str) -> str:
        key = self._key(column)
        return "NULL" if key is None else _name(key)

    def _kind(self, column: str) -> str:
        return self._types.get(self._key(column) or "", "VARCHAR")

    def _time(self) -> tuple[str, str]:
        """Epoch seconds, and whether a row has a time."""
        raw, kind = self._raw("timestamp"), self._kind("timestamp")
        if kind == "TIMESTAMP WITH TIME ZONE":
            second = f"epoch_us({raw}) // 1000000"
            return second, f"{raw} IS NOT NULL AND isfinite({raw}) AND {second} >= 0"
        if kind.startswith("TIMESTAMP"):
            local = raw if kind == "TIMESTAMP" else f"CAST({raw} AS TIMESTAMP)"
            second = zoned_second(local, self._zone or "UTC")
            return second, f"{raw} IS NOT NULL AND isfinite({raw}) AND ({second}) >= 0"
        text = f"CAST({raw} AS VARCHAR)"
        timing = times(self._layout, text)[-1]
        return timing.key, f"{timing.form} AND ({timing.key}) >= 0"

    def _judged(self, column: str, least: int, most: int) -> str:
        raw, kind = self._raw(column), self._kind(column)
        if kind.startswith(_NUMBERS):
            whole = f" AND {raw} = floor({raw})" if column == "status" and kind.startswith(("FLOAT", "DOUBLE")) else ""
            return f"({raw} IS NULL OR ({raw} BETWEEN {least} AND {most}{whole}))"
        number = f"TRY_CAST(nullif(nullif({raw}::VARCHAR, ''), '-') AS DOUBLE)" if column == "duration_ms" else f"TRY_CAST({raw}::VARCHAR AS USMALLINT)"  # fmt: skip
        absent = f"{raw} IS NULL" + (f" OR {raw}::VARCHAR IN ('', '-')" if column == "duration_ms" else "")
        form = f" AND regexp_full_match({raw}::VARCHAR, '[1-5]\\d\\d')" if column == "status" else ""
        return f"({absent} OR ({number} BETWEEN {least} AND {most}{form}))"

    def _column(self, column: str, second: str) -> str:
        if column == "timestamp":
            raw, kind = self._raw(column), self._kind(column)
            if kind.startswith("TIMESTAMP"):
                return f"make_timestamp(1000000 * ({second}) + microsecond(CAST({raw} AS TIMESTAMP)) % 1000000)"
        raw = self._raw(column)
        if self._kind(column).startswith(_NUMBERS):
            return raw if column in {"status", "duration_ms", "bytes"} else f"CAST({raw} AS VARCHAR)"
        return as_column(self._layout, column, f"CAST({raw} AS VARCHAR)", second)

    def _own(self, name: str) -> str:
        return f"CAST({_name(name)} AS VARCHAR)" if name in self._types else "NULL::VARCHAR"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
