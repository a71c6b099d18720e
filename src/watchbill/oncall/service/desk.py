"""The pager's desk: everything that the use cases of paging work with in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchbill.alerts.model import Severity
from watchbill.catalog.service import CatalogService
from watchbill.kernel.clock import Clock
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids
from watchbill.kernel.jobs import Jobs
from watchbill.oncall.contact_ports import Contacts, Devices, Proofs
from watchbill.oncall.ports import (
    Alerts,
    Channels,
    Deliveries,
    EscalationPolicies,
    Escalations,
    Links,
    Renderer,
    Situations,
)
from watchbill.oncall.service.runbooks import RunbookService
from watchbill.oncall.service.schedules import ScheduleService
from watchbill.people.service import PeopleService

__all__ = ["DELIVER", "LINK_LIFE", "STEP", "URGENCY", "WAKE", "Desk"]

# Kinds of jobs; the two timers are rows of reactions.py, deliveries are claimed by the sending loops.
DELIVER, STEP, WAKE = "deliver", "escalation.step", "escalation.wake"
# Priority of jobs: after a backlog the most severe are worked first.
URGENCY = {Severity.P0: 0, Severity.P1: 1, Severity.P2: 3, Severity.P3: 4}
LINK_LIFE = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Ports and neighbours, by name."""

    escalations: Escalations
    deliveries: Deliveries
    contacts: Contacts
    devices: Devices
    proofs: Proofs
    policies: EscalationPolicies
    schedules: ScheduleService
    runbooks: RunbookService
    people: PeopleService
    catalog: CatalogService
    alerts: Alerts
    situations: Situations
    channels: Channels
    renderer: Renderer
    links: Links
    events: EventSink
    jobs: Jobs
    ids: Ids
    clock: Clock

    @property
    def now(self) -> datetime:
        """The moment of the transaction."""
        return self.clock.now()
