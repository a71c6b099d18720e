"""Lint of promises: what loads but cannot work, or contradicts itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.kernel.units import Ratio, pct_text
from watchbill.slo.model import Rolling, Sli, Slo, TierSeverity
from watchbill.slo.rules.burn import can_fire
from watchbill.slo.rules.measured import why_not_judged

__all__ = ["Finding", "lint"]

_MARGIN_POINTS = (Fraction(1, 10), Fraction(1, 2))  # playbook ph. 2, rule 2
_POINTS_UP_TO = Ratio.percent("99.9")  # above it 0.1 points pass 100 %: the margin is a share of the SLA's budget
_MARGIN_SHARE = (Fraction(1, 10), Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: the field of the SLO, what is wrong, what would be right. `is_error`: it must not be applied."""

    field: str
    reason: str
    hint: str = ""
    is_error: bool = False


def lint(slo: Slo, sli: Sli | None, now: datetime) -> list[Finding]:
    """Every finding on one promise; `now` picks the calendar period whose length decides."""
    period = slo.window.period(now)
    return [
        *_tiers(slo, period),
        *_targets(slo),
        *_stated_budget(slo, period),
        *_runbook(slo),
        *_scope(slo, sli),
    ]


def _tiers(slo: Slo, period: timedelta) -> Iterator[Finding]:
    for number, tier in enumerate(slo.tiers):
        if not can_fire(tier, slo.allowed, period):
            most = pct_text(1 / slo.allowed)
            yield Finding(
                f"burn_rate_alerts[{number}].burn_rate",
                f"{tier.name} can never fire: at {slo.target} even a full outage burns only {most}x, "
                f"not more than {pct_text(tier.rate(period))}x",
                hint=f"write less than {most}, or a stricter target",
                is_error=True,
            )
        if tier.long_window >= period:
            yield Finding(
                f"burn_rate_alerts[{number}].long_window",
                f"{tier.name} looks back as far as the whole budget period ({slo.window})",
                hint="write a shorter window, eg 1h",
            )


def _targets(slo: Slo) -> Iterator[Finding]:
    if slo.external_target is not None and slo.target <= slo.external_target:
        yield Finding(
            "target",
            f"{slo.target} is not stricter than external_target {slo.external_target}: customers would notice first",
            hint="the internal target is the higher number",
        )
    if slo.sla is None:
        return
    if slo.target <= slo.sla:
        yield Finding(
            "target",
            f"{slo.target} is not stricter than the SLA of {slo.sla}: the contract would break before the SLO",
            hint="as numbers the target is higher than the SLA",
        )
        return
    if slo.external_target is not None and slo.external_target < slo.sla:
        yield Finding("external_target", f"{slo.external_target} promises less than the SLA of {slo.sla}")
    yield from _margin(slo.target, slo.sla)


def _margin(target: Ratio, sla: Ratio) -> Iterator[Finding]:
    points = target.pct - sla.pct
    if target <= _POINTS_UP_TO:
        low, high = _MARGIN_POINTS
        if not low <= points <= high:
            yield Finding("sla", f"the margin to the SLA is {pct_text(points)} points", hint="0.1 to 0.5 is usual")
        return
    share = (target.value - sla.value) / (1 - sla.value)
    low, high = _MARGIN_SHARE
    if not low <= share <= high:
        yield Finding(
            "sla",
            f"the margin to the SLA is {pct_text(100 * share, 1)} % of what the SLA allows",
            hint="10 to 50 % is usual above 99.9 %",
        )


def _stated_budget(slo: Slo, period: timedelta) -> Iterator[Finding]:
    """What was written beside the target, against what follows from it (the playbook's 40 minutes are 40.32)."""
    budget_pct = 100 * slo.allowed
    if slo.error_budget_pct is not None and slo.error_budget_pct != budget_pct:
        yield Finding(
            "error_budget",
            f"says {pct_text(slo.error_budget_pct)} %, but 100 - {pct_text(slo.target.pct)} is {pct_text(budget_pct)} %",
            hint="the target decides; leave error_budget out",
        )
    minutes = Fraction(period // timedelta(minutes=1)) * slo.allowed
    if slo.error_budget_minutes is not None and slo.error_budget_minutes != minutes:
        over = str(slo.window) if isinstance(slo.window, Rolling) else f"this {slo.window.unit}"
        yield Finding(
            "error_budget_minutes",
            f"says {pct_text(slo.error_budget_minutes)}, but {slo.target} over {over} allows {pct_text(minutes)} minutes",
            hint="the target decides; leave error_budget_minutes out",
        )


def _runbook(slo: Slo) -> Iterator[Finding]:
    paging = [tier.name for tier in slo.tiers if tier.severity is TierSeverity.PAGE]
    if paging and not slo.runbook:
        yield Finding(
            "runbook",
            f"{', '.join(paging)} page{'s' if len(paging) == 1 else ''} somebody and no runbook says what to do",
            hint="write runbook: NAME",
        )


def _scope(slo: Slo, sli: Sli | None) -> Iterator[Finding]:
    """What loads and is not computed, or not measured."""
    if slo.composite is None and (reason := why_not_judged(slo, sli)):
        yield Finding("sli", f"nothing is measured: {reason}")
