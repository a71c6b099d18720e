"""Shifts of Grafana OnCall as layers and overrides: rolling users, recurring events, single events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from watchbill.adapters.resources.kinds.schedule import LayerSpec
from watchbill.adapters.resources.moving.moved import Json, Moved
from watchbill.adapters.resources.moving.times import DAY, WEEK, is_zone, moment, pieces, text
from watchbill.adapters.resources.moving.turning import layer_spec
from watchbill.adapters.resources.snapshot.oncall import layer
from watchbill.kernel.errors import Invalid
from watchbill.oncall.rules.turns import layer_shifts
from watchbill.oncall.rules.walltime import moment as utc

__all__ = ["Turns", "together", "turns_of"]

_UNITS = {"hourly": timedelta(hours=1), "daily": DAY, "weekly": WEEK}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ONCE = {"single_event", "override"}
_LOOKED = timedelta(weeks=5)
Thing = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Turns:
    """One shift: a layer or an override for each seat (people who stand watch at the same time), and how it ranks."""

    level: int
    layers: tuple[dict[str, Any], ...] = ()  # Any: JSON
    overrides: tuple[dict[str, Any], ...] = ()  # Any: JSON


def turns_of(shift: Thing, groups: Sequence[Sequence[str]], about: str, zone: str, now: datetime, moved: Moved) -> Turns | None:  # noqa: PLR0917 - one call, from one place  # fmt: skip
    """What a shift of these people becomes in a schedule of that zone; None, and a loss, where it has no counterpart."""
    name = text(shift, "name") or "shift"
    level = int(shift.get("level") or 0)
    own = text(shift, "time_zone")
    where = ZoneInfo(own if is_zone(own) else zone)
    start, duration = datetime.fromisoformat(text(shift, "start")), timedelta(seconds=int(shift.get("duration") or 0))
    if text(shift, "type") in ONCE:
        begins, ends = utc(start.replace(tzinfo=None), where), utc(start.replace(tzinfo=None), where) + duration
        if ends <= now:
            return Turns(level)
        span = {"start": _local(begins, zone), "end": _local(ends, zone)}
        return Turns(level, overrides=tuple(span | {"person": group[0]} for group in groups))
    until = text(shift, "until")
    if until and moment(until) <= now:
        return Turns(level)
    try:
        made = list(_layers(shift, name, start.replace(tzinfo=None), duration, groups, about, moved))
    except (Invalid, ValidationError, ValueError, KeyError) as wrong:
        moved.lost(about, f"shift {name} is left out: {wrong}", differs=True)
        return None
    if until:
        moved.lost(about, f"shift {name} ends on {until}: a layer has no end here, take it out then", differs=True)
    if where.key != zone:
        made = [one | {"timezone": where.key} for one in made]
    return Turns(level, layers=tuple(made))


def together(specs: Sequence[dict[str, Any]], zone: str, now: datetime) -> bool:  # Any: JSON
    """Whether two of these layers stand watch at the same time within the next five weeks."""
    spans = sorted(
        (shift.start, shift.end)
        for spec in specs
        for made in [layer(LayerSpec.model_validate(spec))]
        for shift in layer_shifts(made, made.zone or ZoneInfo(zone), now, now + _LOOKED)
    )
    return any(two[0] < one[1] for one, two in zip(spans, spans[1:], strict=False))  # noqa: RUF007 - pairs of a sorted list


def _layers(  # noqa: PLR0913, PLR0917 - one call, from one place
    shift: Thing, name: str, start: datetime, duration: timedelta, groups: Sequence[Sequence[str]], about: str, moved: Moved
) -> Iterator[dict[str, Any]]:  # Any: JSON  # fmt: skip
    unit = _UNITS[text(shift, "frequency") or "weekly"]
    turn = unit * int(shift.get("interval") or 1)
    days = [_DAYS.index(day) for day in shift.get("by_day") or ()]
    for field in ("by_month", "by_monthday"):
        if shift.get(field):
            moved.lost(about, f"shift {name} is limited by {field}: here it counts always", differs=True)
    if (turn != unit and duration < turn) or (days and unit != WEEK):
        moved.lost(about, f"shift {name} pauses within a turn of {turn}: look at the result", differs=True)
    restrictions = list(_hours(start, duration, unit, days))
    first = int(shift.get("start_rotation_from_user_index") or 0)
    ring = [*groups[first:], *groups[:first]] if text(shift, "type") == "rolling_users" else [list(groups[0])]
    if text(shift, "type") != "rolling_users":
        turn = WEEK
    for seat in range(max(len(group) for group in ring)):
        people = [group[min(seat, len(group) - 1)] for group in ring]
        yield layer_spec(name, phase=start, start=start, turn=turn, people=people, restrictions=restrictions)


def _hours(start: datetime, duration: timedelta, unit: timedelta, days: Sequence[int]) -> Iterator[dict[str, Json]]:
    opens = timedelta(hours=start.hour, minutes=start.minute)
    if days:
        for day in sorted(days):
            yield from pieces(day, opens, duration)
    elif unit == DAY and duration < DAY:
        yield from pieces(None, opens, duration)
    elif unit == WEEK and duration < WEEK:
        yield from pieces(start.weekday(), opens, duration)


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="seconds")
