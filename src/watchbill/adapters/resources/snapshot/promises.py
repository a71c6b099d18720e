"""SLIs, SLOs and budget policies from their specs."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from watchbill.adapters.resources.kinds.error_budget_policy import BudgetStateSpec, ErrorBudgetPolicySpec
from watchbill.adapters.resources.kinds.sli import PrometheusSpec, SliSpec, SourceSpec
from watchbill.adapters.resources.kinds.slo import (
    BurnRateAlertSpec,
    CalendarSpec,
    CompositeSpec,
    SloSpec,
    TimeSliceSpec,
)
from watchbill.budget.model import BudgetPolicy, BudgetState
from watchbill.budget.rules.conditions import parse_conditions
from watchbill.kernel.units import Ratio, duration
from watchbill.slo.model import (
    DEFAULT_TIERS,
    Beacon,
    Beats,
    Budgeting,
    BurnTier,
    Composite,
    CompositePart,
    Heartbeat,
    Logs,
    NoData,
    Otlp,
    Plugin,
    Probe,
    Prometheus,
    Push,
    ReadFrom,
    Sli,
    SliType,
    Slo,
    Source,
    Sql,
    TierSeverity,
    TimeSlice,
    Window,
    parse_calendar,
    parse_window,
)

__all__ = ["budget_policy", "burn_tier", "sli", "slo", "slo_window", "time_slice"]

_DEFAULT_LATENESS = timedelta(minutes=10)


def sli(spec: SliSpec, names: Mapping[str, str]) -> Sli:
    """An SLI; `names` turns aliases of services into their names."""
    measured = spec.measurement
    source = measured.source
    return Sli(
        name=spec.name,
        type=SliType(spec.type),
        service=names.get(spec.service, spec.service) if spec.service else None,
        description=spec.description,
        good=measured.good,
        total=measured.total,
        good_events=measured.good_events,
        total_events=measured.total_events,
        source=_source(source) if isinstance(source, SourceSpec) else None,
        source_text=source if isinstance(source, str) else None,
        aggregation=measured.aggregation,
        exclusions=tuple(spec.exclusions),
    )


def _source(spec: SourceSpec) -> Source:
    if spec.logs is not None:
        return Logs(spec.logs.path, spec.logs.format, ReadFrom(spec.logs.start), spec.logs.timezone)
    if spec.prometheus is not None:
        return _prometheus(spec.prometheus)
    if spec.sql is not None:
        return Sql(spec.sql.url, spec.sql.query)
    if spec.otlp is not None:
        one = spec.otlp
        return Otlp(one.metric, one.where, one.good_where, one.bad_where, _threshold(one.threshold))
    return _named(spec)


def _named(spec: SourceSpec) -> Source:
    """Sources that are something of ours, by name; pushed counts need not even that."""
    if spec.beacon is not None:
        return Beacon(spec.beacon)
    if spec.probe is not None:
        return Probe(spec.probe)
    if spec.heartbeat is not None:
        return Heartbeat(spec.heartbeat.name, Beats(spec.heartbeat.measure))
    if spec.plugin is not None:
        return Plugin(spec.plugin.name, spec.plugin.options)
    return Push()


def _prometheus(spec: PrometheusSpec) -> Prometheus:
    return Prometheus(
        url=spec.url,
        total=spec.total,
        good=spec.good,
        bad=spec.bad,
        histogram=spec.histogram,
        threshold=_threshold(spec.threshold),
        native=spec.native,
        value=spec.value,
        good_if=spec.good_if,
        window=duration(spec.window, field="window"),
    )


def _threshold(text: str | None) -> Fraction | None:
    """A number as it stands, a duration in seconds: the unit of metrics."""
    if text is None:
        return None
    if text.replace(".", "", 1).isdecimal():
        return Fraction(text)
    return Fraction(duration(text) // timedelta(microseconds=1), 1_000_000)


def slo(spec: SloSpec, name: str, names: Mapping[str, str], runbook: str | None) -> Slo:
    """An SLO; `runbook` is the one it names or, where it names none, the one whose alert it is."""
    tiers = spec.burn_rate_alerts
    return Slo(
        name=name,
        service=names.get(spec.service, spec.service),
        sli=spec.sli or "",
        target=Ratio.percent(spec.target),
        window=slo_window(spec),
        tiers=DEFAULT_TIERS if tiers is None else tuple(map(burn_tier, tiers)),
        owner=spec.owner,
        stakeholders=tuple(spec.stakeholders),
        review_cadence=spec.review_cadence,
        escalation_when_budget_exhausted=tuple(spec.escalation_when_budget_exhausted),
        error_budget_pct=_fraction(spec.error_budget),
        error_budget_minutes=_fraction(spec.error_budget_minutes),
        sla=_ratio(spec.sla),
        external_target=_ratio(spec.external_target),
        runbook=runbook,
        no_data=NoData(spec.no_data) if spec.no_data else NoData.ALERT,
        min_events=10 if spec.min_events is None else spec.min_events,
        late_arrival=duration(spec.late_arrival) if spec.late_arrival else _DEFAULT_LATENESS,
        budgeting=Budgeting(spec.budgeting) if spec.budgeting else Budgeting.OCCURRENCES,
        group_by=tuple(spec.group_by),
        composite=_composite(spec.composite) if spec.composite else None,
        time_slice=time_slice(spec.time_slice) if spec.time_slice and spec.budgeting == "time_slices" else None,
        description=spec.description,
    )


def time_slice(spec: TimeSliceSpec) -> TimeSlice:
    """When a slice is good; raises Invalid for lengths and shares that no slice can have."""
    return TimeSlice(
        Ratio.percent(spec.good_pct, field="time_slice.good_pct"), duration(spec.length, field="time_slice.length")
    )


def slo_window(spec: SloSpec) -> Window:
    """The window of an SLO's spec."""
    if isinstance(spec.window, CalendarSpec):
        return parse_calendar(spec.window.calendar, spec.window.timezone)
    return parse_window(spec.window)


def burn_tier(spec: BurnRateAlertSpec) -> BurnTier:
    """A tier; raises Invalid for windows and rates that no tier can have."""
    return BurnTier(
        name=spec.name,
        short_window=duration(spec.short_window, field="short_window"),
        long_window=duration(spec.long_window, field="long_window"),
        severity=TierSeverity(spec.severity),
        burn_rate=_fraction(spec.burn_rate),
        budget_pct=_fraction(spec.budget_pct),
    )


def budget_policy(spec: ErrorBudgetPolicySpec, name: str, names: Mapping[str, str]) -> BudgetPolicy:
    """A policy; raises Invalid where its conditions overlap or leave gaps."""
    states: dict[str, BudgetStateSpec] = {state: getattr(spec.budget_states, state) for state in BudgetState}
    return BudgetPolicy(
        name=name,
        states=parse_conditions({state: (one.condition, one.actions) for state, one in states.items()}),
        service=names.get(spec.service, spec.service) if spec.service else None,
        exceptions=tuple(spec.exceptions),
        reset=spec.reset,
    )


def _composite(spec: CompositeSpec) -> Composite:
    parts = (CompositePart(part.slo, Fraction(part.weight or 1)) for part in spec.parts)
    return Composite(spec.rule, tuple(parts))


def _fraction(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _ratio(percent: Decimal | None) -> Ratio | None:
    return None if percent is None else Ratio.percent(percent)
