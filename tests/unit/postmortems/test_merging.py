"""What an item and its issue become when both may have moved."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.postmortems.model import ActionPriority, ActionStatus, ActionType, Mirrored, Seen
from watchbill.postmortems.rules.merging import merged

OPEN, IN_PROGRESS, DONE = ActionStatus
BASE = Mirrored("check plans", ActionType.PREVENT, ActionPriority.P1, OPEN, "ann", date(2026, 12, 10))
SEEN = Seen("7", "https://x/7", OPEN, "ann", date(2026, 12, 10))
STATUS = st.sampled_from(ActionStatus)


@pytest.mark.parametrize(
    ("ours", "theirs", "agreed"),
    [
        (OPEN, OPEN, OPEN),
        (IN_PROGRESS, OPEN, IN_PROGRESS),
        (OPEN, IN_PROGRESS, IN_PROGRESS),
        (OPEN, DONE, DONE),
        (DONE, OPEN, DONE),
        (IN_PROGRESS, DONE, DONE),
        (DONE, IN_PROGRESS, DONE),
    ],
)
def test_whoever_moved_it_decides_and_done_is_done(
    ours: ActionStatus, theirs: ActionStatus, agreed: ActionStatus
) -> None:
    """From a base that was open."""
    found = merged(BASE, replace(BASE, status=ours), replace(SEEN, status=theirs))

    assert found.agreed.status is agreed
    assert found.changes_there is (theirs is not agreed)
    assert found.taken == ({} if ours is agreed else {"status": agreed})


def test_owner_and_deadline_follow_whoever_changed_them() -> None:
    """There alone: taken. On both sides: ours. Unreadable there: ours."""
    later = date(2027, 1, 1)
    there = replace(SEEN, owner="bob", deadline=later)

    assert merged(BASE, BASE, there).taken == {"owner": "bob", "deadline": later}
    both = merged(BASE, replace(BASE, owner="cy"), there)
    assert (both.agreed.owner, both.taken, both.changes_there) == ("cy", {"deadline": later}, True)
    unread = replace(there, unread=frozenset({"owner", "deadline"}))
    assert merged(BASE, BASE, unread).taken == {}


def test_an_issue_that_was_there_before_the_link_keeps_its_progress() -> None:
    """All else is ours."""
    found = merged(None, BASE, replace(SEEN, status=IN_PROGRESS, owner="bob"))

    assert (found.taken, found.changes_there) == ({"status": IN_PROGRESS}, True)


@given(STATUS, STATUS, STATUS)
def test_meeting_twice_changes_nothing(base: ActionStatus, ours: ActionStatus, theirs: ActionStatus) -> None:
    """After a meeting both are alike, whatever each was before."""
    first = merged(replace(BASE, status=base), replace(BASE, status=ours), replace(SEEN, status=theirs))
    again = merged(first.agreed, first.agreed, replace(SEEN, status=first.agreed.status))

    assert (again.taken, again.changes_there) == ({}, False)
