"""Facts of the postmortems domain, split by noun: the postmortem, action items, events."""

from watchbill.postmortems.model.actions import ActionItem, ActionPriority, ActionStatus, ActionType
from watchbill.postmortems.model.events import (
    ActionItemAdded,
    ActionItemChanged,
    PostmortemApproved,
    PostmortemDemanded,
    PostmortemDrafted,
    PostmortemMoved,
    PostmortemRevised,
)
from watchbill.postmortems.model.postmortem import (
    Approval,
    BudgetShare,
    Figures,
    Judgement,
    Moment,
    Postmortem,
    PostmortemStatus,
    Prompt,
    Version,
)

__all__ = [
    "ActionItem", "ActionItemAdded", "ActionItemChanged", "ActionPriority", "ActionStatus", "ActionType", "Approval",
    "BudgetShare", "Figures", "Judgement", "Moment", "Postmortem", "PostmortemApproved", "PostmortemDemanded",
    "PostmortemDrafted", "PostmortemMoved", "PostmortemRevised", "PostmortemStatus", "Prompt", "Version",
]  # fmt: skip
