"""Handing deliveries to channels: begin (in a transaction), send (outside of any), finish (in another).

The attempt is counted before anything is sent, under the lock of the escalation, so that nothing starts after an
acknowledgement is durable. A process that dies in between leaves the attempt without an end; the delivery is tried again
under the same id, which is what bounds duplicates: at most one for each death.
"""

from dataclasses import replace
from datetime import timedelta

from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.ids import DeliveryId
from watchbill.oncall.model import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Escalation,
    Outcome,
    Outgoing,
    Page,
    PageDelivered,
    PageStatus,
    Receipt,
)
from watchbill.oncall.rules.retry import fails_over, next_try
from watchbill.oncall.service.calling import Calling
from watchbill.oncall.service.desk import DELIVER, LINK_LIFE, Desk
from watchbill.oncall.service.walking import Walking
from watchbill.oncall.service.words import Words

__all__ = ["Sending"]

# After a stop or in a storm one message speaks for all that has been waiting this long for the same person and address.
FOLD_AFTER = timedelta(seconds=30)
FOLD_LIMIT = 1_000


class Sending:
    """Both ends of an attempt."""

    def __init__(self, desk: Desk, calling: Calling, walking: Walking, words: Words) -> None:
        self._desk = desk
        self._calling = calling
        self._walking = walking
        self._words = words

    def begin(self, delivery_id: DeliveryId) -> Outgoing | None:
        """Count an attempt and say what to send; None where nothing is to be sent any more."""
        known = self._desk.deliveries.get(delivery_id)
        escalation = self._desk.escalations.get(known.escalation, lock=True) if known else None
        delivery = self._desk.deliveries.get(delivery_id, lock=True)
        if delivery is None or escalation is None or not delivery.status.is_pending:
            return None
        page = self._desk.escalations.page(delivery.page)
        assert page is not None  # a delivery is made together with its page
        now = self._desk.now
        begun = replace(
            delivery,
            status=DeliveryStatus.SENDING,
            attempts=delivery.attempts + 1,
            first_tried_at=delivery.first_tried_at or now,
        )
        self._desk.deliveries.save(begun)
        self._desk.deliveries.save_attempt(Attempt(begun.id, begun.attempts, now))
        also = self._fold(begun)
        outgoing = self._words.outgoing(escalation, page, begun, also, self._desk.links.url(begun.id, now + LINK_LIFE))
        crashpoint("delivery.begun")
        return outgoing

    def shown(self, delivery_id: DeliveryId) -> Outgoing | None:
        """The message of a delivery as it would read now, without sending it."""
        delivery = self._desk.deliveries.get(delivery_id)
        escalation = self._desk.escalations.get(delivery.escalation) if delivery else None
        page = self._desk.escalations.page(delivery.page) if delivery else None
        if delivery is None or escalation is None or page is None:
            return None
        link = self._desk.links.url(delivery.id, self._desk.now + LINK_LIFE)
        return self._words.outgoing(escalation, page, delivery, (), link)

    def finish(self, outgoing: Outgoing, receipt: Receipt) -> Delivery | None:
        """Record what came of an attempt, and what follows: done, another try, the next channel, the next step."""
        escalation = self._desk.escalations.get(outgoing.escalation, lock=True)
        delivery = self._desk.deliveries.get(outgoing.delivery, lock=True)
        page = self._desk.escalations.page(outgoing.page)
        if escalation is None or delivery is None or page is None:
            return None
        self._desk.deliveries.save_attempt(
            Attempt(
                delivery.id,
                outgoing.attempt,
                outgoing.at,
                self._desk.now,
                receipt.outcome,
                receipt.code,
                receipt.answer,
            )
        )
        crashpoint("delivery.recorded")
        if receipt.outcome is Outcome.DELIVERED:
            return self._delivered(page, delivery, receipt)
        if delivery.attempts != outgoing.attempt or delivery.status is not DeliveryStatus.SENDING:
            return delivery  # another worker has taken over, or somebody acknowledged meanwhile
        if receipt.outcome is Outcome.PERMANENT:
            return self._failed(escalation, page, delivery, receipt)
        return self._again(escalation, page, delivery, receipt)

    def parked(self, delivery_id: DeliveryId, error: str) -> None:
        """The program could not send it, however often it tried: take the next way, as if the channel had failed."""
        known = self._desk.deliveries.get(delivery_id)
        escalation = self._desk.escalations.get(known.escalation, lock=True) if known else None
        delivery = self._desk.deliveries.get(delivery_id, lock=True)
        page = self._desk.escalations.page(delivery.page) if delivery else None
        if escalation is None or delivery is None or page is None or not delivery.status.is_pending:
            return
        self._failed(escalation, page, delivery, Receipt(Outcome.PERMANENT, f"set aside by watchbill: {error[:300]}"))

    def _delivered(self, page: Page, delivery: Delivery, receipt: Receipt) -> Delivery:
        if delivery.status is DeliveryStatus.DELIVERED:
            return delivery
        arrived = self._arrived(page, delivery, receipt.answer)
        for folded in self._desk.deliveries.folded_into(delivery.id):
            told = self._desk.escalations.page(folded.page)
            if told is not None:
                self._arrived(told, folded, f"told in the message of {delivery.id}")
        return arrived

    def _arrived(self, page: Page, delivery: Delivery, answer: str) -> Delivery:
        arrived = replace(delivery, status=DeliveryStatus.DELIVERED, closed_at=self._desk.now, answer=answer)
        self._desk.deliveries.save(arrived)
        if page.status is PageStatus.SENDING:
            self._desk.escalations.save_page(replace(page, status=PageStatus.DELIVERED))
        event = PageDelivered(
            page.id, page.escalation, arrived.id, page.person, arrived.channel, arrived.attempts, arrived.answer
        )
        self._desk.events.publish(event, subject=arrived.id, cause=page.id)
        return arrived

    def _again(self, escalation: Escalation, page: Page, delivery: Delivery, receipt: Receipt) -> Delivery:
        next_at = next_try(delivery, receipt, self._desk.now)
        if next_at is None:
            gave_up = replace(receipt, answer=f"given up after {delivery.attempts} attempts: {receipt.answer}")
            return self._failed(escalation, page, delivery, gave_up)
        waiting = replace(delivery, status=DeliveryStatus.WAITING, due_at=next_at, answer=receipt.answer)
        self._calling.schedule(escalation, waiting)
        if fails_over(waiting, next_at, self._desk.now):
            self._calling.fail_over(escalation, page, waiting)
        return waiting

    def _failed(self, escalation: Escalation, page: Page, delivery: Delivery, receipt: Receipt) -> Delivery:
        failed = replace(delivery, status=DeliveryStatus.FAILED, closed_at=self._desk.now, answer=receipt.answer)
        self._desk.deliveries.save(failed)
        self._calling.report_failure(page, failed)
        self._calling.unfold(escalation, failed.id)
        left = self._calling.fail_over(escalation, page, failed)
        if left.status is PageStatus.FAILED:
            self._walking.page_failed(escalation, left)
        return failed

    def _fold(self, delivery: Delivery) -> tuple[Escalation, ...]:
        """Escalations that this message speaks for as well; none unless it is late and others wait behind it."""
        if delivery.attempts > 1 or self._desk.now - delivery.due_at < FOLD_AFTER:
            told = self._desk.deliveries.folded_into(delivery.id)
        else:
            told = self._desk.deliveries.fold(delivery, due=self._desk.now - FOLD_AFTER, limit=FOLD_LIMIT)
            for folded in told:
                self._desk.jobs.cancel(DELIVER, folded.id)
        found = (self._desk.escalations.get(folded.escalation) for folded in told)
        return tuple({one.id: one for one in found if one is not None and one.id != delivery.escalation}.values())
