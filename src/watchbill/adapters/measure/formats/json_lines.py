"""JSON lines: one object a line, above all the playbook's structured log standard. Every top-level field is a column."""

import itertools
import json
from collections.abc import Sequence
from typing import ClassVar, NoReturn

from watchbill.adapters.measure.formats.moments import rfc3339_us
from watchbill.adapters.measure.formats.shape import LONGEST_MS, MAX_LINE, Event, Need, Reject, Relation
from watchbill.adapters.measure.predicates import ALIASES, CANONICAL, quoted, text_literal
from watchbill.kernel.errors import Invalid

__all__ = ["JsonLines"]

# Where a canonical column is looked for, in order: the log standard's own names first.
_KEYS: dict[str, tuple[str, ...]] = {column: (column,) for column in CANONICAL}
_KEYS |= {column: (alias, column) for alias, column in ALIASES.items()}
_KEYS["timestamp"] = ("timestamp", "@timestamp", "time")
_ALWAYS = ("timestamp", "status", "duration_ms")  # whether a line is an event must not hang on who asks
_UNKNOWN = ("", "-")  # what proxies write for a duration that they do not know


class JsonLines:
    """One JSON object a line. A time without a zone names no moment and is rejected."""

    name: ClassVar[str] = "json"
    gives: ClassVar[frozenset[str] | None] = None

    def recognises(self, line: str) -> bool:
        """An object."""
        return isinstance(_parse(line), dict)

    def relations(self, need: Need, *, careful: bool) -> tuple[Relation, ...]:  # noqa: ARG002 - backslashes mean nothing special here
        """Only the fields that are asked for are taken out of the objects."""
        names = {key for column in {*_ALWAYS, *need.columns} for key in _KEYS[column]} | need.fields
        raw = {name: f'"{_raw(name)}"' for name in sorted(names)}
        _refuse_twins(sorted(names))
        spelled = ", ".join(f"{text_literal(name)}: 'VARCHAR'" for name in raw)
        found = {column: _first([raw[key] for key in _KEYS[column]]) for column in {*_ALWAYS, *need.columns}}
        stamp, status, duration = (found[column] for column in _ALWAYS)
        second = f"epoch_us(TRY_CAST({stamp} AS TIMESTAMPTZ)) // 1000000"
        columns = {quoted(column): _as_column(column, found[column], second) for column in sorted(need.columns)}
        columns |= {quoted(name, own=True): raw[name] for name in sorted(need.fields)}
        aliases = ", ".join(f'"{_raw(name)}"' for name in raw)
        relation = Relation(
            reader="read_json",
            options=(
                "format='newline_delimited', auto_detect=false, ignore_errors=true,"
                f" maximum_object_size={2 * MAX_LINE}, columns={{{spelled}}}"
            ),
            names=aliases,
            ok=f"coalesce({_ok(stamp, status, duration)}, false)",
            key=second,
            second="k",
            hour=f"({second}) // 3600",
            hour_second="h * 3600",
            columns=columns,
        )
        return (relation,)

    def read(self, line: str, need: Need) -> Event | Reject:
        """One line, parsed exactly; NaN and the like are no JSON."""
        found = _parse(line)
        if not isinstance(found, dict):
            return Reject.BAD_JSON
        values = {column: _value(found, _KEYS[column]) for column in {*_ALWAYS, *need.columns}}
        stamp = values["timestamp"]
        at_us = rfc3339_us(stamp) if isinstance(stamp, str) else None
        if at_us is None:
            return Reject.BAD_TIME
        status, duration = _status(values["status"]), _duration(values["duration_ms"])
        for judged in (status, duration):
            if isinstance(judged, Reject):
                return judged
        values |= {"status": status, "duration_ms": duration}
        columns = {name: _text(values[name]) for name in need.columns if name != "timestamp"}
        return Event(at_us, columns, {name: _text(found.get(name)) for name in need.fields})

    def is_whole(self, line: str, before: str | None) -> bool:  # noqa: ARG002 - an object says itself where it ends
        """What could be read as an object is one."""
        return True


def _refuse_twins(names: Sequence[str]) -> None:
    """DuckDB's names ignore case, JSON's do not: of two that differ by nothing else only one can be read."""
    for first, second in itertools.pairwise(sorted(names, key=lambda name: (name.lower(), name))):
        if first.lower() == second.lower():
            raise Invalid("fields", f"{first!r} and {second!r} differ only by case", hint="use one of them in one log")


def _ok(stamp: str, status: str, duration: str) -> str:
    """Rows that are surely events. DuckDB reads times without a zone as well, so the form is looked at first."""
    offset = f"substr({stamp}, -6, 1) IN ('+', '-') AND substr({stamp}, -5, 2) <= '14' AND substr({stamp}, -2, 1) < '6'"
    zoned = f"(ends_with({stamp}, 'Z') OR ({offset}))"
    form = f"{zoned} AND substr({stamp}, 20, 1) IN ('Z', '.', '+', '-') AND substr({stamp}, 12, 2) < '24'"
    code = f"({status} IS NULL OR (length({status}) = 3 AND TRY_CAST({status} AS USMALLINT) BETWEEN 100 AND 599))"
    length = f"({duration} IS NULL OR TRY_CAST({duration} AS DOUBLE) BETWEEN 0 AND {LONGEST_MS})"
    return f"{form} AND {code} AND {length}"


def _as_column(column: str, raw: str, second: str) -> str:
    match column:
        case "timestamp":
            return f"make_timestamp({second.partition(' // ')[0]})"
        case "status":
            return f"TRY_CAST({raw} AS USMALLINT)"
        case "duration_ms":
            return f"TRY_CAST({raw} AS DOUBLE)"
        case "bytes":
            return f"TRY_CAST({raw} AS BIGINT)"
        case _:
            return raw


def _raw(name: str) -> str:
    return f"raw_{name.encode().hex()}"


def _first(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def _parse(line: str) -> object:
    try:
        return json.loads(line, object_pairs_hook=_pairs, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of a key that is there twice the first counts, as it does for DuckDB."""
    return dict(reversed(pairs))


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _value(found: dict[str, object], keys: tuple[str, ...]) -> object:
    return next((found[key] for key in keys if found.get(key) is not None), None)


def _status(value: object) -> int | None | Reject:
    if value is None:
        return None
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    valid = isinstance(number, int) and not isinstance(number, bool) and 100 <= number <= 599  # noqa: PLR2004 - HTTP's
    return int(number) if valid and isinstance(number, int) else Reject.BAD_STATUS


def _duration(value: object) -> float | None | Reject:
    if value is None or value in _UNKNOWN:
        return None
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1.0
    except (ValueError, OverflowError):
        return Reject.BAD_DURATION
    return number if 0 <= number <= LONGEST_MS else Reject.BAD_DURATION


def _text(value: object) -> object:
    """As DuckDB reads a field as text: words for booleans, JSON for what is nested."""
    if isinstance(value, (bool, dict | list)):
        return json.dumps(value, separators=(",", ":"))
    return value
