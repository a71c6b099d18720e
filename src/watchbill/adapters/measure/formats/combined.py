r"""nginx's and Apache's access logs: combined, common, and combined with a forwarded address and a request time behind it.

    10.0.0.7 - ann [24/Nov/2026:03:12:00 +0100] "GET /cart?id=7 HTTP/1.1" 200 8371 "-" "Mozilla/5.0" 0.029

DuckDB splits lines at the quotation mark, which makes every line one row whatever it holds: seven fields (combined), nine
(with a quoted X-Forwarded-For), three (common). Servers escape quotation marks inside (`\x22`, `\"`); a line in which an
escaped one moved the fields has something else than one blank between referer and user agent, or a text that ends with a
backslash, which `careful` looks for.
"""

import re
from typing import ClassVar

from watchbill.adapters.measure.formats.moments import access_log_us
from watchbill.adapters.measure.formats.quotes import (
    QUOTED,
    STATUS,
    as_whole_as_before,
    request_parts,
    split_options,
    unescaped,
)
from watchbill.adapters.measure.formats.shape import LONGEST_MS, Event, Need, Reject, Relation
from watchbill.adapters.measure.predicates import quoted

__all__ = ["Combined"]

_OPTIONS = split_options(10)
_STATUS = "TRY_CAST(substr(c2, 2, 3) AS USMALLINT)"
# Between the request and the referer stand status and bytes, one blank around each: else the line is looked at by itself.
_CODE = "regexp_matches(c2, '^ [1-5][0-9][0-9] [^ ]+ $')"
_CODE_OR_COMMON = f"(CASE WHEN c3 IS NULL THEN regexp_matches(c2, '^ [1-5][0-9][0-9] ') ELSE {_CODE} END)"
_TIMED_MS = "(TRY_CAST(c6 AS DOUBLE) * 1000)"
_TIMED = f"c7 IS NULL AND {_CODE} AND {_TIMED_MS} BETWEEN 0 AND {LONGEST_MS}"
_REST = "CASE WHEN c7 IS NULL THEN c6 ELSE c8 END"
_ANY_MS = f"(TRY_CAST({_REST} AS DOUBLE) * 1000)"
_ANY = (
    "(CASE WHEN c7 IS NULL THEN c6 IS NOT NULL OR (c3 IS NULL AND c2 IS NOT NULL)"
    f" ELSE c8 IS NOT NULL AND c9 IS NULL AND c6 = ' ' END) AND {_CODE_OR_COMMON}"
    f" AND coalesce({_REST} = '' OR {_REST} = ' -' OR {_ANY_MS} BETWEEN 0 AND {LONGEST_MS}, {_REST} IS NULL)"
)
# The leanest first: combined with a request time and nothing else; then every shape.
_SHAPES = ((_TIMED, _TIMED_MS), (_ANY, _ANY_MS))
_TARGET = "string_split(c1, ' ')[2]"
_STAMP = "substr(c0, strlen(c0) - 28, 29)"
_EPOCH_OF = (
    "CASE WHEN regexp_full_match({key}, '\\[\\d\\d/[A-Z][a-z][a-z]/\\d{{4}}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{{4}}\\] ')"
    " AND substr({key}, 24, 2) <= '14' AND substr({key}, 26, 1) < '6'"
    " THEN epoch_us(try_strptime(substr({key}, 2, 20), '%d/%b/%Y:%H:%M:%S')) // 1000000"
    " - CAST(substr({key}, 23, 1) || '1' AS BIGINT)"
    " * (CAST(substr({key}, 24, 2) AS BIGINT) * 3600 + CAST(substr({key}, 26, 2) AS BIGINT) * 60) END"
)
# Hours are grouped without their zone: only where clocks were set back within one block could two hours meet.
_ZONE = "(SELECT max(substr(k, 22)) FROM timed WHERE s IS NOT NULL AND events > 0)"
_UNMOVED = " AND coalesce(c4 = ' ', true)"
_UNESCAPED = f" AND {unescaped('c1', 'c3', 'c5', 'c7')}"
_COLUMNS = {
    "timestamp": f"make_timestamp(1000000 * ({_EPOCH_OF.format(key=_STAMP)}))",
    "method": "CASE WHEN contains(c1, ' ') THEN substr(c1, 1, strpos(c1, ' ') - 1) END",
    "path": f"CASE WHEN contains(c1, '?') THEN string_split({_TARGET}, '?')[1] ELSE {_TARGET} END",
    "query": f"CASE WHEN contains({_TARGET}, '?') THEN substr({_TARGET}, strpos({_TARGET}, '?') + 1) END",
    "status": _STATUS,
    "duration_ms": _ANY_MS,
    "bytes": "TRY_CAST(substr(c2, 6) AS BIGINT)",
    "remote_addr": "string_split(c0, ' ')[1]",
    "user_agent": "nullif(c5, '-')",
    "referer": "nullif(c3, '-')",
}
_LINE = re.compile(rf"""(.*?)\[([^\[\]"]{{0,40}})\] {QUOTED} (\S+)(.*)""", re.DOTALL)
# Bytes, referer and user agent, and whatever a server puts behind them, as long as no quotation mark is left open.
_BEHIND = re.compile(rf"""(?: +([^\s"]+))?(?: {QUOTED} {QUOTED})?((?:[^"]|{QUOTED})*)""", re.DOTALL)
_TOKEN = re.compile(rf"{QUOTED}|(\S+)")
_SECONDS = re.compile(r"-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", re.ASCII)
_LOOKS = re.compile(r"[^\[]*\[\d\d/[A-Z][a-z][a-z]/\d{4}:[^\]]*\] \"")


class Combined:
    """The access logs that web servers write by default."""

    name: ClassVar[str] = "combined"
    gives: ClassVar[frozenset[str] | None] = frozenset(_COLUMNS)
    own: ClassVar[frozenset[str]] = frozenset()

    def recognises(self, line: str) -> bool:
        """An address, a time in brackets, and a quoted request."""
        return _LOOKS.match(line) is not None

    def relations(self, need: Need, *, careful: bool) -> tuple[Relation, ...]:
        """Split at quotation marks; the time is read once for each second, not for each line."""
        return tuple(self._relation(need, ok, duration, careful=careful) for ok, duration in _SHAPES)

    def _relation(self, need: Need, ok: str, duration: str, *, careful: bool) -> Relation:
        columns = _COLUMNS | {"duration_ms": duration}
        return Relation(
            reader="read_csv",
            options=_OPTIONS,
            ok=f"coalesce({ok}{_UNMOVED}{_UNESCAPED if careful else ''}, false)",
            key=_STAMP,
            second=_EPOCH_OF.format(key="k"),
            hour=f"substr({_STAMP}, 1, 15)",
            hour_second=_EPOCH_OF.format(key="h"),
            hour_text=f"h || ':00:00' || {_ZONE}",
            columns={quoted(column): columns[column] for column in sorted(need.columns)},
        )

    def read(self, line: str, need: Need) -> Event | Reject:
        """One line, by its quotation marks that are not escaped."""
        match = _LINE.fullmatch(line)
        if match is None:
            return Reject.OTHER_FORMAT
        prefix, stamp, request, status, behind = match.groups()
        at_us = access_log_us(stamp)
        if at_us is None:
            return Reject.BAD_TIME
        if not STATUS.fullmatch(status):
            return Reject.BAD_STATUS
        found = _BEHIND.fullmatch(behind)
        if found is None:
            return Reject.OTHER_FORMAT
        size, referer, agent, rest, _ = found.groups()
        duration = _request_time(rest)
        if isinstance(duration, Reject):
            return duration
        method, target = request_parts(request)
        values = {
            "method": method,
            "path": target.partition("?")[0] if target is not None else None,
            "query": target.partition("?")[2] if target is not None and "?" in target else None,
            "status": int(status),
            "duration_ms": duration,
            "bytes": int(size) if size and size.isdecimal() else None,
            "remote_addr": prefix.partition(" ")[0],
            "user_agent": None if agent == "-" else agent,
            "referer": None if referer == "-" else referer,
        }
        return Event(at_us, {name: values[name] for name in need.columns if name in values}, {})

    def is_whole(self, line: str, before: str | None) -> bool:
        """As many quotation marks as the line before it, and something behind the last one if that has something."""
        return as_whole_as_before(line, before)


def _request_time(rest: str) -> float | None | Reject:
    """The first bare number behind the user agent, in milliseconds; `rt=0.029` counts as well, `-` is not known."""
    for match in _TOKEN.finditer(rest):
        token = (match[2] or "").removeprefix("rt=").removeprefix("request_time=")
        if _SECONDS.fullmatch(token):
            duration = float(token) * 1000
            return duration if 0 <= duration <= LONGEST_MS else Reject.BAD_DURATION
    return None
