"""Asking for something to be run, deciding about it, and looking at it. Nothing here runs anything: the worker does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from watchbill.execution.model import (
    AllowedCommand,
    AllowedWebhook,
    Execution,
    ExecutionApproved,
    ExecutionAsked,
    ExecutionEnded,
    ExecutionKind,
    ExecutionStatus,
    Wanted,
)
from watchbill.execution.ports import AllowList, Executions
from watchbill.execution.rules.arguments import fill, split
from watchbill.execution.service.words import asked_words, ended_words
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Conflict, Invalid, NotFound, Refused
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import ExecutionId, Ids
from watchbill.people.model import Actor, Role

__all__ = ["ExecutionService", "Plan"]

_SETTINGS = "an admin adds it to the file that WATCHBILL_ACTIONS names"


@dataclass(frozen=True, slots=True)
class Plan:
    """What exactly would be run: the row of the allow-list, the arguments, and whether somebody else has to say yes."""

    allowed: AllowedCommand | AllowedWebhook
    argv: tuple[str, ...]
    needs_approval: bool
    acts: bool  # False: a dry run that only shows


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionService:
    """Executions within one transaction."""

    allowed: AllowList
    store: Executions
    events: EventSink
    ids: Ids
    clock: Clock

    def plan(self, wanted: Wanted) -> Plan:
        """What would be run; raises Refused for what is not on the allow-list, Invalid for values that do not fit."""
        if (wanted.command is None) == (wanted.webhook is None):
            raise Invalid("command", "give either a command or a webhook")
        if wanted.webhook is not None:
            return self._webhook(wanted, wanted.webhook)
        assert wanted.command is not None
        words, allowed = split(wanted.command), self.allowed_program(wanted.command)
        arguments = fill(words[1:], wanted.values, self.allowed.placeholders())
        if not allowed.accepts(arguments):
            known = "; ".join(allowed.patterns) or "none"
            raise Refused("command", f"the settings allow {allowed.name}, but not with these arguments: {' '.join(arguments)!r}", hint=f"allowed: {known}")  # fmt: skip
        acts = not wanted.dry_run or allowed.dry_run is not None
        extra = allowed.dry_run or () if wanted.dry_run else ()
        needs = (wanted.approval or allowed.approval) and not wanted.dry_run
        return Plan(allowed, (allowed.program, *arguments, *extra), needs, acts)

    def allowed_program(self, command: str) -> AllowedCommand:
        """The row of the program that a command begins with; raises Refused where there is none."""
        program = split(command)[0]
        allowed = self.allowed.command(program)
        if allowed is None:
            raise Refused("command", f"the server's settings do not allow {program!r}", hint=_SETTINGS)
        return allowed

    def ask(self, wanted: Wanted, who: Actor) -> Execution:
        """Save it as queued, or as proposed where another person has to approve; the worker runs what is queued."""
        who.require(Role.RESPONDER)
        plan, now = self.plan(wanted), self.clock.now()
        status = ExecutionStatus.PROPOSED if plan.needs_approval else ExecutionStatus.QUEUED
        execution = Execution(
            id=self.ids.new(ExecutionId),
            kind=ExecutionKind.COMMAND if isinstance(plan.allowed, AllowedCommand) else ExecutionKind.WEBHOOK,
            title=wanted.title,
            status=status if plan.acts else ExecutionStatus.DONE,
            name=plan.allowed.name,
            argv=plan.argv,
            asked_by=who.name,
            asked_at=now,
            dry_run=wanted.dry_run,
            acts=plan.acts,
            values=dict(wanted.values),
            incident=wanted.incident,
            run=wanted.run,
            step=wanted.step,
            mitigation=wanted.mitigation,
            expected=wanted.expected,
            if_unexpected=wanted.if_unexpected,
            ended_at=None if plan.acts else now,
            answer="" if plan.acts else "shown only: it has no rehearsal of its own, so a dry run runs nothing",
        )
        self.store.add(execution)
        event = ExecutionAsked(
            execution.id, execution.incident, execution.title, asked_words(execution), execution.status, who.name
        )
        self.events.publish(event, subject=execution.id, cause=execution.run or execution.incident)
        return execution

    def approve(self, execution: str, who: Actor) -> Execution:
        """Another person says yes; it is run at once. Raises Refused for whoever asked."""
        found = self._proposed(execution)
        if found.asked_by == who.name:
            raise Refused("approval", f"{who.name} asked for it, so another person has to approve", hint="ask a colleague to look at it")  # fmt: skip
        queued = replace(found, status=ExecutionStatus.QUEUED, decided_by=who.name, decided_at=self.clock.now())
        self.store.save(queued)
        event = ExecutionApproved(queued.id, queued.incident, queued.title, asked_words(queued), who.name)
        self.events.publish(event, subject=queued.id, cause=queued.run or queued.incident)
        return queued

    def reject(self, execution: str, who: Actor, reason: str = "") -> Execution:
        """It is not run. Whoever asked may take it back."""
        found = self._proposed(execution)
        now = self.clock.now()
        rejected = replace(
            found,
            status=ExecutionStatus.REJECTED,
            decided_by=who.name,
            decided_at=now,
            ended_at=now,
            answer=f"{'taken back' if who.name == found.asked_by else 'rejected'}{f': {reason.strip()}' if reason.strip() else ''}",
        )
        self.store.save(rejected)
        self.publish_end(rejected, who.name)
        return rejected

    def stop(self, execution: str, who: Actor) -> Execution:
        """End it, and everything it started. One that waits is not begun; one that is over stays as it is (Conflict)."""
        found = self.find(execution, lock=True)
        if found.status is ExecutionStatus.PROPOSED:
            return self.reject(execution, who)
        if found.status.is_over:
            raise Conflict(f"{found.title} is {found.status} already")
        if found.status is ExecutionStatus.QUEUED:
            stopped = replace(
                found, status=ExecutionStatus.STOPPED, ended_at=self.clock.now(), answer="stopped before it began"
            )
            self.store.save(stopped)
            self.publish_end(stopped, who.name)
            return stopped
        asked = replace(found, stop_asked_by=who.name)
        self.store.save(asked)
        return asked

    def find(self, execution: str, *, lock: bool = False) -> Execution:
        """One by id; raises NotFound."""
        found = self.store.get(ExecutionId(execution), lock=lock)
        if found is None:
            raise NotFound("execution", execution)
        return found

    def of_run(self, run: str) -> Sequence[Execution]:
        """Those of one walk through a runbook, newest first."""
        return self.store.find(run=run)

    def publish_end(self, execution: Execution, by: str) -> None:
        """Say that it is over."""
        event = ExecutionEnded(
            execution.id, execution.incident, execution.title, ended_words(execution), execution.status,
            execution.matched, by,
        )  # fmt: skip
        self.events.publish(event, subject=execution.id, cause=execution.run or execution.incident)

    def _webhook(self, wanted: Wanted, name: str) -> Plan:
        allowed = self.allowed.webhook(name)
        if allowed is None:
            raise Refused("webhook", f"the server's settings know no webhook {name!r}", hint=_SETTINGS)
        needs = (wanted.approval or allowed.approval) and not wanted.dry_run
        return Plan(allowed, (), needs, not wanted.dry_run or allowed.rehearses)

    def _proposed(self, execution: str) -> Execution:
        found = self.find(execution, lock=True)
        if found.status is not ExecutionStatus.PROPOSED:
            raise Conflict(f"{found.title} waits for nobody's approval: it is {found.status}")
        return found
