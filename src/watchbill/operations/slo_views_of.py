"""Makes the views of SLOs and budgets from the domains' facts; exact fractions become numbers here and nowhere before."""

from datetime import timedelta
from fractions import Fraction

from watchbill.bootstrap import Services
from watchbill.budget.model import BudgetGlance, BudgetStatus
from watchbill.budget.rules.states import state_of
from watchbill.kernel.units import duration_text, span_words
from watchbill.operations.slo_views import (
    CompositeView,
    ContributorView,
    ForecastView,
    NinesRow,
    PartView,
    SloDetailView,
    SloGlanceView,
    SloView,
    SourceView,
    TierView,
    UnadjustedView,
)
from watchbill.slo.model import (
    Beacon,
    Heartbeat,
    Logs,
    Otlp,
    Plugin,
    Probe,
    Prometheus,
    Push,
    Slo,
    Source,
    Sql,
    TierStatus,
)
from watchbill.slo.rules.nines import NinesRow as ComputedRow
from watchbill.slo.rules.nines import down_time_words
from watchbill.slo.sentences import losing, remaining_words

__all__ = ["detail_of", "glance_of", "nines_row_of", "number", "view_of"]


def number(exact: Fraction | None) -> float | None:
    """The nearest float; None stays unknown."""
    return None if exact is None else float(exact)


def glance_of(s: Services, seen: BudgetGlance) -> SloGlanceView:
    """One promise among all of them."""
    sli = s.slo.sli(seen.slo)
    return SloGlanceView.model_construct(  # our own values of the right types: a thousand a page need no checking
        slo=seen.slo.name,
        service=seen.slo.service,
        type=sli.type if sli else None,
        state=seen.state,
        frozen=seen.frozen,
        budget_remaining_pct=number(seen.remaining_pct),
        data_status=seen.data_status,
        firing=list(seen.firing),
    )


def view_of(s: Services, budget: BudgetStatus) -> SloView:
    """One promise as a row."""
    status = budget.status
    slo, sli = status.slo, s.slo.sli(status.slo)
    return SloView(
        slo=slo.name,
        service=slo.service,
        sli=slo.sli,
        type=sli.type if sli else None,
        target_pct=float(slo.target.pct),
        window=str(slo.window),
        window_start=status.start,
        window_end=status.end,
        at=status.at,
        good=status.good,
        total=status.total,
        bad=status.counts.bad,
        sli_ratio=None if status.sli_ratio is None else float(status.sli_ratio),
        kept=status.kept,
        budget_remaining_pct=number(status.remaining_pct),
        budget_remaining=remaining_words(status.remaining_pct),
        state=budget.state,
        frozen=budget.frozen,
        frozen_since=budget.frozen_since,
        burn_rates={name: number(rate) for name, rate in status.burn_rates.items()},
        exhausted_at=budget.exhausted_at,
        recovers_at=budget.forecast.recovers_at,
        coverage_pct=float(status.coverage_pct),
        data_status=status.data_status,
        data_reason=status.data_reason,
        noun=s.slo.nouns(slo).many,
        recent_bad_ratio=number(budget.recent.bad_ratio()),
        losing=losing(budget.recent, s.slo.nouns(slo)) if budget.recent.bad else None,
        firing=[tier.tier.name for tier in status.tiers if tier.firing],
        runbook=slo.runbook,
        sentence=budget.sentence,
    )


def detail_of(s: Services, budget: BudgetStatus, *, with_contributors: bool) -> SloDetailView:
    """One promise in full; contributors are looked up in the source, which may take a moment."""
    slo = budget.status.slo
    period_minutes = Fraction(slo.window.period(budget.status.at) // timedelta(minutes=1))
    return SloDetailView(
        **dict(view_of(s, budget)),
        description=slo.description,
        owner=slo.owner,
        stakeholders=list(slo.stakeholders),
        review_cadence=slo.review_cadence,
        sla_pct=None if slo.sla is None else float(slo.sla.pct),
        external_target_pct=None if slo.external_target is None else float(slo.external_target.pct),
        no_data=slo.no_data,
        min_events=slo.min_events,
        budget_minutes=float(slo.allowed * period_minutes),
        budget_events=number(budget.budget_events),
        unadjusted=_unadjusted_of(s, budget),
        group=dict(slo.group),
        budgeting=slo.budgeting,
        composite=_composite_of(s, slo),
        consumed_week_pct=number(s.budget.consumed_pct(budget.status)),
        projected_remaining_pct=number(budget.projected_remaining_pct),
        policy=budget.policy,
        actions=list(budget.actions),
        escalation_when_budget_exhausted=list(slo.escalation_when_budget_exhausted),
        tiers=[_tier_of(tier) for tier in budget.status.tiers],
        forecast=_forecast_of(budget),
        contributors=_contributors_of(s, slo) if with_contributors else [],
        source=_source_of(s, slo),
        warnings=[f"{one.field}: {one.reason}" + (f" ({one.hint})" if one.hint else "") for one in s.slo.findings(slo)],
    )


def nines_row_of(row: ComputedRow) -> NinesRow:
    """One row of the table of nines."""
    return NinesRow(
        target_pct=float(row.target.pct),
        allowed_bad_pct=float(row.target.complement.pct),
        month_seconds=row.month.total_seconds(),
        month=down_time_words(row.month),
        four_weeks_seconds=row.four_weeks.total_seconds(),
        four_weeks=down_time_words(row.four_weeks),
        year_seconds=row.year.total_seconds(),
        year=down_time_words(row.year),
        fit_for=row.fit_for,
    )


def _tier_of(tier: TierStatus) -> TierView:
    detects = tier.detects_outage_in
    return TierView(
        name=tier.tier.name,
        severity=tier.tier.severity,
        burn_rate=float(tier.rate),
        short_window=duration_text(tier.tier.short_window),
        long_window=duration_text(tier.tier.long_window),
        short_burn=number(tier.short_burn),
        long_burn=number(tier.long_burn),
        firing=tier.firing,
        since=tier.since,
        exhausts_in_seconds=tier.exhausts_in.total_seconds(),
        exhausts_in=span_words(tier.exhausts_in),
        detects_outage_in_seconds=None if detects is None else detects.total_seconds(),
    )


def _unadjusted_of(s: Services, budget: BudgetStatus) -> UnadjustedView | None:
    found, left = budget.status.unadjusted, s.budget.unadjusted_pct(budget.status)
    if found is None:
        return None
    state = None if left is None else state_of(left, s.budget.policy(budget.status.slo.service))
    return UnadjustedView(good=found.good, total=found.total, budget_remaining_pct=number(left), state=state)


_RULES = {
    "weighted": "the weighted mean of its parts' ratios over the window",
    "worst_of": "the worst of its parts' ratios over the window",
}


def _composite_of(s: Services, slo: Slo) -> CompositeView | None:
    if slo.composite is None:
        return None
    parts = []
    for part in slo.composite.parts:
        known = s.promised.slo(part.slo)
        status = s.slo.status(known) if known else None
        parts.append(
            PartView(
                slo=part.slo,
                weight=float(part.weight),
                bad_ratio=number(status.bad_ratio) if status else None,
                budget_remaining_pct=number(status.remaining_pct) if status else None,
            )
        )
    return CompositeView(rule=slo.composite.rule, sentence=_RULES[slo.composite.rule], parts=parts)


def _forecast_of(budget: BudgetStatus) -> ForecastView:
    forecast = budget.forecast
    return ForecastView(
        burn_rate=number(forecast.burning),
        exhausts_at=forecast.exhausts_at,
        earliest=forecast.earliest,
        latest=forecast.latest,
        recovers_at=forecast.recovers_at,
        sentence=budget.outlook,
    )


def _contributors_of(s: Services, slo: Slo) -> list[ContributorView]:
    losses = s.slo.losses(slo)
    return [
        ContributorView(
            dimension=one.dimension,
            value=one.value,
            bad=one.bad,
            total=one.total,
            share_of_bad_pct=float(Fraction(100 * one.bad, losses.bad)),
        )
        for one in losses.contributors
    ]


def _source_of(s: Services, slo: Slo) -> SourceView:
    sli, state = s.slo.sli(slo), s.slo.source(slo)
    kind, where = _where(sli.source if sli else None)
    return SourceView(
        kind=kind,
        where=where or (sli.source_text if sli else None),
        measured=state.measured,
        reason=state.reason,
        caught_up=state.caught_up,
        newest_at=state.newest_at,
        read=state.read,
        rejected=state.rejected,
        reasons=dict(state.reasons),
        samples={reason: list(texts) for reason, texts in state.samples.items()},
        corrections=state.corrections,
        corrected_at=state.corrected_at,
        notes=list(state.notes),
    )


def _where(source: Source | None) -> tuple[str | None, str | None]:
    """The kind of a source as resources name it, and where it is; never a query or an address with a password."""
    match source:
        case None:
            return None, None
        case Logs():
            return "logs", source.path
        case Push():
            return "push", "POST /api/v1/counts"
        case Probe() | Heartbeat() | Plugin() | Beacon():
            return type(source).__name__.lower(), source.name
        case Prometheus():
            return "prometheus", source.url
        case Sql():
            return "sql", None
        case Otlp():
            return "otlp", source.metric
