"""SLOs: derived numbers that match, tiers that can fire, margins to what others were promised, somebody who knows what to do."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from watchbill.adapters.resources.attached import runbook_for
from watchbill.adapters.resources.checks.world import World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.slo import BurnRateAlertSpec, CalendarSpec, SloSpec
from watchbill.adapters.resources.parsed import Parsed
from watchbill.adapters.resources.snapshot import promises
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration, pct_text
from watchbill.slo.model import BurnTier, Rolling

__all__ = ["check_slo"]

Loc = tuple[str | int, ...]
# Calendar periods differ in length; figures derived from one are checked against the mean (365.25 / 12 days a month).
_LATEST = timedelta(days=1)
_PERIODS = {"week": timedelta(days=7), "month": timedelta(days=30.4375), "quarter": timedelta(days=91.3125)}


def check_slo(resource: Parsed, world: World) -> Iterator[Finding]:
    """Everything about one promise."""
    spec = resource.spec
    assert isinstance(spec, SloSpec)
    if (spec.sli is None) == (spec.composite is None):
        yield Finding(("sli",), "needs exactly one of sli and composite", "write sli: NAME")
    period = _period(spec)
    yield from _check_derived(spec, period)
    yield from _check_margins(spec)
    for index, tier in enumerate(spec.burn_rate_alerts or ()):
        yield from _check_tier(tier, spec, period, ("burn_rate_alerts", index))
    yield from _check_slices(spec)
    if spec.late_arrival is not None and duration(spec.late_arrival) > _LATEST:
        reason = f"{spec.late_arrival} is longer than a day: every minute of it would be asked for and kept changeable"
        yield Finding(("late_arrival",), reason, "write at most 1d; push corrections of older minutes")
    yield from _check_cycle(resource.name, world)
    names = [tier.name for tier in spec.burn_rate_alerts or ()]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Finding(("burn_rate_alerts", index, "name"), f"{name!r} is the name of two tiers", "rename one")
    if _pages(spec) and runbook_for(spec, resource.name, world.runbook_of_alert) is None:
        hint = f"write runbook: NAME, or a runbook with alert_name: {resource.name}"
        reason = "it pages people and has no runbook: nobody would know what to do"
        yield Finding((), reason, hint)


def _check_cycle(name: str, world: World) -> Iterator[Finding]:
    """A composite must not be a part of itself, however far down."""
    parts = {
        known: [part.slo for part in one.composite.parts]
        for known, one in world.of(SloSpec)
        if one.composite is not None
    }
    seen: set[str] = set()
    ahead = list(parts.get(name, ()))
    while ahead:
        part = ahead.pop()
        if part == name:
            yield Finding(("composite", "parts"), f"{name} is a part of itself", "take one of its parts out")
            return
        if part not in seen:
            seen.add(part)
            ahead += parts.get(part, ())


def _check_slices(spec: SloSpec) -> Iterator[Finding]:
    """Slices that are said belong to a budget of slices; a composite has those of its parts."""
    if spec.time_slice is not None and spec.budgeting != "time_slices":
        yield Finding(("time_slice",), "is used with budgeting: time_slices only", "write budgeting: time_slices")
    if spec.composite is not None and (spec.budgeting == "time_slices" or spec.group_by):
        reason = "a composite has no events of its own: its parts say how they are counted"
        yield Finding(("budgeting" if spec.budgeting == "time_slices" else "group_by",), reason, "leave it out")
    if spec.time_slice is not None:
        try:
            promises.time_slice(spec.time_slice)
        except Invalid as wrong:
            yield Finding(tuple(wrong.field.split(".")), wrong.reason, wrong.hint)


def _pages(spec: SloSpec) -> bool:
    """Whether any of its tiers calls people; the playbook's three do."""
    return spec.burn_rate_alerts is None or any(tier.severity == "page" for tier in spec.burn_rate_alerts)


def _period(spec: SloSpec) -> timedelta:
    if isinstance(spec.window, CalendarSpec):
        return _PERIODS[spec.window.calendar]
    window = promises.slo_window(spec)
    assert isinstance(window, Rolling)
    return window.length


def _check_derived(spec: SloSpec, period: timedelta) -> Iterator[Finding]:
    budget = 100 - spec.target
    if spec.error_budget is not None and spec.error_budget != budget:
        reason = f"is {spec.error_budget}, but 100 - {spec.target} is {budget}; {budget} is used"
        yield Finding(("error_budget",), reason, "correct it, or leave it out", "warning")
    minutes = Fraction(period // timedelta(seconds=1), 60) * Fraction(budget) / 100
    if spec.error_budget_minutes is not None and Fraction(spec.error_budget_minutes) != minutes:
        exact = pct_text(minutes, 4)
        reason = f"is {spec.error_budget_minutes}, but {spec.target} % leaves {exact} minutes of {_window_text(spec)}"
        yield Finding(("error_budget_minutes",), f"{reason}; {exact} is used", "correct it, or leave it out", "warning")


def _window_text(spec: SloSpec) -> str:
    return f"a mean {spec.window.calendar}" if isinstance(spec.window, CalendarSpec) else str(spec.window)


def _check_margins(spec: SloSpec) -> Iterator[Finding]:
    """The own target is the strictest: problems show here before customers or contracts notice."""
    for field, what in (("external_target", "what is published"), ("sla", "the contract")):
        promised: Decimal | None = getattr(spec, field)
        if promised is not None and promised >= spec.target:
            reason = f"{promised} is not below the target {spec.target}: {what} breaks before anybody here is warned"
            yield Finding((field,), reason, "make the target stricter than it", "warning")


def _check_tier(tier: BurnRateAlertSpec, spec: SloSpec, period: timedelta, loc: Loc) -> Iterator[Finding]:
    short, long = duration(tier.short_window), duration(tier.long_window)
    if short >= long:
        reason = f"{tier.short_window} is not shorter than long_window {tier.long_window}"
        yield Finding((*loc, "short_window"), reason, "write about a twelfth of the long window")
        return
    try:
        burn = promises.burn_tier(tier)
    except Invalid as wrong:
        yield Finding((*loc, wrong.field), wrong.reason, wrong.hint)
        return
    yield from _check_rate(burn, spec, period, (*loc, "budget_pct" if tier.burn_rate is None else "burn_rate"))
    if long > period:
        reason = f"{tier.long_window} is longer than the SLO's window"
        yield Finding((*loc, "long_window"), reason, "choose a shorter one")


def _check_rate(burn: BurnTier, spec: SloSpec, period: timedelta, loc: Loc) -> Iterator[Finding]:
    rate, most = burn.rate(period), Fraction(100) / (100 - Fraction(spec.target))
    if rate >= most:
        reason = f"a burn rate of {pct_text(rate)} can never be exceeded: at {spec.target} % a full outage burns at {pct_text(most)}"
        yield Finding(loc, reason, f"write less than {pct_text(most)}, or a stricter target")
