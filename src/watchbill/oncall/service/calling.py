"""Calling one person: a page, its deliveries by the person's own rules, fail-over to the next channel, and calling off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watchbill.kernel.ids import DeliveryId, PageId
from watchbill.kernel.jobs import sending_lane
from watchbill.oncall.model import (
    Delivery,
    DeliveryFailed,
    DeliveryStatus,
    Escalation,
    EscalationKind,
    Page,
    PageFailed,
    PageRequested,
    PageStatus,
)
from watchbill.oncall.rules.contact_plan import PUSH, Planned, plan, stand_bys, wakes
from watchbill.oncall.service.desk import DELIVER, URGENCY, Desk
from watchbill.oncall.service.reach import Recipient, contacts_at
from watchbill.people.rules import quiet_until

__all__ = ["Calling"]

_CAN_CANCEL = {DeliveryStatus.WAITING, DeliveryStatus.SENDING, DeliveryStatus.FOLDED}


class Calling:
    """Pages and deliveries of one escalation, whose row the caller has locked."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(self, escalation: Escalation, recipient: Recipient, *, every_contact: bool = False) -> Page:
        """Begin to reach somebody for the step that the escalation is at; the page comes back FAILED where there is no way."""
        desk = self._desk
        page = Page(
            id=desk.ids.new(PageId),
            escalation=escalation.id,
            person=recipient.name,
            reason=recipient.reason,
            status=PageStatus.SENDING,
            round=escalation.round,
            step=escalation.step,
            created_at=desk.now,
        )
        desk.escalations.save_page(page)
        event = PageRequested(page.id, escalation.id, page.person, escalation.severity, escalation.title, page.reason)
        desk.events.publish(event, subject=page.id, cause=escalation.id)
        rank = -1
        for planned in self._planned(recipient, every_contact=every_contact):
            rank += not planned.beside
            self._deliver(escalation, page, planned, rank)
        if any(one.status.is_pending for one in desk.deliveries.of_page(page.id)):
            return page
        return self.fail_over(escalation, page)

    def fail_over(self, escalation: Escalation, page: Page, failing: Delivery | None = None) -> Page:
        """Use the person's next channel now. Without one, and with nothing under way, the page has FAILED.

        `failing` is the delivery that gave the reason; one that is already the fail-over of it goes on instead, and so does
        one that was to arrive with it on another device.
        """
        desk = self._desk
        if page.status not in {PageStatus.SENDING, PageStatus.DELIVERED}:
            return page
        mine = desk.deliveries.of_page(page.id)
        if any(_is_carrying(one, desk.now) for one in mine if failing is None or _makes_up_for(one, failing)):
            return page
        if escalation.kind is EscalationKind.PROOF:
            return self._fail(escalation, page)  # another contact proves nothing about this one
        later = [
            one for one in mine if one.status is DeliveryStatus.WAITING and not one.attempts and one.due_at > desk.now
        ]
        if later:
            for one in later:
                if one.rank == later[0].rank:
                    self.schedule(escalation, replace(one, due_at=desk.now))
            return page
        person = next((one for one in desk.people.persons() if one.name == page.person), None)
        known = contacts_at(desk, person) if person else []
        rank = len(mine)
        for planned in stand_bys(known, {(one.channel, one.address) for one in mine}):
            if self._deliver(escalation, page, planned, rank).status.is_pending:
                return page
            rank += 1
        if page.status is PageStatus.DELIVERED or any(one.status.is_pending for one in mine):
            return page
        return self._fail(escalation, page)

    def call_off(
        self, escalation: Escalation, pages: Sequence[Page], status: PageStatus = PageStatus.CANCELLED
    ) -> None:
        """Nothing of these pages starts any more; pages that had not arrived get the status."""
        for page in pages:
            if page.status is PageStatus.SENDING or (status is not PageStatus.CANCELLED and page.closed_at is None):
                self._desk.escalations.save_page(replace(page, status=status, closed_at=self._desk.now))
        for delivery in self._desk.deliveries.of_pages([page.id for page in pages]):
            self._cancel(escalation, delivery)

    def schedule(self, escalation: Escalation, delivery: Delivery) -> None:
        """Save a delivery that waits, with the job that will send it."""
        self._desk.deliveries.save(delivery)
        self._desk.jobs.schedule(
            DELIVER,
            delivery.id,
            delivery.due_at,
            priority=URGENCY[escalation.severity],
            lane=sending_lane(self._lane(delivery)),
        )

    def report_failure(self, page: Page, delivery: Delivery) -> None:
        """Say that one channel failed for good."""
        event = DeliveryFailed(
            page.id, page.escalation, delivery.id, page.person, delivery.channel, delivery.attempts, delivery.answer
        )
        self._desk.events.publish(event, subject=delivery.id, cause=page.id)

    def _planned(self, recipient: Recipient, *, every_contact: bool) -> Sequence[Planned]:
        if recipient.place is not None:
            return [Planned(recipient.place.channel, recipient.place.address or "", timedelta(0))]
        assert recipient.person is not None
        known = contacts_at(self._desk, recipient.person)
        if every_contact:
            return stand_bys(known, ())
        nowhere = [Planned(PUSH, "", timedelta(0))] if recipient.person.contacts else []  # fails at once, and says why
        return plan(recipient.person, known) or nowhere

    def _deliver(self, escalation: Escalation, page: Page, planned: Planned, rank: int) -> Delivery:
        """A delivery that waits for its time, or one that failed at once because the channel is not set up here."""
        delivery = Delivery(
            id=self._desk.ids.new(DeliveryId),
            page=page.id,
            escalation=escalation.id,
            channel=planned.channel,
            address=planned.address,
            rank=rank,
            status=DeliveryStatus.WAITING,
            due_at=self._due(escalation, page, planned),
            created_at=self._desk.now,
        )
        refusal = self._refusal(planned)
        if refusal is None:
            self.schedule(escalation, delivery)
            return delivery
        failed = replace(delivery, status=DeliveryStatus.FAILED, closed_at=self._desk.now, answer=refusal)
        self._desk.deliveries.save(failed)
        self.report_failure(page, failed)
        return failed

    def _due(self, escalation: Escalation, page: Page, planned: Planned) -> datetime:
        """Pages never wait for the morning; what nobody has to answer does, where it could wake somebody."""
        due = max(page.created_at + planned.after, self._desk.now)
        if escalation.kind is not EscalationKind.NOTICE or not wakes(planned.channel):
            return due
        person = next((one for one in self._desk.people.persons() if one.name == page.person), None)
        return (quiet_until(person.quiet_hours, person.timezone, due) if person else None) or due

    def _lane(self, delivery: Delivery) -> str:
        channel = self._desk.channels.get(delivery.channel)
        return channel.lane(delivery.address) if channel else delivery.channel

    def _refusal(self, planned: Planned) -> str | None:
        channel = self._desk.channels.get(planned.channel)
        if channel is None:
            known = ", ".join(self._desk.channels.names())
            return f"channel {planned.channel} is not set up here (set up: {known or 'none'})"
        return channel.refusal(planned.address)

    def _cancel(self, escalation: Escalation, delivery: Delivery) -> None:
        """One that is with its provider right now ends as whatever the provider says, but is not tried again."""
        if delivery.status not in _CAN_CANCEL:
            return
        desk = self._desk
        if delivery.status is not DeliveryStatus.SENDING:
            desk.jobs.cancel(DELIVER, delivery.id)
        desk.deliveries.save(replace(delivery, status=DeliveryStatus.CANCELLED, closed_at=desk.now))
        self.unfold(escalation, delivery.id)

    def unfold(self, escalation: Escalation, carrier: DeliveryId) -> None:
        """Others were to be told in this one's message: they need their own again."""
        for alone in self._desk.deliveries.unfold(carrier, due_at=self._desk.now):
            self.schedule(escalation, alone)

    def _fail(self, escalation: Escalation, page: Page) -> Page:
        failed = replace(page, status=PageStatus.FAILED, closed_at=self._desk.now)
        self._desk.escalations.save_page(failed)
        tried = self._desk.deliveries.of_page(page.id)
        reason = "; ".join(f"{one.channel}: {one.answer or 'no answer'}" for one in tried) or "has no contact at all"
        event = PageFailed(page.id, escalation.id, page.person, reason[:1000])
        self._desk.events.publish(event, subject=page.id, cause=escalation.id)
        return failed


def _makes_up_for(other: Delivery, failing: Delivery) -> bool:
    return other.rank > failing.rank or (other.rank == failing.rank and other.id != failing.id)


def _is_carrying(delivery: Delivery, now: datetime) -> bool:
    """Whether a delivery has arrived, or is on its way (tried, or due)."""
    if delivery.status in {DeliveryStatus.DELIVERED, DeliveryStatus.SENDING, DeliveryStatus.FOLDED}:
        return True
    return delivery.status is DeliveryStatus.WAITING and (delivery.attempts > 0 or delivery.due_at <= now)
