"""The chat desk: ports and neighbours of the use cases, and how something is put into the outbox."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from watchbill.chat.model import Act, Provider
from watchbill.chat.ports import Chat, ChatRecords
from watchbill.incidents.service import IncidentService
from watchbill.kernel.audit import AuditLog
from watchbill.kernel.clock import Clock
from watchbill.kernel.events import EventSink
from watchbill.kernel.jobs import Jobs, sending_lane
from watchbill.oncall.service import PagingService, ScheduleService
from watchbill.people.service import PeopleService

__all__ = ["JOB", "Desk"]

JOB = "chat"  # the kind of the job that stands for a line with something to say


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Ports and neighbours, by name. `noise` makes a fresh random text; `chats` is what is set up."""

    records: ChatRecords
    chats: Mapping[Provider, Chat]
    incidents: IncidentService
    paging: PagingService
    schedules: ScheduleService
    people: PeopleService
    events: EventSink
    audit: AuditLog
    jobs: Jobs
    clock: Clock
    noise: Callable[[], str]
    public_url: str = ""

    @property
    def now(self) -> datetime:
        """The moment of the transaction."""
        return self.clock.now()

    def put(self, line: str, provider: Provider, act: Act, **content: object) -> None:
        """Save what is to be done at the end of its line; the line's job is set going where it rested."""
        if self.records.append(line, provider, act, content, self.now):
            self.set_going(line, provider)

    def set_going(self, line: str, provider: Provider, at: datetime | None = None) -> None:
        """Let the head of the line be done."""
        self.jobs.schedule(JOB, line, at or self.now, lane=sending_lane(f"chat-{provider}"))
