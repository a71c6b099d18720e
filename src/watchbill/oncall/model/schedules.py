"""Schedules: who is meant to stand watch, as written (layers of turns, overrides) and as computed (shifts, gaps)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import OverrideId

__all__ = ["Gap", "Layer", "Override", "Restriction", "Rotation", "Schedule", "Shift", "Watch"]

ALL_DAYS = frozenset(range(7))
_MIN_EVERY, _MAX_EVERY = timedelta(hours=1), timedelta(weeks=53)


class Rotation(StrEnum):
    """How long a turn lasts; all of it on the wall clock of the schedule's zone."""

    DAILY = "daily"
    WEEKLY = "weekly"
    CUSTOM = "custom"  # Layer.every says how long


@dataclass(frozen=True, slots=True)
class Restriction:
    """A layer counts only on these days (0 is Monday) from `start` to `end`; an `end` not after `start` lies on the next day.

    Equal times mean the whole day. Several restrictions of a layer add up.
    """

    days: frozenset[int] = ALL_DAYS
    start: time = time(0)
    end: time = time(0)

    def __post_init__(self) -> None:
        if not self.days or not self.days <= ALL_DAYS:
            raise Invalid(
                "restrictions.days", "name at least one day of the week", hint="write [mon-fri] or [sat, sun]"
            )


@dataclass(frozen=True, slots=True)
class Layer:
    """People who take turns. The first turn begins at `start` (local wall time, also the hand-off time); before it nobody does."""

    name: str
    rotation: Rotation
    start: datetime
    people: tuple[str, ...]
    every: timedelta | None = None
    restrictions: tuple[Restriction, ...] = ()
    timezone: str | None = None  # whose wall clock this layer follows, where it is not the schedule's: follow the sun

    def __post_init__(self) -> None:
        if not self.people:
            raise Invalid("people", f"layer {self.name!r} has nobody in it", hint="name at least one person")
        if self.timezone is not None:
            _check_zone(self.timezone)
        if self.start.tzinfo is not None:
            raise Invalid("start", "is local wall time", hint='write "2026-01-05T09:00:00", without a zone')
        if (self.rotation is Rotation.CUSTOM) != (self.every is not None):
            raise Invalid("every", "goes with rotation: custom, and only with it", hint="write every: 12h")
        if self.every is not None and (
            not _MIN_EVERY <= self.every <= _MAX_EVERY or self.every % timedelta(minutes=1) != timedelta(0)
        ):
            raise Invalid("every", "a turn lasts whole minutes, from 1h to 53w", hint="write every: 12h")

    @property
    def zone(self) -> ZoneInfo | None:
        """The layer's own zone; None: the schedule's."""
        return ZoneInfo(self.timezone) if self.timezone else None

    @property
    def turn(self) -> timedelta:
        """How long one turn lasts on the wall clock."""
        if self.rotation is Rotation.DAILY:
            return timedelta(days=1)
        return self.every or timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody stands watch instead of whoever the layers name. Without an id it was written in the schedule's own file."""

    schedule: str
    start: datetime
    end: datetime
    person: str
    id: OverrideId | None = None
    created_at: datetime | None = None
    created_by: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise Invalid("end", "an override ends after it starts")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Layers in the order written (later ones win), overrides of the file, and the schedule of the second in line."""

    name: str
    timezone: str
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()
    secondary: str | None = None
    compensation: str = ""
    covers: tuple[Restriction, ...] = ()  # the hours in which somebody ought to stand watch; empty: always

    def __post_init__(self) -> None:
        _check_zone(self.timezone)
        if self.secondary == self.name:
            raise Invalid("secondary", f"{self.name!r} cannot be its own secondary")

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose wall clock the turns follow."""
        return ZoneInfo(self.timezone)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who takes turns, each once, in the order of their first mention."""
        return tuple(dict.fromkeys(person for layer in self.layers for person in layer.people))


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise Invalid("timezone", f"{name!r} is not an IANA zone", hint="write Europe/Paris or UTC") from wrong


@dataclass(frozen=True, slots=True)
class Shift:
    """From start to end (UTC, half-open) this person stands watch, by this layer (`override` for an override)."""

    start: datetime
    end: datetime
    person: str
    layer: str


@dataclass(frozen=True, slots=True)
class Gap:
    """From start to end (UTC, half-open) nobody stands watch."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """Who stands watch at a moment. `until` is when either of them changes; None: not within a year."""

    schedule: str
    service: str | None
    primary: str | None
    secondary: str | None
    until: datetime | None
