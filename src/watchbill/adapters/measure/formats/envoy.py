"""Envoy's access log in its default text form, and in the longer one that Istio sets.

    [2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0" "locations" "tcp://10.0.2.1:80"

Status 0 says that the client left before there was an answer: such a line is rejected as bad_status, neither good nor bad.
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
)  # fmt: skip
from watchbill.adapters.measure.formats.shape import LONGEST_MS, Event, Need, Reject, Relation
from watchbill.adapters.measure.predicates import quoted

__all__ = ["Envoy"]

_OPTIONS = split_options(20)
_STAMP = "substr(c0, 2, strlen(c0) - 3)"
_CODES = "string_split(c2, ' ')"
_STATUS = f"{_CODES}[2]"
_TARGET = tail_of("string_split(c1, ' ')[2]")
_MOMENT = f"epoch_us(TRY_CAST({_STAMP} AS TIMESTAMPTZ))"
_FORM = "regexp_full_match(c0, '\\[\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d([.]\\d{1,9})?Z\\] ')"
_DURATION = "(-|\\d{1,9})"
_UNCUT = "NOT ends_with({}, '\\')"  # the last field that is read: an escaped mark would have cut it
_SHAPES = (  # ok, duration, bytes sent, and the first quoted field behind the numbers
    (
        f"regexp_full_match(c2, ' [1-5]\\d\\d [^ ]+ [^ ]+ [^ ]+ {_DURATION} [^ ]+ ') AND c4 = ' ' AND c6 = ' ' AND c8 = ' ' AND {_UNCUT.format('c9')}",
        f"{_CODES}[6]",
        f"{_CODES}[5]",
        3,
    ),
    (
        "regexp_full_match(c2, ' [1-5]\\d\\d [^ ]+ [^ ]+ [^ ]+ ')"
        f" AND regexp_full_match(c4, ' [^ ]+ [^ ]+ {_DURATION} [^ ]+ ') AND c6 = ' ' AND c8 = ' ' AND c10 = ' ' AND {_UNCUT.format('c11')}",
        "string_split(c4, ' ')[4]",
        "string_split(c4, ' ')[3]",
        5,
    ),
)
_TIME = r"\[([^\[\]\"]{0,40})\]"
_BEHIND = rf"{QUOTED} {QUOTED} {QUOTED} {QUOTED}(.*)"
_DEFAULT = re.compile(
    rf'{_TIME} {QUOTED} ([^ "]+) (?:[^ "]+) (?:[^ "]+) ([^ "]+) ([^ "]+) (?:[^ "]+) {_BEHIND}', re.DOTALL
)
_ISTIO = re.compile(
    rf'{_TIME} {QUOTED} ([^ "]+) (?:[^ "]+) (?:[^ "]+) (?:[^ "]+) {QUOTED} (?:[^ "]+) ([^ "]+) ([^ "]+) (?:[^ "]+) {_BEHIND}',
    re.DOTALL,
)
_LOOKS = re.compile(r'\[\d{4}-\d\d-\d\dT[^\]]*\] "')
_NAMES = ("remote_addr", "user_agent", "trace_id", "host")


class Envoy:
    """The text that Envoy writes when nothing else is configured, and Istio's."""

    name: ClassVar[str] = "envoy"
    gives: ClassVar[frozenset[str] | None] = frozenset(
        {"timestamp", "method", "path", "query", "status", "duration_ms", "bytes", *_NAMES}
    )
    own: ClassVar[frozenset[str]] = frozenset()

    def recognises(self, line: str) -> bool:
        """A time in brackets, and a quoted request."""
        return _LOOKS.match(line) is not None

    def relations(self, need: Need, *, careful: bool) -> tuple[Relation, ...]:  # noqa: ARG002 - what an escaped mark would move is looked at anyway
        """Split at quotation marks: Envoy's own form first, then Istio's."""
        return tuple(self._relation(need, *shape) for shape in _SHAPES)

    def _relation(self, need: Need, shape: str, duration: str, size: str, behind: int) -> Relation:
        columns = {
            "timestamp": f"make_timestamp({_MOMENT})",
            "method": "CASE WHEN contains(c1, ' ') THEN nullif(string_split(c1, ' ')[1], '-') END",
            "path": f"nullif({PATH_OF.format(f'({_TARGET})')}, '-')",
            "query": QUERY_OF.format(f"({_TARGET})"),
            "status": f"TRY_CAST({_STATUS} AS USMALLINT)",
            "duration_ms": f"TRY_CAST({duration} AS DOUBLE)",
            "bytes": f"TRY_CAST({size} AS BIGINT)",
        }
        columns |= {name: f"nullif(nullif(c{behind + 2 * index}, '-'), '')" for index, name in enumerate(_NAMES)}
        columns["remote_addr"] = f"nullif(nullif(string_split(c{behind}, ',')[1], '-'), '')"
        return Relation(
            reader="read_csv",
            options=_OPTIONS,
            ok=f"coalesce({_FORM} AND {shape}, false)",
            key="substr(c0, 2, 19)",
            second=UTC_SECOND.format(key="k"),
            hour="substr(c0, 2, 13)",
            hour_second=UTC_SECOND.format(key="(h || ':00:00')"),
            columns={quoted(column): columns[column] for column in sorted(need.columns)},
        )

    def read(self, line: str, need: Need) -> Event | Reject:
        """One line, by its quotation marks that are not escaped."""
        match = _DEFAULT.fullmatch(line)
        if match is not None:
            stamp, request, status, size, duration, *behind = match.groups()
        else:
            match = _ISTIO.fullmatch(line)
            if match is None:
                return Reject.OTHER_FORMAT
            stamp, request, status, _failure, size, duration, *behind = match.groups()
        at_us = rfc3339_us(stamp)
        if at_us is None:
            return Reject.BAD_TIME
        if not STATUS.fullmatch(status):
            return Reject.BAD_STATUS
        if duration != "-" and not (duration.isascii() and duration.isdecimal() and int(duration) <= LONGEST_MS):
            return Reject.BAD_DURATION
        method, target = request_parts(request)
        path, query = target_parts(target)
        values: dict[str, object] = {
            "method": undashed(method),
            "path": None if path == "-" else path,
            "query": query,
            "status": int(status),
            "duration_ms": None if duration == "-" else float(duration),
            "bytes": int(size) if size.isdecimal() else None,
        }
        values |= {name: undashed(text) for name, text in zip(_NAMES, behind, strict=False)}
        values["remote_addr"] = undashed(behind[0].partition(",")[0])
        return Event(at_us, {name: values[name] for name in need.columns if name in values}, {})

    def is_whole(self, line: str, before: str | None) -> bool:
        """The last quoted field is closed, and there are as many as in the line before."""
        marks = line.count('"')
        return marks % 2 == 0 and (before is None or marks == before.count('"'))
