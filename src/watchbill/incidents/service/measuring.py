"""How services keep their promises, gathered from SLOs and budgets: this domain's Measurements over the domains below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.budget.service import BudgetService
from watchbill.incidents.model import SloImpact
from watchbill.incidents.ports import Measured, SlaOutlook
from watchbill.incidents.rules.onset import LOOK_BACK, MinuteCount, onset
from watchbill.incidents.rules.sla import hours_left
from watchbill.kernel.instants import floor_minute
from watchbill.slo.model import Slo
from watchbill.slo.service import SloService

__all__ = ["SloMeasurements"]

_MINUTE = timedelta(minutes=1)
_RECENT = timedelta(hours=1)
_LATELY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SloMeasurements:
    """Reads only; a promise that nothing measures is left out."""

    slo: SloService
    budget: BudgetService

    def bad_ratio(self, service: str, at: datetime) -> Fraction | None:
        """Share of bad events since the trouble began, over five minutes at most, of the service's worst SLO.

        Minutes from before would make an outage look like a degradation right when its severity is decided. Where too
        few events have come in since, the five minutes count as they are.
        """
        ratios = [self._since_onset(slo, at) for slo in self._promises(service)]
        known = [ratio for ratio in [*ratios, self.slo.bad_ratio(service)] if ratio is not None]
        return max(known, default=None)

    def lately(self, service: str, span: timedelta) -> Sequence[Measured]:
        """What each SLO of the service counted in the whole minutes of that span up to the watermark."""
        end = floor_minute(self.slo.watermark)
        return [self._measured(slo, end - span, end) for slo in self._promises(service)]

    def impact(self, service: str, start: datetime, end: datetime) -> Sequence[SloImpact]:
        """What [start, end) took from the budget of each SLO of the service, the worst first."""
        found = [self._impact(slo, floor_minute(start), max(end, start + _MINUTE)) for slo in self._promises(service)]
        return sorted(found, key=lambda one: (one.consumed_pct is None, -(one.consumed_pct or 0), one.slo))

    def onset(self, service: str, noticed: datetime) -> datetime | None:
        """The earliest start of a stretch of broken promise that lasted until it was noticed, over the service's SLOs."""
        starts = [self._onset(slo, noticed) for slo in self._promises(service)]
        return min((start for start in starts if start is not None), default=None)

    def sla_outlook(self, service: str, at: datetime) -> Sequence[SlaOutlook]:
        """The SLAs of the service's SLOs, and how long they hold at the last hour's burn."""
        found = []
        for slo in self._promises(service):
            if slo.sla is None:
                continue
            status = self.slo.status(slo)
            recent = self._measured(slo, floor_minute(at - _RECENT), floor_minute(at) + _MINUTE)
            lately = Fraction(recent.total - recent.good, recent.total) if recent.total else None
            left = hours_left(slo.sla, status.bad_ratio, lately, slo.window.period(at))
            found.append(SlaOutlook(slo.name, slo.sla, left))
        return found

    def _promises(self, service: str) -> list[Slo]:
        """Those that something measures."""
        return [slo for slo in self.slo.for_service(service) if self.slo.source(slo).measured]

    def _onset(self, slo: Slo, noticed: datetime) -> datetime | None:
        series = self.slo.series(slo, noticed - LOOK_BACK, noticed + _MINUTE)
        return onset([MinuteCount(one.start, one.good, one.total) for one in series], slo.allowed, noticed)

    def _since_onset(self, slo: Slo, at: datetime) -> Fraction | None:
        began = self._onset(slo, at)
        if began is None:
            return None
        seen = self._measured(slo, max(began, floor_minute(at) - _LATELY), floor_minute(at) + _MINUTE)
        return Fraction(seen.total - seen.good, seen.total) if seen.total >= max(slo.min_events, 1) else None

    def _measured(self, slo: Slo, start: datetime, end: datetime) -> Measured:
        buckets = self.slo.series(slo, start, end) if end > start else []
        return Measured(
            slo=slo.name,
            service=slo.service,
            target=slo.target,
            good=sum(one.good for one in buckets),
            total=sum(one.total for one in buckets),
            minutes=(end - start) // _MINUTE,
            covered=sum(one.covered for one in buckets),
        )

    def _impact(self, slo: Slo, start: datetime, end: datetime) -> SloImpact:
        attribution = self.budget.attribute(slo, start, end)
        status = self.budget.show(slo)
        return SloImpact(
            slo=slo.name,
            service=slo.service,
            target=slo.target,
            start=start,
            end=end,
            good=attribution.good,
            bad=attribution.bad_in_span,
            consumed_pct=attribution.share_of_budget_pct,
            remaining_pct=status.status.remaining_pct,
            burn_1h=status.status.burn_rates.get("1h"),
            state=str(status.state) if status.state is not None else None,
        )
