"""HAProxy's HTTP log, with or without what syslog writes before it.

    Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1"

The time is when the request came in, on the wall clock of the host: `timezone` says which (UTC unless said). The duration is
the whole of it (the last timer). Status -1 says that no answer was sent: rejected as bad_status.
"""

import re
from typing import ClassVar

from watchbill.adapters.measure.formats.moments import local_access_us, zoned_second
from watchbill.adapters.measure.formats.quotes import (
    PATH_OF,
    QUERY_OF,
    STATUS,
    request_parts,
    split_options,
    tail_of,
    target_parts,
    undashed,
)  # fmt: skip
from watchbill.adapters.measure.formats.shape import LONGEST_MS, Event, Need, Reject, Relation
from watchbill.adapters.measure.predicates import quoted, text_literal

__all__ = ["HaProxy"]

_OPTIONS = split_options(4)
_BEHIND_CLIENT = "string_split(c0, ' [')"
_PARTS = f"string_split({_BEHIND_CLIENT}[2], ' ')"
_TOTAL = f"ltrim(string_split({_PARTS}[4], '/')[5], '+')"
_TARGET = tail_of("string_split(c1, ' ')[2]")
_STAMP = f"{_PARTS}[1]"
_LOCAL = "try_strptime(substr({key}, 1, 20), '%d/%b/%Y:%H:%M:%S')"
_FORM = "regexp_full_match({key}, '\\d\\d/[A-Z][a-z][a-z]/\\d{{4}}:\\d\\d:\\d\\d:\\d\\d')"
_WORD = '[^ "]+'
_HEAD = (
    rf"(?:[^\"]* )?({_WORD}):\d+ \[([^\[\] \"]{{1,40}})\] ({_WORD}) ([^ \"/]+)/{_WORD} ([-+\d/]+) ({_WORD}) \+?({_WORD}) {_WORD} {_WORD} {_WORD}"
    r' [^ "/]+(?:/[^ "/]+){4} [^ "/]+/[^ "/]+ (?:[^"]* )?'
)
_OK = (
    f"c2 = '' AND c3 IS NULL AND len({_BEHIND_CLIENT}) = 2 AND strlen({_STAMP}) = 25 AND regexp_full_match(substr({_STAMP}, 21), '[.]\\d{{3}}\\]')"
    f" AND regexp_full_match(c0, {text_literal(_HEAD)})"
    f" AND regexp_full_match({_PARTS}[4], '(-?\\d{{1,9}}/){{4}}[+]?\\d{{1,9}}') AND regexp_full_match({_PARTS}[5], '[1-5]\\d\\d')"
)
_COLUMNS = {
    "service": f"string_split({_PARTS}[3], '/')[1]",
    "method": "CASE WHEN contains(c1, ' ') THEN string_split(c1, ' ')[1] END",
    "path": PATH_OF.format(f"({_TARGET})"),
    "query": QUERY_OF.format(f"({_TARGET})"),
    "status": f"TRY_CAST({_PARTS}[5] AS USMALLINT)",
    "duration_ms": f"TRY_CAST({_TOTAL} AS DOUBLE)",
    "bytes": f"TRY_CAST(ltrim({_PARTS}[6], '+') AS BIGINT)",
    "remote_addr": f"regexp_replace(string_split({_BEHIND_CLIENT}[1], ' ')[-1], ':\\d+$', '')",
}
_LINE = re.compile(_HEAD + r'"([^"]*)("?)', re.ASCII | re.DOTALL)
_LOOKS = re.compile(r".*\S+:\d+ \[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] \S+ \S+/\S+ [-+\d/]+ ")
_TIMERS = re.compile(r"-?\d+/-?\d+/-?\d+/-?\d+/\+?(-?\d+)", re.ASCII)


class HaProxy:
    """`option httplog`."""

    name: ClassVar[str] = "haproxy"
    gives: ClassVar[frozenset[str] | None] = frozenset({"timestamp", *_COLUMNS})
    own: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, zone: str = "UTC") -> None:
        self._zone = zone

    def recognises(self, line: str) -> bool:
        """A client, a time with milliseconds in brackets, a backend and its timers."""
        return _LOOKS.match(line) is not None

    def relations(self, need: Need, *, careful: bool) -> tuple[Relation, ...]:  # noqa: ARG002 - HAProxy escapes no marks, it encodes them
        """The request is what stands in quotation marks; the rest is cut at the time's bracket and at blanks."""
        second = self._second("k")
        columns = _COLUMNS | {
            "timestamp": f"make_timestamp(1000000 * ({self._second(f'substr({_STAMP}, 1, 20)')}) + 1000 * TRY_CAST(substr({_STAMP}, 22, 3) AS BIGINT))"
        }
        relation = Relation(
            reader="read_csv",
            options=_OPTIONS,
            ok=f"coalesce({_OK}, false)",
            key=f"substr({_STAMP}, 1, 20)",
            second=second,
            hour=f"substr({_STAMP}, 1, 14)",
            hour_second=self._second("(h || ':00:00')"),
            columns={quoted(column): columns[column] for column in sorted(need.columns)},
        )
        return (relation,)

    def _second(self, key: str) -> str:
        local = zoned_second(_LOCAL.format(key=key), self._zone)
        return f"CASE WHEN {_FORM.format(key=key)} THEN {local} END"

    def read(self, line: str, need: Need) -> Event | Reject:
        """One line. HAProxy cuts off requests that are too long, closing mark and all: the line is an event all the same."""
        match = _LINE.fullmatch(line)
        if match is None:
            return Reject.OTHER_FORMAT
        client, stamp, _frontend, backend, timers, status, size, request, _closed = match.groups()
        at_us = local_access_us(stamp, self._zone)
        if at_us is None:
            return Reject.BAD_TIME
        if not STATUS.fullmatch(status):
            return Reject.BAD_STATUS
        taken = _TIMERS.fullmatch(timers)
        if taken is None or not 0 <= int(taken[1]) <= LONGEST_MS:
            return Reject.BAD_DURATION
        method, target = request_parts(request)
        path, query = target_parts(target)
        values = {
            "service": backend,
            "method": undashed(method),
            "path": path,
            "query": query,
            "status": int(status),
            "duration_ms": float(taken[1]),
            "bytes": int(size) if size.isdecimal() else None,
            "remote_addr": client,
        }
        return Event(at_us, {name: values[name] for name in need.columns if name in values}, {})

    def is_whole(self, line: str, before: str | None) -> bool:  # noqa: ARG002 - the request stands last, in quotation marks
        """The request is closed."""
        return line.endswith('"') and line.count('"') > 1
