"""What stays open for people, and the way from draft to final."""

from functools import partial

import pytest
from tests.unit.postmortems.conftest import NOW, postmortem

from watchbill.kernel.errors import Conflict, Refused
from watchbill.postmortems.model import Approval, PostmortemStatus
from watchbill.postmortems.rules.prompts import QUESTIONS, mark, prompts, required
from watchbill.postmortems.rules.review import (
    approvers,
    is_approved,
    require_approver,
    require_editable,
    require_submittable,
)

DRAFT, IN_REVIEW, FINAL = PostmortemStatus


def test_a_bare_draft_asks_everything() -> None:
    """Nothing is invented: each judgement is a question, and only the cause is needed for a review."""
    asked = prompts(postmortem())

    assert asked == QUESTIONS
    assert [one.field for one in required(postmortem())] == ["root_cause"]


def test_data_and_people_both_answer() -> None:
    """A computed figure closes its question as well as a person's word; zero and no are answers."""
    one = postmortem(
        figures={"users_affected": 0, "data_loss": False, "how_resolved": "rolled back"},
        judged={"root_cause": "no plan check in CI", "what_went_well": ("paging",), "customer_tickets": 3},
    )

    assert [asked.field for asked in prompts(one)] == [
        "contributing_factors",
        "could_have_detected_sooner",
        "what_went_wrong",
        "where_we_got_lucky",
    ]


def test_a_mark_can_be_searched_for() -> None:
    """What stands in a text where the answer is missing says so."""
    assert mark("how_resolved") == "[to be judged: What ended it?]"


def test_without_a_cause_there_is_nothing_to_review() -> None:
    """The refusal names the field."""
    with pytest.raises(Refused, match="nobody has judged yet: root_cause"):
        require_submittable(postmortem())


def test_a_draft_with_a_cause_may_be_submitted_once() -> None:
    """The rest may stay open; in review it is no draft any more."""
    answered = {"root_cause": "no plan check in CI"}
    require_submittable(postmortem(judged=answered))

    with pytest.raises(Conflict, match="in-review already"):
        require_submittable(postmortem(judged=answered, status=IN_REVIEW))


def test_final_is_locked() -> None:
    """Nothing is changed, submitted or approved any more."""
    final = postmortem(status=FINAL)

    for attempt in (require_editable, require_submittable, partial(require_approver, person="bob")):
        with pytest.raises(Conflict, match="final and locked"):
            attempt(final)


def test_authors_do_not_approve_their_own() -> None:
    """Somebody else has to read it, and only what is in review."""
    with pytest.raises(Refused, match="ann wrote it"):
        require_approver(postmortem(status=IN_REVIEW, judged={"authors": ("ann",)}), "ann")
    with pytest.raises(Conflict, match="submit it"):
        require_approver(postmortem(), "bob")


def _approved(*approvals: tuple[str, int], reviewers: tuple[str, ...] = ("bob", "cy")) -> bool:
    given = tuple(Approval(person, NOW, version) for person, version in approvals)
    return is_approved(postmortem(status=IN_REVIEW, version=3, approvals=given, judged={"reviewers": reviewers}))


def test_every_reviewer_has_to_approve_the_present_version() -> None:
    """An approval of an earlier text does not count, one by somebody else does no harm, and nobody is no approval."""
    assert _approved(("bob", 3), ("cy", 3))
    assert not _approved(("bob", 3), ("cy", 2))
    assert not _approved(("dee", 3))
    assert _approved(("dee", 3), reviewers=())
    assert not _approved(reviewers=())


def test_stale_approvals_are_known_as_such() -> None:
    """Only those of the present version are current."""
    one = postmortem(version=3, approvals=(Approval("bob", NOW, 2), Approval("cy", NOW, 3)))

    assert approvers(one) == {"cy"}
