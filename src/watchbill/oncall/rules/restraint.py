"""When calling at once would only make noise: a group that comes and goes, and a flood of new groups.

Nothing is dropped: what flaps is called for once it stays, what floods is told together.
"""

from dataclasses import dataclass
from datetime import timedelta

__all__ = ["FLAP_WITHIN", "RECOVERY_WAIT", "STORM_GROUPS", "STORM_WITHIN", "Restraint", "restrain", "storm_group"]

# A group that began three walks within the hour is called for only if it stays for ten minutes.
FLAP_STARTS, FLAP_WITHIN, HOLD_DOWN = 3, timedelta(hours=1), timedelta(minutes=10)
# From the twentieth new group of a policy within a minute on, the rest is told in one page.
STORM_GROUPS, STORM_WITHIN = 20, timedelta(minutes=1)
# When what a service depends on is well again, the service itself gets this long to recover before its own page.
RECOVERY_WAIT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Restraint:
    """Wait so long before the first call (zero: none), or join the storm; `words` say why, for who is called."""

    wait: timedelta = timedelta(0)
    storm: bool = False
    words: str = ""


def restrain(*, group_wait: timedelta, group_starts: int, policy_starts: int) -> Restraint:
    """`group_starts`: walks that the group began within the hour; `policy_starts`: groups that the policy began to call for
    within the minute. A flood counts before flapping.
    """
    if policy_starts >= STORM_GROUPS:
        return Restraint(
            storm=True, words=f"more than {STORM_GROUPS} groups began within a minute: they are told together"
        )
    if group_starts >= FLAP_STARTS:
        waits = int(HOLD_DOWN.total_seconds() // 60)
        words = f"it came and went {group_starts} times within the hour, so this page waited {waits} min to see whether it stays"
        return Restraint(max(group_wait, HOLD_DOWN), words=words)
    return Restraint(group_wait)


def storm_group(policy: str) -> str:
    """The group in which a policy's flood is told."""
    return f"storm:{policy}"
