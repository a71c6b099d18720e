"""What people write into the timeline, and what they have to do: notes, corrections, tasks, tracks of investigation."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from watchbill.incidents.model import Incident, NoteKind, Phase, Source, Task, TimelineEntry
from watchbill.incidents.rules.checklist import item
from watchbill.incidents.rules.naming import text_block, title_line
from watchbill.incidents.rules.phases import require_open
from watchbill.incidents.service.desk import WATCHBILL, Book, Desk
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.ids import IncidentId, TaskId
from watchbill.people.model import Actor

__all__ = ["Notes", "Tasks"]


class Notes:
    """What people write: appended, corrected by superseding, never edited."""

    def __init__(self, desk: Desk, book: Book) -> None:
        self._desk = desk
        self._book = book

    def note(  # noqa: PLR0913 - an entry's parts, each by its keyword
        self,
        reference: str,
        text: str,
        who: Actor,
        *,
        kind: NoteKind = NoteKind.NOTE,
        at: datetime | None = None,
        supersedes: int | None = None,
        withdraw: bool = False,
    ) -> TimelineEntry:
        """Write an entry, about a moment of the past where `at` is given; or supersede one of a person's own kind."""
        incident = self._book.find(reference, lock=True)
        if at is not None and at > self._desk.now:
            raise Invalid("at", "lies in the future", hint="the timeline tells what happened")
        old = self._superseded(incident, supersedes) if supersedes is not None else None
        if withdraw and old is None:
            raise Invalid("withdraw", "needs the number of the entry that is taken back", hint="supersedes: 7")
        words = text_block(text or (f"Withdrawn: {old.text}" if withdraw and old else text), field="text")
        incident = self._book.write(
            incident,
            Source.HUMAN,
            words,
            by=who.name,
            at=at or (old.at if old else None),
            kind=kind,
            supersedes=supersedes,
            withdrawn=withdraw,
        )
        self._book.save(incident)
        entry = self._desk.store.entry(incident.id, incident.sequence)
        assert entry is not None  # written a moment ago
        return entry

    def quote(
        self, incident: IncidentId, text: str, *, by: str, at: datetime, data: Mapping[str, object]
    ) -> TimelineEntry:
        """Put on the timeline what somebody said elsewhere, at the moment when they said it."""
        written = self._book.write(
            self._book.locked(incident), Source.HUMAN, text_block(text, field="text"), by=by, at=at, kind=NoteKind.NOTE, data=data
        )  # fmt: skip
        self._book.save(written)
        entry = self._desk.store.entry(incident, written.sequence)
        assert entry is not None  # written a moment ago
        return entry

    def remark(self, incident: IncidentId, text: str, *, data: Mapping[str, object]) -> None:
        """Write down what watchbill itself did for the incident elsewhere."""
        self._book.save(self._book.write(self._book.locked(incident), Source.STATE, text, data=data))

    def _superseded(self, incident: Incident, sequence: int) -> TimelineEntry:
        old = self._desk.store.entry(incident.id, sequence)
        if old is None:
            raise NotFound("timeline entry", str(sequence), hint=f"{incident.name} has {incident.sequence}")
        if old.source is not Source.HUMAN:
            raise Conflict(f"entry {sequence} is watchbill's own record", hint="write a note beside it")
        if sequence in self._desk.store.corrections(incident.id):
            raise Conflict(f"entry {sequence} was superseded already", hint="supersede the newer entry")
        return old


class Tasks:
    """The check-list's ticks, and tasks that people add."""

    def __init__(self, desk: Desk, book: Book) -> None:
        self._desk = desk
        self._book = book

    def add(
        self, reference: str, text: str, who: Actor, *, owner: str | None = None, phase: Phase | None = None
    ) -> Incident:
        """Add a task or a track of investigation, with one owner; raises NotFound for an unknown person."""
        incident = self._book.find(reference, lock=True)
        require_open(incident, "adding a task to")
        name = self._desk.people.person(owner).name if owner else None
        task = Task(
            id=self._desk.ids.new(TaskId),
            incident=incident.id,
            phase=phase or incident.phase,
            text=title_line(text, field="text"),
            created_at=self._desk.now,
            created_by=who.name,
            owner=name,
        )
        self._desk.store.save_task(task)
        words = f"Task{f' for {name}' if name else ''}: {task.text}"
        return self._book.save(self._book.write(incident, Source.HUMAN, words, by=who.name, kind=NoteKind.ACTION))

    def tick(self, reference: str, which: str, who: Actor, *, done: bool = True) -> Incident:
        """Tick a task by its id, or a row of the check-list by its key; again changes nothing.

        Raises Conflict for a row that watchbill ticks by itself: make it true instead.
        """
        incident = self._book.find(reference, lock=True)
        task = self._task(incident, which)
        if (task.done_at is not None) is done:
            return incident
        now = self._desk.now
        self._desk.store.save_task(replace(task, done_at=now if done else None, done_by=who.name if done else None))
        words = f"{'Done' if done else 'Not done after all'}: {task.text}"
        return self._book.save(self._book.write(incident, Source.HUMAN, words, by=who.name, kind=NoteKind.ACTION))

    def _task(self, incident: Incident, which: str) -> Task:
        saved = self._desk.store.tasks(incident.id)
        found = next((task for task in saved if which in {task.id, task.key}), None)
        if found is not None:
            return found
        row = item(which)
        if row is None:
            raise NotFound(
                "task",
                which,
                known=[task.id for task in saved],
                hint=f"`watchbill incident show {incident.number}` lists them",
            )
        if row.automatic:
            raise Conflict(f"{row.text!r} is seen by watchbill itself", hint="it is ticked as soon as it is true")
        return Task(
            self._desk.ids.new(TaskId), incident.id, row.phase, row.text, self._desk.now, WATCHBILL.name, key=row.key
        )
