"""Operations on silences: list them, add one (or preview what it would hide), end one."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model import SilenceState
from watchbill.bootstrap import Services
from watchbill.people.model import Actor

__all__ = ["AddSilence", "ListSilences", "NamedSilence", "SilenceSetView", "SilenceView", "add", "expire", "list_all"]


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

    `dry_run` changes nothing and answers which firing alerts it would hide.
    """

    model_config = ConfigDict(extra="forbid")

    matchers: list[str] = Field(min_length=1, max_length=50)
    comment: str = Field(default="", max_length=2000)
    duration: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    dry_run: bool = False


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


class SilenceSetView(SilenceView):
    """A silence that was made (or would be, on a dry run), and the ids of the firing alerts that it hides."""

    dry_run: bool
    hides: list[str]


def list_all(s: Services, who: Actor, given: ListSilences) -> list[SilenceView]: ...
def add(s: Services, who: Actor, given: AddSilence) -> SilenceSetView: ...
def expire(s: Services, who: Actor, given: NamedSilence) -> SilenceView: ...
