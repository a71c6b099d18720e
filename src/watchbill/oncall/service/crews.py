"""Which team stands watch on which schedules: by the services it owns, else by who takes the turns."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchbill.catalog.model import Service
from watchbill.oncall.model import Schedule
from watchbill.people.model import Team

__all__ = ["Crew", "crews"]


@dataclass(frozen=True, slots=True)
class Crew:
    """A team (or a schedule that no team owns), its schedules of the first level, what they watch over, who takes turns."""

    name: str
    schedules: tuple[str, ...]
    watched: tuple[tuple[str, str], ...]  # (schedule, service)
    turns: tuple[tuple[str, str], ...]  # (schedule, person)

    @property
    def services(self) -> frozenset[str]:
        """Everything that they watch over."""
        return frozenset(service for _schedule, service in self.watched)

    @property
    def members(self) -> tuple[str, ...]:
        """Everybody who takes turns, each once."""
        return tuple(dict.fromkeys(person for _schedule, person in self.turns))

    def services_of(self, schedule: str) -> tuple[tuple[str, str], ...]:
        """What one of them watches over."""
        return tuple(pair for pair in self.watched if pair[0] == schedule)

    def members_of(self, schedule: str) -> tuple[tuple[str, str], ...]:
        """Who takes turns on one of them."""
        return tuple(pair for pair in self.turns if pair[0] == schedule)


def crews(teams: Sequence[Team], schedules: Sequence[Schedule], services: Sequence[Service]) -> list[Crew]:
    """By name. A schedule belongs to the owners of the services it watches over; to none of those, to the teams that every
    one of its people is in; else it stands for itself.
    """
    known = {team.name: frozenset(team.members) for team in teams}
    found: dict[str, list[Schedule]] = {}
    for schedule in schedules:
        owners = {
            one.owner_team for one in services if one.oncall_rotation == schedule.name and one.owner_team in known
        }
        named = sorted(owner for owner in owners if owner) or [
            name for name, members in sorted(known.items()) if members and members.issuperset(schedule.people)
        ]
        for name in named or [schedule.name]:
            found.setdefault(name, []).append(schedule)
    return [
        Crew(
            name,
            tuple(one.name for one in mine),
            tuple((one.name, each.name) for one in mine for each in services if each.oncall_rotation == one.name),
            tuple((one.name, person) for one in mine for person in one.people),
        )
        for name, mine in sorted(found.items())
    ]
