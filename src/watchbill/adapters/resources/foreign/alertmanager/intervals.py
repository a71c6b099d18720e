"""Time intervals of the file."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watchbill.adapters.resources.foreign.alertmanager.section import Section
from watchbill.receivers.model import Period, Range, TimeInterval

__all__ = ["intervals_of"]

_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_CLOCK = re.compile(r"(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)")
_DAYS_OF_MONTH, _LAST_MONTH = 31, 12


def intervals_of(section: Section) -> tuple[str, tuple[TimeInterval, ...]]:
    """The name and the intervals of one entry of `time_intervals`."""
    name = section.text("name")
    if not name:
        section.notes.fault(section.node, "missing name in time interval")
    found = tuple(_interval(one) for one in section.sections("time_intervals", "time interval"))
    section.end()
    return name, found


def _interval(section: Section) -> TimeInterval:
    zone = section.text("location", "UTC")
    try:
        ZoneInfo("UTC" if zone == "Local" else zone)
    except (ZoneInfoNotFoundError, ValueError):
        section.notes.fault(section.at("location"), f"unknown time zone {zone}")
        zone = "UTC"
    if zone == "Local":
        section.notes.remark(section.at("location"), "location Local is taken as UTC; name the zone")
        zone = "UTC"
    interval = TimeInterval(
        times=tuple(_period(one) for one in section.sections("times", "time range")),
        weekdays=_ranges(section, "weekdays", _WEEKDAYS, 0, 6),
        days_of_month=_ranges(section, "days_of_month", (), -_DAYS_OF_MONTH, _DAYS_OF_MONTH),
        months=_ranges(section, "months", ("", *_MONTHS), 1, _LAST_MONTH),
        years=_ranges(section, "years", (), 0, 9_999),
        zone=zone,
    )
    section.end()
    return interval


def _period(section: Section) -> Period:
    moments = []
    for name in ("start_time", "end_time"):
        text = section.text(name)
        if not _CLOCK.fullmatch(text):
            section.notes.fault(section.at(name), f"couldn't parse timestamp {text}, invalid format", "write 09:00")
            text = "00:00"
        hours, _, minutes = text.partition(":")
        moments.append(int(hours) * 60 + int(minutes))
    section.end()
    if moments[0] >= moments[1]:
        section.notes.fault(section.node, "start time cannot be equal or greater than end time")
    return Period(*moments)


def _ranges(section: Section, name: str, names: tuple[str, ...], least: int, most: int) -> tuple[Range, ...]:
    found = []
    for text, node in section.words(name):
        ends = [_number(part, names) for part in text.split(":")]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None:  # noqa: PLR2004 - a range has two ends
            section.notes.fault(node, f"{text} is not a valid range of {name}")
        elif not (least <= first <= most and least <= last <= most) or (least < 0 and 0 in {first, last}):
            section.notes.fault(node, f"{text} is not a valid range of {name}: out of range")
        elif first > last and (first < 0) == (last < 0):
            section.notes.fault(node, f"{text}: start of {name} cannot be after its end")
        elif first < 0 < last:
            section.notes.fault(node, f"{text}: end day must be negative if start day is negative")
        else:
            found.append(Range(first, last))
    return tuple(found)


def _number(text: str, names: tuple[str, ...]) -> int | None:
    word = text.strip().lower()
    if word in names and word:
        return names.index(word)
    return int(word) if re.fullmatch(r"-?\d{1,4}", word) and not (names and names[0]) else None
