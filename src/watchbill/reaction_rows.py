"""What the table of reactions is made of: the services that rows may call, the kinds of rows, and steps that are more than a line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from watchbill.alerts.model import (
    Severity,
)
from watchbill.alerts.service.silences import SilenceService
from watchbill.alerts.service.tickets import TicketService
from watchbill.budget.model import BudgetEscalated
from watchbill.budget.service import BudgetDecisions
from watchbill.chat.model import Said
from watchbill.chat.service import ChatService
from watchbill.execution.service import ExecutionService
from watchbill.incidents.model import (
    IncidentDeclared,
)
from watchbill.incidents.model.status import Mailing
from watchbill.incidents.service import IncidentService
from watchbill.incidents.service.publishing import Publishing
from watchbill.incidents.service.subscribing import Subscribing
from watchbill.kernel.events import Event, Recorded
from watchbill.kernel.jobs import Job
from watchbill.oncall.model.arranged import SwapAsked, SwapEnded
from watchbill.oncall.model.delivery import Outcome, Outgoing, Receipt
from watchbill.oncall.service import ContactService, PagingService, RunService
from watchbill.oncall.service.asking import SurveyService
from watchbill.oncall.service.coverage import CoverageMissing
from watchbill.oncall.service.handing import HandoffService
from watchbill.oncall.service.intake import NewPage
from watchbill.oncall.service.swaps import SwapService
from watchbill.people.model import Actor, Role
from watchbill.postmortems.model import ActionItemReminded, IssueCall
from watchbill.postmortems.service import PostmortemService
from watchbill.receivers.model import Telling
from watchbill.receivers.service import ReceiverService

__all__ = [
    "BUDGET",
    "Domains",
    "Reaction",
    "Sending",
    "Timer",
    "budget_page",
    "call_declared",
    "mailed",
    "page_sent",
    "tell_action_due",
    "tell_all",
    "tell_escalated",
    "told",
]  # fmt: skip


BUDGET = Actor("watchbill", Role.RESPONDER, "budget")  # in whose name the policy tells people


def budget_page(event: Event) -> NewPage:
    """What is said to whom when a step for a spent budget is due."""
    assert isinstance(event, BudgetEscalated)
    return NewPage(
        title=f"{event.slo}: {event.text}",
        sentence=event.sentence,
        severity=Severity.P1,
        service=event.service,
        to=tuple(f"person:{name}" for name in event.told),
    )


class Hands(Protocol):
    """What people do with watchbill's hands."""

    @property
    def executions(self) -> ExecutionService:
        """Commands and webhooks."""

    @property
    def runs(self) -> RunService:
        """Walks through runbooks."""


class DutyDomains(Protocol):
    """What follows a watch."""

    @property
    def handoffs(self) -> HandoffService:
        """Passing it on."""

    @property
    def surveys(self) -> SurveyService:
        """Asking how it was."""


class Arranging(Protocol):
    """Arrangements of people who stand watch."""

    @property
    def swaps(self) -> SwapService:
        """Shift swaps."""


class Domains(Protocol):
    """What rows may call: the services of the running transaction. Add a read-only property for your service."""

    @property
    def paging(self) -> PagingService:
        """Calling people."""

    @property
    def arranged(self) -> "Arranging":
        """What people arrange among themselves."""

    @property
    def duty(self) -> DutyDomains:
        """What follows a watch."""

    @property
    def contacts(self) -> ContactService:
        """Ways to people."""

    @property
    def tickets(self) -> TicketService:
        """What nobody is woken for."""

    @property
    def silences(self) -> SilenceService:
        """What keeps alerts quiet for a while."""

    @property
    def budgets(self) -> BudgetDecisions:
        """What is decided about budgets."""

    @property
    def incidents(self) -> IncidentService:
        """Working emergencies."""

    @property
    def publishing(self) -> Publishing:
        """Status pages."""

    @property
    def subscribing(self) -> Subscribing:
        """Who hears of what is published."""

    @property
    def postmortems(self) -> PostmortemService:
        """Learning from them."""

    @property
    def acting(self) -> Hands:
        """What people do with watchbill's hands."""

    @property
    def chat(self) -> ChatService:
        """What is said in chats."""

    @property
    def receivers(self) -> ReceiverService:
        """Telling the receivers of an Alertmanager file."""


def tell_all(s: Domains, recorded: Recorded, title: str) -> None:
    """One message, which nobody has to answer, to everybody whom the event names."""
    event = recorded.event
    assert isinstance(event, SwapAsked | SwapEnded | CoverageMissing)
    for person in event.told:
        words = NewPage(title=title, sentence=event.text, severity=Severity.P3)
        s.paging.tell(person, words, key=f"{recorded.id}:{person}", cause=recorded.subject)


def call_declared(s: Domains, recorded: Recorded) -> None:
    """Call the watch, unless the incident is about an alert of no service here, which a receiver of the file takes."""
    event = recorded.event
    assert isinstance(event, IncidentDeclared)
    if event.alert is None or event.service is not None or not s.receivers.takes(event.alert):
        s.incidents.following.call_watch(recorded)


def mailed(s: Domains, job: Job, _mailing: Mailing, receipt: Receipt) -> None:
    """What came of a message to a subscriber, in the words of its domain."""
    s.subscribing.finish(
        job,
        delivered=receipt.outcome is Outcome.DELIVERED,
        permanent=receipt.outcome is Outcome.PERMANENT,
        answer=receipt.answer,
        wait_s=receipt.retry_after_s,
    )


def page_sent(s: Domains, _job: Job, outgoing: Outgoing, receipt: Receipt) -> None:
    """A page's answer: for the pager, and for whoever changes its message in a chat later."""
    s.paging.finish(outgoing, receipt)
    if receipt.message is not None:
        s.chat.page_told(outgoing, receipt)


def tell_action_due(s: Domains, recorded: Recorded) -> None:
    """Say to each of them, in a message that nobody has to answer, that an action item is due."""
    event = recorded.event
    assert isinstance(event, ActionItemReminded)
    words = NewPage(title=event.title, sentence=event.sentence, severity=Severity.P3)
    for person in event.told:
        s.paging.tell(person, words, key=f"{recorded.id}:{person}", cause=recorded.subject)


def tell_escalated(s: Domains, recorded: Recorded) -> None:
    """Page those whom the house's own words name; tell the others in their own time: no policy says that it is worth a night."""
    event = recorded.event
    assert isinstance(event, BudgetEscalated)
    page = budget_page(event)
    if event.pages:
        s.paging.send(page, BUDGET)
    else:
        for name in event.told:
            s.paging.tell(name, page, key=f"{recorded.id}:{name}", cause=recorded.subject)


def told(s: Domains, _job: Job, telling: Telling, receipt: Receipt) -> None:
    """A receiver's answer in the words of its domain."""
    s.receivers.finish(
        telling,
        delivered=receipt.outcome is Outcome.DELIVERED,
        permanent=receipt.outcome is Outcome.PERMANENT,
        answer=receipt.answer,
        wait_s=receipt.retry_after_s,
    )


@dataclass(frozen=True, slots=True)
class Reaction:
    """When an event of this class was published, then call this, because of that."""

    name: str
    when: type[Event]
    then: Callable[[Domains, Recorded], object]
    because: str
    only: Callable[[Any], bool] | None = None  # Any: the row's own event; of others no job is made (storms)
    of_file: bool = False  # jobs are made only where an Alertmanager file is set, so that nobody else pays for them
    together: bool = (
        False  # jobs that were claimed together share a transaction: a flood costs a fraction of the commits
    )
    of_chat: bool = False  # and these only where a chat is set up

    @property
    def job_kind(self) -> str:
        """The kind of the job that stands for one event of this row; the job's key is the event's id."""
        return f"reaction:{self.name}"


@dataclass(frozen=True, slots=True)
class Timer:
    """When a job of this kind comes due, then call this, because of that."""

    kind: str
    then: Callable[[Domains, Job], object]
    because: str


@dataclass(frozen=True, slots=True)
class Sending:
    """A job of this kind, in a lane of `kernel.jobs.sending_lane`, talks to the outside world, in three steps.

    `prepare` (a transaction) says what to send, or None where nothing is to be sent any more; then the channel sends it
    outside of any transaction; `record` (a transaction, valid only while the lease holds) says what came of it, and sets
    the job again where it is to be tried again.
    """

    kind: str
    prepare: Callable[[Domains, Job], Outgoing | Telling | Mailing | Said | IssueCall | None]
    record: Callable[[Domains, Job, Any, Any], object]  # Any: what the row's own `prepare` made, and its answer
    because: str
