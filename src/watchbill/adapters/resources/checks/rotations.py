"""Schedules: turns that the domain can compute, hand-offs that exist once, somebody to stand in."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from watchbill.adapters.resources.checks.world import World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.fields.texts import local_time
from watchbill.adapters.resources.kinds.schedule import LayerSpec, ScheduleSpec
from watchbill.adapters.resources.parsed import Parsed
from watchbill.adapters.resources.snapshot import oncall
from watchbill.kernel.errors import Invalid

__all__ = ["check_schedule"]

_RULE = "a skipped time means the moment of the jump, a repeated one its first occurrence"
_WRITTEN_OUT = 8  # turns; so long a list is no slip
_LOOK_AHEAD = 2 * 366  # days: every yearly clock change at least once


def check_schedule(resource: Parsed, world: World) -> Iterator[Finding]:
    """Layers as the domain reads them, hand-offs against clock changes, overrides, the secondary."""
    spec = resource.spec
    assert isinstance(spec, ScheduleSpec)
    zone = ZoneInfo(spec.timezone or world.timezone)
    for index, layer in enumerate(spec.layers):
        yield from _check_layer(layer, ZoneInfo(layer.timezone) if layer.timezone else zone, ("layers", index))
    for index, override in enumerate(spec.overrides):
        if local_time(override.end) <= local_time(override.start):
            yield Finding(("overrides", index, "end"), "an override ends after it starts", "check start and end")
    if spec.secondary == spec.name:
        yield Finding(("secondary",), f"{spec.name} cannot be its own secondary", "name another schedule")


def _check_layer(layer: LayerSpec, zone: ZoneInfo, loc: tuple[str | int, ...]) -> Iterator[Finding]:
    try:
        oncall.layer(layer)
    except Invalid as wrong:
        yield Finding((*loc, *wrong.field.split(".")), wrong.reason, wrong.hint)
    counts = Counter(layer.people)
    twice = [person for person, count in counts.items() if count > 1]
    # A list in which everybody stands several times is a plan that was written out; one odd name is a slip.
    if twice and len(twice) < len(counts) and len(layer.people) < _WRITTEN_OUT:
        yield Finding((*loc, "people"), f"{', '.join(twice)} takes several turns a round", "is that meant?", "warning")
    start = local_time(layer.start)
    fate = _fate(start, zone)
    if fate:
        yield Finding((*loc, "start"), f"{layer.start} {fate} in {zone.key}: the clocks change", "choose another time")
        return
    change = _next_odd(start, layer, zone)
    if change:
        yield Finding((*loc, "start"), f"the hand-off at {start:%H:%M} {change} in {zone.key}", _RULE, "warning")


def _fate(shown: datetime, zone: ZoneInfo) -> str:
    """What a clock change does to a wall time: nothing (""), skip it, or show it twice."""
    early, late = shown.replace(tzinfo=zone, fold=0), shown.replace(tzinfo=zone, fold=1)
    if early.utcoffset() == late.utcoffset():
        return ""
    return "never comes" if (early.utcoffset() or timedelta()) < (late.utcoffset() or timedelta()) else "comes twice"


def _next_odd(start: datetime, layer: LayerSpec, zone: ZoneInfo) -> str:
    if layer.rotation == "custom":
        return ""  # hours of a custom turn move round the clock: some hand-off meets every change, by the rule
    for day, fate in _odd_days(zone.key, start.time(), start.year):
        if day >= start.date() and (layer.rotation == "daily" or day.weekday() == start.weekday()):
            return f"{fate} on {day}"
    return ""


@lru_cache(maxsize=4096)
def _odd_days(zone: str, clock: time, year: int) -> tuple[tuple[date, str], ...]:
    """The days of two years on which this time of day never comes or comes twice."""
    first = datetime.combine(date(year, 1, 1), clock)
    days = (first + timedelta(days=count) for count in range(_LOOK_AHEAD))
    return tuple((shown.date(), fate) for shown in days if (fate := _fate(shown, ZoneInfo(zone))))
