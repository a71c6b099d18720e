"""CSV with a header: canonical columns by their names and aliases, every other column as a field of its own name.

A record is one line: a quoted text with a line break in it is two lines that are no records.
"""

import csv
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from watchbill.adapters.measure.formats.fields import ALWAYS, STANDARD, Layout, as_column, judge, ok, times
from watchbill.adapters.measure.formats.shape import MAX_LINE, Event, Need, Reject, Relation
from watchbill.adapters.measure.predicates import CANONICAL, quoted, text_literal
from watchbill.kernel.errors import Invalid

__all__ = ["Csv", "is_header"]

_DELIMITERS = (",", ";", "\t", "|")
_FEWEST_COLUMNS = 2


class Csv:
    """Lines under one header. Each file brings its own: `with_header` makes the format of that file."""

    name = "csv"

    def __init__(self, header: str = "", zone: str | None = None) -> None:
        self._header = header
        self._layout: Layout = replace(STANDARD, zone=zone)
        self._delimiter = next((sign for sign in _DELIMITERS if sign in header), ",")
        self._names = [name.strip() for name in _split(header, self._delimiter) or []]
        twice = {name for name in self._names if self._names.count(name) > 1}
        if twice:
            raise Invalid("format", f"the header names {min(twice)!r} twice", hint="each column needs its own name")

    def with_header(self, header: str) -> "Csv":
        """The same with the header of one file."""
        return Csv(header.strip("\r\n").removeprefix("\ufeff"), self._layout.zone)

    @cached_property
    def gives(self) -> frozenset[str] | None:
        """The canonical columns that the header names; without a header any name may be one."""
        if not self._names:
            return None
        return frozenset(column for column in CANONICAL if self._keys(column))

    @property
    def own(self) -> frozenset[str]:
        """All that the header names."""
        return frozenset(self._names)

    def recognises(self, line: str) -> bool:
        """A header with a column for the time. A line below it is recognised by nothing."""
        return is_header(line)

    def relations(self, need: Need, *, careful: bool) -> tuple[Relation, ...]:  # noqa: ARG002 - backslashes mean nothing special here
        """Strict RFC 4180: whatever is quoted oddly makes the block irregular, and is then read line by line."""
        names = {name: f"c{place}" for place, name in enumerate(self._names)}
        found = {column: _first([names[key] for key in self._keys(column)]) for column in {*ALWAYS, *need.columns}}
        stamp, status, duration = (found[column] for column in ALWAYS)
        second = self._layout.second(stamp)
        columns = {
            quoted(column): as_column(self._layout, column, found[column], second) for column in sorted(need.columns)
        }
        columns |= {quoted(name, own=True): _text(names.get(name)) for name in sorted(need.fields)}
        spelled = ", ".join(f"'{raw}': 'VARCHAR'" for raw in names.values())
        options = (
            f"delim={text_literal(self._delimiter)}, quote='\"', escape='\"', header=false, auto_detect=false,"
            " strict_mode=true, null_padding=false, ignore_errors=false, nullstr='\\x01', comment='', new_line='\\n',"
            f" buffer_size={8 << 20}, max_line_size={2 * MAX_LINE}, columns={{{spelled}}}"
        )
        return tuple(
            Relation(
                reader="read_csv",
                options=options,
                ok=ok(self._layout, timing.form, status, duration),
                key=timing.key,
                second=timing.second,
                hour=timing.hour,
                hour_second=timing.hour_second,
                columns=columns,
            )
            for timing in times(self._layout, stamp)
        )

    def read(self, line: str, need: Need) -> Event | Reject:
        """One line, exactly as many fields as the header."""
        if line == self._header:
            return Reject.HEADER
        row = _split(line, self._delimiter)
        if row is None or len(row) != len(self._names):
            return Reject.OTHER_FORMAT
        found: dict[str, object] = {name: text or None for name, text in zip(self._names, row, strict=True)}
        values = {
            column: next((found[key] for key in self._keys(column) if found[key] is not None), None)
            for column in {*ALWAYS, *need.columns}
        }
        return judge(self._layout, values, need, found)

    def is_whole(self, line: str, before: str | None) -> bool:  # noqa: ARG002 - the last field may have been cut off wherever it ends
        """Never sure: the last field may go on."""
        return False

    def _keys(self, column: str) -> list[str]:
        """The header's names for a canonical column, in the standard's order, whatever their case."""
        return [name for key in STANDARD.keys_of(column) for name in self._names if name.lower() == key]


def is_header(line: str) -> bool:
    """Whether a line names columns, among them one for the time."""
    line = line.removeprefix("\ufeff").strip("\r\n")
    delimiter = next((sign for sign in _DELIMITERS if sign in line), None)
    names = {name.strip().lower() for name in (_split(line, delimiter) or [])} if delimiter else set()
    return len(names) >= _FEWEST_COLUMNS and any(key in names for key in STANDARD.keys_of("timestamp"))


def _split(line: str, delimiter: str) -> Sequence[str] | None:
    """The fields; None for what is no CSV."""
    if not line or "\r" in line:
        return None
    try:
        rows = list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _text(raw: str | None) -> str:
    """An empty field is absent."""
    return "NULL::VARCHAR" if raw is None else f"nullif({raw}, '')"


def _first(raws: list[str]) -> str:
    if not raws:
        return "NULL::VARCHAR"
    return _text(raws[0]) if len(raws) == 1 else f"coalesce({', '.join(_text(raw) for raw in raws)})"
