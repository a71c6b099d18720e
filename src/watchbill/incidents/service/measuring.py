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


@dataclass(frozen=True, slots=True, kw_only=True)
class SloMeasurements:
    """Reads only; a promise that nothing measures is left out."""

    slo: SloService
    budget: BudgetService

    def bad_ratio(self, service: str, at: datetime) -> Fraction | None:  # noqa: ARG002 - the SLO service knows the transaction's moment
        """Share of bad events over the last five minutes, of the service's worst SLO."""
        return self.slo.bad_ratio(service)

    def over(self, service: str, start: datetime, end: datetime) -> Sequence[Measured]:
        """What each SLO of the service counted in the whole minutes of [start, end)."""
        return [self._measured(slo, floor_minute(start), floor_minute(end)) for slo in self._promises(service)]

    def impact(self, service: str, start: datetime, end: datetime) -> Sequence[SloImpact]:
        """What [start, end) took from the budget of each SLO of the service, the worst first."""
        found = [self._impact(slo, floor_minute(start), max(end, start + _MINUTE)) for slo in self._promises(service)]
        return sorted(found, key=lambda one: (one.consumed_pct is None, -(one.consumed_pct or 0), one.slo))

    def onset(self, service: str, noticed: datetime) -> datetime | None:
        """The earliest start of a stretch of broken promise that lasted until it was noticed, over the service's SLOs."""
        starts = []
        for slo in self._promises(service):
            series = self.slo.series(slo, noticed - LOOK_BACK, noticed + _MINUTE)
            began = onset([MinuteCount(one.start, one.good, one.total) for one in series], slo.allowed, noticed)
            starts += [began] if began is not None else []
        return min(starts, default=None)

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
