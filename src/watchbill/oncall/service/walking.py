"""Walking a policy: calling the step that is due, setting the timer for the next, and what happens at the end of the road."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from watchbill.alerts.model import Severity
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.ids import EscalationId
from watchbill.oncall.model import (
    Escalation,
    EscalationExhausted,
    EscalationKind,
    EscalationPolicy,
    EscalationStarted,
    EscalationStatus,
    EscalationStepped,
    Page,
    PageStatus,
    PageUnroutable,
    PolicyStep,
    Target,
)
from watchbill.oncall.rules.walk import Due, after, skips_to_fallback
from watchbill.oncall.service.calling import Calling
from watchbill.oncall.service.desk import STEP, URGENCY, WAKE, Desk
from watchbill.oncall.service.reach import Recipient, admins_policy, recipients

__all__ = ["Walking"]

ALARM_WAIT = timedelta(minutes=5)
_REACHING = {PageStatus.SENDING, PageStatus.DELIVERED}  # somebody knows, or may know in a moment
# Between two persons: the house's admins are not called in for these.
_PERSONAL = {EscalationKind.MANUAL, EscalationKind.TEST}


class Walking:
    """One escalation's way through its policy; the caller has locked its row (or is just making it)."""

    def __init__(self, desk: Desk, calling: Calling) -> None:
        self._desk = desk
        self._calling = calling

    def start(self, escalation: Escalation, *, wait: timedelta = timedelta(0)) -> Escalation:
        """Say that it began, and call the first step, or set the timer for it. The row is saved already."""
        event = EscalationStarted(
            escalation=escalation.id,
            about=escalation.kind,
            group_key=escalation.group_key,
            title=escalation.title,
            severity=escalation.severity,
            service=escalation.service,
            policy=escalation.policy.name,
            alert=escalation.first_alert,
            incident=escalation.incident,
            follows=escalation.follows,
        )
        self._desk.events.publish(event, subject=escalation.id, cause=escalation.cause)
        crashpoint("escalation.started")
        return self._wait(escalation, wait) if wait else self.advance(escalation)

    def restart(self, escalation: Escalation) -> Escalation:
        """Begin the walk again from the first step, with the same policy."""
        fresh = replace(
            self.halt(escalation),
            status=EscalationStatus.OPEN,
            round=0,
            step=-1,
            acknowledged_at=None,
            acknowledged_by=None,
            snoozed_until=None,
        )
        return self.advance(fresh)

    def advance(self, escalation: Escalation, *, by: str = "") -> Escalation:
        """Call the next step that reaches anybody. Steps that mean nobody are passed at once; a round of them is the last."""
        current = self.halt(escalation)
        passed = 0
        while True:
            due = after(current.policy, current.round, current.step)
            if due is None:
                return self._came_to_its_end(current, reached=False)
            if passed >= len(current.policy.steps):
                due = skips_to_fallback(current.policy, current.round)
            current, reached = self._call(current, due, by)
            crashpoint("escalation.step_called")
            if due.is_fallback:
                return self._came_to_its_end(current, reached=reached)
            if reached:
                return self._wait(current, due.wait or timedelta(minutes=5))
            passed += 1

    def call_instead(self, escalation: Escalation, called: Sequence[Recipient]) -> Escalation:
        """Call these in place of the running step; if they do not answer, the walk goes on after it."""
        current = self.halt(escalation)
        step = max(current.step, 0)
        current = replace(current, step=step)
        for recipient in called:
            self._calling.page(current, recipient)
        wait = current.policy.steps[min(step, len(current.policy.steps) - 1)].wait
        return self._wait(current, wait)

    def step_due(self, escalation: Escalation, timer: int) -> Escalation:
        """The timer fired: call the next step, unless somebody took it, or the timer is not the one that counts."""
        if escalation.timers != timer or escalation.status is not EscalationStatus.OPEN:
            return escalation
        crashpoint("escalation.step_due")
        return self.advance(escalation)

    def page_failed(self, escalation: Escalation, page: Page) -> Escalation:
        """A person could not be reached: when that was the last one of the running step, the next is called at once.

        When it was the last one of all, and the walk is at its end, nobody knows: the alarm goes out.
        """
        if not escalation.status.is_unanswered:
            return escalation
        pages = self._desk.escalations.pages(escalation.id)
        if escalation.status is EscalationStatus.EXHAUSTED:
            if not any(one.status in _REACHING for one in pages):
                self.alarm(escalation, "every page failed on every channel")
            return escalation
        running = [one for one in pages if (one.round, one.step) == (escalation.round, escalation.step)]
        if page.id not in {one.id for one in running} or any(one.status in _REACHING for one in running):
            return escalation
        return self.advance(escalation)

    def halt(self, escalation: Escalation) -> Escalation:
        """Drop the running timer."""
        self._desk.jobs.cancel(STEP, _timer_key(escalation.id, escalation.timers))
        self._desk.jobs.cancel(WAKE, escalation.id)
        return replace(escalation, next_step_at=None)

    def alarm(self, escalation: Escalation, reason: str) -> None:
        """Nobody could be reached: say so, and call the fallback and the house's admins about it."""
        event = PageUnroutable(escalation.id, escalation.title, escalation.severity, escalation.service, reason)
        self._desk.events.publish(event, subject=escalation.id, cause=escalation.cause)
        if escalation.kind in {EscalationKind.ALARM, EscalationKind.TEST}:
            return  # the event is what is left: /readyz, the Now page and the log show it
        self.house_alarm(
            f"Nobody could be paged: {escalation.title}",
            f"{reason}. It is still open and nobody knows.",
            group_key=f"unroutable:{escalation.id}",
            fallback=escalation.policy.fallback,
            cause=escalation.id,
        )

    def house_alarm(
        self, title: str, sentence: str, *, group_key: str, fallback: Sequence[Target] = (), cause: str | None = None
    ) -> None:
        """Call the house's admins, and the fallback, over every contact they have; once while nobody has answered."""
        admins = admins_policy(self._desk)
        named = (*fallback, *(admins.steps[0].notify if admins else ()))
        if not named:
            return
        alarm = Escalation(
            id=self._desk.ids.new(EscalationId),
            kind=EscalationKind.ALARM,
            status=EscalationStatus.OPEN,
            group_key=group_key,
            title=title,
            sentence=sentence,
            severity=Severity.P0,
            service=None,
            runbook=None,
            policy=EscalationPolicy("alarm", (PolicyStep(tuple(dict.fromkeys(named)), ALARM_WAIT),), repeat=3),
            started_at=self._desk.now,
            cause=cause,
            every_contact=True,
        )
        if self._desk.escalations.add(alarm):
            self.start(alarm)

    def _call(self, escalation: Escalation, due: Due, by: str) -> tuple[Escalation, bool]:
        """Page everybody the step means; whether anybody is being reached."""
        current = replace(escalation, round=due.round, step=due.step)
        self._desk.escalations.save(current)
        called = self._who(current, due)
        event = EscalationStepped(
            escalation=current.id,
            round=due.round,
            step=due.step,
            targets=tuple(str(target) for target in due.targets),
            people=tuple(recipient.name for recipient in called),
            by=by,
        )
        self._desk.events.publish(event, subject=current.id, cause=current.cause)
        reached = False
        for recipient in called:
            page = self._calling.page(current, recipient, every_contact=current.every_contact)
            reached = reached or page.status is PageStatus.SENDING
            crashpoint("escalation.person_paged")
        return current, reached

    def _who(self, escalation: Escalation, due: Due) -> list[Recipient]:
        pages = self._desk.escalations.pages(escalation.id)
        declined = {page.person for page in pages if page.status is PageStatus.DECLINED}
        found = recipients(self._desk, due.targets, without=declined)
        if found or not due.is_fallback or escalation.kind in _PERSONAL:
            return found
        admins = admins_policy(self._desk)
        return recipients(self._desk, admins.steps[0].notify) if admins else []

    def _wait(self, escalation: Escalation, wait: timedelta) -> Escalation:
        timers = escalation.timers + 1
        waiting = replace(escalation, timers=timers, next_step_at=self._desk.now + wait)
        self._desk.escalations.save(waiting)
        self._desk.jobs.schedule(
            STEP,
            _timer_key(waiting.id, timers),
            self._desk.now + wait,
            {"escalation": waiting.id, "timer": timers},
            priority=URGENCY[waiting.severity],
        )
        return waiting

    def _came_to_its_end(self, escalation: Escalation, *, reached: bool) -> Escalation:
        """The policy is used up. Those who were called may still answer; where nobody ever was, the alarm goes out."""
        ended = replace(escalation, status=EscalationStatus.EXHAUSTED, next_step_at=None)
        self._desk.escalations.save(ended)
        pages = self._desk.escalations.pages(escalation.id)
        last = tuple(page.person for page in pages if (page.round, page.step) == (ended.round, ended.step))
        event = EscalationExhausted(ended.id, ended.round + 1, last)
        self._desk.events.publish(event, subject=ended.id, cause=ended.cause)
        if not reached and not any(page.status in _REACHING for page in pages):
            self.alarm(ended, "no step of the policy and no fallback means anybody who can be reached")
        return ended


def _timer_key(escalation: EscalationId, timer: int) -> str:
    return f"{escalation}:{timer}"
