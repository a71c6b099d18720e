"""People: can this person be reached at all, is the lead in the team?"""

from collections.abc import Iterator

from watchbill.adapters.resources.checks.world import World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.person import PersonSpec
from watchbill.adapters.resources.kinds.team import TeamSpec
from watchbill.adapters.resources.parsed import Parsed
from watchbill.kernel.errors import near

__all__ = ["check_person", "check_team"]


def check_person(resource: Parsed, _world: World) -> Iterator[Finding]:
    """Somebody without an address cannot be paged; a rule over an unknown channel does nothing."""
    spec = resource.spec
    assert isinstance(spec, PersonSpec)
    channels = {contact.channel for contact in spec.contacts} | ({"email"} if spec.email else set())
    if not channels:
        yield Finding(
            (), "has no contact and no email: cannot be paged", "write contacts: [{channel: email}]", "warning"
        )
    for index, rule in enumerate(spec.notification_rules):
        if channels and rule.channel not in channels:
            close = near(rule.channel, channels)
            hint = f"did you mean {close!r}?" if close else f"contacts are: {', '.join(sorted(channels))}"
            yield Finding(
                ("notification_rules", index, "channel"),
                f"no contact has the channel {rule.channel!r}",
                hint,
                "warning",
            )


def check_team(resource: Parsed, _world: World) -> Iterator[Finding]:
    """The lead is a member; a team of nobody can answer nothing."""
    spec = resource.spec
    assert isinstance(spec, TeamSpec)
    if not spec.members:
        yield Finding(("members",), "nobody is in the team", "write members: [ann]", "warning")
    elif spec.lead and spec.lead not in spec.members:
        yield Finding(("lead",), f"{spec.lead} leads the team and is not in it", "add them to members", "warning")
