"""Keeps what a tick has to remember: which tiers fire, and how each budget stands."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select, tuple_

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.promises import budget_standings, tier_standings
from watchbill.budget.model import BudgetStanding, BudgetState
from watchbill.slo.model import TierStanding

__all__ = ["BudgetStandingStore", "TierStandingStore"]


class TierStandingStore:
    """slo.ports.TierStandings over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[TierStanding]:
        """Every tier that fires, by SLO and tier."""
        rows = self._connection.execute(select(tier_standings).order_by(tier_standings.c.slo, tier_standings.c.tier))
        return [
            TierStanding(row.slo, row.tier, row.since, row.sent_at, row.labels, row.annotations, row.cause)
            for row in rows
        ]

    def save(self, changed: Sequence[TierStanding], cleared: Sequence[tuple[str, str]]) -> None:
        """Drop the cleared, then write the changed ones."""
        if cleared:
            key = tuple_(tier_standings.c.slo, tier_standings.c.tier)
            self._connection.execute(delete(tier_standings).where(key.in_(cleared)))
        if changed:
            statement = insert_into(self._connection, tier_standings)
            names = ("since", "sent_at", "labels", "annotations", "cause")
            self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["slo", "tier"], set_={name: statement.excluded[name] for name in names}
                ),
                [
                    {
                        "slo": one.slo,
                        "tier": one.tier,
                        "since": one.since,
                        "sent_at": one.sent_at,
                        "labels": dict(one.labels),
                        "annotations": dict(one.annotations),
                        "cause": one.cause,
                    }
                    for one in changed
                ],
            )


class BudgetStandingStore:
    """budget.ports.BudgetStandings over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, slo: str) -> BudgetStanding | None:
        """The standing of one budget; None: healthy, and never was otherwise."""
        row = self._connection.execute(select(budget_standings).where(budget_standings.c.slo == slo)).one_or_none()
        return None if row is None else _standing(row)

    def all(self) -> Sequence[BudgetStanding]:
        """Every standing, by SLO."""
        return [
            _standing(row)
            for row in self._connection.execute(select(budget_standings).order_by(budget_standings.c.slo))
        ]

    def save(self, changed: Sequence[BudgetStanding], dropped: Sequence[str] = ()) -> None:
        """Drop those that are gone, then write the changed ones."""
        if dropped:
            self._connection.execute(delete(budget_standings).where(budget_standings.c.slo.in_(dropped)))
        if changed:
            statement = insert_into(self._connection, budget_standings)
            names = ("state", "state_since", "frozen", "frozen_since")
            self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["slo"], set_={name: statement.excluded[name] for name in names}
                ),
                [
                    {
                        "slo": one.slo,
                        "state": one.state,
                        "state_since": one.state_since,
                        "frozen": one.frozen,
                        "frozen_since": one.frozen_since,
                    }
                    for one in changed
                ],
            )


def _standing(row: Row[Any]) -> BudgetStanding:  # Any: one of each column's type
    return BudgetStanding(row.slo, BudgetState(row.state), row.state_since, row.frozen, row.frozen_since)
