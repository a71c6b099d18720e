"""What a tick remembers: tiers that fire, and how each budget stands."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from watchbill.adapters.store.budget import BudgetStandingStore, TierStandingStore
from watchbill.budget.model import BudgetStanding, BudgetState
from watchbill.slo.model import TierStanding

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FAST = TierStanding(
    "a", "fast_burn", START, START, {"alertname": "SLOBurn"}, {"summary": "15 in 1,000 orders fail"}, "evt_1"
)
SLOW = TierStanding("a", "slow_burn", START, START, {"alertname": "SLOBurn"}, {}, None)


def test_tiers_come_back_as_they_were(connection: Connection) -> None:
    """Every field, in order of SLO and tier."""
    store = TierStandingStore(connection)

    store.save([SLOW, FAST], [])

    assert store.all() == [FAST, SLOW]


def test_tier_is_updated_and_dropped_in_one_step(connection: Connection) -> None:
    """One is sent again, the other is over."""
    store = TierStandingStore(connection)
    store.save([SLOW, FAST], [])
    later = TierStanding("a", "fast_burn", START, START + HOUR, FAST.labels, {"summary": "all orders fail"}, "evt_1")

    store.save([later], [("a", "slow_burn"), ("nobody", "fast_burn")])

    assert store.all() == [later]


def test_budgets_come_back_as_they_were(connection: Connection) -> None:
    """Frozen and not, with and without a date."""
    store = BudgetStandingStore(connection)
    frozen = BudgetStanding("b", BudgetState.CRITICAL, START, frozen=True, frozen_since=START - HOUR)
    warning = BudgetStanding("a", BudgetState.WARNING, START)

    store.save([frozen, warning])

    assert store.all() == [warning, frozen]
    assert store.get("b") == frozen
    assert store.get("c") is None


def test_budget_is_updated_and_dropped(connection: Connection) -> None:
    """The newest word stands."""
    store = BudgetStandingStore(connection)
    store.save([BudgetStanding("a", BudgetState.WARNING, START), BudgetStanding("b", BudgetState.EXHAUSTED, START)])
    healthy = BudgetStanding("a", BudgetState.HEALTHY, START + HOUR)

    store.save([healthy], ["b"])

    assert store.all() == [healthy]
