"""The timed list for a spent budget, reviews that come due, and the arrows of the weekly look."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from watchbill.budget.model import Agreement, Review, ReviewDecision, Snapshot
from watchbill.budget.rules.attribution import at_most
from watchbill.budget.rules.reviews import review_standing
from watchbill.budget.rules.steps import named_in, steps_of
from watchbill.budget.rules.trend import Trend, trend, trend_of, week_start
from watchbill.kernel.ids import ReviewId
from watchbill.kernel.units import Ratio
from watchbill.slo.model import Slo

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SLO = Slo("a", "checkout", "orders", Ratio.percent("99.9"), stakeholders=("ann", "bob"), review_cadence="monthly")
TARGET = Ratio.percent("99.9")


@pytest.mark.parametrize(
    ("line", "hours", "unless"),
    [
        ("Halt non-critical deployments", 0, False),
        ("Redirect engineering to reliability work", 0, False),
        ("Escalate to VP Engineering if no improvement in 48h", 48, True),
        ("Escalate to VP Engineering if no improvement in 2 days", 48, True),
        ("Escalate to the board without improvement within 90 minutes", Fraction(3, 2), True),
        ("Escalate if there is no improvement", 48, True),
        ("Call the owner after 4 hours", 4, False),
    ],
)
def test_steps_are_read_from_sentences(line: str, hours: float, *, unless: bool) -> None:
    """The playbook's three lines, and what people write instead."""
    (step,) = steps_of([line])

    assert (step.after, step.unless_improved) == (timedelta(hours=float(hours)), unless)


def test_whom_a_sentence_means() -> None:
    """Titles are matched as words, without case, dashes and `of`."""
    roles = {"vp_engineering": "ann", "sre_lead": "bob", "vp": "cy"}

    assert named_in("Escalate to VP Engineering if no improvement in 48h", roles) == [
        ("vp_engineering", "ann"),
        ("vp", "cy"),
    ]
    assert named_in("Tell the VP of engineering", {"vp_engineering": "ann"}) == [("vp_engineering", "ann")]
    assert named_in("Halt deployments", roles) == []


def review(at: datetime) -> Review:
    """A review that kept the target."""
    return Review(ReviewId("rev_1"), "a", at, "ann", ReviewDecision.KEEP, "", TARGET, None)


@pytest.mark.parametrize(("age", "overdue"), [(timedelta(days=31), True), (timedelta(days=31, microseconds=-1), False)])
def test_review_is_due_a_cadence_after_the_last(age: timedelta, *, overdue: bool) -> None:
    """Monthly: exactly 31 days after the last one it is overdue."""
    assert review_standing(SLO, [review(NOW - age)], (), NOW).overdue is overdue


def test_never_reviewed_is_overdue_and_without_cadence_nothing_is() -> None:
    """A promise nobody ever looked at is due now; one without a cadence never is."""
    bare = Slo("b", "checkout", "orders", TARGET)

    assert review_standing(SLO, (), (), NOW).overdue
    assert review_standing(bare, (), (), NOW).due_at is None


def test_agreement_holds_for_its_target_only() -> None:
    """Ann agreed to the present target, Bob to an earlier one."""
    agreed = [
        Agreement("a", "ann", NOW, "ann", TARGET),
        Agreement("a", "bob", NOW, "bob", Ratio.percent("99.5")),
    ]

    standing = review_standing(SLO, (), agreed, NOW)

    assert (standing.agreed, standing.missing) == (("ann",), ("bob",))


@pytest.mark.parametrize(
    ("now", "before", "arrow"),
    [
        ("51", "50", Trend.FLAT),
        ("51.0000001", "50", Trend.UP),
        ("49", "50", Trend.FLAT),
        ("48.9999999", "50", Trend.DOWN),
    ],
)
def test_trend_edges(now: str, before: str, arrow: Trend) -> None:
    """A point or less is standing still."""
    assert trend(Fraction(now), Fraction(before)) is arrow


def test_trend_of_the_unknown_is_unknown() -> None:
    """Nothing is compared with nothing."""
    snapshot = Snapshot("a", NOW, None, None, None, frozen=False, bad=0, total=0)

    assert trend_of(Fraction(50), []) is None
    assert trend_of(Fraction(50), [snapshot]) is None


def test_weeks_begin_on_local_mondays() -> None:
    """Tuesday 03:00 UTC in New York is Monday evening; Auckland's Monday began on Sunday, UTC."""
    assert week_start(NOW, ZoneInfo("America/New_York")) == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    assert week_start(NOW, ZoneInfo("Pacific/Auckland")) == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


def test_charges_of_composites_are_capped_in_proportion() -> None:
    """30 + 10 charged of 20 lost: 15 + 5; below the cap nothing changes."""
    assert at_most([Fraction(30), Fraction(10)], Fraction(20)) == [15, 5]
    assert at_most([Fraction(3), Fraction(1)], Fraction(20)) == [3, 1]
