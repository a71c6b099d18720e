"""Rooms of incidents: saved when the incident is declared, then made, filled, and told what happens."""

from collections.abc import Iterable
from dataclasses import replace

from watchbill.chat.model import Act, Provider, Room, RoomOpened, RoomStatus
from watchbill.chat.rules.words import room_name
from watchbill.chat.service.desk import Desk
from watchbill.chat.service.linking import Linking
from watchbill.incidents.model import (
    Incident,
    IncidentDeclared,
    SeverityChanged,
    Source,
    TimelineAppended,
    TimelineEntry,
)
from watchbill.kernel.events import Recorded

__all__ = ["TOLD", "Rooms"]

# What the people in the room are told; the rest is for whoever reads the timeline.
TOLD = frozenset({Source.ACK, Source.STATE, Source.SEVERITY, Source.ROLE, Source.UPDATE, Source.REMINDER})
_SHOWN = frozenset({Source.STATE, Source.SEVERITY, Source.ROLE})  # what topic and summary show
_WATCHBILL = "watchbill"


class Rooms:
    """Rooms within one transaction. Nothing here speaks to a provider: the outbox does, afterwards."""

    def __init__(self, desk: Desk, linking: Linking) -> None:
        self._desk = desk
        self._linking = linking

    def declared(self, recorded: Recorded) -> None:
        """A new incident, or one that got severe enough, gets its rooms; again changes nothing."""
        event = recorded.event
        assert isinstance(event, IncidentDeclared | SeverityChanged)
        incident = self._desk.incidents.find(event.incident, lock=True)
        for chat in self._desk.chats.values():
            if chat.rooms is None or chat.rooms.is_worse_than(incident.severity) or not incident.is_open:
                continue
            if self._desk.records.room_of(incident.id, chat.provider) is None:
                self._begin(incident, chat.provider)

    def told(self, recorded: Recorded) -> None:
        """Something happened: say it in the incident's rooms, and let topic and summary follow."""
        event = recorded.event
        assert isinstance(event, TimelineAppended)
        rooms = [one for one in self._desk.records.rooms_of(event.incident) if one.status is not RoomStatus.FAILED]
        if not rooms:
            return
        [entry] = self._desk.incidents.timeline(event.incident, after=event.sequence - 1, limit=1)
        for room in rooms:
            if entry.recorded_at <= room.created_at or "room" in entry.data:
                continue  # what the summary says already, and what the room itself gave rise to
            self._desk.put(room.line, room.provider, Act.SAY, text=_sentence(entry))
            if entry.source in _SHOWN:
                self.refresh(room)
            self._invite(room, self._newcomers(entry))

    def refresh(self, room: Room) -> None:
        """Let topic and summary be written anew, unless that waits already."""
        for act in (Act.TOPIC, Act.SUMMARY):
            if not self._desk.records.is_waiting(room.line, act):
                self._desk.put(room.line, room.provider, act)

    def opened(self, room: Room, made: str) -> None:
        """It is there: whoever reads the timeline learns where people talk."""
        opened = replace(room, room=made, status=RoomStatus.OPEN)
        self._desk.records.save_room(opened)
        event = RoomOpened(room.incident, room.provider, made, room.name)
        self._desk.events.publish(event, subject=room.incident, cause=None)
        self._note(room, f"The room #{room.name} is open in {room.provider.label}")

    def failed(self, room: Room, answer: str) -> None:
        """It could not be made; people meet elsewhere, and know why."""
        self._desk.records.save_room(replace(room, status=RoomStatus.FAILED))
        self._note(room, f"The room #{room.name} could not be made in {room.provider.label}: {answer}")

    def renamed(self, room: Room) -> Room | None:
        """The same with the incident's number in its name, because another room has the plain one; None: it has it already."""
        incident = self._desk.incidents.find(room.incident)
        name = room_name(incident.channel, incident.number)
        if name == room.name:
            return None
        new = replace(room, name=name)
        self._desk.records.save_room(new)
        return new

    def _begin(self, incident: Incident, provider: Provider) -> None:
        name = room_name(incident.channel)
        if self._desk.records.room_named(provider, name) is not None:
            name = room_name(incident.channel, incident.number)
        room = Room(incident.id, provider, name, RoomStatus.OPENING, self._desk.now)
        self._desk.records.add_room(room)
        for act in (Act.OPEN, Act.TOPIC, Act.SUMMARY, Act.PIN):
            self._desk.put(room.line, provider, act)
        self._invite(room, self._responders(incident))

    def _responders(self, incident: Incident) -> list[str]:
        """Who declared it, who has it, who stands watch, who holds a role."""
        watch = self._desk.schedules.for_service(incident.service) if incident.service else None
        people = [incident.declared_by, incident.acknowledged_by, *((watch.primary, watch.secondary) if watch else ())]
        held = [one.person for one in self._desk.incidents.roles(incident.id)]
        return list(dict.fromkeys(one for one in (*people, *held) if one))

    def _newcomers(self, entry: TimelineEntry) -> list[str]:
        if entry.source is Source.ACK:
            return [entry.author]
        if entry.source is Source.ROLE:
            return [one.person for one in self._desk.incidents.roles(entry.incident)]
        return []

    def _invite(self, room: Room, people: Iterable[str]) -> None:
        users = [user for person in people for user in self._linking.users(person, room.provider)]
        if users:
            self._desk.put(room.line, room.provider, Act.INVITE, users=users)

    def _note(self, room: Room, text: str) -> None:
        self._desk.incidents.remark(room.incident, text, data={"room": room.room or room.name})


def _sentence(entry: TimelineEntry) -> str:
    """The entry, with whoever did it where the words do not say so."""
    named = entry.author in {_WATCHBILL, ""} or entry.author in entry.text
    return entry.text if named else f"{entry.text} ({entry.author})"
