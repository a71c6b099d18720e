"""The structured log standard as a table, and what a line does against it (playbook ph. 4, structured log standard).

Lines of one program look alike, so a line is judged in two parts: its shape (which fields, of which types), which a reader
judges once for thousands of lines, and the few values that differ from line to line.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from watchbill.signals.model import Field, Kind, Weight, Wrong

__all__ = ["FIELDS", "LEVELS", "METHODS", "PLACES", "TIMESTAMP", "Watch", "judge_shape", "judge_values", "watched"]

LEVELS = ("trace", "debug", "info", "notice", "warn", "warning", "error", "critical", "fatal")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE")
_SEVERE = frozenset({"error", "critical", "fatal"})
FIELDS: tuple[Field, ...] = (
    Field("timestamp", Kind.TIMESTAMP, "When it happened: RFC 3339 with a zone", "2026-02-17T11:24:00.000Z", required=True, place=True),
    Field("level", Kind.LEVEL, "How much it matters", "error", required=True, place=True),
    Field("service", Kind.TEXT, "Who says it", "payment-api", required=True, place=True),
    Field("message", Kind.TEXT, "What happened, in one sentence without variable parts", "Payment processing failed", required=True, place=True),
    Field("trace_id", Kind.ID, "Which request it belongs to, through all services", "abc123", place=True),
    Field("span_id", Kind.ID, "Which step of the request", "def456", place=True),
    Field("environment", Kind.TEXT, "Where it runs: production, staging", "production", place=True),
    Field("host", Kind.TEXT, "Which machine or pod", "payment-api-7b4d9-xk2p1", place=True),
    Field("region", Kind.TEXT, "Which region", "us-east-1", place=True),
    Field("error_type", Kind.TEXT, "The class of the error; on error lines", "TimeoutException"),
    Field("error_message", Kind.TEXT, "What the error says; on error lines", "Gateway timeout after 30s"),
    Field("http_method", Kind.METHOD, "The request's method", "POST"),
    Field("http_path", Kind.TEXT, "The request's path, without its query", "/api/v1/payments"),
    Field("http_status", Kind.STATUS, "The answer's status", 504),
    Field("duration_ms", Kind.AMOUNT, "How long it took, in milliseconds", 30012),
    Field("retry_count", Kind.COUNT, "How often it was tried again", 2),
)  # fmt: skip
PLACES = tuple(one for one in FIELDS if one.place)
# RFC 3339 with a zone; `T` may be a blank (RFC 3339, 5.6), a comma for fractions is ISO 8601 only.
TIMESTAMP = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$"
Watch = tuple[str, Callable[..., object]]  # a field, and whether a value of it holds
_MOMENT = re.compile(TIMESTAMP)
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_WHOLE = {Kind.STATUS, Kind.COUNT, Kind.WHOLE}
_NUMBERS = {*_WHOLE, Kind.AMOUNT}
_BY_NAME = {one.name: one for one in FIELDS}
# By the last word of a name: what the value is. The standard's own `amount_cents`, `customer_id`.
_SUFFIXES: Mapping[str, Kind] = {
    **dict.fromkeys(("ns", "us", "ms", "seconds", "minutes", "hours", "bytes", "pct", "percent", "ratio", "rps"), Kind.AMOUNT),
    "cents": Kind.WHOLE, "count": Kind.COUNT, "total": Kind.AMOUNT, "id": Kind.ID,
}  # fmt: skip
# Names of quantities that do not say their unit, and what to write instead.
_NO_UNIT: Mapping[str, str] = {
    **dict.fromkeys(("duration", "latency", "elapsed", "took", "timeout", "delay", "age", "ttl", "runtime"), "{}_ms"),
    **dict.fromkeys(("size", "length", "memory", "payload"), "{}_bytes"),
    **dict.fromkeys(("amount", "price", "cost", "fee", "balance"), "{}_cents"),
    **dict.fromkeys(("utilisation", "utilization", "usage"), "{}_pct"),
}
# What others call the fields that every line must have: the advice names the one that is meant.
_MEANT: Mapping[str, str] = {
    **dict.fromkeys(("time", "ts", "@timestamp", "date", "datetime"), "timestamp"),
    **dict.fromkeys(("severity", "lvl", "loglevel", "log_level", "levelname"), "level"),
    **dict.fromkeys(("msg", "text", "event", "log"), "message"),
    **dict.fromkeys(("app", "application", "service_name", "service.name", "logger"), "service"),
}


def judge_shape(names: Sequence[str], types: Sequence[type]) -> tuple[Wrong, ...]:
    """What is wrong with the fields of a line whatever their values: missing, of a wrong type, without a unit, ill named.

    An empty value is not looked at here. Null counts as absent.
    """
    there = {name: kind for name, kind in zip(names, types, strict=True) if kind is not type(None)}
    found = [_missing(one, there) for one in FIELDS if one.required and one.name not in there]
    for name, kind in there.items():
        found += _field(name, kind)
    if "span_id" in there and "trace_id" not in there:
        found.append(Wrong("missing", "trace_id", "a span belongs to a trace: log its trace_id as well", Weight.ADVICE))
    return tuple(found)


def watched(names: Sequence[str], types: Sequence[type]) -> tuple[Watch, ...]:
    """The fields of such a line whose values have to be looked at one by one: those whose type is right."""
    return tuple(
        (name, _CHECKS[kind])
        for name, given in zip(names, types, strict=True)
        if (kind := _kind(name)) in _CHECKS and given is not type(None) and _fits(kind, given)
    )


def judge_values(line: Mapping[str, object], watches: Sequence[Watch]) -> list[Wrong]:
    """What is wrong with the values of these fields (`watched`), and what an error line should tell besides."""
    found = [_value(name, line[name]) for name, holds in watches if not holds(line[name])]
    if line.get("level") in _SEVERE:
        found += [
            Wrong("missing", name, f"an error line says {name}", Weight.ADVICE)
            for name in ("error_type", "error_message")
            if not line.get(name)
        ]
    return found


def _missing(one: Field, there: Mapping[str, type]) -> Wrong:
    meant = next((name for name in there if _MEANT.get(name, _MEANT.get(name.lower())) == one.name), None)
    return Wrong("missing", one.name, f"rename {meant} to {one.name}" if meant else f"add it: {one.means}")


def _field(name: str, kind: type) -> list[Wrong]:
    wanted, found = _kind(name), []
    if not _fits(wanted, kind):
        found.append(Wrong("type", name, _type_fix(wanted, kind)))
    if kind in (int, float) and (better := _NO_UNIT.get(name.rpartition("_")[2])):
        found.append(Wrong("unit", name, f"say the unit in the name: {better.format(name)}"))
    if not _NAME.fullmatch(name):
        found.append(Wrong("name", name, f"write {_snake(name)}", Weight.ADVICE))
    return found


def _kind(name: str) -> Kind | None:
    known = _BY_NAME.get(name)
    return known.kind if known is not None else _SUFFIXES.get(name.rpartition("_")[2]) if "_" in name else None


def _fits(wanted: Kind | None, kind: type) -> bool:
    if wanted is None:
        return True
    if wanted in _NUMBERS:
        return kind is int or (kind is float and wanted not in _WHOLE)
    return kind is str or (wanted is Kind.ID and kind is int)


def _type_fix(wanted: Kind | None, kind: type) -> str:
    if wanted in _NUMBERS:
        return f"write {'a whole number' if wanted in _WHOLE else 'a number'}, not {_TYPES.get(kind, 'this')}"
    return f"write text, not {_TYPES.get(kind, 'this')}"


# Whether a value of the right type holds; called for every line, so built-in functions where they do.
_CHECKS: Mapping[Kind | None, Callable[..., object]] = {
    Kind.TIMESTAMP: _MOMENT.match,
    Kind.LEVEL: frozenset(LEVELS).__contains__,
    Kind.METHOD: frozenset(METHODS).__contains__,
    Kind.STATUS: range(100, 600).__contains__,
    Kind.COUNT: (0).__le__,
    Kind.AMOUNT: lambda value: value >= 0,
    Kind.ID: lambda value: isinstance(value, int) or (value and " " not in value),
    Kind.TEXT: bool,
}
_VALUES: Mapping[Kind, tuple[str, str]] = {
    Kind.LEVEL: ("enumeration", f"write one of {', '.join(LEVELS)}"),
    Kind.METHOD: ("enumeration", "write the method in capitals, eg GET"),
    Kind.STATUS: ("range", "a status is 100 to 599"),
    Kind.COUNT: ("range", "it cannot be below 0"),
    Kind.AMOUNT: ("range", "it cannot be below 0"),
    Kind.ID: ("id", "an id is not empty and has no blanks: leave the field out instead"),
    Kind.TEXT: ("empty", "say something, or leave the field out"),
}
_TYPES: Mapping[type, str] = {
    str: "text", int: "a number", float: "a number with a fraction", bool: "true or false", dict: "an object", list: "a list",
}  # fmt: skip


def _value(name: str, value: object) -> Wrong:
    """Why a value of the right type is wrong all the same."""
    kind = _kind(name)
    if kind is Kind.TIMESTAMP:
        return Wrong("timestamp", name, _timestamp_fix(str(value)))
    rule, fix = _VALUES[kind or Kind.TEXT]
    return Wrong(rule, name, fix)


def _timestamp_fix(value: str) -> str:
    if _MOMENT.match(value + "Z"):
        return "add the zone: Z, or +01:00"
    return "write RFC 3339 with a zone: 2026-02-17T11:24:00.000Z"


def _snake(name: str) -> str:
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    return re.sub(r"[^a-z0-9]+", "_", spaced).strip("_") or "a name in small letters"
