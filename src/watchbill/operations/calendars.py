"""Operations on leave and calendars: who is away, feeds of watches, calendars that are read."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, Field

from watchbill.bootstrap import Services
from watchbill.oncall.model.arranged import Feed, FeedAbout, Leave
from watchbill.operations.swaps import Given
from watchbill.people.model import Actor

__all__ = [
    "AddLeave",
    "CalendarOf",
    "CalendarView",
    "FeedView",
    "LeaveView",
    "ListFeeds",
    "ListLeaves",
    "MakeFeed",
    "NamedFeed",
    "NamedLeave",
    "ReadCalendar",
    "ReadLine",
    "ReadView",
    "add_leave",
    "calendar",
    "feeds",
    "leaves",
    "make_feed",
    "read_leaves",
    "read_overrides",
    "remove_leave",
    "revoke_feed",
]

_MOST_BYTES = 4 << 20
_LEAVE_DAYS = 180


class AddLeave(Given):
    """Input of `oncall.leave.add`."""

    person: str
    start: AwareDatetime
    end: AwareDatetime
    note: str = Field(default="", max_length=200)


class NamedLeave(Given):
    """Input of `oncall.leave.remove`."""

    leave: str


class ListLeaves(Given):
    """Input of `oncall.leaves`: those that overlap the time from `start` (now) to `end` (half a year later)."""

    person: str | None = None
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class ReadCalendar(Given):
    """Input of `oncall.leave.read` and `oncall.overrides.read`: the text of an .ics file, and a name that tells it apart."""

    schedule: str | None = None
    person: str | None = None
    text: str = Field(max_length=_MOST_BYTES)
    name: str = Field(default="import", max_length=100)
    dry_run: bool = False


class MakeFeed(Given):
    """Input of `oncall.feed.make`: of a schedule, or of a person."""

    about: FeedAbout
    name: str


class ListFeeds(Given):
    """Input of `oncall.feeds`."""

    about: FeedAbout
    name: str


class NamedFeed(Given):
    """Input of `oncall.feed.revoke`."""

    feed: str


class CalendarOf(Given):
    """Input of `oncall.ical`: of a schedule, or of a person."""

    about: FeedAbout = FeedAbout.SCHEDULE
    name: str


class LeaveView(BaseModel):
    """One leave; `source` is the calendar it comes from, "" where it was entered by hand."""

    id: str
    person: str
    start: datetime
    end: datetime
    note: str
    source: str


class FeedView(BaseModel):
    """A calendar address. Whoever knows it can read the calendar."""

    id: str
    about: FeedAbout
    name: str
    url: str
    created_at: datetime
    created_by: str


class CalendarView(BaseModel):
    """A calendar as text (RFC 5545)."""

    name: str
    text: str


class ReadLine(BaseModel):
    """One event that became ours, or is ours no more."""

    person: str
    start: datetime
    end: datetime


class ReadView(BaseModel):
    """What reading a calendar came to; `unmatched` are titles of events about nobody who is known."""

    added: list[ReadLine]
    removed: list[ReadLine]
    kept: int
    unmatched: list[str]


def add_leave(s: Services, who: Actor, given: AddLeave) -> LeaveView:
    """Note that somebody will be away."""
    return _leave(s.arranged.leaves.add(given.person, given.start, given.end, who, note=given.note))


def remove_leave(s: Services, who: Actor, given: NamedLeave) -> LeaveView:
    """They will not be away after all."""
    return _leave(s.arranged.leaves.remove(given.leave, who))


def leaves(s: Services, who: Actor, given: ListLeaves) -> list[LeaveView]:
    """Who is away when."""
    start = given.start or s.now
    people = [s.people.person(given.person).name] if given.person else None
    return [
        _leave(one)
        for one in s.arranged.leaves.between(start, given.end or start + timedelta(days=_LEAVE_DAYS), people)
    ]


def read_leaves(s: Services, who: Actor, given: ReadCalendar) -> ReadView:
    """Make the events of a calendar leave."""
    found = s.arranged.leaves.read(given.text, who, name=given.name, person=given.person, dry_run=given.dry_run)
    return ReadView(
        added=[ReadLine(person=one.person, start=one.start, end=one.end) for one in found.added],
        removed=[ReadLine(person=one.person, start=one.start, end=one.end) for one in found.removed],
        kept=found.kept,
        unmatched=list(found.unmatched),
    )


def read_overrides(s: Services, who: Actor, given: ReadCalendar) -> ReadView:
    """Make the events of a calendar overrides of a schedule."""
    found = s.arranged.calendars.read_overrides(
        given.schedule or "", given.text, who, name=given.name, dry_run=given.dry_run
    )
    return ReadView(
        added=[ReadLine(person=one.person, start=one.start, end=one.end) for one in found.added],
        removed=[ReadLine(person=one.person, start=one.start, end=one.end) for one in found.removed],
        kept=found.kept,
        unmatched=list(found.unmatched),
    )


def calendar(s: Services, who: Actor, given: CalendarOf) -> CalendarView:
    """The calendar of a schedule or a person as text."""
    return CalendarView(name=given.name, text=s.arranged.calendars.text_of(given.about, given.name))


def make_feed(s: Services, who: Actor, given: MakeFeed) -> FeedView:
    """The address of a calendar, made where there is none."""
    return _feed(s, s.arranged.calendars.make(given.about, given.name, who))


def feeds(s: Services, who: Actor, given: ListFeeds) -> list[FeedView]:
    """Addresses that still work."""
    return [_feed(s, one) for one in s.arranged.calendars.of(given.about, given.name, who)]


def revoke_feed(s: Services, who: Actor, given: NamedFeed) -> FeedView:
    """Let an address end at once."""
    return _feed(s, s.arranged.calendars.revoke(given.feed, who))


def _leave(found: Leave) -> LeaveView:
    return LeaveView(**{name: getattr(found, name) for name in LeaveView.model_fields})


def _feed(s: Services, found: Feed) -> FeedView:
    facts = {name: getattr(found, name) for name in FeedView.model_fields if name != "url"}
    return FeedView(**facts, url=s.arranged.calendars.url(found))
