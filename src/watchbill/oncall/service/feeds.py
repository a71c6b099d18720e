"""Use cases of calendars: feeds of schedules and people under secret addresses, and overrides read from a calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Forbidden, NotFound
from watchbill.kernel.ids import FeedId, Ids
from watchbill.oncall.arranged_ports import CalendarReader, FeedLinks, Feeds
from watchbill.oncall.model import Override, Schedule
from watchbill.oncall.model.arranged import Feed, FeedAbout
from watchbill.oncall.rules.calendars import Entry, calendar_text, moments_of, person_of
from watchbill.oncall.rules.final import gaps
from watchbill.oncall.service.schedules import NewOverride, ScheduleService
from watchbill.people.model import Actor, Role
from watchbill.people.service import PeopleService

__all__ = ["CalendarService", "OverridesRead"]

BEHIND, AHEAD = timedelta(days=30), timedelta(days=180)
READ_AHEAD = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class OverridesRead:
    """What reading a calendar came to."""

    added: tuple[Override, ...]
    removed: tuple[Override, ...]
    kept: int
    unmatched: tuple[str, ...]


@dataclass(eq=False, kw_only=True)
class CalendarService:
    """Calendars within one transaction."""

    feeds: Feeds
    links: FeedLinks
    reader: CalendarReader
    schedules: ScheduleService
    people: PeopleService
    ids: Ids
    clock: Clock

    def text_of(self, about: FeedAbout, name: str) -> str:
        """The calendar of a schedule (every watch and gap) or of a person (every watch, second ones too)."""
        now = self.clock.now()
        if about is FeedAbout.SCHEDULE:
            entries = list(self._of_schedule(self.schedules.find(name), now))
            title = f"On-call: {name}"
        else:
            entries = list(self._of_person(self.people.person(name).name, now))
            title = f"On-call: {self._name(name)}"
        return calendar_text(title, entries, now)

    def open(self, token: str) -> tuple[str, str]:
        """Name and text of the calendar behind an address; raises Unauthorized, and NotFound for one taken back."""
        feed = self.feeds.get(self.links.read(token))
        if feed is None:
            raise NotFound("calendar", "this address", hint="it was taken back; make a new one on the On-call page")
        return feed.name, self.text_of(feed.about, feed.name)

    def make(self, about: FeedAbout, name: str, who: Actor) -> Feed:
        """An address for a calendar; the one there is where there is one. A person's own is made by that person."""
        found = self._checked(about, name, who)
        existing = self.feeds.of(about, found)
        if existing:
            return existing[0]
        feed = Feed(self.ids.new(FeedId), about, found, self.clock.now(), who.name)
        self.feeds.add(feed)
        return feed

    def of(self, about: FeedAbout, name: str, who: Actor) -> Sequence[Feed]:
        """Addresses about a schedule or a person that still work; nobody sees another person's."""
        return self.feeds.of(about, self._checked(about, name, who))

    def revoke(self, feed: str, who: Actor) -> Feed:
        """Let an address end at once."""
        found = self.feeds.get(FeedId(feed))
        if found is None:
            raise NotFound("calendar", feed)
        self._checked(found.about, found.name, who)
        self.feeds.revoke(found.id, self.clock.now())
        return found

    def url(self, feed: Feed) -> str:
        """Where it can be read."""
        return self.links.url(feed.id)

    def read_overrides(
        self, schedule: str, text: str, who: Actor, *, name: str, dry_run: bool = False
    ) -> OverridesRead:
        """Make the events of a calendar overrides: new ones are added, those that went are removed; twice changes nothing."""
        found, now = self.schedules.find(schedule), self.clock.now()
        marked = f"calendar {name}"
        known = {
            (one.person, one.start, one.end): one
            for one in self.schedules.overrides.between([found.name], now, now + READ_AHEAD)
            if one.reason == marked
        }
        wanted: set[tuple[str, datetime, datetime]] = set()
        unmatched: list[str] = []
        for event in self.reader.events(text, now, now + READ_AHEAD):
            person = person_of(event, self.people.persons())
            if person is None:
                unmatched.append(event.summary or event.uid)
            else:
                wanted.add((person.name, *moments_of(event, found.zone)))
        gone = [override for key, override in known.items() if key not in wanted]
        fresh = sorted((key for key in wanted if key not in known), key=lambda key: (key[1], key[0]))
        news = [NewOverride(found.name, person, end, start, marked) for person, start, end in fresh]
        if dry_run:
            added = [Override(found.name, one.start or now, one.end, one.person, reason=marked) for one in news]
        else:
            for override in gone:
                self.schedules.remove_override(override.id or "", who)
            added = [self.schedules.override(one, who) for one in news]
        return OverridesRead(tuple(added), tuple(gone), len(wanted) - len(fresh), tuple(dict.fromkeys(unmatched)))

    def _of_schedule(self, schedule: Schedule, now: datetime) -> Iterator[Entry]:
        start, end = now - BEHIND, now + AHEAD
        shifts = self.schedules.final(schedule.name, start, end)
        for one in shifts:
            key = f"{schedule.name}\x00{one.person}\x00{one.start.isoformat()}"
            yield Entry(key, one.start, one.end, f"{self._name(one.person)}: {schedule.name}", f"by {one.layer}")
        for gap in gaps(shifts, now, end, schedule):
            key = f"{schedule.name}\x00\x00{gap.start.isoformat()}"
            yield Entry(key, gap.start, gap.end, f"NOBODY: {schedule.name}", "Nobody stands watch in this time.")

    def _of_person(self, person: str, now: datetime) -> Iterator[Entry]:
        seconds = {one.secondary for one in self.schedules.list() if one.secondary}
        for name, shifts in self.schedules.finals(now - BEHIND, now + AHEAD).items():
            role = "second watch" if name in seconds else "watch"
            for one in shifts:
                if one.person == person:
                    key = f"{name}\x00{person}\x00{one.start.isoformat()}"
                    yield Entry(key, one.start, one.end, f"On-call: {name}", f"{role}, by {one.layer}")

    def _checked(self, about: FeedAbout, name: str, who: Actor) -> str:
        if about is FeedAbout.SCHEDULE:
            return self.schedules.find(name).name
        person = self.people.person(name).name
        if person != who.name and not who.role.covers(Role.EDITOR):
            raise Forbidden(f"{who.name} cannot open the calendar of {person}", hint="people make their own address")
        return person

    def _name(self, person: str) -> str:
        return next((one.display_name for one in self.people.persons() if one.name == person), person)
