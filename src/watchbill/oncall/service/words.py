"""What a page says: facts of the escalation, rendered by a template; when the template fails, plain words all the same."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import kind_of
from watchbill.kernel.instants import to_text
from watchbill.oncall.model import (
    Delivery,
    Escalation,
    EscalationKind,
    EscalationStatus,
    Message,
    NextPage,
    Outgoing,
    Page,
    Runbook,
)
from watchbill.oncall.rules.contact_plan import PUSH
from watchbill.oncall.rules.walk import after
from watchbill.oncall.service.desk import Desk
from watchbill.oncall.service.reach import recipients
from watchbill.oncall.service.runbooks import first_step

__all__ = ["Words", "firing_since", "next_page", "runbook_of"]

_ASKING = ("hand-over", "survey")  # notices about these want something of their reader
_SHOWN_ALSO = _SHOWN_ALERTS = 20
_UNANSWERED = {EscalationKind.NOTICE, EscalationKind.PROOF}  # nobody has to answer these


class Words:
    """Composes messages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def outgoing(
        self, escalation: Escalation, page: Page, delivery: Delivery, also: Sequence[Escalation], link: str
    ) -> Outgoing:
        """Everything a channel needs for this attempt."""
        facts = self._facts(escalation, page, delivery, also, link)
        return Outgoing(
            delivery=delivery.id,
            page=page.id,
            escalation=escalation.id,
            channel=delivery.channel,
            address=delivery.address,
            person=page.person,
            attempt=delivery.attempts,
            at=self._desk.now,
            urgent=escalation.severity.pages and escalation.kind not in _UNANSWERED,
            link=link,
            message=self._message(facts),
            facts=facts,
        )

    def _facts(
        self, escalation: Escalation, page: Page, delivery: Delivery, also: Sequence[Escalation], link: str
    ) -> dict[str, object]:
        runbook = runbook_of(self._desk, escalation)
        step = first_step(runbook)
        following = next_page(self._desk, escalation)
        return {
            "delivery": delivery.id,
            "page": page.id,
            "escalation": escalation.id,
            "kind": str(escalation.kind),
            "severity": str(escalation.severity),
            "title": escalation.title,
            "sentence": escalation.sentence,
            "service": escalation.service or "",
            "person": page.person,
            "reason": page.reason,
            "since": to_text(firing_since(self._desk, escalation)),
            "alerts": list(self._desk.escalations.alerts(escalation.id, limit=_SHOWN_ALERTS)),
            "firing": escalation.firing,
            "incident": escalation.incident or "",
            "link": link,
            "runbook": runbook.title if runbook else escalation.runbook or "",
            "first_step": step.step if step else "",
            "command": (step.command or "") if step else "",
            "expected": step.expected if step else "",
            "if_unexpected": step.if_unexpected if step else "",
            "next_at": to_text(following.at) if following else "",
            "next_people": list(following.people) if following else [],
            "also": [{"severity": str(one.severity), "title": one.title} for one in also[:_SHOWN_ALSO]],
            "also_count": len(also),
            "is_notice": escalation.kind in _UNANSWERED,
            "code": self._desk.links.code(delivery.id) if _proves(escalation, delivery) else "",
            "asks": escalation.kind is EscalationKind.NOTICE and kind_of(escalation.cause or "") in _ASKING,
            "is_test": escalation.kind is EscalationKind.TEST,
        }

    def _message(self, facts: dict[str, object]) -> Message:
        """Fails open: a template that is wrong, or says nothing, must not stop a page."""
        try:
            message = self._desk.renderer.message("proof" if facts["kind"] == EscalationKind.PROOF else "page", facts)
        except Invalid:
            return _plain(facts)
        return message if message.subject and message.text else _plain(facts)


def runbook_of(desk: Desk, escalation: Escalation) -> Runbook | None:
    """The runbook that the escalation names, or that answers its first alert; None for a foreign address."""
    alert = desk.alerts.get(escalation.first_alert) if escalation.first_alert else None
    return desk.runbooks.for_alert(alert.name if alert else "", escalation.runbook)


def firing_since(desk: Desk, escalation: Escalation) -> datetime:
    """When the first of its alerts began; the start of the walk where it has none."""
    alert = desk.alerts.get(escalation.first_alert) if escalation.first_alert else None
    return min(alert.starts_at, escalation.started_at) if alert else escalation.started_at


def next_page(desk: Desk, escalation: Escalation) -> NextPage | None:
    """Who is called next, and when, unless somebody acknowledges; as things stand now."""
    if escalation.status is not EscalationStatus.OPEN or escalation.next_step_at is None:
        return None
    round_, step = escalation.round, escalation.step
    for _ in range(len(escalation.policy.steps) + 1):
        due = after(escalation.policy, round_, step)
        if due is None:
            return None
        people = recipients(desk, due.targets)
        if people or due.is_fallback:
            return NextPage(escalation.next_step_at, tuple(one.name for one in people), due.is_fallback)
        round_, step = due.round, due.step
    return None


def _proves(escalation: Escalation, delivery: Delivery) -> bool:
    """A browser that was added by its owner has nothing to prove: what it gets is a test."""
    return escalation.kind is EscalationKind.PROOF and delivery.channel != PUSH


def _plain(facts: dict[str, object]) -> Message:
    subject = f"{facts['severity']} {facts['title']}".replace("\n", " ").replace("\r", " ")
    code = f"\n\nCode: {facts['code']}" if facts["code"] else ""
    text = f"{subject}\n\n{facts['sentence']}{code}\n\nAcknowledge: {facts['link']}\n"
    html = f'<p>{escape(text)}</p><p><a href="{escape(str(facts["link"]))}">Acknowledge</a></p>'
    return Message(subject, text, html, f"{subject} {facts['link']}")
