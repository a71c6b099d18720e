"""Operations on schedules: who stands watch now and next, the final schedule of any range, overrides."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.oncall.model import Gap, Layer, Override, Rotation, Watch
from watchbill.oncall.rules.final import gaps, promised
from watchbill.oncall.service import NewOverride
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

_DEFAULT_DAYS, _OVERRIDE_DAYS = 14, 90


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
    timezone: str | None


class ScheduleView(BaseModel):
    """One schedule as it is written, who stands watch now, whether anybody is `expected` to, and gaps of the next two weeks."""

    name: str
    timezone: str
    layers: list[LayerView]
    secondary: str | None
    services: list[str]
    now: WatchView
    expected: bool
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


def now(s: Services, who: Actor, given: Now) -> list[WatchView]:
    """Who stands watch; of a service without a rotation, nobody."""
    if given.service is None:
        return [_watch(watch) for watch in s.schedules.now(given.at)]
    watch = s.schedules.for_service(given.service, given.at)
    return [_watch(watch)] if watch else []


def next_up(s: Services, who: Actor, given: Next) -> list[NextView]:
    """The next change of each schedule, or the next shift of one person on each schedule that they are on."""
    schedules = [s.schedules.find(given.schedule)] if given.schedule else list(s.schedules.list())
    if given.person is not None:
        person = s.people.person(given.person).name
        schedules = [schedule for schedule in schedules if person in schedule.people]
    else:
        person = None
    return [_next(s, schedule.name, person) for schedule in schedules]


def show(s: Services, who: Actor, given: Show) -> list[ShiftView]:
    """The final schedule, clipped to the range, in order."""
    start = given.start or s.now
    end = given.end or start + timedelta(days=_DEFAULT_DAYS)
    shifts = s.schedules.final(given.schedule, start, end)
    rows = [ShiftView(start=shift.start, end=shift.end, person=shift.person, layer=shift.layer) for shift in shifts]
    if given.gaps:
        rows += [_gap(gap) for gap in gaps(shifts, start, end, s.schedules.find(given.schedule))]
    return sorted(rows, key=lambda row: row.start)


def list_all(s: Services, who: Actor, given: ListSchedules) -> list[ScheduleView]:
    """All schedules by name."""
    end = s.now + timedelta(days=_DEFAULT_DAYS)
    watches = {watch.schedule: watch for watch in s.schedules.now()}
    finals = s.schedules.finals(s.now, end)
    return [
        ScheduleView(
            name=schedule.name,
            timezone=schedule.timezone,
            layers=[_layer(layer) for layer in schedule.layers],
            secondary=schedule.secondary,
            services=list(s.schedules.services_of(schedule.name)),
            now=_watch(watches[schedule.name]),
            expected=bool(promised(schedule, s.now, s.now + timedelta(seconds=1))),
            gaps=[_gap(gap) for gap in gaps(finals[schedule.name], s.now, end, schedule)],
        )
        for schedule in s.schedules.list()
    ]


def overrides(s: Services, who: Actor, given: ListOverrides) -> list[OverrideView]:
    """Overrides of the file and those people made, by their start."""
    start = given.start or s.now
    end = given.end or start + timedelta(days=_OVERRIDE_DAYS)
    return [_override(one) for one in sorted(s.schedules.list_overrides(given.schedule, start, end), key=_start)]


def override(s: Services, who: Actor, given: AddOverride) -> OverrideView:
    """Let somebody else stand watch for a while."""
    new = NewOverride(given.schedule, given.person, given.end, given.start, given.reason)
    return _override(s.schedules.override(new, who))


def remove_override(s: Services, who: Actor, given: RemoveOverride) -> OverrideView:
    """Let the layers count again."""
    return _override(s.schedules.remove_override(given.override, who))


def _next(s: Services, schedule: str, person: str | None) -> NextView:
    watch = s.schedules.on_call(schedule)
    shift = s.schedules.following(schedule, person=person)
    return NextView(
        schedule=schedule,
        now=watch.primary,
        at=shift.start if shift else None,
        person=shift.person if shift else None,
        layer=shift.layer if shift else None,
        until=shift.end if shift else None,
    )


def _watch(watch: Watch) -> WatchView:
    return WatchView(
        schedule=watch.schedule,
        service=watch.service,
        primary=watch.primary,
        secondary=watch.secondary,
        until=watch.until,
    )


def _gap(gap: Gap) -> ShiftView:
    return ShiftView(start=gap.start, end=gap.end, person=None, layer=None)


def _layer(layer: Layer) -> LayerView:
    return LayerView(
        name=layer.name,
        rotation=layer.rotation,
        turn_seconds=int(layer.turn.total_seconds()),
        start=layer.start,
        people=list(layer.people),
        restricted=bool(layer.restrictions),
        timezone=layer.timezone,
    )


def _override(found: Override) -> OverrideView:
    return OverrideView(
        id=found.id,
        schedule=found.schedule,
        person=found.person,
        start=found.start,
        end=found.end,
        created_by=found.created_by,
        reason=found.reason,
    )


def _start(override: Override) -> datetime:
    return override.start
