"""Use cases of error budgets: what is left, gates, adjustments, duties, reviews and snapshots."""

from watchbill.budget.service.adjusting import Adjusted, AdjustmentService
from watchbill.budget.service.decisions import BudgetDecisions
from watchbill.budget.service.desk import BudgetDesk
from watchbill.budget.service.duties import DAILY, ESCALATE, DutyService
from watchbill.budget.service.gating import GateService
from watchbill.budget.service.reviewing import ReviewService, SnapshotService
from watchbill.budget.service.service import BudgetService

__all__ = [
    "DAILY",
    "ESCALATE",
    "Adjusted",
    "AdjustmentService",
    "BudgetDecisions",
    "BudgetDesk",
    "BudgetService",
    "DutyService",
    "GateService",
    "ReviewService",
    "SnapshotService",
]
