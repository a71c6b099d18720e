"""Times as log lines write them, read exactly: what the fast way of a format does not vouch for is decided here."""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from watchbill.kernel.errors import Invalid

__all__ = [
    "UTC_SECOND",
    "access_log_us",
    "epoch_us",
    "local_access_us",
    "rfc3339_us",
    "utc_form",
    "zone_named",
    "zoned_second",
    "zoned_us",
]

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
_EPOCH_TEXT = re.compile(r"\d{1,11}(?:\.\d{1,9})?", re.ASCII)
_BARE = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?", re.ASCII)
_LAST_EPOCH_S = 100_000_000_000  # the year 5138; milliseconds since 1970 are larger
_LOCAL_ACCESS = re.compile(r"(\d\d)/([A-Z][a-z][a-z])/(\d{4}):(\d\d:\d\d:\d\d)\.(\d{3})", re.ASCII)
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
    except (ValueError, OverflowError):
        return None
    return _since_epoch(moment)


def _since_epoch(moment: datetime) -> int | None:
    """In microseconds; a time before 1970 is a clock that was never set."""
    return (moment - _EPOCH) // _MICRO if moment >= _EPOCH else None


def epoch_us(value: object) -> int | None:
    """Seconds since 1970 in microseconds; None for anything else (milliseconds are too large to be seconds)."""
    if isinstance(value, str) and _EPOCH_TEXT.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LAST_EPOCH_S:
        return None
    return round(value * 1_000_000)


# SQL: epoch seconds of the first 19 characters (`key`) of a time in UTC, or NULL: asked once a second, so it may be exact.
UTC_SECOND = (
    "CASE WHEN regexp_full_match({key}, '\\d{{4}}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d') AND substr({key}, 12, 2) < '24'"
    " THEN epoch_us(TRY_CAST({key} AS TIMESTAMP)) // 1000000 END"
)


def utc_form(stamp: str) -> str:
    """SQL: what stands behind the 19th character is `Z`, or a fraction and `Z`: cheap enough to be asked for each row."""
    return f"regexp_full_match(substr({stamp}, 20), '([.][0-9]{{1,12}})?Z')"


def zone_named(name: str) -> ZoneInfo:
    """The zone; raises Invalid for a name that is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as wrong:  # unknown zones, odd names, folders
        raise Invalid("timezone", f"{name!r} is not a time zone", hint="write Europe/Paris or UTC") from wrong


def zoned_us(text: str, zone: str) -> int | None:
    """`2026-11-24 03:12:00` on the wall clock of a zone, in epoch microseconds; None if it names no moment there.

    Of an hour that comes twice the first is taken; an hour that clocks skip names no moment.
    """
    match = _BARE.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[group]) for group in range(1, 7))
    try:
        local = datetime(year, month, day, hour, minute, second, int(f"{match[7] or '':0<6}"), tzinfo=zone_named(zone))
        moment = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if moment.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        return None
    return _since_epoch(moment)


def local_access_us(text: str, zone: str) -> int | None:
    """`06/Feb/2009:12:14:14.655` on the wall clock of a zone, in epoch microseconds; None if it names no moment there."""
    match = _LOCAL_ACCESS.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        return None
    return zoned_us(f"{match[3]}-{_MONTHS[match[2]]:02}-{match[1]} {match[4]}.{match[5]}", zone)


def zoned_second(local: str, zone: str) -> str:
    """SQL: epoch seconds of a wall clock's TIMESTAMP in a zone, exactly as `zoned_us` reads it."""
    if zone == "UTC":
        return f"epoch_us({local}) // 1000000"
    at = f"timezone('{zone}', {local})"
    back = f"timezone('{zone}', {at}"
    return (
        f"CASE WHEN {back}) <> {local} THEN NULL"
        f" WHEN {back} - INTERVAL 1 HOUR) = {local} THEN epoch_us({at}) // 1000000 - 3600"
        f" WHEN {back} - INTERVAL 30 MINUTE) = {local} THEN epoch_us({at}) // 1000000 - 1800"
        f" ELSE epoch_us({at}) // 1000000 END"
    )
