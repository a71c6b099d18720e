"""What a log format is: how its lines are recognised, read fast by DuckDB, and judged one by one where they are odd."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from watchbill.adapters.measure.predicates import quoted, text_literal

__all__ = ["LONGEST_MS", "MAX_LINE", "Event", "Format", "Need", "Reject", "Relation", "records_relation", "select_list"]

MAX_LINE = 1 << 20  # bytes; longer lines are rejected as too_long
LONGEST_MS = 10_000_000_000  # 115 days; a longer duration is a mistake, not a request


class Reject(StrEnum):
    """Why a line is no event. Each is counted by this name, and sampled; blank lines and headers are no faults."""

    BLANK = "blank"
    TOO_LONG = "too_long"
    NUL = "nul"
    NOT_UTF8 = "not_utf8"
    HEADER = "header"  # names of columns: no event, and nothing wrong with it
    HALF_LINE = "half_line"  # the last one of a file, without its end
    OTHER_FORMAT = "other_format"  # not a line of the file's format at all
    BAD_JSON = "bad_json"
    BAD_TIME = "bad_time"
    BAD_STATUS = "bad_status"
    BAD_DURATION = "bad_duration"
    FUTURE_TIME = "future_time"  # follow only: later than the clock by more than the tolerance
    TOO_LATE = "too_late"  # follow only: older than late events may be

    @property
    def is_fault(self) -> bool:
        """Whether something is wrong with such a line."""
        return self not in {Reject.BLANK, Reject.HEADER}


@dataclass(frozen=True, slots=True)
class Need:
    """Which columns somebody asks for: canonical ones, and fields of JSON lines by their own name."""

    columns: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    def __or__(self, other: "Need") -> "Need":
        return Need(self.columns | other.columns, self.fields | other.fields)


@dataclass(frozen=True, slots=True)
class Event:
    """A line that was read the slow way: epoch microseconds, and text or numbers by canonical column and own name."""

    at_us: int
    columns: Mapping[str, object]
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Relation:
    """How DuckDB reads a scratch file of the format.

    One row a line, in order. `ok` says that the row is surely an event; what it does not vouch for is judged line by line,
    so it may be strict but never lenient. `key` groups rows of one second cheaply, `second` turns the key (column `k`) into
    epoch seconds or NULL, `hour` groups rows of an hour and `hour_second` reads that (column `h`).
    """

    reader: str  # the table function
    options: str
    ok: str
    key: str
    second: str
    hour: str
    hour_second: str
    columns: Mapping[str, str]  # SQL by quoted name
    hour_text: str = "h"  # what `hour_second` reads as `h`, from the hour's key
    names: str = ""  # what the reader's columns are called, where not by their own names

    def source(self, path: str) -> str:
        """The FROM clause over a scratch file."""
        return f"{self.reader}({text_literal(path)}, {self.options}){' AS source(' + self.names + ')' if self.names else ''}"


class Format(Protocol):
    """One log format; a new one is one file and one row of the registry."""

    @property
    def name(self) -> str:
        """What `format:` calls it."""

    @property
    def gives(self) -> frozenset[str] | None:
        """The canonical columns that its lines can have; None if any name may be a field."""

    @property
    def own(self) -> frozenset[str]:
        """Further fields by their own name, where `gives` lists all columns."""

    def recognises(self, line: str) -> bool:
        """Whether this looks like a line of it."""

    def relations(self, need: Need, *, careful: bool) -> tuple[Relation, ...]:
        """The fast ways, the fastest first; each vouches for other lines. `careful`: the block holds backslashes."""

    def read(self, line: str, need: Need) -> Event | Reject:
        """The slow way: one line without its end, judged exactly."""

    def is_whole(self, line: str, before: str | None) -> bool:
        """Whether a last line without its newline, which `read` took for an event, was not cut off; `before` is the one above."""


def select_list(columns: Mapping[str, str]) -> str:
    """`sql AS "name"` for each column."""
    return "".join(f", {sql} AS {name}" for name, sql in columns.items())


def records_relation(need: Need) -> Relation:
    """How events that were read the slow way come back to DuckDB: as JSON lines whose every value is known to be good."""
    names = {"at_us": "BIGINT"}
    names |= {quoted(column).strip('"'): "VARCHAR" for column in sorted(need.columns - {"timestamp"})}
    names |= {quoted(field, own=True).strip('"'): "VARCHAR" for field in sorted(need.fields)}
    columns = {f'"{name}"': f'TRY_CAST("{name}" AS {_TYPES.get(name, "VARCHAR")})' for name in names if name != "at_us"}
    if "timestamp" in need.columns:
        columns['"timestamp"'] = "make_timestamp(at_us)"
    spelled = ", ".join(f"'{name}': '{kind}'" for name, kind in names.items())
    return Relation(
        reader="read_json",
        options=f"format='newline_delimited', auto_detect=false, columns={{{spelled}}}",
        ok="true",
        key="at_us // 1000000",
        second="k",
        hour="at_us // 3600000000",
        hour_second="h * 3600",
        columns=columns,
    )


_TYPES = {"status": "USMALLINT", "duration_ms": "DOUBLE", "bytes": "BIGINT"}
