"""What incidents ask about promises: what was counted lately, what a span took from a budget, how long an SLA still holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Protocol

from watchbill.incidents.model import SloImpact
from watchbill.kernel.units import Ratio

__all__ = ["Measured", "Measurements", "SlaOutlook"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What an SLO counted over a stretch of time: whole minutes, of which `covered` had data."""

    slo: str
    service: str
    target: Ratio
    good: int
    total: int
    minutes: int
    covered: int


@dataclass(frozen=True, slots=True)
class SlaOutlook:
    """How long an SLA still holds at the last hour's burn: 0 is broken already, None: it is not in danger or not known."""

    slo: str
    sla: Ratio
    hours_left: Fraction | None


class Measurements(Protocol):
    """How services keep their promises, gathered from SLOs and budgets. What is not known is None or missing, never a guess."""

    def bad_ratio(self, service: str, at: datetime) -> Fraction | None:
        """Share of bad events since the trouble began, over five minutes at most, of the service's worst SLO."""

    def lately(self, service: str, span: timedelta) -> Sequence[Measured]:
        """What each SLO of the service counted in the newest whole minutes of that span that can be judged already."""

    def impact(self, service: str, start: datetime, end: datetime) -> Sequence[SloImpact]:
        """What [start, end) took from the budget of each SLO of the service, the worst first."""

    def onset(self, service: str, noticed: datetime) -> datetime | None:
        """The first minute of the stretch of broken promise that lasted until it was noticed."""

    def sla_outlook(self, service: str, at: datetime) -> Sequence[SlaOutlook]:
        """The SLAs of the service's SLOs."""
