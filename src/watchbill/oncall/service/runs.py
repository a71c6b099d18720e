"""Walking through a runbook: begin, do a step or say what was seen, call the next in line in time, end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchbill.execution.model import Execution, Wanted
from watchbill.execution.service import ExecutionService
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids, RunbookRunId
from watchbill.kernel.jobs import Jobs
from watchbill.oncall.model import (
    Confirmed,
    Emergency,
    RunbookAdvanced,
    RunbookRun,
    RunOutcome,
    RunStep,
    StepState,
)
from watchbill.oncall.rules.steps import states, steps, values_of
from watchbill.oncall.run_ports import Emergencies, RunbookRuns
from watchbill.oncall.service.runbooks import RunbookService
from watchbill.people.model import Actor

__all__ = ["ESCALATE", "RunDesk", "RunService"]

ESCALATE = "runbook.escalate"  # the timer after which the contact is called
_LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDesk:
    """Ports and neighbours of walks."""

    runbooks: RunbookService
    store: RunbookRuns
    executions: ExecutionService
    emergencies: Emergencies
    events: EventSink
    jobs: Jobs
    ids: Ids
    clock: Clock


class RunService:
    """Walks within one transaction."""

    def __init__(
        self, desk: RunDesk, call: Callable[[RunbookRun, Sequence[StepState], str], tuple[RunbookRun, str]]
    ) -> None:
        self._desk = desk
        self._call = call  # calls the contact; the run with the escalation, and what was done in words

    def start(
        self,
        name: str,
        who: Actor,
        *,
        incident: str | None = None,
        values: Mapping[str, str] | None = None,
        rehearsal: bool = False,
    ) -> RunbookRun:
        """Begin. For an incident whose walk through the same runbook goes on, that one is taken up again."""
        book = self._desk.runbooks.find(name)
        emergency = self._desk.emergencies.of(incident) if incident else None
        if emergency is not None and not emergency.is_open:
            raise Conflict(f"INC-{emergency.number} is over", hint="run the runbook without an incident")
        going = self._going_on(book.name, emergency) if not rehearsal else None
        if going is not None:
            return going
        known = self._desk.executions.allowed.placeholders()
        now, after = self._desk.clock.now(), book.escalation.after_minutes
        calls = after is not None and emergency is not None and not rehearsal
        run = RunbookRun(
            id=self._desk.ids.new(RunbookRunId),
            runbook=book,
            started_at=now,
            started_by=who.name,
            incident=emergency.id if emergency else None,
            incident_number=emergency.number if emergency else None,
            service=(emergency.service if emergency else None) or book.service or None,
            values=values_of(book, emergency, list(known)) | dict(values or {}),
            rehearsal=rehearsal,
            escalate_at=now + timedelta(minutes=after) if calls and after is not None else None,
        )
        self._desk.store.add(run)
        if run.escalate_at is not None:
            self._desk.jobs.schedule(ESCALATE, run.id, run.escalate_at)
        self._say(run, "started", f"Runbook {book.title!r} begun{' as a rehearsal' if rehearsal else ''}", who.name)
        return run

    def execute(
        self, run: str, step: str, who: Actor, *, dry_run: bool = False, values: Mapping[str, str] | None = None
    ) -> Execution:
        """Ask for the command of a step to be run; what it may be is the allow-list's word, its time and output too."""
        found = self._open(run)
        wanted = self._step(found, step)
        if wanted.command is None:
            raise Invalid("step", f"{wanted.text!r} has no command", hint="do it, and say what you saw")
        return self._desk.executions.ask(
            Wanted(
                title=f"{wanted.option}: {wanted.text}" if wanted.option else wanted.text,
                command=wanted.command,
                values=dict(found.values) | dict(values or {}),
                incident=found.incident,
                run=found.id,
                step=wanted.key,
                expected=wanted.expected,
                if_unexpected=wanted.if_unexpected,
                dry_run=dry_run or found.rehearsal,
            ),
            who,
        )

    def confirm(self, run: str, step: str, who: Actor, *, as_expected: bool, note: str = "") -> RunbookRun:
        """Somebody did or saw it, and says whether it was as expected. Said again, the newer word counts."""
        found = self._open(run)
        wanted = self._step(found, step)
        words = note.strip()[:_LONGEST_NOTE]
        said = Confirmed(wanted.key, self._desk.clock.now(), who.name, as_expected, words)
        changed = replace(found, confirmed=(*found.confirmed, said))
        self._desk.store.save(changed)
        text = f"{wanted.text}: {'as expected' if as_expected else 'not as expected'}{f' ({words})' if words else ''}"
        if not as_expected and wanted.if_unexpected:
            text += f". Then: {wanted.if_unexpected}"
        self._say(changed, "confirmed", text, who.name)
        return changed

    def escalate(self, run: str, who: Actor) -> RunbookRun:
        """Call the contact now."""
        found = self._open(run)
        if not found.runbook.escalation.contact:
            raise Invalid("contact", f"the runbook {found.runbook.name!r} names nobody", hint="page somebody: watchbill page send")  # fmt: skip
        self._desk.jobs.cancel(ESCALATE, found.id)
        return self._escalate(found, who.name)

    def escalate_due(self, run: str) -> None:
        """The runbook's time is over and nothing has helped; what ended or was escalated meanwhile is left alone."""
        found = self._desk.store.get(RunbookRunId(run), lock=True)
        if found is None or found.ended_at is not None or found.escalated_at is not None:
            return
        if found.incident is not None and not self._desk.emergencies.of(found.incident).is_open:
            return
        self._escalate(found, "watchbill")

    def end(self, run: str, who: Actor, outcome: RunOutcome, note: str = "") -> RunbookRun:
        """It helped, it did not, or nobody went on with it."""
        found = self._open(run)
        ended = replace(
            found,
            ended_at=self._desk.clock.now(),
            ended_by=who.name,
            outcome=outcome,
            note=note.strip()[:_LONGEST_NOTE],
        )
        self._desk.store.save(ended)
        self._desk.jobs.cancel(ESCALATE, found.id)
        words = f"Runbook {found.runbook.title!r} {outcome.replace('_', ' ')}{f': {ended.note}' if ended.note else ''}"
        self._say(ended, "ended", words, who.name)
        return ended

    def find(self, run: str, *, lock: bool = False) -> RunbookRun:
        """One by id; raises NotFound."""
        found = self._desk.store.get(RunbookRunId(run), lock=lock)
        if found is None:
            raise NotFound("runbook run", run)
        return found

    def list(self, *, incident: str | None = None, runbook: str | None = None, limit: int = 50) -> Sequence[RunbookRun]:
        """Walks, newest first."""
        return self._desk.store.find(incident=incident, runbook=runbook, limit=limit)

    def states(self, run: RunbookRun) -> tuple[StepState, ...]:
        """Where each step stands."""
        return states(run, self._desk.executions.of_run(run.id))

    def last_used(self) -> Mapping[str, datetime]:
        """When each runbook was last walked through in earnest."""
        return self._desk.store.last_used()

    def _going_on(self, runbook: str, emergency: Emergency | None) -> RunbookRun | None:
        if emergency is None:
            return None
        found = self._desk.store.find(incident=emergency.id, runbook=runbook)
        return next((one for one in found if one.ended_at is None and not one.rehearsal), None)

    def _open(self, run: str) -> RunbookRun:
        found = self.find(run, lock=True)
        if found.ended_at is not None:
            raise Conflict(f"this walk through {found.runbook.name!r} is over", hint="begin another one")
        return found

    def _step(self, run: RunbookRun, key: str) -> RunStep:
        known = {one.key: one for one in steps(run.runbook)}
        if key not in known:
            raise NotFound("step", key, known=known, hint=f"the steps are {', '.join(known) or 'none'}")
        return known[key]

    def _escalate(self, found: RunbookRun, by: str) -> RunbookRun:
        called, words = self._call(found, self.states(found), by)
        called = replace(called, escalated_at=self._desk.clock.now())
        self._desk.store.save(called)
        self._say(called, "escalated", words, by)
        return called

    def _say(self, run: RunbookRun, what: str, text: str, by: str) -> None:
        event = RunbookAdvanced(run.id, run.runbook.name, run.incident, what, text, by)
        self._desk.events.publish(event, subject=run.id, cause=run.incident)
