"""Operations on hand-overs and on the one question after a shift."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.oncall.model.handoffs import Handoff, Heading, Survey
from watchbill.oncall.rules.handed import as_markdown
from watchbill.operations.page import Page
from watchbill.people.model import Actor

__all__ = [
    "AnswerSurvey", "EditHandoff", "HandoffView", "ListHandoffs", "NamedHandoff", "Nothing", "PreviewHandoff", "SurveyView",
    "acknowledge", "answer", "edit", "list_all", "preview", "show", "sign", "surveys",
]  # fmt: skip


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Nothing(_Given):
    """No input."""


class ListHandoffs(_Given):
    """Input of `handoff.list`: newest first, of one schedule, or those that one person gives or takes."""

    schedule: str | None = None
    person: str | None = None
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = None


class NamedHandoff(_Given):
    """Which hand-over: its id, or a schedule for its newest."""

    id: str


class PreviewHandoff(_Given):
    """Of which schedule."""

    schedule: str


class EditHandoff(NamedHandoff):
    """Input of `handoff.edit`: new Markdown for headings; what is left out stays as it is."""

    texts: dict[Heading, str] = Field(default_factory=dict)
    note: str | None = Field(default=None, max_length=20_000)


class AnswerSurvey(_Given):
    """Input of `survey.answer`: from 1 (bad) to 5 (good)."""

    id: str
    score: int = Field(ge=1, le=5)


class HandoffView(BaseModel):
    """One hand-over. `status` is drafted, signed or acknowledged; a preview has no id."""

    id: str
    schedule: str
    status: str
    outgoing: str
    incoming: str | None
    starts_at: datetime
    ends_at: datetime
    texts: dict[Heading, str]
    note: str
    markdown: str
    edited_at: datetime | None
    signed_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    reminders: int


class SurveyView(BaseModel):
    """One question to the asker."""

    id: str
    schedule: str
    ends_at: datetime
    answered: bool


def list_all(s: Services, who: Actor, given: ListHandoffs) -> Page[HandoffView]:
    """Hand-overs, newest first."""
    found = s.duty.handoffs.list(
        schedule=given.schedule, person=given.person, before=given.cursor, limit=given.limit + 1
    )
    shown = [view(s, one) for one in found[: given.limit]]
    return Page(items=shown, next=shown[-1].id if len(found) > given.limit else None)


def show(s: Services, who: Actor, given: NamedHandoff) -> HandoffView:
    """One hand-over."""
    return view(s, s.duty.handoffs.find(given.id))


def preview(s: Services, who: Actor, given: PreviewHandoff) -> HandoffView:
    """What would be drafted now; nothing is kept."""
    return view(s, s.duty.handoffs.preview(given.schedule))


def edit(s: Services, who: Actor, given: EditHandoff) -> HandoffView:
    """Change what stands under headings."""
    return view(s, s.duty.handoffs.edit(given.id, given.texts, given.note, who))


def sign(s: Services, who: Actor, given: NamedHandoff) -> HandoffView:
    """Say that it is right."""
    return view(s, s.duty.handoffs.sign(given.id, who))


def acknowledge(s: Services, who: Actor, given: NamedHandoff) -> HandoffView:
    """Say that one has read it."""
    return view(s, s.duty.handoffs.acknowledge(given.id, who))


def surveys(s: Services, who: Actor, given: Nothing) -> list[SurveyView]:
    """Questions that wait for the asker."""
    return [_survey(one) for one in s.duty.surveys.waiting(who.name)]


def answer(s: Services, who: Actor, given: AnswerSurvey) -> SurveyView:
    """Answer one; it cannot be changed."""
    found = s.duty.surveys.answer(given.id, given.score, who)
    return _survey(found).model_copy(update={"answered": True})


def view(s: Services, one: Handoff) -> HandoffView:
    """A hand-over as it is answered."""
    names = {person.name: person.display_name for person in s.people.persons()}
    zone = s.schedules.definitions.get(one.schedule)
    return HandoffView(
        id=one.id,
        schedule=one.schedule,
        status="acknowledged" if one.acknowledged_at else "signed" if one.signed_at else "drafted",
        outgoing=one.outgoing,
        incoming=one.incoming,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        texts={heading: one.texts.get(heading, "") for heading in Heading},
        note=one.note,
        markdown=as_markdown(one, names, zone.zone if zone else s.people.organisation().timezone),
        edited_at=one.edited_at,
        signed_at=one.signed_at,
        acknowledged_at=one.acknowledged_at,
        acknowledged_by=one.acknowledged_by,
        reminders=one.reminders,
    )


def _survey(one: Survey) -> SurveyView:
    return SurveyView(id=one.id, schedule=one.schedule, ends_at=one.ends_at, answered=one.answered)
