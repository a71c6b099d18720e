"""Operations on schedules: who stands watch now and next, the final schedule of any range, overrides."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.kernel.ids import OverrideId
from watchbill.oncall.model import Override, Rotation, Schedule
from watchbill.people.model import Actor

__all__ = [
    "AddOverride",
    "LayerView",
    "ListOverrides",
    "ListSchedules",
    "Next",
    "NextView",
    "Now",
    "OverrideView",
    "RemoveOverride",
    "ScheduleView",
    "ShiftView",
    "Show",
    "WatchView",
    "list_all",
    "next_up",
    "now",
    "override",
    "overrides",
    "remove_override",
    "show",
]

_DEFAULT_DAYS = 14


class Now(BaseModel):
    """Input of `oncall.now`: of one service (name or alias), else of every schedule."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = None
    at: AwareDatetime | None = None


class Next(BaseModel):
    """Input of `oncall.next`: who comes next, on one schedule or all, or when one person is next up."""

    model_config = ConfigDict(extra="forbid")

    schedule: str | None = None
    person: str | None = None


class Show(BaseModel):
    """Input of `oncall.show`: the final schedule from `start` (now) to `end` (two weeks later), `gaps` shows them too."""

    model_config = ConfigDict(extra="forbid")

    schedule: str
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    gaps: bool = False


class ListSchedules(BaseModel):
    """Input of `oncall.list`."""

    model_config = ConfigDict(extra="forbid")


class ListOverrides(BaseModel):
    """Input of `oncall.overrides`: those that overlap the time from `start` (now) to `end` (90 days later)."""

    model_config = ConfigDict(extra="forbid")

    schedule: str
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class AddOverride(BaseModel):
    """Input of `oncall.override`: `person` stands watch from `start` (now) to `end`, whoever the layers name."""

    model_config = ConfigDict(extra="forbid")

    schedule: str
    person: str
    start: AwareDatetime | None = None
    end: AwareDatetime
    reason: str = Field(default="", max_length=500)


class RemoveOverride(BaseModel):
    """Input of `oncall.override.remove`."""

    model_config = ConfigDict(extra="forbid")

    override: str


class WatchView(BaseModel):
    """Who stands watch; `until` is when either of them changes."""

    schedule: str
    service: str | None
    primary: str | None
    secondary: str | None
    until: datetime | None


class NextView(BaseModel):
    """The next change of a schedule: from `at` on, `person` (None: nobody) stands watch by `layer`, until `until`."""

    schedule: str
    now: str | None
    at: datetime | None
    person: str | None
    layer: str | None
    until: datetime | None


class ShiftView(BaseModel):
    """One row of the final schedule; a gap has neither person nor layer."""

    start: datetime
    end: datetime
    person: str | None
    layer: str | None


class LayerView(BaseModel):
    """One layer as it is written."""

    name: str
    rotation: Rotation
    turn_seconds: int
    start: datetime
    people: list[str]
    restricted: bool


class ScheduleView(BaseModel):
    """One schedule as it is written, with who stands watch now and the gaps of the next two weeks."""

    name: str
    timezone: str
    layers: list[LayerView]
    secondary: str | None
    services: list[str]
    now: WatchView
    gaps: list[ShiftView]


class OverrideView(BaseModel):
    """One override; without an id it stands in the schedule's own file."""

    id: str | None
    schedule: str
    person: str
    start: datetime
    end: datetime
    created_by: str
    reason: str


def now(s: Services, who: Actor, given: Now) -> list[WatchView]: ...
def next_up(s: Services, who: Actor, given: Next) -> list[NextView]: ...
def show(s: Services, who: Actor, given: Show) -> list[ShiftView]: ...
def list_all(s: Services, who: Actor, given: ListSchedules) -> list[ScheduleView]: ...
def overrides(s: Services, who: Actor, given: ListOverrides) -> list[OverrideView]: ...
def override(s: Services, who: Actor, given: AddOverride) -> OverrideView: ...
def remove_override(s: Services, who: Actor, given: RemoveOverride) -> OverrideView: ...
