"""The walk through a policy: which step comes next, and what a new alert of a group means for the walks under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from watchbill.alerts.model import Severity
from watchbill.oncall.model import Escalation, EscalationPolicy, Target

__all__ = ["Due", "Joining", "after", "joins", "skips_to_fallback", "worst"]


@dataclass(frozen=True, slots=True)
class Due:
    """A step to be called: whom, and how long to wait for an answer. The fallback is the step after the last of a policy."""

    round: int
    step: int
    targets: tuple[Target, ...]
    wait: timedelta | None
    is_fallback: bool = False


@dataclass(frozen=True, slots=True)
class Joining:
    """What becomes of a new alert of a group: it joins a walk (`joined`), and people are paged anew or not."""

    joined: Escalation | None
    pages: bool


def worst(*severities: Severity) -> Severity:
    """The most severe: P0 before P1 before the rest."""
    return min(severities, key=lambda severity: severity.rank)


def after(policy: EscalationPolicy, round_: int, step: int) -> Due | None:
    """What follows the step that was called last (-1: none yet); None after the fallback."""
    if step >= len(policy.steps):
        return None
    if step + 1 < len(policy.steps):
        following = policy.steps[step + 1]
        return Due(round_, step + 1, following.notify, following.wait)
    if round_ < policy.repeat:
        return Due(round_ + 1, 0, policy.steps[0].notify, policy.steps[0].wait)
    return skips_to_fallback(policy, round_)


def skips_to_fallback(policy: EscalationPolicy, round_: int) -> Due:
    """The last resort, wherever the walk stands: taken when a whole round found nobody to call."""
    return Due(round_, len(policy.steps), policy.fallback, None, is_fallback=True)


def joins(unanswered: Escalation | None, taken: Sequence[Escalation], slo: str | None) -> Joining:
    """A group that is still looking for somebody takes the alert in; an acknowledged group pages again.

    But another burn tier of an SLO that somebody is already at work on is no news: it joins without a page. A walk that
    has come to its end joins the alert and begins again.
    """
    if unanswered is not None:
        return Joining(unanswered, pages=False)
    known = next((escalation for escalation in taken if slo is not None and slo in escalation.slos), None)
    return Joining(known, pages=known is None)
