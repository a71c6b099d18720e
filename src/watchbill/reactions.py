"""How the phases meet: when this happens, then that is done, because of this reason. Read it top to bottom.

Each row runs in its own transaction, after the one that published the event; the job that stands for it is finished in that
same transaction, so that its effect happens exactly once. Failures are tried again with a growing pause and parked after
five attempts; neighbours go on. `name` is stored with the job: rename a row only together with a migration.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from watchbill.alerts.model import (
    AlertAcknowledged,
    AlertChanged,
    AlertOpened,
    AlertResolved,
    AlertRouted,
    AlertSilenced,
    AlertUnsilenced,
    Severity,
    SilenceEnding,
)
from watchbill.alerts.service.silences import ENDING, SilenceService
from watchbill.alerts.service.tickets import TicketService
from watchbill.budget.model import BudgetEscalated, BudgetExhausted, BudgetStateChanged, BudgetThawed
from watchbill.budget.service import BudgetDecisions
from watchbill.catalog.model import ChangeRecorded
from watchbill.incidents.model import IncidentDeclared, IncidentResolved, SeverityChanged
from watchbill.incidents.service import IncidentService
from watchbill.kernel.events import Event, Recorded
from watchbill.kernel.ids import DeliveryId
from watchbill.kernel.jobs import Job, JobParked
from watchbill.oncall.model import (
    DeliveryFailed,
    EscalationAcknowledged,
    EscalationExhausted,
    PageDelivered,
    PageFailed,
)
from watchbill.oncall.model.delivery import Outcome, Outgoing, Receipt
from watchbill.oncall.service import ContactService, PagingService
from watchbill.oncall.service.intake import NewPage
from watchbill.people.model import Actor, Role
from watchbill.postmortems.service import PostmortemService
from watchbill.receivers.model import Telling
from watchbill.receivers.service import NOTIFY, ReceiverService

__all__ = [
    "REACTIONS",
    "SENDINGS",
    "TIMERS",
    "Domains",
    "Reaction",
    "Sending",
    "Timer",
    "jobs_by_event",
    "urgency",
]


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


def ending_words(event: Event) -> NewPage:
    """What the owner of a silence is told before it ends."""
    assert isinstance(event, SilenceEnding)
    hides = "no alert that fires now" if not event.hides else "1 alert that fires now" if event.hides == 1 else f"{event.hides} alerts that fire now"  # fmt: skip
    why = f" It was set because: {event.comment}." if event.comment else ""
    return NewPage(
        title=f"Your silence ends at {event.ends_at:%H:%M} UTC",
        sentence=f"Silence {' '.join(event.matchers)} ends at {event.ends_at:%Y-%m-%d %H:%M} UTC and hides {hides}.{why}",
        severity=Severity.P3,
    )


class Domains(Protocol):
    """What rows may call: the services of the running transaction. Add a read-only property for your service."""

    @property
    def paging(self) -> PagingService:
        """Calling people."""

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
    def postmortems(self) -> PostmortemService:
        """Learning from them."""

    @property
    def receivers(self) -> ReceiverService:
        """Telling the receivers of an Alertmanager file."""


def call_declared(s: Domains, recorded: Recorded) -> None:
    """Call the watch, unless the incident is about an alert of no service here, which a receiver of the file takes."""
    event = recorded.event
    assert isinstance(event, IncidentDeclared)
    if event.alert is None or event.service is not None or not s.receivers.takes(event.alert):
        s.incidents.following.call_watch(recorded)


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
    only: Callable[[Any], bool] | None = (
        None  # Any: the row's own event; of which events; of the others no job is made (storms are made of those)
    )

    of_file: bool = False  # jobs are made only where an Alertmanager file is set, so that nobody else pays for them
    together: bool = (
        False  # jobs that were claimed together share a transaction: a flood costs a fraction of the commits
    )

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
    prepare: Callable[[Domains, Job], Outgoing | Telling | None]
    record: Callable[[Domains, Job, Any, Receipt], object]  # Any: what the row's own `prepare` made
    because: str


REACTIONS: tuple[Reaction, ...] = (
    # --- calling people: oncall
    Reaction("page-opened", AlertOpened, lambda s, recorded: s.paging.page_for_alert(recorded), "somebody has to know that it broke", only=lambda event: event.notify),
    Reaction("page-routed", AlertRouted, lambda s, recorded: s.paging.page_for_alert(recorded), "its route names a second policy as well", only=lambda event: event.notify),
    Reaction("page-changed", AlertChanged, lambda s, recorded: s.paging.page_for_alert(recorded), "it got worse, or is somebody else's now; or it no longer calls anybody"),
    Reaction("page-unsilenced", AlertUnsilenced, lambda s, recorded: s.paging.page_for_alert(recorded), "the silence is over and the trouble is not", only=lambda event: event.notify),
    Reaction("acknowledge-said", AlertAcknowledged, lambda s, recorded: s.paging.acknowledged_by_sender(recorded), "somebody has taken it where it was sent from", only=lambda event: event.notify),
    Reaction("stand-down-resolved", AlertResolved, lambda s, recorded: s.paging.stand_down(recorded), "nobody is to be woken for what is over", only=lambda event: event.severity.pages),
    Reaction("stand-down-silenced", AlertSilenced, lambda s, recorded: s.paging.stand_down(recorded), "somebody said that it is known"),
    Reaction("tell-silence-ends", SilenceEnding, lambda s, recorded: s.paging.tell(recorded.event.created_by, ending_words(recorded.event), key=recorded.id, cause=recorded.subject), "whoever set a silence decides whether the trouble is over"),  # type: ignore[attr-defined]  # the row's own event
    Reaction("forget-device", DeliveryFailed, lambda s, recorded: s.contacts.delivery_failed(recorded), "a browser that its push service has forgotten reaches nobody, and its owner must hear of it", only=lambda event: event.channel == "push"),
    # --- telling the receivers of an Alertmanager file: receivers
    Reaction("receivers-opened", AlertOpened, lambda s, recorded: s.receivers.place(recorded), "receivers are told of groups of alerts", of_file=True, together=True),
    Reaction("receivers-changed", AlertChanged, lambda s, recorded: s.receivers.place(recorded), "it may belong to other groups now", of_file=True, together=True),
    # --- what nobody is woken for: alerts
    Reaction("ticket-opened", AlertOpened, lambda s, recorded: s.tickets.alert_began(recorded), "somebody has to look at it on the next business day", only=lambda event: event.severity is Severity.P2),
    Reaction("ticket-changed", AlertChanged, lambda s, recorded: s.tickets.alert_began(recorded), "it is no longer urgent, and still not nothing", only=lambda event: event.severity is Severity.P2),
    Reaction("ticket-unsilenced", AlertUnsilenced, lambda s, recorded: s.tickets.alert_began(recorded), "the silence is over and the trouble is not", only=lambda event: event.severity is Severity.P2),
    Reaction("ticket-ended", AlertResolved, lambda s, recorded: s.tickets.alert_ended(recorded), "whoever looks at it wants to know that it is over", only=lambda event: event.severity is Severity.P2),
    # --- working the emergency: incidents
    Reaction("declare", AlertOpened, lambda s, recorded: s.incidents.declare_for_alert(recorded), "what pages with P0 is an emergency until somebody says otherwise; what pages besides belongs to the one that is open", only=lambda event: event.severity.pages),
    Reaction("declare-changed", AlertChanged, lambda s, recorded: s.incidents.declare_for_alert(recorded), "it became an emergency", only=lambda event: event.severity.pages),
    Reaction("note-resolved", AlertResolved, lambda s, recorded: s.incidents.following.alert_resolved(recorded), "whoever works on it wants to know that an alert is over", only=lambda event: event.severity.pages),
    Reaction("note-acknowledged", EscalationAcknowledged, lambda s, recorded: s.incidents.following.acknowledged(recorded), "who answered the page has the incident"),
    Reaction("note-delivered", PageDelivered, lambda s, recorded: s.incidents.following.page_delivered(recorded), "who was reached, and when, belongs to the record"),
    Reaction("note-failed", PageFailed, lambda s, recorded: s.incidents.following.page_failed(recorded), "who could not be reached belongs to the record"),
    Reaction("note-exhausted", EscalationExhausted, lambda s, recorded: s.incidents.following.page_exhausted(recorded), "nobody answered: whoever looks must see that"),
    Reaction("note-change", ChangeRecorded, lambda s, recorded: s.incidents.following.changed(recorded), "what changed meanwhile is the first thing to look at"),
    Reaction("call-declared", IncidentDeclared, call_declared, "a severe incident that people declare needs its on-call"),
    Reaction("call-raised", SeverityChanged, lambda s, recorded: s.incidents.following.call_watch(recorded), "it got severe enough to call somebody"),
    Reaction("declare-unsilenced", AlertUnsilenced, lambda s, recorded: s.incidents.declare_for_alert(recorded), "the silence is over and the emergency is not", only=lambda event: event.severity.pages),
    Reaction("note-budget", BudgetExhausted, lambda s, recorded: s.incidents.following.budget_spent(recorded), "the promise is broken for this window: whoever decides must know"),
    # --- what budgets ask of people: budget
    Reaction("duties", BudgetStateChanged, lambda s, recorded: s.budgets.duties.state_changed(recorded), "a budget that shrinks is a task before it is an emergency"),
    Reaction("escalate-spent", BudgetExhausted, lambda s, recorded: s.budgets.duties.exhausted(recorded), "the policy says who decides when nothing is left"),
    Reaction("stop-escalating", BudgetThawed, lambda s, recorded: s.budgets.duties.thawed(recorded), "the freeze is over: nobody is to be called for it any more"),
    Reaction("tell-escalated", BudgetEscalated, tell_escalated, "whoever the policy names has to hear of it", only=lambda event: bool(event.told)),
    # --- learning from it: postmortems
    Reaction("draft", IncidentResolved, lambda s, recorded: s.postmortems.draft_resolved(recorded), "what happened is written down while people remember it", only=lambda event: not event.drill),
    Reaction("demand", BudgetExhausted, lambda s, recorded: s.postmortems.demand(recorded), "a budget that nobody can explain is a lesson that nobody has learnt"),
    Reaction("page-despite-fault", JobParked, lambda s, recorded: s.paging.job_parked(recorded), "a page that the program cannot send by one way must take another"),
)  # fmt: skip

TIMERS: tuple[Timer, ...] = (
    # --- calling people: oncall
    Timer("escalation.step", lambda s, job: s.paging.step_due(job), "nobody has answered: the next in line is called"),
    # --- what keeps alerts quiet: alerts
    Timer(ENDING, lambda s, job: s.silences.ending(job), "a silence is about to end, and its owner may want it longer"),
    # --- working the emergency: incidents
    Timer("incident.update-due", lambda s, job: s.incidents.reminding.update_due(job), "people outside wait for word"),
    Timer("incident.command-due", lambda s, job: s.incidents.reminding.command_due(job), "nobody has taken command"),
    Timer("incident.triage-due", lambda s, job: s.incidents.reminding.triage_due(job), "its severity rests on an assumption"),
    Timer("incident.sla-look", lambda s, job: s.incidents.reminding.sla_look(job), "an SLA may be about to break"),
    Timer("incident.quiet-due", lambda s, job: s.incidents.reminding.quiet_due(job), "all is quiet: is it over?"),
    Timer("incident.shift-end", lambda s, job: s.incidents.reminding.shift_end(job), "the commander's shift ends"),
    # --- what budgets ask of people: budget
    Timer("budget.escalate", lambda s, job: s.budgets.duties.escalate_due(job), "the delay of a step is over and the budget is not back"),
    Timer("budget.daily-review", lambda s, job: s.budgets.duties.daily_due(job), "a critical budget is looked at every day"),
    Timer("receivers.flush", lambda s, job: s.receivers.flush(job), "a group of alerts has waited long enough to be told"),
    Timer("escalation.wake", lambda s, job: s.paging.wake(job), "the snooze is over and the trouble is not"),
)  # fmt: skip

SENDINGS: tuple[Sending, ...] = (
    Sending(
        "deliver",
        lambda s, job: s.paging.begin(DeliveryId(job.key)),
        lambda s, _job, outgoing, receipt: s.paging.finish(outgoing, receipt),
        "a page is worth nothing until it has reached somebody",
    ),
    Sending(
        NOTIFY,
        lambda s, job: s.receivers.begin(job),
        told,
        "whoever the Alertmanager file names is told as before",
    ),
)

_URGENCY: Mapping[str, int] = {"P0": 0, "SEV1": 1, "SEV2": 2, "P1": 2, "SEV3": 4, "P2": 4, "P3": 6}


def jobs_by_event(
    rows: tuple[Reaction, ...] = REACTIONS, *, with_file: bool = True
) -> Callable[[Event], Sequence[str]]:
    """Tells which jobs an event sets off, by their kind, in table order."""
    by_kind: dict[str, list[tuple[str, Callable[[Any], bool] | None]]] = {}  # Any: the row's own event
    for row in rows:
        if with_file or not row.of_file:
            by_kind.setdefault(row.when.kind, []).append((row.job_kind, row.only))

    def jobs_of(event: Event) -> Sequence[str]:
        return [kind for kind, only in by_kind.get(event.kind, ()) if only is None or only(event)]

    return jobs_of


def urgency(event: Event) -> int:
    """Priority of the jobs of its reactions: after a backlog the most severe events are worked first (0 first, 5 without severity)."""
    return _URGENCY.get(str(getattr(event, "severity", "")), 5)
