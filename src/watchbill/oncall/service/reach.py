"""Whom a step means: targets looked up at the moment the step comes due, each person once, with the reason why."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from watchbill.kernel.errors import NotFound
from watchbill.oncall.model import Contactable, EscalationPolicy, PolicyStep, Target, TargetKind
from watchbill.oncall.rules.contact_plan import channel_name, contacts_of
from watchbill.oncall.service.desk import Desk
from watchbill.people.model import Contact, Person, Role

__all__ = ["Recipient", "admins_policy", "called_first", "contacts_at", "policy_of_service", "recipients"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, or a place (`channel:webhook=https://...`) where `person` is None; `reason` says why they are called."""

    name: str
    reason: str
    person: Person | None
    place: Contact | None = None


def recipients(desk: Desk, targets: Iterable[Target], *, without: Collection[str] = ()) -> list[Recipient]:
    """Everybody the targets mean right now, in their order; unknown names and gaps in a schedule mean nobody."""
    found: dict[str, Recipient] = {}
    for target in targets:
        for recipient in _FINDERS[target.kind](desk, target):
            if recipient.name not in without:
                found.setdefault(recipient.name, recipient)
    return list(found.values())


def contacts_at(desk: Desk, person: Person) -> list[Contactable]:
    """All ways to the person as they are now, in their order."""
    devices = [one.id for one in desk.devices.of_person(person.name)]
    return contacts_of(person, desk.contacts.verified(person.name), devices)


def admins_policy(desk: Desk) -> EscalationPolicy | None:
    """The house's last resort: its admins and the persons behind its titles; None where there are none."""
    admins = [
        account.person for account in desk.people.accounts() if account.role is Role.ADMIN and not account.disabled_at
    ]
    named = [*admins, *desk.people.organisation().roles.values()]
    known = {person.name for person in desk.people.persons()}
    targets = tuple(Target(TargetKind.PERSON, name) for name in dict.fromkeys(named) if name in known)
    if not targets:
        return None
    return EscalationPolicy("organisation-admins", (PolicyStep(targets),), repeat=3)


def policy_of_service(desk: Desk, service: str | None) -> EscalationPolicy | None:
    """Where no policy is named: the service's own rotation, its secondary, then the owner team; None without a rotation."""
    if service is None:
        return None
    try:
        found = desk.catalog.find(service)
    except NotFound:
        return None
    steps: list[PolicyStep] = []
    rotation = desk.schedules.definitions.get(found.oncall_rotation) if found.oncall_rotation else None
    if rotation is not None:
        steps.append(PolicyStep((Target(TargetKind.SCHEDULE, rotation.name),)))
        if rotation.secondary:
            steps.append(PolicyStep((Target(TargetKind.SCHEDULE, rotation.secondary),)))
    if found.owner_team and any(team.name == found.owner_team for team in desk.people.teams()):
        steps.append(PolicyStep((Target(TargetKind.TEAM, found.owner_team),)))
    return EscalationPolicy(f"service:{found.name}", tuple(steps), repeat=1) if steps else None


def called_first(desk: Desk, policy: str | None, service: str | None) -> list[str]:
    """Names of those whom an alert for this policy would call first, at the desk's moment; empty where that is nobody."""
    named = desk.policies.get(policy) if policy else None
    found = named or policy_of_service(desk, service) or admins_policy(desk)
    steps = (recipients(desk, step.notify) for step in found.steps) if found else ()
    return [one.name for one in next((called for called in steps if called), ())]


def _of_schedule(desk: Desk, target: Target) -> Iterator[Recipient]:
    try:
        watch = desk.schedules.on_call(target.name)
    except NotFound:
        return
    if watch.primary:
        yield from _person(desk, watch.primary, f"on call for {target.name}")


def _of_person(desk: Desk, target: Target) -> Iterator[Recipient]:
    yield from _person(desk, target.name, "named by the policy")


def _of_team(desk: Desk, target: Target) -> Iterator[Recipient]:
    team = next((team for team in desk.people.teams() if team.name == target.name), None)
    for member in team.members if team else ():
        yield from _person(desk, member, f"member of {target.name}")


def _of_channel(_desk: Desk, target: Target) -> Iterator[Recipient]:
    channel, _, address = target.name.partition("=")
    yield Recipient(str(target), "named by the policy", None, Contact(channel_name(channel), address or None))


def _person(desk: Desk, name: str, reason: str) -> Iterator[Recipient]:
    try:
        person = desk.people.person(name)
    except NotFound:
        return
    yield Recipient(person.name, reason, person)


_FINDERS = {
    TargetKind.SCHEDULE: _of_schedule,
    TargetKind.PERSON: _of_person,
    TargetKind.TEAM: _of_team,
    TargetKind.CHANNEL: _of_channel,
}
