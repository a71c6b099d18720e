"""Times as log lines write them, read exactly: what the fast way of a format does not vouch for is decided here."""

import re
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["access_log_us", "rfc3339_us"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}
_ACCESS = re.compile(r"(\d\d)/([A-Z][a-z][a-z])/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)", re.ASCII)
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(?:[Zz]|([+-])(\d\d):?(\d\d))", re.ASCII
)
_MOST_HOURS, _MOST_MINUTES = 14, 59  # of a zone's offset: +14:00 is Kiribati


def access_log_us(text: str) -> int | None:
    """`24/Nov/2026:03:12:00 +0100` in epoch microseconds; None if it names no moment."""
    match = _ACCESS.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        return None
    day, _, year, hour, minute, second = (match[group] for group in range(1, 7))
    return _moment((year, _MONTHS[match[2]], day, hour, minute, second), "", match[7], match[8], match[9])


def rfc3339_us(text: str) -> int | None:
    """`2026-11-24T03:12:00.123+01:00` in epoch microseconds; None without a zone, or if it names no moment."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    return _moment(match.groups()[:6], match[7] or "", match[8] or "+", match[9] or "00", match[10] or "00")


def _moment(parts: tuple[str | int, ...], fraction: str, sign: str, hours: str, minutes: str) -> int | None:
    if int(hours) > _MOST_HOURS or int(minutes) > _MOST_MINUTES:
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    year, month, day, hour, minute, second = (int(part) for part in parts)
    try:
        moment = datetime(year, month, day, hour, minute, second, int(f"{fraction[:6]:0<6}"), tzinfo=timezone(offset))
        return (moment - _EPOCH) // _MICRO
    except (ValueError, OverflowError):
        return None
