"""The hand-over from one person to the next: drafted from data, edited and signed by one, acknowledged by the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from watchbill.alerts.model import Severity
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from watchbill.kernel.events import EventSink, Recorded
from watchbill.kernel.ids import HandoffId, Ids
from watchbill.kernel.jobs import Job, Jobs
from watchbill.oncall.health_ports import Handoffs, HandoffSources
from watchbill.oncall.model.handoffs import (
    Handoff,
    HandoffAcknowledged,
    HandoffDrafted,
    HandoffSigned,
    Heading,
    ShiftEnded,
)
from watchbill.oncall.service.intake import NewPage
from watchbill.oncall.service.schedules import ScheduleService
from watchbill.people.model import Actor

__all__ = ["UNSIGNED", "HandoffService", "Tell"]

UNSIGNED = "handoff.unsigned"
# When somebody who has not signed is reminded, from the end of the shift; the last time the incoming person hears of it too.
REMINDERS = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=12))
LONGEST_TEXT = 20_000
_LOOK_BACK = timedelta(days=7)


class Tell(Protocol):
    """One message to one person, which nobody has to answer (`PagingService.tell`)."""

    def __call__(self, name: str, new: NewPage, *, key: str, cause: str | None = None) -> object:
        """Send it over the person's first contact."""


@dataclass(eq=False, kw_only=True)
class HandoffService:
    """Hand-overs within one transaction."""

    store: Handoffs
    sources: HandoffSources
    schedules: ScheduleService
    tell: Tell
    is_person: "IsPerson"
    events: EventSink
    jobs: Jobs
    ids: Ids
    clock: Clock

    # --- what happens by itself

    def shift_ended(self, recorded: Recorded) -> Handoff:
        """Draft the document of a shift, and ask whoever stood it to look it over."""
        event = recorded.event
        assert isinstance(event, ShiftEnded)
        now = self.clock.now()
        handoff = Handoff(
            id=self.ids.new(HandoffId),
            schedule=event.schedule,
            shift=event.shift,
            outgoing=event.person,
            incoming=event.following,
            starts_at=event.start,
            ends_at=event.end,
            created_at=now,
            texts=self.sources.texts(event.schedule, event.person, event.start, now),
        )
        self.store.save(handoff)
        drafted = HandoffDrafted(handoff.id, handoff.schedule, handoff.outgoing, handoff.incoming)
        self.events.publish(drafted, subject=handoff.id, cause=event.shift)
        self._ask(handoff)
        self._remind_later(handoff)
        return handoff

    def unsigned(self, job: Job) -> None:
        """Time has passed and nobody has signed: ask again, and in the end tell the incoming person."""
        handoff = self.store.get(HandoffId(job.key), lock=True)
        if handoff is None or handoff.signed_at is not None or handoff.reminders >= len(REMINDERS):
            return
        reminded = replace(handoff, reminders=handoff.reminders + 1)
        self.store.save(reminded)
        self._ask(reminded)
        if reminded.reminders == len(REMINDERS):
            if reminded.incoming is not None:
                self._say(
                    reminded.incoming,
                    reminded,
                    f"The hand-over of {reminded.schedule} is not signed",
                    f"{reminded.outgoing} has not signed the hand-over of {reminded.schedule}. What data knows is in it.",
                )
            return
        self._remind_later(reminded)

    # --- what people do

    def preview(self, schedule: str) -> Handoff:
        """The document as it would be drafted now; nothing is kept. Raises NotFound."""
        found = self.schedules.find(schedule)
        now = self.clock.now()
        watch = self.schedules.on_call(found.name)
        following = self.schedules.following(found.name)
        since = now - _LOOK_BACK
        person = watch.primary or "nobody"
        return Handoff(
            id=HandoffId(""),
            schedule=found.name,
            shift=None,
            outgoing=person,
            incoming=following.person if following else None,
            starts_at=since,
            ends_at=watch.until or now,
            created_at=now,
            texts=self.sources.texts(found.name, person, since, now),
        )

    def edit(self, handoff: str, texts: Mapping[Heading, str], note: str | None, who: Actor) -> Handoff:
        """Change what stands under headings, before it is signed; only the outgoing person may."""
        found = self._own(handoff, who)
        if found.signed_at is not None:
            raise Conflict("it is signed", hint="tell the next person, or write into the incident")
        if any(len(text) > LONGEST_TEXT for text in (*texts.values(), note or "")):
            raise Invalid("texts", f"a heading holds {LONGEST_TEXT} characters at most")
        changed = replace(
            found,
            texts={**found.texts, **texts},
            note=found.note if note is None else note,
            edited_at=self.clock.now(),
        )
        self.store.save(changed)
        return changed

    def sign(self, handoff: str, who: Actor) -> Handoff:
        """The outgoing person says that it is right; the incoming one is told. Twice is as good as once."""
        found = self._own(handoff, who)
        if found.signed_at is not None:
            return found
        signed = replace(found, signed_at=self.clock.now())
        self.store.save(signed)
        self.jobs.cancel(UNSIGNED, signed.id)
        event = HandoffSigned(signed.id, signed.schedule, who.name, signed.incoming)
        self.events.publish(event, subject=signed.id, cause=None)
        if signed.incoming is not None:
            self._say(
                signed.incoming,
                signed,
                f"{signed.outgoing} hands {signed.schedule} over to you",
                f"{signed.outgoing} has signed the hand-over of {signed.schedule}: read it and acknowledge.",
            )
        return signed

    def acknowledge(self, handoff: str, who: Actor) -> Handoff:
        """The incoming person has read it; the outgoing one is told. Twice is as good as once."""
        found = self.find(handoff, lock=True)
        self._check_person(who)
        expected = found.incoming or self.schedules.on_call(found.schedule).primary
        if who.name == found.outgoing or (expected is not None and who.name != expected):
            raise Forbidden(
                f"{expected or 'the next person'} acknowledges this hand-over, not {who.name}",
                hint="whoever takes the watch says that they have read it",
            )
        if found.signed_at is None:
            raise Conflict(f"{found.outgoing} has not signed it yet", hint="it can be read all the same")
        if found.acknowledged_at is not None:
            return found
        taken = replace(found, acknowledged_at=self.clock.now(), acknowledged_by=who.name)
        self.store.save(taken)
        event = HandoffAcknowledged(taken.id, taken.schedule, who.name, taken.outgoing)
        self.events.publish(event, subject=taken.id, cause=None)
        text = f"{who.name} has read your hand-over of {taken.schedule} and has the watch."
        self._say(taken.outgoing, taken, f"{who.name} has the watch on {taken.schedule}", text)
        return taken

    # --- reading

    def find(self, handoff: str, *, lock: bool = False) -> Handoff:
        """One by id, or the newest of a schedule; raises NotFound."""
        found = self.store.get(HandoffId(handoff), lock=lock)
        if found is None:
            newest = next(iter(self.store.find(schedule=handoff, limit=1)), None)
            found = self.store.get(newest.id, lock=lock) if newest else None
        if found is None:
            raise NotFound("hand-over", handoff, hint="`watchbill oncall handoff` lists them")
        return found

    def list(
        self, *, schedule: str | None = None, person: str | None = None, before: str | None = None, limit: int = 50
    ) -> Sequence[Handoff]:
        """Newest first."""
        return self.store.find(schedule=schedule, person=person, before=before, limit=limit)

    def _own(self, handoff: str, who: Actor) -> Handoff:
        found = self.find(handoff, lock=True)
        self._check_person(who)
        if who.name != found.outgoing:
            raise Forbidden(
                f"{found.outgoing} stood this watch: nobody else edits or signs its hand-over",
                hint="one person may not sign for another",
            )
        return found

    def _check_person(self, who: Actor) -> None:
        if not self.is_person(who):
            raise Forbidden(
                f"the token {who.name!r} was made by somebody else: it cannot sign as a person",
                hint="use the link in the message, log in, or a token that the person made",
            )

    def _ask(self, handoff: Handoff) -> None:
        again = f" (reminder {handoff.reminders} of {len(REMINDERS)})" if handoff.reminders else ""
        self._say(
            handoff.outgoing,
            handoff,
            f"Sign the hand-over of {handoff.schedule}{again}",
            f"Your watch on {handoff.schedule} is over: look over what is handed to {handoff.incoming or 'the next'}, and sign.",
        )

    def _say(self, person: str, handoff: Handoff, title: str, sentence: str) -> None:
        key = f"{handoff.id}:{person}:{title}"
        self.tell(person, NewPage(title=title, sentence=sentence, severity=Severity.P3), key=key, cause=handoff.id)

    def _remind_later(self, handoff: Handoff) -> None:
        due: datetime = max(handoff.ends_at, handoff.created_at) + REMINDERS[handoff.reminders]
        self.jobs.schedule(UNSIGNED, handoff.id, due)


class IsPerson(Protocol):
    """Whether somebody speaks for the person of that name: by their own login, link or token."""

    def __call__(self, who: Actor) -> bool:
        """False for a token that another person made."""
