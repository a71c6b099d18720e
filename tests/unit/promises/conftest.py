"""A small world for the services of SLOs and budgets: counts in memory, definitions as given, a clock that stands still."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from watchbill.budget.model import BudgetPolicy, BudgetStanding
from watchbill.budget.service import BudgetService
from watchbill.catalog.model import Service
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.events import Event, Recorded
from watchbill.kernel.ids import EventId, IdSource
from watchbill.kernel.units import Ratio
from watchbill.slo.computed_counts import ComputedCounts, Memory
from watchbill.slo.model import Contributor, Push, Sli, Slo, SourceState, TierMoved, TierStanding
from watchbill.slo.plain_counts import PlainCounts
from watchbill.slo.service import Plans, SloService, Tick
from watchbill.slo.service.promised import Promised, merged

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class World:
    """All ports of both services at once, and the services over them."""

    slos_by_name: dict[str, Slo] = field(default_factory=dict)
    slis_by_name: dict[str, Sli] = field(default_factory=dict)
    own_policies: dict[str, BudgetPolicy] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    tiers: dict[tuple[str, str], TierStanding] = field(default_factory=dict)
    budgets: dict[str, BudgetStanding] = field(default_factory=dict)
    events: list[Recorded] = field(default_factory=list)
    top: list[Contributor] = field(default_factory=list)
    newest: dict[str, datetime] = field(default_factory=dict)
    caught_up: bool = True
    taken_out: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    delay: timedelta = timedelta(0)
    edition: int = 0
    counts: PlainCounts = field(default_factory=PlainCounts)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))

    def __post_init__(self) -> None:
        self.plans = Plans()
        self.memory = Memory()
        self._ids = IdSource(self.clock)

    # --- what is defined

    def promise(self, slo: Slo, sli: Sli | None = None) -> Slo:
        """Add or replace a promise."""
        self.slos_by_name[slo.name] = slo
        self.slis_by_name[slo.sli] = sli or Sli(slo.sli, source=Push(), total_events="All orders")
        self.edition += 1
        return slo

    def version(self) -> str:
        """slo.ports.SloDefinitions."""
        return str(self.edition)

    def slo(self, name: str) -> Slo | None:
        """slo.ports.SloDefinitions."""
        return self.slos_by_name.get(name)

    def slos(self) -> Sequence[Slo]:
        """slo.ports.SloDefinitions."""
        return [self.slos_by_name[name] for name in sorted(self.slos_by_name)]

    def sli(self, name: str) -> Sli | None:
        """slo.ports.SloDefinitions."""
        return self.slis_by_name.get(name)

    def slis(self) -> Sequence[Sli]:
        """slo.ports.SloDefinitions."""
        return list(self.slis_by_name.values())

    def get(self, name: str) -> Service | None:
        """catalog.ports.ServiceDefinitions."""
        return next((one for one in self.services.values() if name == one.name or name in one.aliases), None)

    def list(self) -> Sequence[Service]:
        """catalog.ports.ServiceDefinitions."""
        return [*self.services.values()]

    def policy(self, service: str) -> BudgetPolicy | None:
        """budget.ports.PolicyDefinitions."""
        return self.own_policies.get(service)

    def policies(self) -> Sequence[BudgetPolicy]:
        """budget.ports.PolicyDefinitions."""
        return [*self.own_policies.values()]

    # --- what is known and remembered

    def state(self, sli: Sli) -> SourceState:
        """slo.ports.SliSources."""
        return SourceState(measured=True, caught_up=self.caught_up, newest_at=self.newest.get(sli.name))

    def contributors(self, sli: Sli, start: datetime, end: datetime, *, limit: int = 3) -> Sequence[Contributor]:  # noqa: ARG002 - the port's signature
        """slo.ports.SliSources."""
        return self.top[:limit]

    def spans(self) -> dict[str, Sequence[tuple[datetime, datetime]]]:
        """slo.service.promised.Excluded."""
        return {slo: merged(spans) for slo, spans in self.taken_out.items()}

    def publish(self, event: Event, *, subject: str, cause: str | None) -> Recorded:
        """kernel.events.EventSink."""
        self.events.append(Recorded(self._ids.new(EventId), self.clock.now(), subject, cause, event))
        return self.events[-1]

    def happened(self) -> Sequence[Event]:
        """What was published since the last time that this was asked."""
        events, self.events = self.events, []
        return [one.event for one in events]

    @property
    def slo_service(self) -> SloService:
        """The service of one transaction."""
        promised = Promised(self, self.counts, self)
        return SloService(
            definitions=self,
            promised=promised,
            catalog=self,
            counts=ComputedCounts(self.counts, promised, self.memory),
            intake=self.counts,
            sources=self,
            standings=_Tiers(self.tiers),
            events=self,
            clock=self.clock,
            plans=self.plans,
            delay=self.delay,
            zone=ZoneInfo("UTC"),
        )

    @property
    def budget(self) -> BudgetService:
        """The service of one transaction."""
        return BudgetService(
            slos=self.slo_service, policies=self, standings=_Budgets(self.budgets), events=self, clock=self.clock
        )

    # --- what happens

    def traffic(self, sli: str, start: datetime, minutes: int, *, good: int, total: int) -> None:
        """Minutes of even traffic from `start`."""
        for number in range(minutes):
            self.counts.add(sli, start + number * MINUTE, good, total)
        self.newest[sli] = max(self.newest.get(sli, start), start + minutes * MINUTE - timedelta(seconds=1))

    def tick(self) -> tuple[Tick, Sequence[TierMoved]]:
        """Evaluate, settle and observe, as the worker does."""
        tick = self.slo_service.evaluate(self.budget.edges)
        moved = self.slo_service.settle(tick)
        self.budget.observe(tick)
        return tick, moved


@dataclass
class _Tiers:
    """slo.ports.TierStandings."""

    kept: dict[tuple[str, str], TierStanding]

    def all(self) -> Sequence[TierStanding]:
        return list(self.kept.values())

    def save(self, changed: Sequence[TierStanding], cleared: Sequence[tuple[str, str]]) -> None:
        for key in cleared:
            self.kept.pop(key, None)
        self.kept.update({(one.slo, one.tier): one for one in changed})


@dataclass
class _Budgets:
    """budget.ports.BudgetStandings."""

    kept: dict[str, BudgetStanding]

    def get(self, slo: str) -> BudgetStanding | None:
        return self.kept.get(slo)

    def all(self) -> Sequence[BudgetStanding]:
        return list(self.kept.values())

    def save(self, changed: Sequence[BudgetStanding], dropped: Sequence[str] = ()) -> None:
        for name in dropped:
            self.kept.pop(name, None)
        self.kept.update({one.slo: one for one in changed})


@pytest.fixture
def world() -> World:
    """A world in which checkout promises that 99.9 % of orders succeed over 28 days, with no traffic yet."""
    made = World()
    made.services["checkout"] = Service("checkout", aliases=("shop-checkout",))
    made.promise(Slo("checkout-availability", "checkout", "orders", Ratio.percent("99.9"), runbook="checkout-errors"))
    return made


@pytest.fixture
def allowed() -> Fraction:
    """What 99.9 % allows."""
    return Fraction(1, 1000)
