"""Operations on silences: list them, add one (or preview what it would hide), end one."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model import Severity, Silence, SilenceState
from watchbill.alerts.rules.matchers import parse_matchers
from watchbill.alerts.service.silences import NewSilence
from watchbill.bootstrap import Services
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration
from watchbill.people.model import Actor

__all__ = [
    "AddSilence",
    "HiddenAlertView",
    "ListSilences",
    "NamedSilence",
    "SilenceSetView",
    "SilenceView",
    "add",
    "expire",
    "list_all",
    "show",
]


class ListSilences(BaseModel):
    """Input of `silence.list`: active and pending ones, or those in one state."""

    model_config = ConfigDict(extra="forbid")

    state: SilenceState | None = None


class NamedSilence(BaseModel):
    """Input of `silence.expire`."""

    model_config = ConfigDict(extra="forbid")

    id: str


class AddSilence(BaseModel):
    """Input of `silence.add`: matchers as `service="payment-api"`, an end or a duration (`2h`), and a reason.

    It begins now, or at `starts_at`. With an `id` that silence is changed; a duration then counts from now, or from a start
    that lies ahead. `dry_run` changes nothing and answers which firing alerts it would hide.
    """

    model_config = ConfigDict(extra="forbid")

    matchers: list[str] = Field(min_length=1, max_length=50)
    comment: str = Field(default="", max_length=2000)
    duration: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    dry_run: bool = False
    id: str = Field(default="", max_length=64)


class SilenceView(BaseModel):
    """One silence."""

    id: str
    state: SilenceState
    matchers: list[str]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
    updated_at: datetime


class HiddenAlertView(BaseModel):
    """A firing alert that a silence hides."""

    id: str
    severity: Severity
    service: str | None
    title: str
    starts_at: datetime


class SilenceSetView(SilenceView):
    """A silence that was made (or would be, on a dry run), and the ids of the firing alerts that it hides."""

    dry_run: bool
    hides: list[str]
    hidden: list[HiddenAlertView]


def list_all(s: Services, who: Actor, given: ListSilences) -> list[SilenceView]:
    """Active and pending ones, or those in the one state that is asked for."""
    wanted = {given.state} if given.state else {SilenceState.ACTIVE, SilenceState.PENDING}
    return [_view(s, one) for one in s.silences.list() if one.state(s.now) in wanted]


def show(s: Services, who: Actor, given: NamedSilence) -> SilenceView:
    """One silence; raises NotFound."""
    return _view(s, s.silences.get(given.id))


def add(s: Services, who: Actor, given: AddSilence) -> SilenceSetView:
    """Set a silence, or say what it would hide."""
    if (given.duration is None) == (given.ends_at is None):
        raise Invalid("duration", "give either a duration or an end", hint='duration "2h"')
    old = s.silences.get(given.id) if given.id else None
    starts_at = given.starts_at or (old.starts_at if old else s.now)
    new = NewSilence(
        matchers=tuple(one for text in given.matchers for one in parse_matchers(text)),
        starts_at=starts_at,
        ends_at=given.ends_at or max(starts_at, s.now) + duration(given.duration or "", field="duration"),
        created_by=who.name,
        comment=given.comment,
        id=given.id,
    )
    s.silences.check(new)
    found = s.silences.hides(new.matchers)
    hides: list[str] = [alert.id for alert in found]
    hidden = [
        HiddenAlertView(id=one.id, severity=one.severity, service=one.service, title=one.title, starts_at=one.starts_at)
        for one in found
    ]
    if given.dry_run:
        state = SilenceState.PENDING if starts_at > s.now else SilenceState.ACTIVE
        return SilenceSetView(
            id=given.id, state=state, matchers=[str(one) for one in new.matchers], starts_at=starts_at, ends_at=new.ends_at,
            created_by=who.name, comment=given.comment, updated_at=s.now, dry_run=True, hides=hides, hidden=hidden,
        )  # fmt: skip
    made = s.silences.set(new)
    s.audit.record(who.name, "silence.set", made.id, {"created_by": made.created_by, "comment": made.comment})
    return SilenceSetView(**_view(s, made).model_dump(), dry_run=False, hides=hides, hidden=hidden)


def expire(s: Services, who: Actor, given: NamedSilence) -> SilenceView:
    """End it now."""
    ended = s.silences.expire(given.id, by=who.name)
    s.audit.record(who.name, "silence.expire", ended.id)
    return _view(s, ended)


def _view(s: Services, silence: Silence) -> SilenceView:
    return SilenceView(
        id=silence.id,
        state=silence.state(s.now),
        matchers=[str(matcher) for matcher in silence.matchers],
        starts_at=silence.starts_at,
        ends_at=silence.ends_at,
        created_by=silence.created_by,
        comment=silence.comment,
        updated_at=silence.updated_at,
    )
