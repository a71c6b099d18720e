"""Messages that go to the timeline: those that somebody marks, and what is said below them."""

from datetime import datetime

from watchbill.chat.model import Heard, Line, Mark, Reacted, Room, Spoken
from watchbill.chat.service.desk import Desk
from watchbill.chat.service.linking import Linking
from watchbill.people.model import Actor, Role

__all__ = ["Marking"]

_LONGEST = 7_900


class Marking:
    """Marks within one transaction. A message goes to a timeline once, whoever marks it again."""

    def __init__(self, desk: Desk, linking: Linking) -> None:
        self._desk = desk
        self._linking = linking

    def room(self, heard: Heard) -> Room | None:
        """The room of an incident in which it was heard."""
        return self._desk.records.room_known_as(heard.provider, heard.room)

    def mark(self, reacted: Reacted, who: Actor) -> int:
        """Put the message, and what was said below it so far, on the timeline; how many were new. Raises Forbidden."""
        who.require(Role.RESPONDER)
        room = self.room(reacted)
        if room is None:
            return 0
        return sum(self._take(room, line, who.name, thread=line.message == reacted.message) for line in reacted.lines)

    def follow(self, spoken: Spoken) -> int:
        """What is said in a thread whose beginning is on the timeline goes there as well."""
        room = self.room(spoken)
        began = self._desk.records.mark(spoken.provider, spoken.room, spoken.thread)
        if room is None or spoken.line is None or began is None or not began.thread:
            return 0
        return self._take(room, spoken.line, None, thread=False)

    def _take(self, room: Room, line: Line, marked_by: str | None, *, thread: bool) -> int:
        assert room.room is not None  # it was found by that
        if self._desk.records.mark(room.provider, room.room, line.message) is not None:
            return 0
        person = self._linking.person(room.provider, line.user)
        author = person or f"{line.name or line.user} ({room.provider.label})"
        words = line.text.strip()[:_LONGEST] or "(a message without words)"
        data = {"room": room.room, "message": line.message, "provider": room.provider}
        entry = self._desk.incidents.quote(
            room.incident, words, by=author, at=_not_later(line.at, self._desk.now), data=data | ({"marked_by": marked_by} if marked_by else {})
        )  # fmt: skip
        self._desk.records.add_mark(
            Mark(room.provider, room.room, line.message, room.incident, entry.sequence, thread=thread)
        )
        return 1


def _not_later(moment: datetime, now: datetime) -> datetime:
    """Clocks of providers may be ahead of ours."""
    return min(moment, now)
