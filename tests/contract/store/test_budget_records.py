"""What people decide about budgets comes back as it was, exactly, from both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from sqlalchemy import Connection

from watchbill.adapters.store.budget_kept import (
    AdjustmentStore,
    DutyStore,
    GateDecisionStore,
    ReviewStore,
    SnapshotStore,
)
from watchbill.budget.model import (
    Adjustment,
    Agreement,
    BudgetState,
    Duty,
    DutyKind,
    GateAction,
    GateAsk,
    GateDecision,
    GateException,
    Review,
    ReviewDecision,
    Snapshot,
)
from watchbill.kernel.ids import AdjustmentId, DutyId, GateDecisionId, ReviewId
from watchbill.kernel.units import Ratio

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def decision(number: int, service: str = "checkout") -> GateDecision:
    """A decision with everything in it."""
    return GateDecision(
        GateDecisionId(f"gat_{number}"), NOW, service, GateAsk(GateAction.DEPLOY, exception=GateException.SECURITY, reason="x"),
        "ann", allowed=True, state=None, frozen=True, reasons=("a", "b"), left={"s": "12.5"}, policy="playbook",
    )  # fmt: skip


def test_decisions_come_newest_first(connection: Connection) -> None:
    """Of one service, and page by page."""
    store = GateDecisionStore(connection)
    for number in (1, 2):
        store.add(decision(number))
    store.add(decision(3, "search"))

    assert store.find("checkout", limit=5) == [decision(2), decision(1)]
    assert store.find(None, limit=5, before="gat_2") == [decision(1)]


def test_adjustments_merge_into_disjoint_spans(connection: Connection) -> None:
    """Overlapping and touching ones are one span; a withdrawn one is none, and stays in the list."""
    store = AdjustmentStore(connection)
    made = [
        Adjustment(AdjustmentId(f"adj_{number}"), "s", NOW + start * HOUR, NOW + end * HOUR, "why", "ann", NOW)
        for number, (start, end) in enumerate([(0, 2), (1, 3), (3, 4), (6, 7), (9, 10)])
    ]
    for one in made:
        store.add(one)
    withdrawn = replace(made[-1], withdrawn_by="bob", withdrawn_at=NOW)
    store.withdraw(withdrawn)

    assert store.spans() == {"s": [(NOW, NOW + 4 * HOUR), (NOW + 6 * HOUR, NOW + 7 * HOUR)]}
    assert store.of("s")[-1] == store.get("adj_4") == withdrawn


def test_duties_are_open_until_they_are_done(connection: Connection) -> None:
    """Saved again by the same id it is changed, not doubled."""
    store = DutyStore(connection)
    duty = Duty(DutyId("dut_1"), "s", "checkout", DutyKind.CHANGE_REVIEW, NOW, 0, NOW, "look", details={"changes": [1]})
    store.save(duty)
    assert store.find(slo="s", open_only=True) == [duty]
    store.save(replace(duty, id=DutyId("dut_2")))
    store.save(replace(duty, id=DutyId("dut_3"), slo="t"))
    assert store.open_by_slo() == {"s": 2, "t": 1}
    store.save(replace(duty, id=DutyId("dut_2"), done_at=NOW))
    store.save(replace(duty, id=DutyId("dut_3"), slo="t", done_at=NOW))
    assert store.open_by_slo() == {"s": 1}

    done = replace(duty, done_at=NOW, done_by="ann", outcome="fine")
    store.save(done)

    assert (store.find(open_only=True), store.get("dut_1")) == ([], done)
    assert store.find(kind=DutyKind.DAILY_REVIEW) == []


def test_reviews_and_agreements_keep_exact_figures(connection: Connection) -> None:
    """A third stays a third; a second agreement of the same stakeholder replaces the first."""
    store = ReviewStore(connection)
    review = Review(
        ReviewId("rev_1"), "s", NOW, "ann", ReviewDecision.TIGHTEN, "n", Ratio.percent("99.9"), Fraction(1, 3)
    )
    store.add(review)
    for target in ("99", "99.9"):
        store.agree(Agreement("s", "vera", NOW, "ann", Ratio.percent(target)))

    assert store.of("s") == [review]
    assert [one.target for one in store.agreements(None)] == [Ratio.percent("99.9")]


def test_a_snapshot_stays_as_it_was(connection: Connection) -> None:
    """Kept a second time nothing changes; the newest weeks come oldest first."""
    store = SnapshotStore(connection)
    weeks = [
        Snapshot(
            "s",
            NOW + number * 7 * 24 * HOUR,
            Fraction(number, 3),
            None,
            BudgetState.HEALTHY,
            frozen=False,
            bad=1,
            total=2,
        )
        for number in range(3)
    ]
    store.save(weeks)
    store.save([replace(weeks[2], bad=99)])

    assert store.of("s", weeks=2) == weeks[1:]
