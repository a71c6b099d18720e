"""From draft to final: who may approve, and when all have."""

from watchbill.kernel.errors import Conflict, Refused
from watchbill.postmortems.model import Postmortem, PostmortemStatus
from watchbill.postmortems.rules.prompts import required

__all__ = ["approvers", "is_approved", "require_approver", "require_editable", "require_submittable"]


def require_editable(postmortem: Postmortem) -> None:
    """Raise Conflict once it is final."""
    if postmortem.is_locked:
        raise Conflict("this postmortem is final and locked", hint="what is learnt later goes into an action item")


def require_submittable(postmortem: Postmortem) -> None:
    """Raise unless it is a draft in which what a review needs was answered."""
    require_editable(postmortem)
    if postmortem.status is not PostmortemStatus.DRAFT:
        raise Conflict(f"this postmortem is {postmortem.status} already")
    if open_questions := required(postmortem):
        fields = ", ".join(prompt.field for prompt in open_questions)
        raise Refused("review", f"nobody has judged yet: {fields}", hint="write it down first, then ask for review")


def require_approver(postmortem: Postmortem, person: str) -> None:
    """Raise unless it is in review and the person did not write it."""
    require_editable(postmortem)
    if postmortem.status is not PostmortemStatus.IN_REVIEW:
        raise Conflict(f"this postmortem is a {postmortem.status}", hint="submit it for review first")
    if person in postmortem.judged.authors:
        raise Refused("review", f"{person} wrote it", hint="somebody else has to approve it")


def approvers(postmortem: Postmortem) -> frozenset[str]:
    """Who has approved the present version; an approval of an earlier one does not count."""
    return frozenset(one.person for one in postmortem.approvals if one.version == postmortem.version)


def is_approved(postmortem: Postmortem) -> bool:
    """Whether every reviewer has approved the present version; without reviewers, anybody."""
    approved = approvers(postmortem)
    return bool(approved) and set(postmortem.judged.reviewers) <= approved
