"""Operations that judge history again: back-test of alerts, and what another target or window would have meant."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.budget.whatif import Course, course_of
from watchbill.incidents.model import Incident, Status
from watchbill.incidents.ports import Search
from watchbill.kernel.errors import Conflict, Invalid
from watchbill.kernel.instants import floor_minute
from watchbill.kernel.units import Ratio
from watchbill.operations.slo_history_views import BacktestView, WhatIfView, backtest_view, whatif_view
from watchbill.people.model import Actor
from watchbill.slo.model import Budgeting, Happened, Slo, Window, parse_calendar, parse_window
from watchbill.slo.rules.lint import lint
from watchbill.slo.rules.tiers import parse_tiers

__all__ = ["BacktestSlo", "WhatIf", "backtest", "whatif"]

_PAGE = 200
_MOST_INCIDENTS = 2000
_MINUTES_KEPT = timedelta(days=90)


class BacktestSlo(BaseModel):
    """Input of `slo.backtest`: the promise as it is, or with another target or other tiers, over the last days."""

    model_config = ConfigDict(extra="forbid")

    name: str
    target: str | None = Field(
        default=None, description="Another target in percent, as text so that it stays exact: 99.95"
    )
    windows: str | None = Field(default=None, description="Other tiers: 5m/1h=14.4,30m/6h=6,6h/3d=1:ticket")
    days: int = Field(default=28, ge=1, le=366)


class WhatIf(BaseModel):
    """Input of `slo.whatif`: another target, another window (28d, or month, week, quarter in a zone), or both."""

    model_config = ConfigDict(extra="forbid")

    name: str
    target: str | None = Field(default=None, description="Another target in percent: 99.95")
    window: str | None = Field(default=None, description="Another window: 7d, 28d, week, month, quarter")
    timezone: str = Field(default="UTC", description="Whose midnight a calendar window begins at")
    days: int = Field(default=28, ge=1, le=366)


def backtest(s: Services, who: Actor, given: BacktestSlo) -> BacktestView:
    """Which alerts would have fired when, and what they would have made of every incident of the record."""
    slo = _judged(s, given.name)
    if given.target is not None:
        slo = replace(slo, target=Ratio.percent(given.target, field="target"))
    if given.windows is not None:
        slo = replace(slo, tiers=parse_tiers(given.windows))
    start, end = _span(s, given.days)
    found = s.replaying.backtest(slo, _incidents(s, slo.service, start, end), start, end)
    return backtest_view(found, s.people.organisation().timezone, _notes(s, slo, start))


def whatif(s: Services, who: Actor, given: WhatIf) -> WhatIfView:
    """How the state would be today, and how it would have been over the last days, beside what it is and was."""
    slo = _judged(s, given.name)
    if given.target is None and given.window is None:
        raise Invalid("target", "say what is to be different", hint="--target 99.95, --window 7d, or both")
    other = slo
    if given.target is not None:
        other = replace(other, target=Ratio.percent(given.target, field="target"))
    if given.window is not None:
        other = replace(other, window=_window(given.window, given.timezone))
    start, end = _span(s, given.days)
    return whatif_view(_course(s, slo, start, end), _course(s, other, start, end), _notes(s, other, start))


def _course(s: Services, slo: Slo, start: datetime, end: datetime) -> Course:
    return course_of(s.replaying, s.slo.status(slo), s.budget.policy(slo.service), (start, end))


def _judged(s: Services, name: str) -> Slo:
    """The promise, if there is any history of it to judge."""
    slo = s.slo.find(name)
    if slo.composite is not None or slo.budgeting is Budgeting.TIME_SLICES:
        what = "a composite" if slo.composite is not None else "time slices"
        raise Conflict(
            f"{slo.name} is judged by {what}, of which no history can be judged again", hint="ask for its parts"
        )
    source = s.slo.source(slo)
    if not source.measured:
        raise Conflict(f"there is no history of {slo.name} to judge", hint=source.reason)
    return slo


def _window(text: str, timezone: str) -> Window:
    if text in {"week", "month", "quarter"}:
        return parse_calendar(text, timezone, field="window")
    return parse_window(text)


def _span(s: Services, days: int) -> tuple[datetime, datetime]:
    """The last whole minutes up to the watermark."""
    end = floor_minute(s.slo.watermark)
    return end - timedelta(days=days), end


def _incidents(s: Services, service: str, start: datetime, end: datetime) -> list[Happened]:
    """What the record says of the service, oldest first; drills, merged ones and false alarms are no incidents."""
    found: list[Happened] = []
    before: int | None = None
    while len(found) < _MOST_INCIDENTS:
        page = s.incidents.list(Search(service=service, drill=False, before=before, limit=_PAGE))
        found += [
            Happened(one.name, one.title, one.began_at, _ended(one))
            for one in page
            if _is_real(one) and one.began_at < end and not ((until := _ended(one)) and until <= start)
        ]
        if len(page) < _PAGE:
            break
        before = page[-1].number
    return list(islice(sorted(found, key=lambda one: one.began_at), _MOST_INCIDENTS))


def _ended(incident: Incident) -> datetime | None:
    """When the bleeding was stopped: that is when alerts may fall silent."""
    return incident.mitigated_at or incident.resolved_at or incident.closed_at


def _is_real(incident: Incident) -> bool:
    if incident.status is Status.MERGED:
        return False
    return incident.status is not Status.CLOSED or incident.resolved_at is not None


def _notes(s: Services, slo: Slo, start: datetime) -> list[str]:
    """What to know about the figures before believing them."""
    source = s.slo.source(slo)
    notes = [f"{one.field}: {one.reason}" for one in lint(slo, s.slo.sli(slo), s.clock.now())]
    reach = start if not slo.tiers else start - max(tier.long_window for tier in slo.tiers)
    if source.first_at is not None and source.first_at > reach:
        notes.append("the counts begin inside this span: windows that reach further back hold less than their length")
    if s.clock.now() - start > _MINUTES_KEPT:
        notes.append("past 90 days only hours are kept: each hour's events lie in its first minute there")
    if not source.caught_up:
        notes.append("history is still being read: ask again later")
    return notes
