"""Status updates as the operations answer them: drafts with their readers, sent ones with what became of their mails; the templates."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel

from watchbill.bootstrap import Services
from watchbill.incidents.model import Audience, Incident, MailState, Rendered, StatusUpdate, UpdateKind
from watchbill.operations.people import Nothing
from watchbill.people.model import Actor

__all__ = [
    "DraftView", "MailedView", "ReadersView", "TemplateView", "UpdateView", "draft_of", "templates", "update_of", "updates_of",
]  # fmt: skip


class ReadersView(BaseModel):
    """A list of stakeholders, and how many of its addresses a mail goes to."""

    list: str
    addresses: int


class MailedView(BaseModel):
    """What became of the mails of an update."""

    waiting: int
    sent: int
    failed: int


class DraftView(BaseModel):
    """An update as it would read, with what is not known, and who is written to when it is sent."""

    id: str | None
    template: UpdateKind
    audience: Audience
    text: str
    gaps: list[str]
    readers: list[ReadersView]


class UpdateView(DraftView):
    """An update; a draft until `sent_at` is set."""

    drafted_at: datetime
    drafted_by: str
    sent_at: datetime | None
    sent_by: str | None
    mailed: MailedView


class TemplateView(BaseModel):
    """A template; `own`: the house's."""

    name: str
    replaces: UpdateKind | None
    audience: Audience
    own: bool
    text: str


def templates(s: Services, who: Actor, given: Nothing) -> list[TemplateView]:
    """Every template of status updates: ours, or what the house has put in their place, then the house's further ones."""
    return [
        TemplateView(
            name=one.name,
            replaces=one.replaces,
            audience=one.audience,
            own=one.replaces is None or one.name != one.replaces,
            text=one.text,
        )
        for one in s.incidents.templates()
    ]


def updates_of(s: Services, incident: Incident, updates: Sequence[StatusUpdate]) -> list[UpdateView]:
    """All of an incident."""
    states = s.incidents.mailed(incident.id) if updates else {}
    return [_update(s, incident, one, states.get(one.id, {})) for one in updates]


def update_of(s: Services, incident: Incident, update: StatusUpdate) -> UpdateView:
    """One update, sent or a draft."""
    return updates_of(s, incident, [update])[0]


def draft_of(s: Services, incident: Incident, draft: StatusUpdate | Rendered) -> DraftView:
    """What should be told next."""
    return DraftView(
        id=draft.id if isinstance(draft, StatusUpdate) else None,
        template=draft.kind,
        audience=draft.audience,
        text=draft.text,
        gaps=list(draft.gaps),
        readers=_readers(s, incident, draft.audience),
    )


def _update(s: Services, incident: Incident, update: StatusUpdate, mails: Mapping[MailState, int]) -> UpdateView:
    return UpdateView(
        id=update.id,
        template=update.kind,
        audience=update.audience,
        text=update.text,
        gaps=list(update.gaps),
        readers=_readers(s, incident, update.audience) if update.sent_at is None else [],
        drafted_at=update.drafted_at,
        drafted_by=update.drafted_by,
        sent_at=update.sent_at,
        sent_by=update.sent_by,
        mailed=MailedView(**{str(state): mails.get(state, 0) for state in MailState}),
    )


def _readers(s: Services, incident: Incident, audience: Audience) -> list[ReadersView]:
    counts = Counter(s.incidents.readers(incident, audience).values())
    return [ReadersView(list=name, addresses=count) for name, count in sorted(counts.items())]
