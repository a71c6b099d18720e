"""Fields by name (JSON lines, CSV) as canonical columns: the same reading once as SQL, once line by line in Python.

A layout says under which names a family of logs keeps what. Its first row is the log standard; a proxy's JSON is one row more.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from watchbill.adapters.measure.formats.moments import (
    UTC_SECOND,
    epoch_us,
    rfc3339_us,
    utc_form,
    zoned_second,
    zoned_us,
)
from watchbill.adapters.measure.formats.shape import LONGEST_MS, Event, Need, Reject
from watchbill.adapters.measure.predicates import ALIASES, CANONICAL

__all__ = ["ALWAYS", "CADDY", "ENVOY", "STANDARD", "Layout", "Timing", "as_column", "judge", "ok", "second_of", "times"]

ALWAYS = ("timestamp", "status", "duration_ms")  # whether a line is an event must not hang on who asks
_UNKNOWN = ("", "-")  # what proxies write for a duration that they do not know
_TARGET = ("path", "query")
_BARE = "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d([.]\\d{1,6})?"
_ZONED = "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d([.]\\d{1,9})?(Z|[+-](0\\d|1[0-4]):?[0-5]\\d)"
_EPOCH_FORM = "\\d{1,10}([.]\\d{1,9})?"
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


@dataclass(frozen=True, slots=True)
class Timing:
    """One way to read the time as a Relation needs it: whether the text has the form, then its key, second and hour."""

    form: str
    key: str
    second: str
    hour: str
    hour_second: str


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
    """SQL: epoch seconds of a time's text, or NULL; asked for each row. The text's form must be known to be good."""
    if epoch:
        return f"CAST(round(TRY_CAST({stamp} AS DOUBLE) * 1000000) AS BIGINT) // 1000000"
    if zone is None:
        return f"epoch_us(TRY_CAST({stamp} AS TIMESTAMPTZ)) // 1000000"
    local = zoned_second(f"TRY_CAST({stamp} AS TIMESTAMP)", zone)
    return f"CASE WHEN regexp_full_match({stamp}, '{_BARE}') THEN {local} ELSE {second_of(stamp)} END"


def times(layout: Layout, stamp: str) -> tuple[Timing, ...]:
    """The ways to read the time, the fastest first: in UTC once for each second that occurs, else for each row."""
    second = layout.second(stamp)
    form = _EPOCH_FORM if layout.epoch else _ZONED if layout.zone is None else f"({_ZONED})|({_BARE})"
    judged = f"regexp_full_match({stamp}, '{form}')"
    if not layout.epoch:
        judged += f" AND substr({stamp}, 12, 2) < '24'"
    slow = Timing(judged, second, "k", f"({second}) // 3600", "h * 3600")
    if layout.epoch or layout.zone is not None:
        return (slow,)
    hour = UTC_SECOND.format(key="(h || ':00:00')")
    fast = Timing(
        utc_form(stamp), f"substr({stamp}, 1, 19)", UTC_SECOND.format(key="k"), f"substr({stamp}, 1, 13)", hour
    )
    return (fast, slow)


def ok(layout: Layout, form: str, status: str, duration: str) -> str:
    """SQL: rows that are surely events. `2e2` is a number to DuckDB; a status is three digits."""
    code = f"({status} IS NULL OR regexp_full_match({status}, '[1-5][0-9][0-9]'))"
    length = f"({duration} IS NULL OR {_ms(layout, duration)} BETWEEN 0 AND {LONGEST_MS})"
    return f"coalesce({form} AND {code} AND {length}, false)"


def as_column(layout: Layout, column: str, raw: str, second: str) -> str:
    """SQL: the canonical column from the field's text."""
    if column == "timestamp":
        return _timestamp(layout, raw, second)
    typed = {
        "status": f"TRY_CAST({raw} AS USMALLINT)",
        "duration_ms": _ms(layout, raw),
        "bytes": f"TRY_CAST({raw} AS BIGINT)",
    }
    if layout.target:
        typed["path"] = f"CASE WHEN contains({raw}, '?') THEN string_split({raw}, '?')[1] ELSE {raw} END"
        typed["query"] = f"CASE WHEN contains({raw}, '?') THEN substr({raw}, strpos({raw}, '?') + 1) END"
    return typed.get(column, raw)


def _timestamp(layout: Layout, raw: str, second: str) -> str:
    if layout.epoch:
        return f"make_timestamp(CAST(round(TRY_CAST({raw} AS DOUBLE) * 1000000) AS BIGINT))"
    if layout.zone is None:
        return f"make_timestamp(epoch_us(TRY_CAST({raw} AS TIMESTAMPTZ)))"
    return f"make_timestamp(1000000 * ({second}) + microsecond(TRY_CAST({raw} AS TIMESTAMP)) % 1000000)"


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
