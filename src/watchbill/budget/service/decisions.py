"""Everything that is decided about budgets, behind one name; each part is built when it is first used."""

from functools import cached_property

from watchbill.budget.service.adjusting import AdjustmentService
from watchbill.budget.service.desk import BudgetDesk
from watchbill.budget.service.duties import DutyService
from watchbill.budget.service.gating import GateService
from watchbill.budget.service.reviewing import ReviewService, SnapshotService

__all__ = ["BudgetDecisions"]


class BudgetDecisions:
    """The use cases around budgets within one transaction."""

    def __init__(self, desk: BudgetDesk) -> None:
        self._desk = desk

    @cached_property
    def gates(self) -> GateService:
        """Whether something may go out now."""
        return GateService(self._desk)

    @cached_property
    def adjustments(self) -> AdjustmentService:
        """Time taken out of budgets."""
        return AdjustmentService(self._desk)

    @cached_property
    def duties(self) -> DutyService:
        """What budgets ask of people."""
        return DutyService(self._desk)

    @cached_property
    def reviews(self) -> ReviewService:
        """Looking at promises again."""
        return ReviewService(self._desk)

    @cached_property
    def snapshots(self) -> SnapshotService:
        """How budgets stood when weeks began."""
        return SnapshotService(self._desk)
