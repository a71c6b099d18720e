"""The 3 AM screen: everything about one page in one place, and the one-tap link that leads there."""

from collections.abc import Callable
from datetime import timedelta

from watchbill.kernel.errors import NotFound, Unauthorized
from watchbill.kernel.ids import PageId
from watchbill.oncall.model import (
    Acknowledgement,
    ContactVerified,
    Delivery,
    Errand,
    Escalation,
    EscalationKind,
    EscalationStatus,
    LinkAction,
    Page,
    PageFacts,
    PageStatus,
)
from watchbill.oncall.service.answers import Answers
from watchbill.oncall.service.desk import Desk
from watchbill.oncall.service.runbooks import first_step
from watchbill.oncall.service.words import firing_since, next_page, runbook_of
from watchbill.people.model import Actor, Role

__all__ = ["Facts"]

LINK_SNOOZE = timedelta(minutes=15)
_SHOWN_ALERTS = 20


class Facts:
    """Reads for a page, acts for a link."""

    def __init__(self, desk: Desk, answers: Answers) -> None:
        self._desk = desk
        self._answers = answers

    def of(self, page_id: PageId) -> PageFacts:
        """The screen of one page; raises NotFound."""
        page = self._desk.escalations.page(page_id)
        if page is None:
            raise NotFound("page", page_id)
        escalation = self._desk.escalations.get(page.escalation)
        assert escalation is not None  # a page is made together with its escalation
        return self._gather(page, escalation)

    def errand(self, token: str) -> Errand | None:
        """What a notice is about, where it is about a record of its own; None for what is answered on the page."""
        page = self._desk.escalations.page(self._delivery(token).page)
        assert page is not None
        told = self._desk.escalations.get(page.escalation)
        if told is None or told.kind is not EscalationKind.NOTICE or told.cause is None:
            return None
        return Errand(page.person, told.cause)

    def open_link(self, token: str) -> PageFacts:
        """What the link shows; changes nothing, for mail scanners open links. Raises Unauthorized for a bad one."""
        return self.of(self._delivery(token).page)

    def act(self, token: str, action: LinkAction) -> PageFacts:
        """Do what the person taps, in their name; the state afterwards. Tapping twice is as good as once."""
        delivery = self._delivery(token)
        page = self._desk.escalations.page(delivery.page)
        assert page is not None
        who = Actor(page.person, Role.RESPONDER, "link")
        self._verify(page, delivery)
        run, when_over = _ACTIONS[action]
        if when_over or self._answers.find(page.id).status is not EscalationStatus.RESOLVED:
            run(self._answers, page, who)
        return self.of(page.id)

    def _delivery(self, token: str) -> Delivery:
        delivery = self._desk.deliveries.get(self._desk.links.read(token, self._desk.now))
        if delivery is None:
            raise Unauthorized("this link is not one of ours", hint="it may come from another installation")
        return delivery

    def _verify(self, page: Page, delivery: Delivery) -> None:
        """Whoever acts through a link has received the message: the address is proved."""
        if self._desk.contacts.verify(page.person, delivery.channel, delivery.address, self._desk.now):
            event = ContactVerified(page.person, delivery.channel, delivery.address)
            self._desk.events.publish(event, subject=delivery.id, cause=page.id)

    def _gather(self, page: Page, escalation: Escalation) -> PageFacts:
        runbook = runbook_of(self._desk, escalation)
        acknowledged = None
        if escalation.acknowledged_by is not None and escalation.acknowledged_at is not None:
            acknowledged = Acknowledgement(escalation.acknowledged_by, escalation.acknowledged_at)
        alerts = tuple(self._desk.escalations.alerts(escalation.id, limit=_SHOWN_ALERTS))
        situation = self._desk.situations.of(
            escalation.service, escalation.slos, self._desk.now, title=escalation.title, alerts=alerts
        )
        return PageFacts(
            page=page.id,
            escalation=escalation.id,
            person=page.person,
            about=escalation.kind,
            status=escalation.status,
            severity=escalation.severity,
            title=escalation.title,
            sentence=escalation.sentence,
            service=escalation.service,
            firing_since=firing_since(self._desk, escalation),
            alerts=alerts,
            firing=escalation.firing,
            situation=situation,
            runbook=runbook,
            first_step=first_step(runbook),
            next_page=next_page(self._desk, escalation),
            acknowledged=acknowledged,
            snoozed_until=escalation.snoozed_until,
            resolved_at=escalation.resolved_at,
            declined=page.status is PageStatus.DECLINED,
            now=self._desk.now,
        )


def _help(answers: Answers, page: Page, who: Actor) -> None:
    """Only from the step that the page belongs to: a second tap must not call one more round of people."""
    escalation = answers.find(page.id)
    if (escalation.round, escalation.step) == (page.round, page.step):
        answers.escalate(page.id, who)


# What each action does, and whether it still means anything once the escalation is over.
_ACTIONS: dict[LinkAction, tuple[Callable[[Answers, Page, Actor], object], bool]] = {
    LinkAction.ACK: (lambda answers, page, who: answers.acknowledge(page.id, who), True),
    LinkAction.HELP: (_help, False),
    LinkAction.NOT_ME: (lambda answers, page, who: answers.decline(page.id, who), False),
    LinkAction.SNOOZE: (lambda answers, page, who: answers.snooze(page.id, who, LINK_SNOOZE), False),
    LinkAction.NOT_ACTIONABLE: (lambda answers, page, who: answers.not_actionable(page.id, who), True),
}
