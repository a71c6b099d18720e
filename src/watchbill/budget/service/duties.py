"""What a budget asks of people, step by step and recorded: look at the changes, review it daily, escalate when it is spent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.budget.model import (
    BudgetEscalated,
    BudgetExhausted,
    BudgetState,
    BudgetStateChanged,
    BudgetThawed,
    Duty,
    DutyKind,
)
from watchbill.budget.rules.hours import next_local
from watchbill.budget.rules.steps import Step, named_in, steps_of
from watchbill.budget.service.desk import BudgetDesk
from watchbill.catalog.model import Risk
from watchbill.kernel.errors import Conflict, NotFound
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import DutyId
from watchbill.kernel.instants import from_text, to_text
from watchbill.kernel.jobs import Job
from watchbill.people.model import Actor
from watchbill.slo.model import Slo
from watchbill.slo.sentences import remaining_words

__all__ = ["DAILY", "ESCALATE", "DutyService"]

DAILY, ESCALATE = "budget.daily-review", "budget.escalate"
_CHANGES_OVER = timedelta(days=7)
_MOST_CHANGES = 200
_BAD = (BudgetState.CRITICAL, BudgetState.EXHAUSTED)
_UNWRITTEN = ("Tell owner and stakeholders that the budget is spent",)


class DutyService:
    """Reactions to events of budgets, timers, and the tasks that people close."""

    def __init__(self, desk: BudgetDesk) -> None:
        self._desk = desk

    # --- reactions and timers; running one again changes nothing

    def state_changed(self, recorded: Recorded) -> None:
        """Entering warning lists the changes of the last 7 days by risk; critical and worse opens a daily review."""
        event = recorded.event
        assert isinstance(event, BudgetStateChanged)
        if event.old is BudgetState.HEALTHY:  # into warning, or through it
            self._list_changes(event, recorded)
        if event.new in _BAD and event.old not in _BAD:
            self._review_daily(event.slo, event.service, recorded.at, 0)
        if event.new not in _BAD and event.old in _BAD:
            self._left_critical(event.slo, recorded.at)

    def exhausted(self, recorded: Recorded) -> None:
        """Take the steps that are due at once, and set timers for the later ones."""
        event = recorded.event
        assert isinstance(event, BudgetExhausted)
        slo = self._desk.slos.promised.slo(event.slo)
        if slo is None:
            return
        left = self._desk.slos.status(slo).remaining_pct or Fraction(0)  # exact, the event's text is rounded
        told: set[str] = set()  # nobody is called twice for the same moment
        for step in self._steps(slo):
            if step.after:
                payload = {"slo": slo.name, "step": step.number, "episode": to_text(recorded.at), "left": str(left)}
                due = recorded.at + step.after
                self._desk.jobs.schedule(ESCALATE, f"{slo.name}#{step.number}", due, payload)
            else:
                told |= set(self._take(slo, step, recorded.at, left, cause=recorded.id, already=told))

    def thawed(self, recorded: Recorded) -> None:
        """The freeze is over: what was not due yet is not due any more."""
        event = recorded.event
        assert isinstance(event, BudgetThawed)
        slo = self._desk.slos.promised.slo(event.slo)
        for step in self._steps(slo) if slo else ():
            self._desk.jobs.cancel(ESCALATE, f"{event.slo}#{step.number}")

    def escalate_due(self, job: Job) -> None:
        """The delay of a step is over: is it better by now?"""
        slo = self._desk.slos.promised.slo(str(job.payload["slo"]))
        steps = {step.number: step for step in self._steps(slo)} if slo else {}
        step = steps.get(int(job.payload["step"]))
        if slo is not None and step is not None:
            began = from_text(str(job.payload["episode"]))
            self._take(slo, step, began, Fraction(str(job.payload["left"])), cause=None)

    def daily_due(self, job: Job) -> None:
        """Another day in critical or worse: another review. One that nobody did stays open and is seen."""
        slo = self._desk.slos.promised.slo(str(job.payload["slo"]))
        if slo is None:
            return
        standing = self._desk.budget.standings.get(slo.name)
        if standing is not None and standing.state in _BAD:
            began = from_text(str(job.payload["episode"]))
            self._review_daily(slo.name, slo.service, began, int(job.payload["number"]))

    # --- people

    def list(self, slo: str | None = None, *, open_only: bool = False, limit: int = 100) -> Sequence[Duty]:
        """Duties, newest first."""
        name = None if slo is None else self._desk.slos.find(slo).name
        return self._desk.duties.find(slo=name, open_only=open_only, limit=limit)

    def open_by_slo(self) -> Mapping[str, int]:
        """How many wait for somebody, for each SLO that has any."""
        return self._desk.duties.open_by_slo()

    def done(self, duty: str, note: str, who: Actor) -> Duty:
        """Somebody did it. Raises Conflict where it was over before."""
        known = self._desk.duties.get(duty)
        if known is None:
            raise NotFound("budget duty", duty, hint="`watchbill budget duties` lists them")
        if known.done_at is not None:
            raise Conflict(f"{known.id} is over since {to_text(known.done_at)}: {known.outcome}")
        ended = replace(known, done_at=self._desk.now, done_by=who.name, outcome=note.strip() or "done")
        self._desk.duties.save(ended)
        self._desk.audit.record(who.name, "budget.duty.done", known.id, {"slo": known.slo, "note": ended.outcome})
        return ended

    # ---

    def _steps(self, slo: Slo) -> Sequence[Step]:
        """The SLO's own list (owner and stakeholders where it has none), then what the policy says about exhaustion and names
        somebody to tell. What the house has not written itself is told without waking anybody.
        """
        policy = self._desk.budget.policy(slo.service).of(BudgetState.EXHAUSTED)
        roles = self._desk.people.organisation().roles
        tells = [action for action in policy.actions if named_in(action, roles)]
        own = slo.escalation_when_budget_exhausted
        by_whom = [bool(own)] * len(own or _UNWRITTEN)
        by_whom += [self._desk.budget.has_policy(slo.service)] * len(tells)
        steps = steps_of([*(own or _UNWRITTEN), *tells])
        return [replace(step, written=written) for step, written in zip(steps, by_whom, strict=True)]

    def _take(
        self,
        slo: Slo,
        step: Step,
        began: datetime,
        left_then: Fraction,
        *,
        cause: str | None,
        already: Collection[str] = (),
    ) -> tuple[str, ...]:
        """Record the step and tell those whom it names, the first step's owner and stakeholders; who was told."""
        status = self._desk.budget.show(slo)
        left = status.status.remaining_pct
        if step.unless_improved and (not status.frozen or (left is not None and left > left_then)):
            outcome = f"not needed: {remaining_words(left_then)} was left then, {remaining_words(left)} now"
            self._record(slo, step, began, (), outcome)
            return ()
        meant = self._whom(slo, step)
        told = tuple(name for name in meant if name not in already)
        if meant and not told:
            self._record(slo, step, began, (), f"{', '.join(meant)} heard it already")
            return ()
        duty = self._record(slo, step, began, told, f"told {', '.join(told)}" if told else _nobody(step))
        event = BudgetEscalated(duty.id, slo.name, slo.service, step.text, status.sentence, told, step.written)
        self._desk.events.publish(event, subject=f"slo/{slo.name}", cause=cause)
        return told

    def _record(self, slo: Slo, step: Step, began: datetime, told: tuple[str, ...], outcome: str) -> Duty:
        now = self._desk.now
        duty = Duty(
            self._desk.ids.new(DutyId), slo.name, slo.service, DutyKind.ESCALATION, began, step.number, now, step.text,
            told=told, done_at=now, done_by="watchbill", outcome=outcome,
        )  # fmt: skip
        self._desk.duties.save(duty)
        return duty

    def _whom(self, slo: Slo, step: Step) -> tuple[str, ...]:
        """Persons whom the step names by a title of the house, by team or by name; the first step tells owner and stakeholders."""
        named = [person for _, person in named_in(step.text, self._desk.people.organisation().roles)]
        named += [
            person for _, person in named_in(step.text, {one.name: one.name for one in self._desk.people.persons()})
        ]
        words = step.text.lower()
        first = not named and step.number == 0
        named += [slo.owner] if slo.owner and (first or "owner" in words) else []
        named += slo.stakeholders if first or "stakeholder" in words else ()
        teams = {team.name: team.members for team in self._desk.people.teams()}
        persons = {one.name for one in self._desk.people.persons()}
        spread = [who for name in named for who in teams.get(name, (name.lstrip("@"),))]
        return tuple(dict.fromkeys(who for who in spread if who in persons))

    def _list_changes(self, event: BudgetStateChanged, recorded: Recorded) -> None:
        known = self._desk.catalog.changes(event.service, since=recorded.at - _CHANGES_OVER, limit=_MOST_CHANGES)
        found = sorted(known, key=lambda one: (one.risk is not Risk.HIGH, -one.at.timestamp()))
        details = [
            {"id": one.id, "at": to_text(one.at), "kind": str(one.kind), "risk": str(one.risk), "summary": one.summary,
             "rollback_plan": one.rollback_plan}
            for one in found
        ]  # fmt: skip
        risky = sum(one.risk is Risk.HIGH for one in found)
        text = (
            f"Look through the {len(found)} changes of the last 7 days, {risky} of high risk"
            if found
            else "No change was recorded in the last 7 days: what else happened?"
        )
        self._desk.duties.save(
            Duty(
                self._desk.ids.new(DutyId), event.slo, event.service, DutyKind.CHANGE_REVIEW, recorded.at, 0,
                self._desk.now, text, details={"changes": details},
            )
        )  # fmt: skip

    def _review_daily(self, slo: str, service: str, began: datetime, number: int) -> None:
        text = f"Daily budget review of {slo}: what spends it, what is done about it"
        kind = DutyKind.DAILY_REVIEW
        self._desk.duties.save(
            Duty(self._desk.ids.new(DutyId), slo, service, kind, began, number, self._desk.now, text)
        )
        house = self._desk.people.organisation()
        due = next_local(self._desk.now, house.business_hours.start, house)
        payload = {"slo": slo, "episode": to_text(began), "number": number + 1}
        self._desk.jobs.schedule(DAILY, slo, due, payload)

    def _left_critical(self, slo: str, at: datetime) -> None:
        self._desk.jobs.cancel(DAILY, slo)
        for duty in self._desk.duties.find(slo=slo, kind=DutyKind.DAILY_REVIEW, open_only=True):
            self._desk.duties.save(replace(duty, done_at=at, done_by="watchbill", outcome="the budget left critical"))


def _nobody(step: Step) -> str:
    """Why nobody was told: a step about work needs nobody, one about somebody needs organisation.roles."""
    return (
        "recorded"
        if step.number and "escalat" not in step.text.lower()
        else "recorded; it names nobody whom the resources know"
    )
