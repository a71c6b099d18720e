"""What incidents need from outside: a store for the records, words for updates, and how services and people are doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watchbill.alerts.model import Alert
from watchbill.incidents.measures import Measured, Measurements, SlaOutlook
from watchbill.incidents.model import (
    Assignment,
    Incident,
    IncidentRole,
    Milestones,
    Mitigation,
    Source,
    StatusUpdate,
    Task,
    TimelineEntry,
    UpdateKind,
)
from watchbill.incidents.model.search import Attached, Search
from watchbill.kernel.ids import AlertId, EscalationId, IncidentId, UpdateId
from watchbill.people.model import Actor

__all__ = [
    "AlertRecords",
    "Attached",
    "Incidents",
    "Measured",
    "Measurements",
    "Mitigations",
    "Pager",
    "Search",
    "SlaOutlook",
    "Subjects",
    "Taken",
    "Watch",
    "Words",
]


class AlertRecords(Protocol):
    """Alerts as they stand."""

    def get(self, alert: AlertId) -> Alert | None:
        """One by id."""


class Incidents(Protocol):
    """Incidents and everything that hangs on them, in the running transaction."""

    def one_declaration_at_a_time(self) -> None:
        """Let other transactions that declare wait until this one ends, so that two alerts of one service meet."""

    def next_number(self) -> int:
        """The next number of the installation, from 1, without gaps."""

    def add(self, incident: Incident) -> None:
        """Save a new one."""

    def save(self, incident: Incident) -> None:
        """Write the new state over the old."""

    def get(self, incident: IncidentId, *, lock: bool = False) -> Incident | None:
        """One by id. `lock`: other transactions that lock it wait until this one ends."""

    def numbered(self, number: int) -> Incident | None:
        """One by number."""

    def newest_number(self) -> int | None:
        """The number of the newest incident."""

    def find(self, search: Search) -> Sequence[Incident]:
        """Incidents, newest first; never more than the limit."""

    def milestones(
        self, start: datetime, end: datetime, service: str | None, *, since: datetime
    ) -> Sequence[tuple[Milestones, bool]]:
        """Of real incidents declared in [start, end), of that service if one is named, by number; and whether each has alerts.

        Left out are those that reached nothing from `since` on and that nothing can repeat: no root cause, no alert.
        """

    def open(self, service: str | None = None) -> Sequence[Incident]:
        """All whose emergency goes on, newest first; of that service if one is named."""

    def holding(self, alerts: Sequence[AlertId]) -> Sequence[Incident]:
        """Incidents to which one of these alerts is attached now, newest first."""

    def append(self, entry: TimelineEntry) -> None:
        """Save a timeline entry."""

    def timeline(self, incident: IncidentId, *, after: int = 0, limit: int = 10_000) -> Sequence[TimelineEntry]:
        """Entries with a higher sequence number than `after`, in that order."""

    def latest(self, incident: IncidentId, *, limit: int, before: int | None = None) -> Sequence[TimelineEntry]:
        """The newest entries (below the sequence number `before`), in their order."""

    def told(self, incident: IncidentId) -> Sequence[TimelineEntry]:
        """What people and the workflow have said, in order: everything but what machines report by the thousand."""

    def corrections(self, incident: IncidentId) -> Mapping[int, int]:
        """Which entry each superseded entry was corrected by."""

    def has_written(self, incident: IncidentId, author: str, source: Source | None = None) -> bool:
        """Whether somebody has written into the timeline, of any source or of that one."""

    def entry(self, incident: IncidentId, sequence: int) -> TimelineEntry | None:
        """One entry."""

    def assign(self, assignment: Assignment) -> None:
        """Save an assignment, new or changed."""

    def roles(self, incident: IncidentId, *, ended: bool = False) -> Sequence[Assignment]:
        """Who holds roles now, earliest first; `ended`: and who held them before."""

    def roles_of(self, incidents: Sequence[IncidentId], role: IncidentRole) -> Mapping[IncidentId, str]:
        """Who holds the role in each of these incidents now."""

    def attach(self, attached: Attached) -> bool:
        """Attach an alert; False where it is attached already."""

    def alerts(self, incident: IncidentId, *, limit: int) -> Sequence[AlertId]:
        """Its alerts: those that fire first, the most severe before the others, the newest first among equals."""

    def count_alerts(self, incident: IncidentId) -> tuple[int, int]:
        """How many alerts it holds, and how many of them fire."""

    def is_firing(self, incident: IncidentId) -> bool:
        """Whether any of its alerts fires."""

    def called_for(self, incident: IncidentId) -> Sequence[AlertId]:
        """One of its alerts for each call that is not over yet."""

    def alert_names(self, incidents: Sequence[IncidentId]) -> Mapping[IncidentId, frozenset[str]]:
        """The names of the alerts of these incidents; one without alerts is absent."""

    def move_alerts(self, source: IncidentId, target: IncidentId, at: datetime) -> Sequence[AlertId]:
        """Attach all alerts of one incident to another, leaving a trace; those that moved."""

    def return_alerts(self, source: IncidentId, target: IncidentId, at: datetime) -> Sequence[AlertId]:
        """Attach what one incident gave to another to the first again, where the other still has it; those that moved."""

    def relate(self, one: IncidentId, other: IncidentId, at: datetime, by: str) -> bool:
        """Note that two incidents belong together; False where that is known."""

    def related(self, incident: IncidentId) -> Sequence[Incident]:
        """Incidents that belong to it, merged ones included, newest first."""

    def save_update(self, update: StatusUpdate) -> None:
        """Save an update, new or changed."""

    def update(self, update: UpdateId) -> StatusUpdate | None:
        """One update."""

    def updates(self, incident: IncidentId) -> Sequence[StatusUpdate]:
        """All of an incident, drafts included, oldest first."""

    def drop_drafts(self, incident: IncidentId, kind: UpdateKind) -> None:
        """Delete unsent drafts of a kind: a newer one replaces them."""

    def save_task(self, task: Task) -> None:
        """Save a task, new or changed."""

    def tasks(self, incident: IncidentId) -> Sequence[Task]:
        """All of an incident, oldest first."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who stands watch over a service."""

    schedule: str
    primary: str | None
    secondary: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """Who acknowledged a call, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a call is about."""

    incident: IncidentId | None = None
    alerts: tuple[AlertId, ...] = ()


class Pager(Protocol):
    """Who stands watch, and how to reach people."""

    def on_watch(self, service: str | None, at: datetime) -> Watch | None:
        """Who stands watch over the service; None where nobody is named."""

    def taken(self, alert: AlertId) -> Taken | None:
        """Who has acknowledged the call for an alert; None where nobody has."""

    def about(self, escalation: EscalationId) -> Subjects:
        """What the call is about; nothing for a test or a page that people sent."""

    def awaits(self, alerts: Sequence[AlertId]) -> bool:
        """Whether a call for one of the alerts may be about to begin: its turn has come and is not over."""

    def call(self, incident: Incident, alerts: Sequence[AlertId], *, cause: str) -> bool:
        """Call the service's on-call for the incident, unless a call for it or for one of its alerts runs; whether one was made."""

    def remind(self, person: str, incident: Incident, text: str) -> bool:
        """Call one person because something of the incident waits for them; False where they cannot be reached."""

    def acknowledge(self, incident: Incident, alerts: Sequence[AlertId], who: Actor) -> None:
        """Stop the running calls for the incident and its alerts: somebody has it."""

    def stand_down(self, incident: Incident, who: Actor) -> None:
        """Nobody is called for the incident any more."""


class Mitigations(Protocol):
    """The mitigations of the resources."""

    def list(self) -> Sequence[Mitigation]:
        """All, by name."""


class Words(Protocol):
    """Turns facts into words by a user's or our own template, sandboxed and within limits."""

    def render(self, template: str, facts: Mapping[str, object]) -> str:
        """The text; raises Invalid where the template is wrong or exceeds its limits."""
