"""Facts of the postmortems domain, split by noun: the postmortem, its analysis, what is said about it, action items, events."""

from watchbill.postmortems.model.actions import ActionItem, ActionPriority, ActionStatus, ActionType
from watchbill.postmortems.model.analysis import Bone, FactorKind, Finding, FishboneCategory, Why
from watchbill.postmortems.model.events import (
    ActionItemAdded,
    ActionItemChanged,
    ActionItemReminded,
    PostmortemApproved,
    PostmortemCommented,
    PostmortemDemanded,
    PostmortemDrafted,
    PostmortemMet,
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
from watchbill.postmortems.model.talk import AgendaPart, Comment, Decision, Meeting

__all__ = [
    "ActionItem", "ActionItemAdded", "ActionItemChanged", "ActionItemReminded", "ActionPriority", "ActionStatus",
    "ActionType", "AgendaPart", "Approval", "Bone", "BudgetShare", "Comment", "Decision", "FactorKind", "Figures",
    "Finding", "FishboneCategory", "Judgement", "Meeting", "Moment", "Postmortem", "PostmortemApproved",
    "PostmortemCommented", "PostmortemDemanded", "PostmortemDrafted", "PostmortemMet", "PostmortemMoved",
    "PostmortemRevised", "PostmortemStatus", "Prompt", "Version", "Why",
]  # fmt: skip
