"""Fields by name (JSON lines, CSV) as canonical columns: the same reading once as SQL, once line by line in Python.

A layout says under which names a family of logs keeps what. Its first row is the log standard; a proxy's JSON is one row more.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from watchbill.adapters.measure.formats.moments import epoch_us, rfc3339_us, zoned_second, zoned_us
from watchbill.adapters.measure.formats.shape import LONGEST_MS, Event, Need, Reject
from watchbill.adapters.measure.predicates import ALIASES, CANONICAL

__all__ = ["ALWAYS", "ENVOY", "CADDY", "STANDARD", "Layout", "as_column", "judge", "ok", "second_of"]

ALWAYS = ("timestamp", "status", "duration_ms")  # whether a line is an event must not hang on who asks
_UNKNOWN = ("", "-")  # what proxies write for a duration that they do not know
_TARGET = ("path", "query")
_STANDARD: dict[str, tuple[str, ...]] = {column: (column,) for column in CANONICAL}
_STANDARD |= {column: (alias, column) for alias, column in ALIASES.items()}
_STANDARD["timestamp"] = ("timestamp", "@timestamp", "time")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a canonical column is looked for, in order; `a.b` is a field inside the object `a`, `a.b[]` the first of a list.

    `target` names the fields that hold path and query in one. `epoch`: the time is a number of seconds since 1970.
    `scale` turns the duration into milliseconds. `zone` is where times without a zone are meant (none: they name no moment).
    `marks` are the fields by which a line is recognised; the standard has none, it takes every object.
    """

    name: str
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _STANDARD)
    target: tuple[str, ...] = ()
    epoch: bool = False
    scale: int = 1
    zone: str | None = None
    marks: tuple[str, ...] = ()

    def keys_of(self, column: str) -> tuple[str, ...]:
        """The fields of one canonical column; nothing where the layout has no such column."""
        return self.target if self.target and column in _TARGET else self.keys.get(column, ())

    def second(self, stamp: str) -> str:
        """SQL: epoch seconds of the time's text, or NULL."""
        return second_of(stamp, epoch=self.epoch, zone=self.zone)


STANDARD = Layout("json")
CADDY = Layout(
    "caddy",
    {
        "timestamp": ("ts",),
        "status": ("status",),
        "duration_ms": ("duration",),
        "bytes": ("size",),
        "method": ("request.method",),
        "remote_addr": ("request.client_ip", "request.remote_ip"),
        "host": ("request.host",),
        "user_agent": ("request.headers.User-Agent[]",),
        "referer": ("request.headers.Referer[]",),
        "level": ("level",),
        "message": ("msg",),
    },
    target=("request.uri",),
    epoch=True,
    scale=1000,
    marks=("ts", "request.uri", "status"),
)
# The JSON that Istio makes Envoy write, and that Envoy's own examples name the fields by.
ENVOY = Layout(
    "envoy-json",
    {
        "timestamp": ("start_time",),
        "status": ("response_code",),
        "duration_ms": ("duration",),
        "bytes": ("bytes_sent",),
        "method": ("method",),
        "remote_addr": ("x_forwarded_for", "downstream_remote_address"),
        "host": ("authority",),
        "user_agent": ("user_agent",),
        "trace_id": ("request_id",),
    },
    target=("path",),
    marks=("start_time", "response_code"),
)


def second_of(stamp: str, *, epoch: bool = False, zone: str | None = None) -> str:
    """SQL: epoch seconds of a time's text, or NULL."""
    if epoch:
        return f"CAST(floor(TRY_CAST({stamp} AS DOUBLE)) AS BIGINT)"
    if zone is None:
        return f"epoch_us(TRY_CAST({stamp} AS TIMESTAMPTZ)) // 1000000"
    local = zoned_second(f"TRY_CAST({stamp} AS TIMESTAMP)", zone)
    return f"CASE WHEN strlen({stamp}) > 19 AND NOT substr({stamp}, 20) SIMILAR TO '[.0-9]+' THEN {second_of(stamp)} ELSE {local} END"


def ok(layout: Layout, stamp: str, status: str, duration: str) -> str:
    """SQL: rows that are surely events. DuckDB reads more than RFC 3339, so the form is looked at first."""
    if layout.epoch:
        form = f"TRY_CAST({stamp} AS DOUBLE) BETWEEN 0 AND 1e11 AND {stamp} < ':' AND strlen({stamp}) < 25"
    else:
        offset = (
            f"substr({stamp}, -6, 1) IN ('+', '-') AND substr({stamp}, -5, 2) <= '14' AND substr({stamp}, -2, 1) < '6'"
        )
        zoned = f"(ends_with({stamp}, 'Z') OR ({offset}))"
        bare = f"{zoned} AND substr({stamp}, 20, 1) IN ('Z', '.', '+', '-')"
        if layout.zone is not None:
            bare = f"(({bare}) OR regexp_full_match({stamp}, '.{{19}}([.]\\d{{1,6}})?'))"
        form = f"{bare} AND substr({stamp}, 12, 2) < '24'"
    # `2e2` is a number to DuckDB; a status is three digits.
    code = (
        f"({status} IS NULL OR (length({status}) = 3 AND substr({status}, 2, 1) < 'A'"
        f" AND TRY_CAST({status} AS USMALLINT) BETWEEN 100 AND 599))"
    )
    length = f"({duration} IS NULL OR {_ms(layout, duration)} BETWEEN 0 AND {LONGEST_MS})"
    return f"coalesce({form} AND {code} AND {length}, false)"


def as_column(layout: Layout, column: str, raw: str, second: str) -> str:
    """SQL: the canonical column from the field's text."""
    match column:
        case "timestamp":
            if layout.epoch:
                return f"make_timestamp(CAST(TRY_CAST({raw} AS DOUBLE) * 1000000 AS BIGINT))"
            if layout.zone is None:
                return f"make_timestamp({second.rpartition(' // ')[0]})"
            return f"make_timestamp(1000000 * ({second}) + microsecond(TRY_CAST({raw} AS TIMESTAMP)) % 1000000)"
        case "status":
            return f"TRY_CAST({raw} AS USMALLINT)"
        case "duration_ms":
            return _ms(layout, raw)
        case "bytes":
            return f"TRY_CAST({raw} AS BIGINT)"
        case "path" if layout.target:
            return f"CASE WHEN contains({raw}, '?') THEN string_split({raw}, '?')[1] ELSE {raw} END"
        case "query" if layout.target:
            return f"CASE WHEN contains({raw}, '?') THEN substr({raw}, strpos({raw}, '?') + 1) END"
        case _:
            return raw


def judge(layout: Layout, values: Mapping[str, object], need: Need, own: Mapping[str, object]) -> Event | Reject:
    """One line, from the raw values of its canonical columns (of `ALWAYS` and those that are needed) and its own fields."""
    at_us = _moment(layout, values.get("timestamp"))
    if at_us is None:
        return Reject.BAD_TIME
    status, duration = _status(values.get("status")), _duration(values.get("duration_ms"), layout.scale)
    for judged in (status, duration):
        if isinstance(judged, Reject):
            return judged
    found = {**values, "status": status, "duration_ms": duration}
    if layout.target:
        found |= _split(found)
    columns = {name: _text(found.get(name)) for name in need.columns if name != "timestamp"}
    return Event(at_us, columns, {name: _text(own.get(name)) for name in need.fields})


def _ms(layout: Layout, duration: str) -> str:
    number = f"TRY_CAST({duration} AS DOUBLE)"
    return number if layout.scale == 1 else f"({number} * {layout.scale})"


def _split(values: Mapping[str, object]) -> dict[str, object]:
    """Path and query of a target that holds both."""
    target = values.get("path", values.get("query"))
    if not isinstance(target, str):
        return dict.fromkeys(_TARGET, target)
    path, mark, query = target.partition("?")
    return {"path": path, "query": query if mark else None}


def _moment(layout: Layout, stamp: object) -> int | None:
    if layout.epoch:
        return epoch_us(stamp)
    if not isinstance(stamp, str):
        return None
    exact = rfc3339_us(stamp)
    return zoned_us(stamp, layout.zone) if exact is None and layout.zone is not None else exact


def _status(value: object) -> int | None | Reject:
    if value is None:
        return None
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    valid = isinstance(number, int) and not isinstance(number, bool) and 100 <= number <= 599  # noqa: PLR2004 - HTTP's
    return int(number) if valid and isinstance(number, int) else Reject.BAD_STATUS


def _duration(value: object, scale: int) -> float | None | Reject:
    if value is None or value in _UNKNOWN:
        return None
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1.0
    except (ValueError, OverflowError):
        return Reject.BAD_DURATION
    return number * scale if 0 <= number * scale <= LONGEST_MS else Reject.BAD_DURATION


def _text(value: object) -> object:
    """As DuckDB reads a field as text: words for booleans, JSON for what is nested."""
    if isinstance(value, (bool, dict | list)):
        return json.dumps(value, separators=(",", ":"))
    return value


