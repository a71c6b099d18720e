"""Reads iCalendar files, recurring events expanded."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from watchbill.kernel.errors import Invalid
from watchbill.oncall.rules.calendars import CalendarEvent

__all__ = ["IcalReader"]

MOST = 2_000  # occurrences; more is a mistake in a rule, or no calendar of people


class IcalReader:
    """oncall.arranged_ports.CalendarReader."""

    def events(self, text: str, start: datetime, end: datetime) -> Sequence[CalendarEvent]:
        """Every occurrence within [start, end); cancelled events are left out."""
        import icalendar  # slow to import; only who imports a calendar needs it
        import recurring_ical_events

        try:
            calendar = icalendar.Calendar.from_ical(text)
            found = recurring_ical_events.of(calendar, skip_bad_series=True).between(start, end)
        except (ValueError, KeyError, IndexError, TypeError) as wrong:
            raise Invalid("calendar", f"is no iCalendar file: {wrong}", hint="export it as .ics") from wrong
        if len(found) > MOST:
            raise Invalid("calendar", f"holds more than {MOST} events in this time", hint="name a shorter time")
        events = [event for one in found for event in _event(one)]
        return sorted(events, key=lambda one: (one.start.isoformat(), one.uid))


def _event(event: Any) -> Iterator[CalendarEvent]:  # Any: icalendar has no types for components
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or event.get("DTSTART") is None:
        return
    start, end = _moment(event.start), _moment(event.end)
    if start.tzinfo is not None and end.tzinfo is None:
        end = end.replace(tzinfo=start.tzinfo)
    if end <= start:
        return
    addresses = [event.get("ORGANIZER"), *_many(event.get("ATTENDEE"))]
    yield CalendarEvent(
        uid=str(event.get("UID", "")),
        summary=str(event.get("SUMMARY", "")),
        start=start,
        end=end,
        addresses=tuple(str(one).lower().removeprefix("mailto:") for one in addresses if one),
    )


def _moment(at: date | datetime) -> datetime:
    """All-day events begin and end at midnight on the wall; a moment with a zone is given in UTC."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time(0))
    return at if at.tzinfo is None else at.astimezone(UTC)


def _many(value: Any) -> Sequence[Any]:  # Any: as above; one attendee, several, or none
    return value if isinstance(value, list) else [value]
