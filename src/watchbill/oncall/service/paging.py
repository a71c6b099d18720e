"""The pager: every use case of paging behind one name. Each method runs in the caller's transaction and never commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from watchbill.alerts.model import AlertAcknowledged
from watchbill.kernel.errors import NotFound
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import AlertId, DeliveryId, EscalationId, IncidentId, PageId
from watchbill.kernel.jobs import Job, JobParked
from watchbill.oncall.model import (
    Delivery,
    Errand,
    Escalation,
    LinkAction,
    Outgoing,
    Page,
    PageFacts,
    PageView,
    Receipt,
)
from watchbill.oncall.service.answers import Answers
from watchbill.oncall.service.calling import Calling
from watchbill.oncall.service.desk import DELIVER, STEP, WAKE, Desk
from watchbill.oncall.service.facts import Facts
from watchbill.oncall.service.intake import Intake, NewPage
from watchbill.oncall.service.sending import Sending
from watchbill.oncall.service.telling import Telling
from watchbill.oncall.service.walking import Walking
from watchbill.oncall.service.words import Words, next_page
from watchbill.people.model import Actor, Role

__all__ = ["PagingService"]
# Jobs that, set aside, keep somebody from being told; those of a delivery take another way.
_VITAL = ("reaction:page-", "receivers.", "reaction:receivers-")


class PagingService:
    """Escalations, pages and deliveries within one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        calling = Calling(desk)
        self._walking = Walking(desk, calling)
        self._intake = Intake(desk, calling, self._walking)
        self._answers = Answers(desk, calling, self._walking, self._intake)
        self._sending = Sending(desk, calling, self._walking, Words(desk))
        self._telling = Telling(desk, calling)
        self._facts = Facts(desk, self._answers)

    # --- what begins and ends a walk

    def page_for_alert(self, recorded: Recorded) -> Escalation | None:
        """An alert opened, changed or came out of a silence: begin a walk, join one, or (P2, P3, silenced) none."""
        return self._intake.page_for_alert(recorded)

    def stand_down(self, recorded: Recorded) -> Sequence[Escalation]:
        """An alert ended or was silenced: a walk whose alerts are all like that ends; those that changed come back."""
        return self._intake.stand_down(recorded)

    def acknowledged_by_sender(self, recorded: Recorded) -> Escalation:
        """The sender of an alert says that somebody has it. Raises NotFound, to be tried again, while nobody is called yet."""
        event = recorded.event
        assert isinstance(event, AlertAcknowledged)
        return self._answers.acknowledge(event.alert, Actor(event.by or event.name, Role.RESPONDER, "sender"))

    def page_for_incident(
        self, incident: IncidentId, new: NewPage, *, cause: str | None, by: Actor | None = None
    ) -> Escalation | None:
        """Call people for an incident; None where there is nobody to call (an event and the alarm say so)."""
        return self._intake.page_for_incident(incident, new, cause=cause, by=by)

    def send(self, new: NewPage, who: Actor) -> Escalation:
        """Page people because a person says so."""
        return self._intake.send(new, who)

    def test(self, person: str, who: Actor, *, all_channels: bool = False) -> Escalation:
        """Try out somebody's pager."""
        return self._intake.test(person, who, all_channels=all_channels)

    def tell(self, name: str, new: NewPage, *, key: str, cause: str | None = None) -> Escalation | None:
        """One message to one person, which nobody has to answer."""
        return self._telling.tell(name, new, key=key, cause=cause)

    # --- what people answer; a target is the id of an escalation, page, delivery, alert or incident

    def acknowledge(self, target: str, who: Actor) -> Escalation:
        """Somebody has it: no page starts any more. Again, or when it is over, changes nothing."""
        return self._answers.acknowledge(target, who)

    def escalate(self, target: str, who: Actor) -> Escalation:
        """Call the next in line now."""
        return self._answers.escalate(target, who)

    def snooze(self, target: str, who: Actor, span: timedelta) -> Escalation:
        """Acknowledge for a while."""
        return self._answers.snooze(target, who, span)

    def reassign(self, target: str, who: Actor, to: Sequence[str]) -> Escalation:
        """Call these instead."""
        return self._answers.reassign(target, who, to)

    def add_responder(self, target: str, who: Actor, to: Sequence[str]) -> Escalation:
        """Call these as well."""
        return self._answers.add_responder(target, who, to)

    def decline(self, target: str, who: Actor) -> Escalation:
        """Not me."""
        return self._answers.decline(target, who)

    def not_actionable(self, target: str, who: Actor) -> Escalation:
        """There was nothing to do about it."""
        return self._answers.not_actionable(target, who)

    def resolve(self, target: str, who: Actor) -> Escalation:
        """It is over, a person says."""
        return self._answers.resolve(target, who)

    # --- one-tap links and the 3 AM screen

    def open_link(self, token: str) -> PageFacts:
        """What a link shows; changes nothing. Raises Unauthorized for one that is forged or expired."""
        return self._facts.open_link(token)

    def errand(self, token: str) -> Errand | None:
        """Which record the notice behind a link asks its reader about, and who that is; None for a page."""
        return self._facts.errand(token)

    def act(self, token: str, action: LinkAction) -> PageFacts:
        """Do what the person taps; the state afterwards. Tapping twice is as good as once."""
        return self._facts.act(token, action)

    def facts(self, page: PageId) -> PageFacts:
        """The 3 AM screen of one page."""
        return self._facts.of(page)

    # --- timers, from reactions.py

    def step_due(self, job: Job) -> None:
        """The wait of a step is over."""
        escalation = self._desk.escalations.get(EscalationId(job.payload["escalation"]), lock=True)
        if escalation is not None:
            self._walking.step_due(escalation, int(job.payload["timer"]))

    def wake(self, job: Job) -> None:
        """A snooze is over."""
        self._answers.wake(EscalationId(job.payload["escalation"]), datetime.fromisoformat(job.payload["until"]))

    def job_parked(self, recorded: Recorded) -> None:
        """A job of paging failed as often as it may: page by another way, and tell the admins."""
        parked = recorded.event
        assert isinstance(parked, JobParked)
        if parked.job_kind == DELIVER:
            self._sending.parked(DeliveryId(parked.key), parked.error)
        elif parked.job_kind in {STEP, WAKE} or parked.job_kind.startswith(_VITAL):
            self._walking.house_alarm(
                "watchbill cannot call people",
                f"Job {parked.job_kind} was set aside after {parked.attempts} attempts: {parked.error[:300]}",
                group_key=f"parked:{parked.job_kind}",
                cause=recorded.subject,
            )

    # --- sending loops: begin in one transaction, send outside of any, finish in another

    def begin(self, delivery: DeliveryId) -> Outgoing | None:
        """Count an attempt and say what to send; None where nothing is to be sent any more."""
        return self._sending.begin(delivery)

    def shown(self, delivery: DeliveryId) -> Outgoing | None:
        """The message of a delivery as it would read now; None where there is no such delivery."""
        return self._sending.shown(delivery)

    def finish(self, outgoing: Outgoing, receipt: Receipt) -> Delivery | None:
        """Record what came of the attempt, and set what follows."""
        return self._sending.finish(outgoing, receipt)

    # --- reading

    def escalation_of(self, subject: str) -> Escalation | None:
        """The newest escalation that an alert or an incident (or page, delivery, escalation) belongs to; None where there is none."""
        try:
            return self._answers.find(subject)
        except NotFound:
            return None

    def find(self, subject: str) -> Escalation:
        """Like `escalation_of`; raises NotFound."""
        return self._answers.find(subject)

    def escalation(self, escalation: EscalationId) -> Escalation:
        """One escalation; raises NotFound."""
        found = self._desk.escalations.get(escalation)
        if found is None:
            raise NotFound("escalation", escalation)
        return found

    def escalations(
        self,
        *,
        unresolved: bool | None = None,
        person: str | None = None,
        service: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Sequence[Escalation]:
        """Escalations, newest first; `before` is the last id of the page before."""
        return self._desk.escalations.find(
            unresolved=unresolved, person=person, service=service, before=before, limit=limit
        )

    def pages(
        self, *, person: str | None = None, before: str | None = None, limit: int = 50
    ) -> Sequence[tuple[Page, Escalation]]:
        """Pages, newest first, each with its escalation."""
        return self._desk.escalations.find_pages(person=person, before=before, limit=limit)

    def pages_of(self, escalation: EscalationId) -> Sequence[PageView]:
        """All pages of an escalation with their deliveries and attempts, oldest first."""
        found = self.escalation(escalation)
        pages = self._desk.escalations.pages(escalation)
        deliveries = self._desk.deliveries.of_pages([page.id for page in pages])
        attempts = self._desk.deliveries.attempts([delivery.id for delivery in deliveries])
        return [
            PageView(
                page,
                found,
                mine := tuple(delivery for delivery in deliveries if delivery.page == page.id),
                tuple(attempt for attempt in attempts if attempt.delivery in {delivery.id for delivery in mine}),
            )
            for page in pages
        ]

    def page(self, page: PageId) -> PageView:
        """One page with all that was tried for it; raises NotFound."""
        found = self._desk.escalations.page(page)
        if found is None:
            raise NotFound("page", page)
        return next(view for view in self.pages_of(found.escalation) if view.page.id == page)

    def people_of(self, escalations: Sequence[EscalationId]) -> Mapping[EscalationId, Sequence[str]]:
        """Whom each of these has paged, in that order, each once."""
        return self._desk.escalations.people_of(escalations)

    def alerts_of(self, escalation: EscalationId, *, limit: int | None = None) -> Sequence[AlertId]:
        """The alerts that it has held, in the order in which they joined."""
        return self._desk.escalations.alerts(escalation, limit=limit)

    def next_people(self, escalation: Escalation) -> Sequence[str]:
        """Who is called next unless somebody acknowledges, as things stand now."""
        following = next_page(self._desk, escalation)
        return following.people if following else ()

    def is_proved(self, person: str, channel: str, address: str) -> bool:
        """Whether the address is known to reach the person."""
        return (channel, address) in self._desk.contacts.verified(person)
