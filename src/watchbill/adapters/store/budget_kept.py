"""Keeps what people decide about budgets, and what budgets ask of them. Fractions are stored exactly, as text."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.budget import (
    budget_adjustments,
    budget_duties,
    budget_snapshots,
    gate_decisions,
    slo_agreements,
    slo_reviews,
)
from watchbill.adapters.store.types import from_builtins, to_builtins
from watchbill.budget.model import (
    Adjustment,
    Agreement,
    BudgetState,
    Duty,
    DutyKind,
    GateAsk,
    GateDecision,
    Review,
    ReviewDecision,
    Snapshot,
)
from watchbill.kernel.ids import AdjustmentId, DutyId, GateDecisionId, ReviewId
from watchbill.kernel.units import Ratio
from watchbill.slo.service.promised import merged

__all__ = ["AdjustmentStore", "DutyStore", "GateDecisionStore", "ReviewStore", "SnapshotStore"]

_Row = Row[Any]  # Any: one of each column's type


class GateDecisionStore:
    """budget.ports.GateDecisions over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, decision: GateDecision) -> None:
        """Keep one."""
        row = {column.name: getattr(decision, column.name) for column in gate_decisions.columns}
        row |= {"ask": to_builtins(decision.ask), "reasons": list(decision.reasons), "left": dict(decision.left)}
        self._connection.execute(insert(gate_decisions), row)

    def find(self, service: str | None, *, limit: int, before: str | None = None) -> Sequence[GateDecision]:
        """Newest first."""
        found = select(gate_decisions).order_by(gate_decisions.c.id.desc()).limit(limit)
        if service is not None:
            found = found.where(gate_decisions.c.service == service)
        if before is not None:
            found = found.where(gate_decisions.c.id < before)
        return [_decision(row) for row in self._connection.execute(found)]


class AdjustmentStore:
    """budget.ports.Adjustments, and slo.service.promised.Excluded, over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, adjustment: Adjustment) -> None:
        """Keep one."""
        self._connection.execute(insert(budget_adjustments), asdict(adjustment))

    def withdraw(self, adjustment: Adjustment) -> None:
        """Save who took it back, and when."""
        self._connection.execute(
            update(budget_adjustments)
            .where(budget_adjustments.c.id == adjustment.id)
            .values(withdrawn_by=adjustment.withdrawn_by, withdrawn_at=adjustment.withdrawn_at)
        )

    def get(self, adjustment: str) -> Adjustment | None:
        """By its id."""
        row = self._connection.execute(
            select(budget_adjustments).where(budget_adjustments.c.id == adjustment)
        ).one_or_none()
        return None if row is None else _adjustment(row)

    def of(self, slo: str | None) -> Sequence[Adjustment]:
        """Oldest first."""
        found = select(budget_adjustments).order_by(budget_adjustments.c.id)
        if slo is not None:
            found = found.where(budget_adjustments.c.slo == slo)
        return [_adjustment(row) for row in self._connection.execute(found)]

    def spans(self) -> dict[str, Sequence[tuple[datetime, datetime]]]:
        """What counts no longer, by SLO, as disjoint spans in order."""
        table = budget_adjustments.c
        rows = self._connection.execute(select(table.slo, table.start, table.end).where(table.withdrawn_at.is_(None)))
        by_slo: dict[str, list[tuple[datetime, datetime]]] = {}
        for slo, start, end in rows:
            by_slo.setdefault(slo, []).append((start, end))
        return {slo: merged(spans) for slo, spans in by_slo.items()}


class DutyStore:
    """budget.ports.Duties over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, duty: Duty) -> None:
        """Insert or update by id."""
        row = asdict(duty) | {"told": list(duty.told), "details": to_builtins(duty.details)}
        statement = insert_into(self._connection, budget_duties)
        changed = ("told", "done_at", "done_by", "outcome")
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["id"], set_={name: statement.excluded[name] for name in changed}
            ),
            row,
        )

    def get(self, duty: str) -> Duty | None:
        """By its id."""
        row = self._connection.execute(select(budget_duties).where(budget_duties.c.id == duty)).one_or_none()
        return None if row is None else _duty(row)

    def find(
        self, *, slo: str | None = None, kind: DutyKind | None = None, open_only: bool = False, limit: int = 100
    ) -> Sequence[Duty]:
        """Newest first."""
        found = select(budget_duties).order_by(budget_duties.c.id.desc()).limit(limit)
        if slo is not None:
            found = found.where(budget_duties.c.slo == slo)
        if kind is not None:
            found = found.where(budget_duties.c.kind == kind)
        if open_only:
            found = found.where(budget_duties.c.done_at.is_(None))
        return [_duty(row) for row in self._connection.execute(found)]

    def open_by_slo(self) -> Mapping[str, int]:
        """How many wait for somebody, for each SLO that has any."""
        counted = select(budget_duties.c.slo, func.count()).where(budget_duties.c.done_at.is_(None))
        return dict(self._connection.execute(counted.group_by(budget_duties.c.slo)).all())


class ReviewStore:
    """budget.ports.Reviews over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, review: Review) -> None:
        """Keep a review."""
        row = asdict(review) | {"target": str(review.target.value), "remaining_pct": _text(review.remaining_pct)}
        self._connection.execute(insert(slo_reviews), row)

    def of(self, slo: str | None) -> Sequence[Review]:
        """Newest first."""
        found = select(slo_reviews).order_by(slo_reviews.c.id.desc())
        if slo is not None:
            found = found.where(slo_reviews.c.slo == slo)
        return [_review(row) for row in self._connection.execute(found)]

    def agree(self, agreement: Agreement) -> None:
        """Insert, or replace the stakeholder's earlier one."""
        statement = insert_into(self._connection, slo_agreements)
        names = ("at", "by", "target", "note")
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["slo", "stakeholder"], set_={name: statement.excluded[name] for name in names}
            ),
            asdict(agreement) | {"target": str(agreement.target.value)},
        )

    def agreements(self, slo: str | None) -> Sequence[Agreement]:
        """By SLO and stakeholder."""
        found = select(slo_agreements).order_by(slo_agreements.c.slo, slo_agreements.c.stakeholder)
        if slo is not None:
            found = found.where(slo_agreements.c.slo == slo)
        return [
            Agreement(row.slo, row.stakeholder, row.at, row.by, Ratio(Fraction(row.target)), row.note)
            for row in self._connection.execute(found)
        ]


class SnapshotStore:
    """budget.ports.Snapshots over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, snapshots: Sequence[Snapshot]) -> None:
        """Keep them; one that is there already stays as it is."""
        if snapshots:
            rows = [
                asdict(one) | {"remaining_pct": _text(one.remaining_pct), "consumed_pct": _text(one.consumed_pct)}
                for one in snapshots
            ]
            self._connection.execute(insert_into(self._connection, budget_snapshots).on_conflict_do_nothing(), rows)

    def of(self, slo: str | None, *, weeks: int = 13) -> Sequence[Snapshot]:
        """The newest weeks, oldest first."""
        table = budget_snapshots.c
        newest = select(table.week).distinct().order_by(table.week.desc()).limit(weeks)
        found = select(budget_snapshots).where(table.week.in_(newest)).order_by(table.week, table.slo)
        if slo is not None:
            found = found.where(table.slo == slo)
        return [_snapshot(row) for row in self._connection.execute(found)]


def _decision(row: _Row) -> GateDecision:
    return GateDecision(
        id=GateDecisionId(row.id),
        at=row.at,
        service=row.service,
        ask=from_builtins(row.ask, GateAsk),
        by=row.by,
        allowed=row.allowed,
        state=BudgetState(row.state) if row.state else None,
        frozen=row.frozen,
        reasons=tuple(row.reasons),
        left=row.left,
        policy=row.policy,
    )


def _adjustment(row: _Row) -> Adjustment:
    return Adjustment(
        AdjustmentId(row.id),
        row.slo,
        row.start,
        row.end,
        row.reason,
        row.by,
        row.at,
        row.withdrawn_by,
        row.withdrawn_at,
    )


def _duty(row: _Row) -> Duty:
    return Duty(
        DutyId(row.id), row.slo, row.service, DutyKind(row.kind), row.episode, row.number, row.at, row.text,
        tuple(row.told), row.details, row.done_at, row.done_by, row.outcome,
    )  # fmt: skip


def _review(row: _Row) -> Review:
    return Review(
        ReviewId(row.id), row.slo, row.at, row.by, ReviewDecision(row.decision), row.note,
        Ratio(Fraction(row.target)), _exact(row.remaining_pct),
    )  # fmt: skip


def _snapshot(row: _Row) -> Snapshot:
    return Snapshot(
        row.slo, row.week, _exact(row.remaining_pct), _exact(row.consumed_pct),
        BudgetState(row.state) if row.state else None, row.frozen, row.bad, row.total,
    )  # fmt: skip


def _text(exact: Fraction | None) -> str | None:
    return None if exact is None else str(exact)


def _exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
