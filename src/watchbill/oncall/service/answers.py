"""What people answer to a page: I have it, call the next, not me, later, somebody else, it was nothing, it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.ids import DeliveryId, EscalationId, PageId, kind_of
from watchbill.oncall.model import (
    Escalation,
    EscalationAcknowledged,
    EscalationReassigned,
    EscalationSnoozed,
    EscalationStatus,
    EscalationWoken,
    Page,
    PageDeclined,
    PageNotActionable,
    PageStatus,
    Target,
)
from watchbill.oncall.service.calling import Calling
from watchbill.oncall.service.desk import URGENCY, WAKE, Desk
from watchbill.oncall.service.intake import Intake
from watchbill.oncall.service.reach import recipients
from watchbill.oncall.service.walking import Walking
from watchbill.people.model import Actor

__all__ = ["MAX_SNOOZE", "Answers"]

MAX_SNOOZE = timedelta(hours=24)


class Answers:
    """Each answer is durable when its transaction is; asking twice is as good as once."""

    def __init__(self, desk: Desk, calling: Calling, walking: Walking, intake: Intake) -> None:
        self._desk = desk
        self._calling = calling
        self._walking = walking
        self._intake = intake

    def acknowledge(self, target: str, who: Actor) -> Escalation:
        """Somebody has it: no page starts any more, no timer runs. Again, or when it is over, changes nothing."""
        found = self._unresolved(target)
        answered = [self._take(escalation, who, _page_id(target)) for escalation in found]
        crashpoint("ack.saved")
        return answered[0]

    def escalate(self, target: str, who: Actor) -> Escalation:
        """Call the next in line now; one that was acknowledged is open again until they answer too.

        After the last resort nobody is next: the walk begins again.
        """
        escalation = self._running(target)
        if escalation.is_at_its_end:
            return self._walking.restart(escalation)
        return self._walking.advance(_reopened(escalation), by=who.name)

    def snooze(self, target: str, who: Actor, span: timedelta) -> Escalation:
        """Acknowledge for a while: when it is over and the trouble is not, the walk begins again."""
        if not timedelta(minutes=1) <= span <= MAX_SNOOZE:
            raise Invalid("minutes", "a snooze lasts between a minute and a day")
        escalation = self._running(target)
        until = self._desk.now + span
        self._take(escalation, who, _page_id(target))
        snoozed = replace(self._fresh(escalation), status=EscalationStatus.SNOOZED, snoozed_until=until)
        self._desk.escalations.save(snoozed)
        payload = {"escalation": snoozed.id, "until": until.isoformat()}
        self._desk.jobs.schedule(WAKE, snoozed.id, until, payload, priority=URGENCY[snoozed.severity])
        self._desk.events.publish(EscalationSnoozed(snoozed.id, who.name, until), subject=snoozed.id, cause=None)
        return snoozed

    def wake(self, escalation: EscalationId, until: datetime) -> Escalation | None:
        """A snooze ended: begin again, unless it was answered, resolved or snoozed anew meanwhile."""
        found = self._desk.escalations.get(escalation, lock=True)
        if found is None or found.status is not EscalationStatus.SNOOZED or found.snoozed_until != until:
            return found
        self._desk.events.publish(EscalationWoken(found.id), subject=found.id, cause=None)
        return self._walking.restart(found)

    def reassign(self, target: str, who: Actor, to: Sequence[str]) -> Escalation:
        """Call these instead: whoever was being called no longer is, and the walk goes on from here if they do not answer."""
        escalation = self._running(target)
        targets = _targets(to)
        called = recipients(self._desk, targets)
        if not called:
            raise NotFound("person to reach in", ", ".join(to), hint="`watchbill oncall now` shows who stands watch")
        self._calling.call_off(escalation, self._desk.escalations.pages(escalation.id))
        names = tuple(str(target) for target in targets)
        self._desk.events.publish(
            EscalationReassigned(escalation.id, who.name, names), subject=escalation.id, cause=None
        )
        called = [replace(one, reason=f"handed on by {who.name}") for one in called]
        return self._walking.call_instead(_reopened(escalation), called)

    def add_responder(self, target: str, who: Actor, to: Sequence[str]) -> Escalation:
        """Call these as well; the walk is not touched."""
        escalation = self._running(target)
        called = recipients(self._desk, _targets(to))
        if not called:
            raise NotFound("person to reach in", ", ".join(to), hint="`watchbill oncall now` shows who stands watch")
        for recipient in called:
            self._calling.page(escalation, replace(recipient, reason=f"asked in by {who.name}"))
        return escalation

    def decline(self, target: str, who: Actor) -> Escalation:
        """Not me: this person is called no more for it; when nobody else of the step is being called, the next step is.

        Whoever has it and says so gives it back: a walk that nobody is behind must not look taken.
        """
        escalation = self._running(target)
        pages = [page for page in self._desk.escalations.pages(escalation.id) if self._is_meant(page, target, who)]
        if not pages:
            raise Conflict(f"{who.name} has not been called for this", hint="reassign hands it to somebody")
        self._calling.call_off(escalation, pages, PageStatus.DECLINED)
        for page in pages:
            if page.status is not PageStatus.DECLINED:
                event = PageDeclined(page.id, escalation.id, page.person)
                self._desk.events.publish(event, subject=page.id, cause=escalation.id)
        if escalation.acknowledged_by in {page.person for page in pages}:
            return self.escalate(escalation.id, who)
        return self._walking.page_failed(escalation, pages[-1])

    def not_actionable(self, target: str, who: Actor) -> Escalation:
        """There was nothing to do: labels its alerts so, and acknowledges, since a person has seen it."""
        escalation = self._found(target)[0]
        if escalation.status.is_unanswered:
            escalation = self._take(escalation, who, _page_id(target))
        if escalation.not_actionable_by is None:
            escalation = replace(escalation, not_actionable_by=who.name)
            self._desk.escalations.save(escalation)
            for alert in self._desk.escalations.alerts(escalation.id):
                self._desk.alerts.rate(alert, actionable=False, by=who.name)
            event = PageNotActionable(escalation.id, who.name)
            self._desk.events.publish(event, subject=escalation.id, cause=None)
        return escalation

    def resolve(self, target: str, who: Actor) -> Escalation:
        """It is over, a person says: all walks that hold the target end. Its alerts stay as their senders say."""
        resolved = [self._intake.resolve(escalation, by=who.name) for escalation in self._found(target)]
        return resolved[0]

    def find(self, target: str) -> Escalation:
        """The newest escalation that the target (escalation, page, delivery, alert, incident) belongs to; raises NotFound."""
        return self._found(target, lock=False)[0]

    def _take(self, escalation: Escalation, who: Actor, page: PageId | None) -> Escalation:
        if escalation.status in {EscalationStatus.ACKNOWLEDGED, EscalationStatus.RESOLVED}:
            return escalation
        halted = self._walking.halt(escalation)
        taken = replace(
            halted,
            status=EscalationStatus.ACKNOWLEDGED,
            acknowledged_at=self._desk.now,
            acknowledged_by=who.name,
            snoozed_until=None,
        )
        self._desk.escalations.save(taken)
        self._calling.call_off(taken, self._desk.escalations.pages(taken.id))
        event = EscalationAcknowledged(
            escalation=taken.id,
            by=who.name,
            via=who.via,
            alert=taken.first_alert,
            incident=taken.incident,
            seconds=(self._desk.now - taken.started_at).total_seconds(),
        )
        self._desk.events.publish(event, subject=taken.id, cause=page)
        return taken

    def _found(self, target: str, *, lock: bool = True) -> list[Escalation]:
        """Newest first, at least one."""
        known = self._ids_of(target)
        found = [self._desk.escalations.get(one, lock=lock) for one in known]
        escalations = [escalation for escalation in found if escalation is not None]
        if not escalations:
            raise NotFound("page or escalation", target, hint="`watchbill page list` shows what was sent")
        return escalations

    def _ids_of(self, target: str) -> list[EscalationId]:
        match kind_of(target):
            case "escalation":
                return [EscalationId(target)]
            case "page":
                page = self._desk.escalations.page(PageId(target))
                return [page.escalation] if page else []
            case "delivery":
                delivery = self._desk.deliveries.get(DeliveryId(target))
                return [delivery.escalation] if delivery else []
            case _:
                return [escalation.id for escalation in self._desk.escalations.holding(target)]

    def _unresolved(self, target: str) -> list[Escalation]:
        """Those still to be answered or taken; where all are over, the newest."""
        found = self._found(target)
        return [one for one in found if one.status is not EscalationStatus.RESOLVED] or found[:1]

    def _running(self, target: str) -> Escalation:
        escalation = self._unresolved(target)[0]
        if escalation.status is EscalationStatus.RESOLVED:
            raise Conflict("it is over: nobody is called for it any more", hint="page send calls people anew")
        return escalation

    def _fresh(self, escalation: Escalation) -> Escalation:
        fresh = self._desk.escalations.get(escalation.id)
        assert fresh is not None
        return fresh

    def _is_meant(self, page: Page, target: str, who: Actor) -> bool:
        return page.id == target if kind_of(target) == "page" else page.person == who.name


def _reopened(escalation: Escalation) -> Escalation:
    return replace(
        escalation, status=EscalationStatus.OPEN, acknowledged_at=None, acknowledged_by=None, snoozed_until=None
    )


def _page_id(target: str) -> PageId | None:
    return PageId(target) if kind_of(target) == "page" else None


def _targets(to: Sequence[str]) -> list[Target]:
    return [Target.parse(text if ":" in text else f"person:{text}", field="to") for text in to]
