"""What happens when a budget is spent: the timed list of an SLO, read from its sentences (playbook ph. 2).

"Halt non-critical deployments"                          at once
"Escalate to VP Engineering if no improvement in 48h"    48 h later, unless more is left by then
"Call the owner after 4h"                                4 h later in any case
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

__all__ = ["PATIENCE", "Step", "named_in", "steps_of"]

PATIENCE = timedelta(hours=48)  # "if no improvement" without a time
_DELAY = re.compile(
    r"\b(?:in|after|within|for)\s+(\d{1,5})\s*(minutes?|mins?|m|hours?|h|days?|d|weeks?|w)\b", re.IGNORECASE
)
_UNLESS = re.compile(r"\b(?:no|without)\s+improvement\b|\bnot\s+improv|\bunless\b.{0,40}\bimprov", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list: how long after the exhaustion, and whether improvement makes it needless.

    `written`: somebody of the house wrote it, for an SLO or into a policy; only then it may wake people.
    """

    number: int
    text: str
    after: timedelta
    unless_improved: bool
    written: bool = True


def steps_of(lines: Sequence[str]) -> list[Step]:
    """The list, in the order in which it was written."""
    return [_step(number, line) for number, line in enumerate(lines)]


def _step(number: int, line: str) -> Step:
    unless = _UNLESS.search(line) is not None
    found = _DELAY.search(line)
    if found is not None:
        return Step(number, line, int(found[1]) * _UNITS[found[2][0].lower()], unless)
    return Step(number, line, PATIENCE if unless else timedelta(0), unless)


def named_in(text: str, roles: Mapping[str, str]) -> list[tuple[str, str]]:
    """The titles of the house that a sentence names, with who holds them: `vp_engineering` in `VP of Engineering notified`."""
    said = f" {_plain(text)} "
    return [(role, person) for role, person in roles.items() if f" {_plain(role)} " in said]


def _plain(text: str) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", text.lower()).split()
    return " ".join(word for word in words if word not in {"of", "the"})
