"""What an action item and its issue become when both may have changed since they last agreed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from watchbill.postmortems.model import ActionStatus, Mirrored, Seen

__all__ = ["Merged", "merged"]


@dataclass(frozen=True, slots=True)
class Merged:
    """What both sides are to be, the fields that change here, and whether anything changes there."""

    agreed: Mirrored
    taken: Mapping[str, object]
    changes_there: bool


def merged(base: Mirrored | None, ours: Mirrored, theirs: Seen) -> Merged:
    """Field by field: whoever changed it since `base` decides; both: ours, but done on either side is done.

    Without a base (the issue was there before the link) a status that moved there counts, all else is ours.
    """
    taken: dict[str, object] = {}
    if _status(base, ours, theirs) is not ours.status:
        taken["status"] = _status(base, ours, theirs)
    for name in ("owner", "deadline"):
        known = base is not None and name not in theirs.unread
        before, here, there = getattr(base, name, None), getattr(ours, name), getattr(theirs, name)
        if known and here == before and there != before:
            taken[name] = there
    agreed = replace(ours, **taken)  # type: ignore[arg-type]  # names and kinds are those of Mirrored
    return Merged(agreed, taken, _differs(base, agreed, theirs))


def _status(base: Mirrored | None, ours: Mirrored, theirs: Seen) -> ActionStatus:
    before = base.status if base else ActionStatus.OPEN
    if theirs.status is before or theirs.status is ours.status:
        return ours.status
    if ours.status is before or theirs.status is ActionStatus.DONE:
        return theirs.status
    return ours.status


def _differs(base: Mirrored | None, agreed: Mirrored, theirs: Seen) -> bool:
    words = ("description", "type", "priority")  # only we write these
    if base is None or any(getattr(base, name) != getattr(agreed, name) for name in words):
        return True
    if agreed.status is not theirs.status:
        return True
    return any(
        name not in theirs.unread and getattr(agreed, name) != getattr(theirs, name) for name in ("owner", "deadline")
    )
