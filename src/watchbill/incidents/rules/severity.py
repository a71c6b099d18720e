"""How bad it is: the severity matrix, then the triggers that raise it, in their fixed order (playbook ph. 5)."""

from dataclasses import dataclass
from fractions import Fraction

from watchbill.incidents.model import Assessment, Column, Impact, Impairment, Reach, Reason, Severity, Trigger
from watchbill.kernel.units import Money

__all__ = ["CORE_DOWN_FROM", "CORE_TIERS", "MATRIX", "Floor", "assess", "column", "floors", "row_for", "with_triggers"]

_1, _2, _3, _4 = Severity

# playbook ph. 5, severity classification matrix: row by what is broken, column by how many users feel it.
# fmt: off
MATRIX: dict[Impairment, dict[Reach, Severity]] = {
    #                      one user            < 25 %                   >= 25 %                     all
    Impairment.CORE_DOWN: {Reach.ONE_USER: _3, Reach.BELOW_QUARTER: _2, Reach.QUARTER_OR_MORE: _1, Reach.ALL: _1},
    Impairment.DEGRADED:  {Reach.ONE_USER: _4, Reach.BELOW_QUARTER: _3, Reach.QUARTER_OR_MORE: _2, Reach.ALL: _1},
    Impairment.NON_CORE:  {Reach.ONE_USER: _4, Reach.BELOW_QUARTER: _3, Reach.QUARTER_OR_MORE: _3, Reach.ALL: _2},
    Impairment.COSMETIC:  {Reach.ONE_USER: _4, Reach.BELOW_QUARTER: _4, Reach.QUARTER_OR_MORE: _3, Reach.ALL: _3},
}
# fmt: on

CORE_DOWN_FROM = Fraction(1, 2)  # share of failing events from which a core function counts as down
CORE_TIERS = frozenset({"critical", "important"})
_QUARTER = Fraction(1, 4)


def column(impact: Impact) -> Column:
    """The column by affected users: one is always the first; exactly 25 % is the third; unknown is the third, assumed."""
    if impact.users_affected == 1:
        return Column(Reach.ONE_USER)
    ratio = impact.ratio
    if ratio is None:
        return Column(Reach.QUARTER_OR_MORE, assumed=True)
    if ratio < _QUARTER:
        return Column(Reach.BELOW_QUARTER)
    return Column(Reach.QUARTER_OR_MORE if ratio < 1 else Reach.ALL)


def row_for(tier: str | None, bad_ratio: Fraction | None) -> Impairment:
    """The row where nobody has said what is broken: services below the core tiers are non-core; half failing is down."""
    if tier is not None and tier not in CORE_TIERS:
        return Impairment.NON_CORE
    if bad_ratio is not None and bad_ratio >= CORE_DOWN_FROM:
        return Impairment.CORE_DOWN
    return Impairment.DEGRADED


@dataclass(frozen=True, slots=True)
class Floor:
    """A trigger that holds a severity up: nothing below `least` is accepted while it applies."""

    trigger: Trigger
    least: Severity


def floors(impact: Impact, sev1_revenue_per_minute: Money | None = None) -> tuple[Floor, ...]:
    """The floors that apply, in their order; the SLA trigger is not one of them, it lifts once and by one."""
    found = []
    if impact.data_loss:
        found.append(Floor(Trigger.DATA_LOSS, Severity.SEV1))
    if impact.pii_breach:
        found.append(Floor(Trigger.PII_BREACH, Severity.SEV1))
    if impact.revenue:
        found.append(Floor(Trigger.REVENUE, _revenue_floor(impact.revenue_per_minute, sev1_revenue_per_minute)))
    return tuple(found)


def _revenue_floor(lost: Money | None, limit: Money | None) -> Severity:
    """SEV1 where more is lost in a minute than the house's limit (equal is not more); amounts in another currency do not compare."""
    comparable = lost is not None and limit is not None and lost.currency == limit.currency
    return Severity.SEV1 if comparable and lost.cents > limit.cents else Severity.SEV2  # type: ignore[union-attr]  # both are set where comparable


def with_triggers(start: Severity, impact: Impact, sev1_revenue_per_minute: Money | None = None) -> tuple[Reason, ...]:
    """The triggers that move a severity, in the order of their application: floors first, the SLA's one level up last."""
    severity, reasons = start, []
    for floor in floors(impact, sev1_revenue_per_minute):
        raised = severity.at_least(floor.least)
        if raised is not severity:
            reasons.append(Reason(floor.trigger, severity, raised))
            severity = raised
    if impact.sla_imminent and severity.one_up() is not severity:
        reasons.append(Reason(Trigger.SLA_IMMINENT, severity, severity.one_up()))
    return tuple(reasons)


def assess(
    impact: Impact, *, tier: str | None, bad_ratio: Fraction | None, sev1_revenue_per_minute: Money | None = None
) -> Assessment:
    """The severity of what is known: the matrix, then the triggers."""
    row = impact.row or row_for(tier, bad_ratio)
    where = column(impact)
    matrix = MATRIX[row][where.reach]
    reasons = with_triggers(matrix, impact, sev1_revenue_per_minute)
    return Assessment(reasons[-1].after if reasons else matrix, row, where, matrix, reasons)
