"""The tick: judges every promise at once and says what changed. It only reads; what it found is saved afterwards, in one step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from watchbill.slo.model import Slo, TierMoved, TierStanding, Verdict
from watchbill.slo.rules.plan import Plan

__all__ = ["Plans", "Tick"]


@dataclass
class Plans:
    """Keeps the plan from tick to tick; one for each process, as long as it lives."""

    current: Plan | None = None
    # Plan, budget verdicts and standings of a tick at which no budget moved: the same again needs no look at any SLO.
    settled: tuple[Plan, bytes, Sequence[object]] | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick found: tiers that moved, and every budget's verdicts at its edges.

    `at` is the watermark that was judged; nothing was saved yet (`SloService.settle`).
    """

    at: datetime
    plan: Plan
    verdicts: bytes
    moved: tuple[TierMoved, ...] = ()
    standings: tuple[TierStanding, ...] = ()  # to be saved: new, and sent again
    cleared: tuple[tuple[str, str], ...] = field(default=())  # to be dropped: (slo, tier)

    def spending(self) -> list[Slo]:
        """The SLOs whose budget is not surely above its first edge."""
        return [self.plan.slos[number] for number in self.plan.spending(self.verdicts)]

    def budget_verdicts(self) -> bytes:
        """The verdicts of all budgets at all edges."""
        return self.plan.budget_verdicts(self.verdicts)

    def changed_since(self, budget_verdicts: bytes) -> list[Slo]:
        """The SLOs of which any budget verdict is another than it was then, under the same plan."""
        return [self.plan.slos[number] for number in self.plan.changed(budget_verdicts, self.budget_verdicts())]

    def edges(self, slo: str) -> tuple[Verdict, ...] | None:
        """An SLO's verdicts at its edges, in the order in which they were given; None where it is not measured."""
        number = self.plan.position.get(slo)
        return None if number is None else self.plan.edges(self.verdicts, number)

    def slo(self, name: str) -> Slo | None:
        """The SLO as it was judged."""
        number = self.plan.position.get(name)
        return None if number is None else self.plan.slos[number]
