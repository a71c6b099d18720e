"""AWS Application Load Balancer access logs.

    https 2018-07-02T22:23:00.186641Z app/lb/50dc6c 192.0.2.1:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57
    "GET https://www.example.com:443/cart?id=7 HTTP/1.1" "curl/7.46.0" ECDHE-RSA TLSv1.2 arn:... "Root=1-58..." "www.example.com" ...

The time is when the answer was sent. The duration is that of all three parts; where one is -1 (the client left, the target
closed) it is not known. Fields that AWS adds at the end of lines do not matter.
"""

import re
from typing import ClassVar

from watchbill.adapters.measure.formats.moments import UTC_SECOND, rfc3339_us
from watchbill.adapters.measure.formats.quotes import (
    PATH_OF,
    QUERY_OF,
    QUOTED,
    STATUS,
    request_parts,
    split_options,
    tail_of,
    target_parts,
    undashed,
    unescaped,
)  # fmt: skip
from watchbill.adapters.measure.formats.shape import LONGEST_MS, Event, Need, Reject, Relation
from watchbill.adapters.measure.predicates import quoted

__all__ = ["Alb"]

_OPTIONS = split_options(40)
_SPLIT = "string_split(c0, ' ')"
_STAMP = f"{_SPLIT}[2]"
_STATUS = f"{_SPLIT}[9]"
_PARTS = [f"TRY_CAST({_SPLIT}[{number}] AS DOUBLE)" for number in (6, 7, 8)]
_SUM = "(" + " + ".join(_PARTS) + ") * 1000"
_MS = f"CASE WHEN {' AND '.join(f'{part} >= 0' for part in _PARTS)} THEN {_SUM} END"
_HEAD = (
    "(http|https|h2|grpcs|ws|wss) \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d([.]\\d{1,9})?Z [^ ]+ [^ ]+ [^ ]+"
    "( (-1|\\d{1,7}([.]\\d{1,9})?)){3} [1-5]\\d\\d [^ ]+ [^ ]+ [^ ]+ "
)
_OK = f"regexp_full_match(c0, '{_HEAD}') AND c2 = ' ' AND regexp_full_match(c4, ' [^ ]+ [^ ]+ [^ ]+ ')"
_TARGET = tail_of("string_split(c1, ' ')[2]")
_MOMENT = f"epoch_us(TRY_CAST({_STAMP} AS TIMESTAMPTZ))"
_COLUMNS = {
    "timestamp": f"make_timestamp({_MOMENT})",
    "method": "CASE WHEN contains(c1, ' ') THEN nullif(string_split(c1, ' ')[1], '-') END",
    "path": f"nullif({PATH_OF.format(f'({_TARGET})')}, '-')",
    "query": QUERY_OF.format(f"({_TARGET})"),
    "status": f"TRY_CAST({_STATUS} AS USMALLINT)",
    "duration_ms": _MS,
    "bytes": f"TRY_CAST({_SPLIT}[12] AS BIGINT)",
    "remote_addr": f"regexp_replace({_SPLIT}[4], ':\\d+$', '')",
    "user_agent": "nullif(nullif(c3, '-'), '')",
    "host": "nullif(nullif(c7, '-'), '')",
    "trace_id": "nullif(nullif(c5, '-'), '')",
}
_LINE = re.compile(
    rf"""(?:http|https|h2|grpcs|ws|wss) ([^ "]+) ([^ "]+) ([^ "]+) (?:[^ "]+) ([^ "]+) ([^ "]+) ([^ "]+) ([^ "]+) (?:[^ "]+) (?:[^ "]+) ([^ "]+) {QUOTED} {QUOTED} [^ "]+ [^ "]+ [^ "]+ {QUOTED} {QUOTED} .*""",
    re.DOTALL,
)
_LOOKS = re.compile(r"(?:http|https|h2|grpcs|ws|wss) \d{4}-\d\d-\d\dT\S+Z \S+ \S+:\d+ \S+ ")
_SECONDS = re.compile(r"-1|\d+(?:\.\d+)?", re.ASCII)
_PORT = re.compile(r":\d+$", re.ASCII)


class Alb:
    """What AWS writes into a bucket for its application load balancers."""

    name: ClassVar[str] = "alb"
    gives: ClassVar[frozenset[str] | None] = frozenset(_COLUMNS)
    own: ClassVar[frozenset[str]] = frozenset()

    def recognises(self, line: str) -> bool:
        """A protocol, a time, the balancer, the client."""
        return _LOOKS.match(line) is not None

    def relations(self, need: Need, *, careful: bool) -> tuple[Relation, ...]:
        """Split at quotation marks, the numbers before them at blanks. An escaped mark moves the fields: then by line."""
        behind = f"c8 = ' ' AND {unescaped('c1', 'c3', 'c5', 'c7')}" if careful else "starts_with(c8, ' ')"
        relation = Relation(
            reader="read_csv",
            options=_OPTIONS,
            ok=f"coalesce({_OK} AND c6 = ' ' AND {behind}, false)",
            key=f"substr({_STAMP}, 1, 19)",
            second=UTC_SECOND.format(key="k"),
            hour=f"substr({_STAMP}, 1, 13)",
            hour_second=UTC_SECOND.format(key="(h || ':00:00')"),
            columns={quoted(column): _COLUMNS[column] for column in sorted(need.columns)},
        )
        return (relation,)

    def read(self, line: str, need: Need) -> Event | Reject:
        """One line, by its quotation marks that are not escaped."""
        match = _LINE.fullmatch(line)
        if match is None:
            return Reject.OTHER_FORMAT
        stamp, _balancer, client, *parts, status, size, request, agent, trace, host = match.groups()
        at_us = rfc3339_us(stamp)
        if at_us is None:
            return Reject.BAD_TIME
        if not STATUS.fullmatch(status):
            return Reject.BAD_STATUS
        duration = _duration(parts)
        if isinstance(duration, Reject):
            return duration
        method, target = request_parts(request)
        path, query = target_parts(target)
        values = {
            "method": undashed(method),
            "path": None if path == "-" else path,
            "query": query,
            "status": int(status),
            "duration_ms": duration,
            "bytes": int(size) if size.isdecimal() else None,
            "remote_addr": _PORT.sub("", client),
            "user_agent": undashed(agent),
            "host": undashed(host),
            "trace_id": undashed(trace),
        }
        return Event(at_us, {name: values[name] for name in need.columns if name in values}, {})

    def is_whole(self, line: str, before: str | None) -> bool:
        """As many blanks and quotation marks as the line before it; alone, no mark that is left open."""
        if before is None:
            return line.count('"') % 2 == 0
        return all(line.count(sign) >= before.count(sign) for sign in '"') and line.endswith('"') == before.endswith(
            '"'
        )


def _duration(parts: list[str]) -> float | None | Reject:
    if not all(_SECONDS.fullmatch(part) for part in parts):
        return Reject.BAD_DURATION
    numbers = [float(part) for part in parts]
    if any(number > LONGEST_MS // 1000 for number in numbers) or sum(numbers) * 1000 > LONGEST_MS:
        return Reject.BAD_DURATION
    return None if any(number < 0 for number in numbers) else sum(numbers) * 1000
