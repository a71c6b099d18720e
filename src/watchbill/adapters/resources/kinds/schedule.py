"""`schedule`: who stands watch, by turns on a wall clock (playbook ph. 10)."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import ClockTime, Days, LocalTime, Name, Span, Spec, Title, Zone

__all__ = ["CompensationSpec", "LayerSpec", "OverrideSpec", "RestrictionSpec", "ScheduleSpec"]


class RestrictionSpec(Spec):
    """When a layer counts."""

    days: Days | None = Field(default=None, description="[mon-fri], [sat, sun]; every day if left out")
    start: ClockTime = Field(default="00:00", alias="from", description="From this time of day")
    end: ClockTime = Field(
        default="24:00", alias="to", description="To this time of day; an earlier one is on the next day"
    )


class LayerSpec(Spec):
    """People who take turns; later layers win over earlier ones."""

    name: Title = Field(description="The layer's name")
    rotation: Literal["daily", "weekly", "custom"] = Field(description="How long a turn lasts")
    every: Span | None = Field(default=None, description="The length of a turn of a custom rotation: 12h")
    start: LocalTime = Field(description="The first hand-off, on the schedule's wall clock; also the hand-off time")
    people: list[Name] = Field(min_length=1, description="Persons in the order of their turns")
    restrictions: list[RestrictionSpec] = Field(default=[], description="The hours in which the layer counts")
    timezone: Zone | None = Field(
        default=None, description="Whose wall clock this layer follows; the schedule's if left out"
    )


class OverrideSpec(Spec):
    """Somebody stands in."""

    start: LocalTime = Field(description="From, on the schedule's wall clock")
    end: LocalTime = Field(description="To, on the schedule's wall clock")
    person: Name = Field(description="Who stands in")


class CompensationSpec(Spec):
    """What people get for standing watch."""

    kind: Literal["pay", "lieu", "other", "none"] = Field(description="Pay, time off in lieu, something else, nothing")
    note: str | None = Field(default=None, description="What exactly")


class ScheduleSpec(Spec):
    """An on-call schedule."""

    name: Name = Field(description="The schedule's id")
    timezone: Zone | None = Field(
        default=None, description="Whose wall clock the turns follow; the house's if left out"
    )
    layers: list[LayerSpec] = Field(min_length=1, description="Rotations; later ones win over earlier ones")
    overrides: list[OverrideSpec] = Field(default=[], description="Who stands in when")
    secondary: Name | None = Field(default=None, description="The schedule of the second in line")
    covers: list[RestrictionSpec] = Field(
        default=[], description="When somebody ought to stand watch: elsewhere an hour without anybody is no gap"
    )
    compensation: CompensationSpec | None = Field(default=None, description="What people get for it")
