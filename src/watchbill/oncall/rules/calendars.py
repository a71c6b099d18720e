"""Calendars as text (RFC 5545): watches as events that any calendar program shows, and events matched to people."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from watchbill.oncall.rules.walltime import moment
from watchbill.people.model import Person

__all__ = ["CalendarEvent", "Entry", "calendar_text", "moments_of", "person_of"]

_OCTETS = 75  # the longest line of RFC 5545
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One occurrence in somebody's calendar. Without a zone, `start` and `end` are wall time of whoever it is about."""

    uid: str
    summary: str
    start: datetime
    end: datetime
    addresses: tuple[str, ...] = ()  # attendees and organiser, lower case


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a feed; `key` tells it from the others of the feed and stays the same while the event does."""

    key: str
    start: datetime
    end: datetime
    summary: str
    description: str = ""


def calendar_text(title: str, entries: Iterable[Entry], now: datetime) -> str:
    """The calendar. Programs ask again every hour; a hand-off alarm is theirs to set."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//watchbill//on-call//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(title)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
        *(line for entry in entries for line in _event(entry, now)),
        "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def person_of(event: CalendarEvent, people: Sequence[Person]) -> Person | None:
    """Whom an event is about: an attendee's address, else a handle or full name that its title begins with or is."""
    by_address = [one for one in people if one.email and one.email.lower() in event.addresses]
    if by_address:
        return by_address[0]
    title = event.summary.strip().lower().removeprefix("@")
    named = [
        (len(name), one)
        for one in people
        for name in (one.name.lower(), one.full_name.lower(), (one.email or "").lower())
        if name and (title == name or (title.startswith(name) and not title[len(name)].isalnum()))
    ]
    return max(named, key=lambda found: found[0])[1] if named else None


def moments_of(event: CalendarEvent, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The event in UTC; wall time is read in the zone."""
    return _moment(event.start, zone), _moment(event.end, zone)


def _moment(at: datetime, zone: ZoneInfo) -> datetime:
    return moment(at, zone) if at.tzinfo is None else at.astimezone(UTC)


def _event(entry: Entry, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{sha256(entry.key.encode()).hexdigest()[:32]}@watchbill"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{_utc(entry.start)}"
    yield f"DTEND:{_utc(entry.end)}"
    yield f"SUMMARY:{_text(entry.summary)}"
    if entry.description:
        yield f"DESCRIPTION:{_text(entry.description)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    return words.translate(_ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, none of which ends within a character; all but the first begin with a space."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _OCTETS:
            yield piece
            piece, size = " ", 1
        piece += character
        size += width
    yield piece
