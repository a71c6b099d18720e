"""How the phases meet: when this happens, then that is done, because of this reason. Read it top to bottom.

Each row runs in its own transaction, after the one that published the event; the job that stands for it is finished in that
same transaction, so that its effect happens exactly once. Failures are tried again with a growing pause and parked after
five attempts; neighbours go on. `name` is stored with the job: rename a row only together with a migration.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
from watchbill.alerts.service.silences import ENDING
from watchbill.budget.model import BudgetEscalated, BudgetExhausted, BudgetStateChanged, BudgetThawed
from watchbill.catalog.model import ChangeRecorded
from watchbill.chat.service import JOB as CHAT
from watchbill.chat.service import TOLD
from watchbill.execution.model import ExecutionApproved, ExecutionAsked, ExecutionEnded, ExecutionStatus
from watchbill.incidents.model import (
    Audience,
    IncidentClosed,
    IncidentDeclared,
    IncidentMerged,
    IncidentResolved,
    SeverityChanged,
    TimelineAppended,
    UpdateSent,
)
from watchbill.incidents.model.status import BulletinPublished
from watchbill.incidents.service.mailing import MAIL
from watchbill.incidents.service.subscribing import DELIVER, FAN_OUT
from watchbill.kernel.events import Event
from watchbill.kernel.ids import DeliveryId
from watchbill.kernel.jobs import JobParked
from watchbill.oncall.model import (
    DeliveryFailed,
    EscalationAcknowledged,
    EscalationExhausted,
    EscalationReassigned,
    EscalationResolved,
    EscalationSnoozed,
    EscalationWoken,
    PageDelivered,
    PageFailed,
    RunbookAdvanced,
)
from watchbill.oncall.model.arranged import SwapAsked, SwapEnded
from watchbill.oncall.model.handoffs import ShiftEnded
from watchbill.oncall.service.coverage import CoverageMissing
from watchbill.oncall.service.endings import ending_words
from watchbill.oncall.service.handing import UNSIGNED
from watchbill.oncall.service.runs import ESCALATE
from watchbill.oncall.service.swaps import EXPIRE
from watchbill.postmortems.model import ActionItemAdded, ActionItemChanged, ActionItemReminded
from watchbill.postmortems.service import REMIND, SYNC
from watchbill.reaction_rows import (
    Domains,
    Reaction,
    Sending,
    Timer,
    call_declared,
    mailed,
    page_sent,
    tell_action_due,
    tell_all,
    tell_escalated,
    told,
)
from watchbill.receivers.service import NOTIFY

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
    # --- standing watch: oncall
    Reaction("tell-swap-asked", SwapAsked, lambda s, recorded: tell_all(s, recorded, f"{recorded.event.asker} asks you to take a watch"), "nobody takes a watch without saying yes"),  # type: ignore[attr-defined]  # the row's own event
    Reaction("tell-swap-ended", SwapEnded, lambda s, recorded: tell_all(s, recorded, f"The swap of {recorded.event.schedule} is {recorded.event.status}"), "whoever asked has to know who stands watch", only=lambda event: bool(event.told)),  # type: ignore[attr-defined]  # the row's own event
    Reaction("tell-coverage", CoverageMissing, lambda s, recorded: tell_all(s, recorded, f"Nobody has the watch of {recorded.event.schedule} for a while"), "a gap that is known in time is filled by people, not by luck"),  # type: ignore[attr-defined]  # the row's own event
    # --- passing the watch on: oncall
    Reaction("hand-over", ShiftEnded, lambda s, recorded: s.duty.handoffs.shift_ended(recorded), "whoever comes next must not find out by being woken"),
    Reaction("ask-after-shift", ShiftEnded, lambda s, recorded: s.duty.surveys.shift_ended(recorded), "how a watch was, only who stood it can say"),
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
    # --- what outsiders are told: incidents
    Reaction("mail-update", UpdateSent, lambda s, recorded: s.incidents.mailing.update_sent(recorded), "whoever has a stake in it wants to read how it stands"),
    Reaction("publish-update", UpdateSent, lambda s, recorded: s.publishing.update_sent(recorded), "what is written for customers is for the page that they look at", only=lambda event: event.audience is Audience.CUSTOMERS),
    Reaction("publish-resolved", IncidentResolved, lambda s, recorded: s.publishing.ended(recorded), "a page that stays red by being forgotten is worse than none"),
    Reaction("publish-closed", IncidentClosed, lambda s, recorded: s.publishing.ended(recorded), "what never was an incident must not stand on the page"),
    Reaction("publish-merged", IncidentMerged, lambda s, recorded: s.publishing.merged(recorded), "two incidents were one, and so is what was said about them"),
    Reaction("tell-subscribers", BulletinPublished, lambda s, recorded: s.subscribing.published(recorded), "whoever asked to hear of it need not look"),
    Reaction("note-asked", ExecutionAsked, lambda s, recorded: s.incidents.acted.ran(recorded, s.acting.executions), "what waits for a second person, or was tried out, belongs to the record", only=lambda event: event.incident is not None and event.status is not ExecutionStatus.QUEUED),
    Reaction("note-approved", ExecutionApproved, lambda s, recorded: s.incidents.acted.ran(recorded, s.acting.executions), "who said yes belongs to the record", only=lambda event: event.incident is not None),
    Reaction("note-executed", ExecutionEnded, lambda s, recorded: s.incidents.acted.ran(recorded, s.acting.executions), "what was run, and what came of it, belongs to the record", only=lambda event: event.incident is not None),
    Reaction("note-runbook", RunbookAdvanced, lambda s, recorded: s.incidents.acted.advanced(recorded), "which step was taken when belongs to the record", only=lambda event: event.incident is not None),
    # --- what budgets ask of people: budget
    Reaction("duties", BudgetStateChanged, lambda s, recorded: s.budgets.duties.state_changed(recorded), "a budget that shrinks is a task before it is an emergency"),
    Reaction("escalate-spent", BudgetExhausted, lambda s, recorded: s.budgets.duties.exhausted(recorded), "the policy says who decides when nothing is left"),
    Reaction("stop-escalating", BudgetThawed, lambda s, recorded: s.budgets.duties.thawed(recorded), "the freeze is over: nobody is to be called for it any more"),
    Reaction("tell-escalated", BudgetEscalated, tell_escalated, "whoever the policy names has to hear of it", only=lambda event: bool(event.told)),
    # --- talking about it: chat
    Reaction("room-declared", IncidentDeclared, lambda s, recorded: s.chat.declared(recorded), "whoever works on it needs a place to talk", of_chat=True),
    Reaction("room-raised", SeverityChanged, lambda s, recorded: s.chat.declared(recorded), "it got severe enough for a room of its own", of_chat=True),
    Reaction("room-told", TimelineAppended, lambda s, recorded: s.chat.told(recorded), "whoever is in the room must not have to look elsewhere", only=lambda event: event.source in TOLD, of_chat=True),
    Reaction("page-answered", EscalationAcknowledged, lambda s, recorded: s.chat.page_changed(recorded), "whoever reads the message later must see that somebody has it", of_chat=True),
    Reaction("page-over", EscalationResolved, lambda s, recorded: s.chat.page_changed(recorded), "nobody is to press what is over", of_chat=True),
    Reaction("page-snoozed", EscalationSnoozed, lambda s, recorded: s.chat.page_changed(recorded), "it comes back, and the message says when", of_chat=True),
    Reaction("page-woken", EscalationWoken, lambda s, recorded: s.chat.page_changed(recorded), "it is back: somebody has to answer", of_chat=True),
    Reaction("page-handed-on", EscalationReassigned, lambda s, recorded: s.chat.page_changed(recorded), "it is somebody else's now", of_chat=True),
    Reaction("page-unanswered", EscalationExhausted, lambda s, recorded: s.chat.page_changed(recorded), "nobody answered: whoever reads it may", of_chat=True),
    Reaction("chat-despite-fault", JobParked, lambda s, recorded: s.chat.parked(recorded), "what cannot be said must not keep the rest from being said", of_chat=True),
    # --- learning from it: postmortems
    Reaction("draft", IncidentResolved, lambda s, recorded: s.postmortems.draft_resolved(recorded), "what happened is written down while people remember it", only=lambda event: not event.drill),
    Reaction("demand", BudgetExhausted, lambda s, recorded: s.postmortems.demand(recorded), "a budget that nobody can explain is a lesson that nobody has learnt"),
    Reaction("tell-action-due", ActionItemReminded, tell_action_due, "what was learnt is worth what is done about it", only=lambda event: bool(event.told)),
    Reaction("mirror-added", ActionItemAdded, lambda s, recorded: s.postmortems.tracking.added(recorded), "people work where their issues are"),
    Reaction("mirror-changed", ActionItemChanged, lambda s, recorded: s.postmortems.tracking.changed(recorded), "an issue that tells another story than its action item misleads"),
    Reaction("page-despite-fault", JobParked, lambda s, recorded: s.paging.job_parked(recorded), "a page that the program cannot send by one way must take another"),
)  # fmt: skip

TIMERS: tuple[Timer, ...] = (
    # --- calling people: oncall
    Timer("escalation.step", lambda s, job: s.paging.step_due(job), "nobody has answered: the next in line is called"),
    Timer(UNSIGNED, lambda s, job: s.duty.handoffs.unsigned(job), "a hand-over that nobody signed is only data"),
    Timer(EXPIRE, lambda s, job: s.arranged.swaps.expire(job), "nobody answered: the watch stays where it was"),
    Timer(ESCALATE, lambda s, job: s.acting.runs.escalate_due(job.key), "the runbook has not helped in its time: its contact is called"),
    # --- what keeps alerts quiet: alerts
    Timer(ENDING, lambda s, job: s.silences.ending(job), "a silence is about to end, and its owner may want it longer"),
    # --- working the emergency: incidents
    Timer("incident.call-due", lambda s, job: s.incidents.following.call_due(job), "the alert's own call had its turn: if it called nobody, the incident does"),
    Timer("incident.ack-due", lambda s, job: s.incidents.reminding.ack_due(job), "the severity's deadline is over and nobody has it"),
    Timer("incident.update-due", lambda s, job: s.incidents.reminding.update_due(job), "people outside wait for word"),
    Timer("incident.command-due", lambda s, job: s.incidents.reminding.command_due(job), "nobody has taken command"),
    Timer("incident.triage-due", lambda s, job: s.incidents.reminding.triage_due(job), "its severity rests on an assumption"),
    Timer("incident.sla-look", lambda s, job: s.incidents.reminding.sla_look(job), "an SLA may be about to break"),
    Timer("incident.quiet-due", lambda s, job: s.incidents.reminding.quiet_due(job), "all is quiet: is it over?"),
    Timer("incident.shift-end", lambda s, job: s.incidents.reminding.shift_end(job), "the commander's shift ends"),
    Timer(FAN_OUT, lambda s, job: s.subscribing.fan_out(job), "many subscribers are told a few hundred at a time"),
    # --- what budgets ask of people: budget
    Timer("budget.escalate", lambda s, job: s.budgets.duties.escalate_due(job), "the delay of a step is over and the budget is not back"),
    Timer("budget.daily-review", lambda s, job: s.budgets.duties.daily_due(job), "a critical budget is looked at every day"),
    # --- learning from it: postmortems
    Timer(REMIND, lambda s, job: s.postmortems.actions.remind_due(job), "a deadline is near, or has passed"),
    Timer("receivers.flush", lambda s, job: s.receivers.flush(job), "a group of alerts has waited long enough to be told"),
    Timer("escalation.wake", lambda s, job: s.paging.wake(job), "the snooze is over and the trouble is not"),
)  # fmt: skip

SENDINGS: tuple[Sending, ...] = (
    Sending(
        "deliver",
        lambda s, job: s.paging.begin(DeliveryId(job.key)),
        page_sent,
        "a page is worth nothing until it has reached somebody",
    ),
    Sending(
        NOTIFY,
        lambda s, job: s.receivers.begin(job),
        told,
        "whoever the Alertmanager file names is told as before",
    ),
    Sending(
        MAIL,
        lambda s, job: s.incidents.mailing.begin(job),
        lambda s, _job, outgoing, receipt: s.incidents.mailing.finish(outgoing, receipt),
        "an update that nobody reads keeps the telephones ringing",
    ),
    Sending(
        DELIVER,
        lambda s, job: s.subscribing.begin(job),
        mailed,
        "whoever subscribed to a status page asked to be told",
    ),
    Sending(
        SYNC,
        lambda s, job: s.postmortems.tracking.begin(job),
        lambda s, job, call, synced: s.postmortems.tracking.finish(job, call, synced),
        "an action item and its issue say the same, whoever moves which",
    ),
    Sending(
        CHAT,
        lambda s, job: s.chat.begin(job),
        lambda s, _job, said, receipt: s.chat.finish(said, receipt),
        "people work where they talk",
    ),
)

_URGENCY: Mapping[str, int] = {"P0": 0, "SEV1": 1, "SEV2": 2, "P1": 2, "SEV3": 4, "P2": 4, "P3": 6}


def jobs_by_event(
    rows: tuple[Reaction, ...] = REACTIONS, *, with_file: bool = True, with_chat: bool = True
) -> Callable[[Event], Sequence[str]]:
    """Tells which jobs an event sets off, by their kind, in table order."""
    by_kind: dict[str, list[tuple[str, Callable[[Any], bool] | None]]] = {}  # Any: the row's own event
    for row in rows:
        if (with_file or not row.of_file) and (with_chat or not row.of_chat):
            by_kind.setdefault(row.when.kind, []).append((row.job_kind, row.only))

    def jobs_of(event: Event) -> Sequence[str]:
        return [kind for kind, only in by_kind.get(event.kind, ()) if only is None or only(event)]

    return jobs_of


def urgency(event: Event) -> int:
    """Priority of the jobs of its reactions: after a backlog the most severe events are worked first (0 first, 5 without severity)."""
    return _URGENCY.get(str(getattr(event, "severity", "")), 5)
