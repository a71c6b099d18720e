"""What is said about a postmortem: comments, and the review meeting whose decisions become action items."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watchbill.incidents.rules.naming import text_block
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.ids import CommentId
from watchbill.postmortems.model import (
    AgendaPart,
    Comment,
    Decision,
    Judgement,
    Meeting,
    Postmortem,
    PostmortemCommented,
    PostmortemMet,
)
from watchbill.postmortems.rules.agenda import MINUTES, agenda
from watchbill.postmortems.service.actions import Actions, NewAction
from watchbill.postmortems.service.desk import Desk
from watchbill.postmortems.service.indexing import index

__all__ = ["Held", "Talking"]

_FIELDS = frozenset(Judgement.__dataclass_fields__) | {"timeline", "action_items"}


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a meeting; None leaves what is known as it is. `decisions` are added to the earlier ones."""

    held_at: datetime | None = None
    attendees: tuple[str, ...] | None = None
    minutes: tuple[str, ...] | None = None
    decisions: tuple[NewAction, ...] = ()


class Talking:
    """Comments and meetings; both go on after a postmortem is final."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        self._desk = desk
        self._actions = actions

    def comment(self, postmortem: Postmortem, text: str, by: str, field: str | None = None) -> Comment:
        """Remark something, on a field or on the whole; raises Invalid for a field that there is not."""
        if field is not None and field not in _FIELDS:
            raise Invalid(
                "field", f"{field!r} is no field of a postmortem", hint=f"one of {', '.join(sorted(_FIELDS))}"
            )
        comment = Comment(
            id=self._desk.ids.new(CommentId),
            postmortem=postmortem.id,
            field=field,
            text=text_block(text, field="text"),
            by=by,
            at=self._desk.now,
        )
        self._desk.talk.save_comment(comment)
        index(self._desk, postmortem)
        event = PostmortemCommented(postmortem.id, comment.id, by)
        self._desk.events.publish(event, subject=postmortem.id, cause=None)
        return comment

    def settle(self, reference: str, by: str) -> Comment:
        """A comment is answered; again changes nothing. Raises NotFound."""
        found = self._desk.talk.comment(CommentId(reference))
        if found is None:
            raise NotFound("comment", reference)
        if found.settled_at is not None:
            return found
        settled = replace(found, settled_at=self._desk.now, settled_by=by)
        self._desk.talk.save_comment(settled)
        return settled

    def comments(self, postmortem: Postmortem) -> Sequence[Comment]:
        """All of a postmortem, oldest first."""
        return self._desk.talk.comments(postmortem.id)

    def agenda(self, postmortem: Postmortem) -> tuple[AgendaPart, ...]:
        """The four parts of its review meeting."""
        return agenda(postmortem, self._actions.of(postmortem))

    def meeting(self, postmortem: Postmortem) -> Meeting | None:
        """What is known of its meeting."""
        return self._desk.talk.meeting(postmortem.id)

    def hold(self, postmortem: Postmortem, held: Held, by: str) -> Meeting:
        """Keep when it was, who came, the minutes and the decisions. A decision in the same words is not made twice."""
        before = self.meeting(postmortem) or self._empty(postmortem, held, by)
        known = {decision.text for decision in before.decisions}
        made = []
        for new in held.decisions:
            text = text_block(new.description, field="decisions")
            if text not in known:
                known.add(text)
                made.append(Decision(text, self._actions.add(replace(new, description=text), by, postmortem).number))
        meeting = replace(
            before,
            held_at=held.held_at or before.held_at,
            attendees=before.attendees if held.attendees is None else self._people(held.attendees),
            minutes=before.minutes if held.minutes is None else _minutes(held.minutes),
            decisions=(*before.decisions, *made),
            changed_at=self._desk.now,
            changed_by=by,
        )
        self._desk.talk.save_meeting(meeting)
        numbers = tuple(decision.action for decision in meeting.decisions)
        event = PostmortemMet(postmortem.id, meeting.attendees, numbers, by)
        self._desk.events.publish(event, subject=postmortem.id, cause=None)
        return meeting

    def _empty(self, postmortem: Postmortem, held: Held, by: str) -> Meeting:
        at = held.held_at or self._desk.now
        if at > self._desk.now and (held.minutes or held.decisions):
            raise Conflict("the meeting is still to come", hint="its minutes are written when it was held")
        return Meeting(postmortem.id, at, (), ("",) * len(MINUTES), (), self._desk.now, by)

    def _people(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._desk.people.person(name.removeprefix("@")).name for name in names))


def _minutes(texts: tuple[str, ...]) -> tuple[str, ...]:
    """One text for each part, in the order of the agenda; what is missing is empty."""
    if len(texts) > len(MINUTES):
        raise Invalid("minutes", f"has {len(texts)} texts for {len(MINUTES)} parts")
    cleaned = [text_block(text, field="minutes") if text.strip() else "" for text in texts]
    return tuple(cleaned + [""] * (len(MINUTES) - len(cleaned)))
