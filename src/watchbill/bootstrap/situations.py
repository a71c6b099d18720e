"""How a service is doing, for the 3 AM screen: gathered from SLOs, budgets, changes and incidents; what fails is left out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from watchbill.budget.model import BudgetStatus
from watchbill.kernel.errors import WatchbillError
from watchbill.kernel.ids import AlertId
from watchbill.kernel.instants import floor_minute
from watchbill.oncall.model import BudgetFacts, ChangeFact, EarlierFact, SeriesPoint, Situation
from watchbill.slo.sentences import losing

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["ServiceSituations"]

SERIES = timedelta(minutes=30)
CHANGES_SINCE = timedelta(hours=24)
CHANGES = 5
T = TypeVar("T")


class ServiceSituations:
    """What oncall.ports.Situations asks for. A page must open whatever else is broken: each part may be missing."""

    def __init__(self, s: "Services") -> None:
        self._s = s

    def of(
        self,
        service: str | None,
        slos: Sequence[str],
        now: datetime,
        *,
        title: str = "",
        alerts: Sequence[AlertId] = (),
    ) -> Situation:
        """The situation of that service; the SLO shown is the worst of those that burn, else of the service's."""
        standing = _or_none(lambda: self._worst(service, slos))
        found = _or_none(lambda: self._s.catalog.find(service)) if service else None
        incident = _or_none(lambda: next(iter(self._s.incidents.open(service)), None)) if service else None
        return Situation(
            tier=found.tier if found else None,
            budget=self._budget(standing) if standing else None,
            bad_ratio=_or_none(lambda: self._bad_ratio(service)),
            series=tuple(_or_none(lambda: list(self._series(standing, now))) or ()),
            changes=tuple(_or_none(lambda: list(self._changes(service, now))) or ()),
            incident=incident.id if incident else None,
            incident_number=incident.number if incident else None,
            earlier=_or_none(lambda: self._earlier(service, title, alerts)),
        )

    def _earlier(self, service: str | None, title: str, alerts: Sequence[AlertId]) -> EarlierFact | None:
        if service is None:
            return None
        names = frozenset(self._s.alerts.get(one).name for one in alerts)
        alike = next(iter(self._s.incidents.earlier(title, service, names)), None)
        if alike is None:
            return None
        one = alike.incident
        return EarlierFact(one.number, one.title, one.declared_at, one.mitigation)

    def _worst(self, service: str | None, slos: Sequence[str]) -> BudgetStatus | None:
        named = [self._s.slo.find(slo) for slo in slos] or (self._s.slo.for_service(service) if service else [])
        return next(iter(self._s.budget.worst_first(list(named))), None)

    def _bad_ratio(self, service: str | None) -> Fraction | None:
        return self._s.slo.bad_ratio(service) if service else None

    def _series(self, standing: BudgetStatus | None, now: datetime) -> Iterator[SeriesPoint]:
        if standing is None:
            return
        end = floor_minute(now)
        for bucket in self._s.slo.series(standing.status.slo, end - SERIES, end):
            yield SeriesPoint(bucket.start, bucket.good, bucket.total)

    def _changes(self, service: str | None, now: datetime) -> Iterator[ChangeFact]:
        """Changes of the service itself and of those that it calls, newest first."""
        if service is None:
            return
        names = {service, *(edge.callee for edge in self._s.catalog.upstream(service))}
        for change in self._s.catalog.changes(since=now - CHANGES_SINCE, until=now, limit=50):
            if change.service in names:
                what = " ".join(word for word in (change.version, change.summary) if word)
                yield ChangeFact(change.at, change.service, change.kind, what, change.author or "")

    def _budget(self, standing: BudgetStatus) -> BudgetFacts:
        status = standing.status
        return BudgetFacts(
            slo=status.slo.name,
            target=status.slo.target,
            remaining_pct=status.remaining_pct,
            state=standing.state or "unknown",
            burn_rate=status.burn_rates.get("1h"),
            exhausted_at=standing.exhausted_at,
            losing=losing(standing.recent, self._s.slo.nouns(status.slo)) if standing.recent.bad else None,
        )


def _or_none(ask: Callable[[], T]) -> T | None:
    """The answer, or None where the domain says that it cannot give one; a fault of the program is still a fault."""
    try:
        return ask()
    except WatchbillError:
        return None
