"""How bad an incident is, as the operations answer it: what is known of the damage, the cell of the matrix, why the severity stands."""

from datetime import datetime
from fractions import Fraction

from pydantic import BaseModel

from watchbill.incidents.model import Impairment, Room, Severity
from watchbill.kernel.units import Money

__all__ = ["ImpactView", "MatrixCellView", "SeverityReasonView", "assessment_of", "impact_of", "severity_reason_of"]


class MatrixCellView(BaseModel):
    """What matrix and triggers say of what is known today, whoever set the severity; `suggested_pct` is the share of failing events, as a hint at the share of users."""

    row: Impairment
    column: str
    assumed: bool
    sentence: str
    severity: Severity
    suggested_pct: float | None


class SeverityReasonView(BaseModel):
    """Why the severity is what it is: as the matrix derived it, or as a person set it (`by_hand`)."""

    sentence: str
    reason: str
    by: str
    at: datetime
    by_hand: bool


class ImpactView(BaseModel):
    """What is known of the damage; None is not known. Money is in the currency's own unit, as text."""

    impairment: Impairment | None
    users_affected: int | None
    users_total: int | None
    affected_pct: float | None
    data_loss: bool | None
    pii_breach: bool | None
    revenue: bool | None
    revenue_per_minute: str | None
    revenue_lost: str | None
    sla_imminent: bool
    customer_tickets: int | None


def assessment_of(room: Room) -> MatrixCellView:
    """The cell of the matrix."""
    found = room.assessment
    return MatrixCellView(
        row=found.row,
        column=found.column.reach,
        assumed=found.column.assumed,
        sentence=found.sentence,
        severity=found.severity,
        suggested_pct=_pct(room.bad_ratio),
    )


def severity_reason_of(room: Room) -> SeverityReasonView | None:
    """Why it has the severity that it has."""
    why = room.standing
    if why is None:
        return None
    return SeverityReasonView(sentence=why.sentence, reason=why.reason, by=why.by, at=why.at, by_hand=why.by_hand)


def impact_of(room: Room) -> ImpactView:
    """What is known of the damage."""
    known = room.incident.impact
    return ImpactView(
        impairment=known.row, users_affected=known.users_affected, users_total=known.users_total,
        affected_pct=_pct(known.ratio), data_loss=known.data_loss, pii_breach=known.pii_breach, revenue=known.revenue,
        revenue_per_minute=_money(known.revenue_per_minute), revenue_lost=_money(room.revenue_lost),
        sla_imminent=known.sla_imminent, customer_tickets=known.customer_tickets,
    )  # fmt: skip


def _pct(ratio: Fraction | None) -> float | None:
    return None if ratio is None else float(ratio * 100)


def _money(amount: Money | None) -> str | None:
    return None if amount is None else str(amount)
