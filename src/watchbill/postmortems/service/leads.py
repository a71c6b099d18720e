"""Who answers for the work of others: leads of teams, and the house's SRE lead."""

from collections.abc import Iterator

from watchbill.kernel.errors import NotFound
from watchbill.postmortems.model import ActionItem
from watchbill.postmortems.service.desk import Desk

__all__ = ["is_person", "lead_of_action", "leads_of_service"]


def leads_of_service(desk: Desk, service: str | None, besides: tuple[str, ...]) -> tuple[str, ...]:
    """The lead of the owning team and the house's SRE lead, but nobody of `besides`."""
    found = [_lead_of_service(desk, service), desk.people.organisation().roles.get("sre_lead")]
    names = dict.fromkeys(name for name in found if name is not None and name not in besides and is_person(desk, name))
    return tuple(names)


def lead_of_action(desk: Desk, item: ActionItem) -> str | None:
    """Who hears of an action item that nobody does: the lead of the service's team, else of the owner's, else the SRE lead."""
    return next((name for name in _leads(desk, item) if name is not None and is_person(desk, name)), None)


def is_person(desk: Desk, name: str) -> bool:
    """Whether a page can reach that name."""
    try:
        desk.people.person(name)
    except NotFound:
        return False
    return True


def _leads(desk: Desk, item: ActionItem) -> Iterator[str | None]:
    if item.incident is not None:
        yield _lead_of_service(desk, desk.incidents.find(item.incident).service)
    if item.owner is not None:
        yield from (team.lead for team in desk.people.teams_of(item.owner))
    yield desk.people.organisation().roles.get("sre_lead")


def _lead_of_service(desk: Desk, service: str | None) -> str | None:
    try:
        owner = desk.catalog.find(service).owner_team if service else None
        return desk.people.team(owner).lead if owner else None
    except NotFound:  # owners may be teams that nobody has described
        return None
