"""What arrangements need from outside: places for swaps, leave, feeds and alarms; calendars; holidays; signatures."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from watchbill.kernel.ids import FeedId, LeaveId, SwapId
from watchbill.oncall.model.arranged import Feed, FeedAbout, Leave, Swap
from watchbill.oncall.rules.calendars import CalendarEvent
from watchbill.oncall.rules.coverage import Missing
from watchbill.oncall.rules.planning import Problem, Roster

__all__ = [
    "Alarms", "CalendarReader", "FeedLinks", "Feeds", "HandoffLog", "Holidays", "Leaves", "Planner", "Swaps",
]  # fmt: skip


class Swaps(Protocol):
    """Swaps, in the running transaction."""

    def add(self, swap: Swap) -> None:
        """Save a new one."""

    def save(self, swap: Swap) -> None:
        """Write the new state over the old."""

    def get(self, swap: SwapId, *, lock: bool = False) -> Swap | None:
        """One by id. `lock`: other transactions that lock it wait until this one ends."""

    def accepted(self, schedules: Sequence[str] | None, start: datetime, end: datetime) -> Sequence[Swap]:
        """Accepted ones that touch [start, end), in the order of their answers; None: of all schedules."""

    def find(self, *, schedule: str | None = None, person: str | None = None, since: datetime) -> Sequence[Swap]:
        """Those of any status that end after a moment, newest first, at most 200; `person`: asker or taker."""


class Leaves(Protocol):
    """Leave of people, in the running transaction."""

    def add(self, leave: Leave) -> None:
        """Save one."""

    def get(self, leave: LeaveId) -> Leave | None:
        """One by id."""

    def remove(self, leave: LeaveId) -> None:
        """Delete it; the event is the record."""

    def between(self, people: Sequence[str] | None, start: datetime, end: datetime) -> Sequence[Leave]:
        """Those that overlap [start, end), by start; None: of everybody."""


class Feeds(Protocol):
    """Calendar feeds, in the running transaction."""

    def add(self, feed: Feed) -> None:
        """Save a new one."""

    def get(self, feed: FeedId) -> Feed | None:
        """One that has not been taken back."""

    def of(self, about: FeedAbout, name: str) -> Sequence[Feed]:
        """Those about a schedule or a person that have not been taken back."""

    def revoke(self, feed: FeedId, at: datetime) -> None:
        """Take it back; the row stays as a record."""


class Alarms(Protocol):
    """What is missing ahead and has been told of, in the running transaction."""

    def told(self) -> Sequence[Missing]:
        """All of it."""

    def keep(self, missing: Missing, at: datetime) -> bool:
        """Note that it is told now; False where another process was first."""

    def extend(self, told: Missing, until: datetime) -> None:
        """The same trouble turned out to last longer."""

    def forget(self, told: Missing) -> None:
        """It is over."""


class FeedLinks(Protocol):
    """Addresses of feeds, signed with the installation's key."""

    def url(self, feed: FeedId) -> str:
        """The address."""

    def read(self, token: str) -> FeedId:
        """The feed that a token speaks of; raises Unauthorized."""


class CalendarReader(Protocol):
    """Reads iCalendar files."""

    def events(self, text: str, start: datetime, end: datetime) -> Sequence[CalendarEvent]:
        """Every occurrence within [start, end), recurring ones expanded; raises Invalid for what is no calendar."""


class Holidays(Protocol):
    """Public holidays by country."""

    def named(self, region: str | None, start: date, end: date) -> Mapping[date, str]:
        """Holidays of the region (`FR`, `DE-BY`; None: none) in [start, end) with their names; raises Invalid."""


class HandoffLog(Protocol):
    """Which watches were handed over in writing."""

    def signed(self, since: datetime) -> frozenset[str]:
        """Names of the schedules for which somebody signed a hand-off document since then."""


class Planner(Protocol):
    """A solver that may find a fairer plan."""

    name: str

    def plan(self, problem: Problem) -> Roster | None:
        """A roster that keeps every rule; None where there is none, or none was found in time."""
