"""What waits to be said: one thing of each line at a time, in order, tried again until it is done or given up."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from watchbill.chat.model import Act, ChatFailed, Post, Room, RoomStatus, Said
from watchbill.chat.rules.patience import next_try
from watchbill.chat.rules.words import buttons_of, page_standing, summary, topic
from watchbill.chat.service.desk import JOB, Desk
from watchbill.chat.service.rooms import Rooms
from watchbill.incidents.model import Incident, IncidentRole
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import DeliveryId, IncidentId
from watchbill.kernel.jobs import Job, JobParked
from watchbill.oncall.model import Outcome, Receipt

__all__ = ["TAKEN", "Outbox"]

TAKEN = 409  # the code of a receipt that says: another room has this name


class Outbox:
    """The worker's side of posts."""

    def __init__(self, desk: Desk, rooms: Rooms) -> None:
        self._desk = desk
        self._rooms = rooms

    def begin(self, job: Job) -> Said | None:
        """What the line says next, in the words of this moment; None where it is silent. What makes no sense any more is dropped."""
        while (post := self._desk.records.head(job.key)) is not None:
            said = self._said(post)
            if said is not None:
                return said
            self._desk.records.done(post)
        return None

    def finish(self, said: Said, receipt: Receipt) -> None:
        """Keep what came of it, and let the next of the line go."""
        post = self._desk.records.head(said.post.line)
        if post is None or post.sequence != said.post.sequence:
            return  # another worker was quicker
        if receipt.outcome is Outcome.DELIVERED:
            self._delivered(said, receipt)
        elif not self._gave_up(said, replace(post, attempts=post.attempts + 1), receipt):
            return
        if self._desk.records.done(post):
            self._desk.set_going(post.line, post.provider)

    def parked(self, recorded: Recorded) -> None:
        """The program failed over it as often as it may: leave it, and go on with the next."""
        event = recorded.event
        assert isinstance(event, JobParked)
        post = self._desk.records.head(event.key) if event.job_kind == JOB else None
        if post is None:
            return
        self._fail(post, f"set aside by watchbill: {event.error[:300]}")
        if self._desk.records.done(post):
            self._desk.set_going(post.line, post.provider)

    def _gave_up(self, said: Said, post: Post, receipt: Receipt) -> bool:
        room = self._room(post)
        if receipt.code == TAKEN and post.act is Act.OPEN and room and self._rooms.renamed(room) is not None:
            receipt = replace(receipt, outcome=Outcome.TEMPORARY)
        again = next_try(post, receipt, self._desk.now) if receipt.outcome is Outcome.TEMPORARY else None
        if again is None:
            self._fail(post, receipt.answer)
            return True
        self._desk.records.save_attempts(post)
        self._desk.set_going(said.post.line, post.provider, again)
        return False

    def _fail(self, post: Post, answer: str) -> None:
        room = self._room(post)
        if post.act is Act.OPEN and room is not None:
            self._rooms.failed(room, answer)
        self._desk.events.publish(ChatFailed(post.provider, post.act, answer[:500]), subject=post.line, cause=None)

    def _delivered(self, said: Said, receipt: Receipt) -> None:
        room = self._room(said.post)
        if room is None or receipt.message is None:
            return
        if said.post.act is Act.OPEN:
            self._rooms.opened(room, receipt.message)
        elif said.post.act is Act.SUMMARY and room.summary is None:
            self._desk.records.save_room(replace(room, summary=receipt.message))

    def _said(self, post: Post) -> Said | None:
        plain = Said(f"{post.line.replace('/', '-')}-{post.sequence}", post, self._desk.now)
        content = post.content
        match post.act:
            case Act.PAGE | Act.SIGNS:
                return self._page(plain, DeliveryId(content["delivery"]))
            case Act.REPLY | Act.JOIN:
                users = tuple(content.get("users", ()))
                return replace(plain, room=content["room"], text=content.get("text", ""), users=users, message=content.get("message", ""))  # fmt: skip
            case _:
                return self._in_room(plain, self._room(post))

    def _in_room(self, plain: Said, room: Room | None) -> Said | None:
        act, content = plain.post.act, plain.post.content
        if room is None or room.status is RoomStatus.FAILED:
            return None
        incident = self._desk.incidents.find(room.incident)
        if act is Act.OPEN:
            text = f"{incident.name}: {incident.title}"[:250]
            return None if room.room else replace(plain, name=room.name, text=text, incident=incident.id)
        if room.room is None:
            return None
        said = replace(plain, room=room.room, message=room.summary or "", incident=incident.id)
        match act:
            case Act.TOPIC:
                return replace(said, text=topic(incident, self._ic(incident)))
            case Act.SUMMARY:
                return replace(said, text=self._summary(incident, room))
            case Act.PIN:
                return said if said.message else None
            case Act.INVITE:
                return replace(said, users=tuple(content["users"]))
            case _:
                return replace(said, text=str(content["text"]))

    def _page(self, plain: Said, delivery: DeliveryId) -> Said | None:
        kept = self._desk.records.message_of(delivery)
        shown = self._desk.paging.shown(delivery) if kept else None
        if kept is None or shown is None:
            return None
        escalation = self._desk.paging.escalation(kept.escalation)
        standing = page_standing(escalation, self._zone)
        text = shown.message.text + (f"\n{standing}" if standing else "")
        chat = self._desk.chats.get(kept.provider)
        buttons = buttons_of(escalation) if chat and chat.buttons else ()
        return replace(plain, room=kept.room, message=kept.message, text=text, name=shown.message.short, delivery=delivery, buttons=buttons)  # fmt: skip

    def _summary(self, incident: Incident, room: Room) -> str:
        prefix = self._desk.chats[room.provider].prefix
        url = f"{self._desk.public_url}/incidents/{incident.number}"
        return summary(incident, self._desk.incidents.roles(incident.id), url, prefix, self._zone)

    def _ic(self, incident: Incident) -> str | None:
        held: Sequence[str] = [
            one.person for one in self._desk.incidents.roles(incident.id) if one.role is IncidentRole.IC
        ]
        return held[0] if held else None

    def _room(self, post: Post) -> Room | None:
        if post.act in {Act.PAGE, Act.SIGNS, Act.REPLY, Act.JOIN}:
            return None
        return self._desk.records.room_of(IncidentId(post.line.partition("/")[0]), post.provider)

    @property
    def _zone(self) -> ZoneInfo:
        return self._desk.people.organisation().timezone
