"""Telling people: status updates from templates, previewed, drafted, sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from watchbill.incidents.model import (
    Audience,
    CommunicationTemplate,
    DetectedBy,
    Incident,
    IncidentRole,
    Rendered,
    Source,
    StatusUpdate,
    TimelineEntry,
    UpdateKind,
    UpdateSent,
)
from watchbill.incidents.rules.briefing import briefing
from watchbill.incidents.rules.cadence import next_update_at
from watchbill.incidents.rules.naming import text_block
from watchbill.incidents.rules.updates import (
    TEMPLATES,
    damage_words,
    fill_gaps,
    house_template,
    moment_words,
    next_kind,
    users_words,
)
from watchbill.incidents.service.desk import WATCHBILL, Book, Desk
from watchbill.incidents.service.seats import Seats
from watchbill.incidents.service.timers import Timers
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.ids import UpdateId
from watchbill.kernel.units import span_words
from watchbill.people.model import Actor

__all__ = ["Telling"]

_WORDS = {
    UpdateKind.INITIAL: "First notification",
    UpdateKind.PROGRESS: "Status update",
    UpdateKind.CUSTOMER: "Notice to customers",
    UpdateKind.MITIGATED: "Notice that the impact is mitigated",
    UpdateKind.RESOLUTION: "All-clear",
    UpdateKind.FREE: "Status update",
}


class Telling:
    """Renders updates from data, keeps drafts, and marks what was sent."""

    def __init__(self, desk: Desk, book: Book, timers: Timers, seats: Seats) -> None:
        self._desk = desk
        self._book = book
        self._timers = timers
        self._seats = seats

    def templates(self) -> Sequence[CommunicationTemplate]:
        """Every template that can be asked for: ours, or what the house has put in their place, then the house's further ones."""
        own = {one.replaces: one for one in self._desk.communication.templates() if one.replaces is not None}
        ours = [
            own.get(kind) or CommunicationTemplate(kind, template.text, kind.audience, kind)
            for kind, template in TEMPLATES.items()
        ]
        return [*ours, *(one for one in self._desk.communication.templates() if one.replaces is None)]

    def preview(self, incident: Incident, kind: UpdateKind | str) -> Rendered:
        """The update as it would read now, with its gaps; by its kind, or by the name of a template of the house."""
        known = self.templates()
        found = next((one for one in known if kind in {one.replaces, one.name}), None)
        if found is None:
            names = ", ".join(one.replaces or one.name for one in known)
            raise Invalid(
                "template", f"there is no template {kind!r}", hint=f"one of {names}; or give the text instead"
            )
        ours = found.replaces is not None and found.name == found.replaces
        template = TEMPLATES[found.replaces] if ours and found.replaces else house_template(found.text)
        facts, gaps = fill_gaps(template, self._facts(incident))
        text = self._desk.words.render(template.text, facts)
        return Rendered(found.replaces or UpdateKind.FREE, text, gaps, found.audience)

    def next_draft(self, incident: Incident) -> StatusUpdate | Rendered | None:
        """What should be told next: the draft that waits, or the template as it would read now."""
        updates = self._desk.store.updates(incident.id)
        waiting = [update for update in updates if update.sent_at is None]
        if waiting:
            return waiting[-1]
        kind = next_kind(incident, updates)
        return None if kind is None else self.preview(incident, kind)

    def draft(
        self, incident: Incident, kind: UpdateKind | str, by: str = WATCHBILL.name, text: str | None = None
    ) -> StatusUpdate:
        """Keep a draft; an earlier one of the kind is replaced."""
        rendered = self._said(kind, text) if text is not None else self.preview(incident, kind)
        self._desk.store.drop_drafts(incident.id, rendered.kind)
        draft = StatusUpdate(
            id=self._desk.ids.new(UpdateId),
            incident=incident.id,
            kind=rendered.kind,
            audience=rendered.audience,
            text=rendered.text,
            gaps=rendered.gaps,
            drafted_at=self._desk.now,
            drafted_by=by,
        )
        self._desk.store.save_update(draft)
        return draft

    def _said(self, kind: UpdateKind | str, text: str) -> Rendered:
        """Words of the sender's own, for the audience of the template that they stand in for."""
        found = next((one for one in self.templates() if kind in {one.replaces, one.name}), None)
        audience = found.audience if found else Audience.INTERNAL
        known = found.replaces if found else UpdateKind(kind)
        return Rendered(known or UpdateKind.FREE, text_block(text, field="text"), (), audience)

    def tell(
        self,
        reference: str,
        who: Actor,
        *,
        kind: UpdateKind | str | None = None,
        text: str | None = None,
        draft: str | None = None,
        send: bool = False,
    ) -> StatusUpdate:
        """Draft an update, or send it. A named draft is sent as it stands unless `text` replaces its words.

        Without a kind: the one that is due next for a rendered one, free words for a `text`.
        """
        incident = self._book.find(reference, lock=True)
        self._require_tellable(incident)
        if draft is not None:
            update = self._draft_of(incident, draft)
            if text is not None:
                update = replace(update, text=text_block(text, field="text"), gaps=())
                self._desk.store.save_update(update)
        else:
            kind = kind or (UpdateKind.FREE if text is not None else self._due_kind(incident))
            update = self.draft(incident, kind, who.name, text)
        if not send:
            return update
        update, incident = self.send(incident, update, who)
        self._book.save(incident)
        return update

    def send(self, incident: Incident, draft: StatusUpdate, who: Actor) -> tuple[StatusUpdate, Incident]:
        """Mark a draft as sent: timeline, rhythm, all-clear; the incident is still to be saved."""
        now = self._desk.now
        sent = replace(draft, sent_at=now, sent_by=who.name)
        self._desk.store.save_update(sent)
        event = UpdateSent(incident.id, sent.id, sent.kind, sent.audience, who.name)
        self._desk.events.publish(event, subject=incident.id, cause=None)
        gaps = f" (unknown: {', '.join(sent.gaps)})" if sent.gaps else ""
        text = f"{_WORDS[sent.kind]} to {sent.audience}{gaps}:\n{sent.text}"
        incident = self._book.write(
            incident, Source.UPDATE, text, by=who.name, data={"update": sent.id, "template": sent.kind}
        )
        if sent.kind is UpdateKind.RESOLUTION:
            incident = replace(incident, all_clear_at=now)
        if incident.is_open:
            incident = replace(incident, next_update_at=next_update_at(incident.severity, now))
            self._timers.update_due(incident)
        return sent, incident

    def _draft_of(self, incident: Incident, draft: str) -> StatusUpdate:
        found = self._desk.store.update(UpdateId(draft))
        if found is None or found.incident != incident.id:
            raise NotFound("draft", draft, hint=f"`watchbill incident show {incident.number}` lists them")
        if found.sent_at is not None:
            raise Conflict("this update was sent already", hint="write another one")
        return found

    def _due_kind(self, incident: Incident) -> UpdateKind:
        return next_kind(incident, self._desk.store.updates(incident.id)) or UpdateKind.RESOLUTION

    def _require_tellable(self, incident: Incident) -> None:
        if incident.merged_into is not None:
            raise Conflict(f"{incident.name} was merged", hint="tell people in the incident that it was merged into")

    def _facts(self, incident: Incident) -> Mapping[str, object]:
        """All that templates may speak of; None is not known."""
        now, zone = self._desk.now, self._desk.people.organisation().timezone
        lists = briefing(self._desk.store.told(incident.id))
        ended = incident.resolved_at or now
        customers = incident.detected_by is not DetectedBy.ALERT
        return {
            "name": incident.name,
            "title": incident.title,
            "severity": str(incident.severity),
            "provisional": incident.provisional,
            "drill": incident.drill,
            "service": incident.service,
            "channel": incident.channel,
            "users": users_words(incident.impact),
            "damage": damage_words(incident.impact, incident.services),
            "ic": self._seats.holder(incident, IncidentRole.IC),
            "doing": _joined(lists.doing) or "looking into it",
            "known": _joined(lists.know),
            "unknown": _joined(lists.dont_know),
            "symptom": incident.title if customers else None,
            "noticed": None,
            "since": moment_words(incident.began_at, zone),
            "duration": span_words(ended - incident.began_at),
            "hurt_for": span_words((incident.mitigated_at or ended) - incident.began_at),
            "mitigation": incident.mitigation,
            "root_cause": incident.root_cause,
            "next_update": moment_words(next_update_at(incident.severity, now), zone),
            "postmortem": f"{self._desk.public_url}/incidents/{incident.number}"
            if self._desk.public_url
            else incident.name,
        }


def _joined(entries: tuple[TimelineEntry, ...]) -> str | None:
    return "; ".join(entry.text for entry in entries) or None
