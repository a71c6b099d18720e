"""Recurrence rules (RFC 5545): the parts that a maintenance calendar needs, and a refusal of rules that never come true."""

import re

from watchbill.adapters.resources.fields.wrong import wrong
from watchbill.kernel.errors import near

__all__ = ["recurrence"]

_DAYS = "MO|TU|WE|TH|FR|SA|SU"
# part -> what its value looks like
_PARTS: dict[str, str] = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,3}",
    "COUNT": r"[1-9]\d{0,4}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "BYDAY": rf"[+-]?[1-5]?({_DAYS})(,[+-]?[1-5]?({_DAYS}))*",
    "BYMONTHDAY": r"-?([1-9]|[12]\d|3[01])(,-?([1-9]|[12]\d|3[01]))*",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2]))*",
    "BYSETPOS": r"-?[1-9]\d{0,2}(,-?[1-9]\d{0,2})*",
    "WKST": _DAYS,
}
_LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_HINT = "write FREQ=MONTHLY;BYDAY=1TU"


def recurrence(text: str) -> str:
    """The rule as written; raises a fault for unknown parts, odd values, and days that no month has."""
    parts: dict[str, str] = {}
    for piece in text.removeprefix("RRULE:").split(";"):
        key, equals, value = piece.partition("=")
        if key not in _PARTS or not equals:
            close = near(key, _PARTS)
            raise wrong(f"{piece!r} is no part of a recurrence", f"did you mean {close}=?" if close else _HINT)
        if not re.fullmatch(_PARTS[key], value):
            raise wrong(f"{piece!r} is not a possible recurrence", _HINT)
        parts[key] = value
    if "FREQ" not in parts:
        raise wrong("a recurrence says FREQ", _HINT)
    if "COUNT" in parts and "UNTIL" in parts:
        raise wrong("a recurrence ends by COUNT or by UNTIL, not by both", _HINT)
    _check_days(parts)
    return text


def _check_days(parts: dict[str, str]) -> None:
    if "BYMONTHDAY" not in parts or "BYMONTH" not in parts:
        return
    days = [abs(int(day)) for day in parts["BYMONTHDAY"].split(",")]
    months = [int(month) for month in parts["BYMONTH"].split(",")]
    if all(day > _LONGEST.get(month, 31) for day in days for month in months):
        raise wrong(f"no month {parts['BYMONTH']} has a day {parts['BYMONTHDAY']}: it would never happen", _HINT)
