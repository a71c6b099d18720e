"""Keeps what a tick has to remember: which tiers fire, and how each budget stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, delete, select, tuple_

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.promises import budget_standings, tier_standings
from watchbill.budget.model import BudgetStanding, BudgetState
from watchbill.slo.model import TierStanding

__all__ = ["BudgetStandingStore", "StandingMemory", "TierStandingStore"]


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


@dataclass(slots=True)
class StandingMemory:
    """The standings that were read last, with the rows as the database gave them: the same rows are the same standings."""

    # One pair, replaced as a whole: threads that read meanwhile see the old pair or the new one.
    pair: tuple[list[tuple[object, ...]], Sequence[BudgetStanding]] = field(default_factory=lambda: ([], ()))


# Every standing, by SLO; text, so that rows come as they lie there: dates are made of them only when they changed.
_ALL = "SELECT slo, state, state_since, frozen, frozen_since FROM budget_standings ORDER BY slo"


class BudgetStandingStore:
    """budget.ports.BudgetStandings over one connection. `memory` lets ticks at which nothing moved read next to nothing."""

    def __init__(self, connection: Connection, memory: StandingMemory | None = None) -> None:
        self._connection, self._memory = connection, memory or StandingMemory()

    def get(self, slo: str) -> BudgetStanding | None:
        """The standing of one budget; None: healthy, and never was otherwise."""
        row = self._connection.execute(select(budget_standings).where(budget_standings.c.slo == slo)).one_or_none()
        return None if row is None else _standing(row)

    def all(self) -> Sequence[BudgetStanding]:
        """Every standing, by SLO; the very same sequence while the rows are the same."""
        rows = [tuple(row) for row in self._connection.exec_driver_sql(_ALL)]
        known, standings = self._memory.pair
        if rows != known:
            read = self._connection.execute(select(budget_standings).order_by(budget_standings.c.slo))
            standings = [_standing(row) for row in read]
            self._memory.pair = rows, standings
        return standings

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
