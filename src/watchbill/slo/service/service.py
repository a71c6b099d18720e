"""Use cases on promises: find them, say how they stand, judge them all at each tick, take counts in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from watchbill.catalog.ports import ServiceDefinitions
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.events import EventSink
from watchbill.kernel.instants import floor_minute, to_text
from watchbill.kernel.units import Ratio
from watchbill.slo.computed_counts import ADJUSTED
from watchbill.slo.model import (
    Bucket,
    Contributor,
    DataStatus,
    Forecast,
    Losses,
    Push,
    Sli,
    SliType,
    Slo,
    SloGlance,
    SloStatus,
    SourceState,
    TierMoved,
)
from watchbill.slo.ports import Counts, CountsIntake, SliSources, SloDefinitions, TierStandings
from watchbill.slo.rules.data import source_of_parts
from watchbill.slo.rules.lint import Finding, lint
from watchbill.slo.rules.measured import why_not_judged
from watchbill.slo.rules.plan import Edges, Plan, make_plan
from watchbill.slo.sentences import Nouns, nouns_of, outlook
from watchbill.slo.sentences import burning as burning_words
from watchbill.slo.sentences import standing as stands_words
from watchbill.slo.service.alarm import Alarms, event_of
from watchbill.slo.service.heading import forecast_of
from watchbill.slo.service.promised import Promised
from watchbill.slo.service.standing import Standing, glance, judge, nothing_known
from watchbill.slo.service.tick import Plans, Tick

__all__ = ["SloService"]

_MINUTE = timedelta(minutes=1)
_LOSSES_OVER = timedelta(hours=1)
_MOST_BUCKETS = 100_000
_PUSH_AHEAD = timedelta(minutes=5)
_MAX_DEPTH = 8  # of composites of composites


@dataclass(frozen=True, kw_only=True)
class SloService:
    """`delay` is how far the moment that is judged trails the clock; `zone` is the one in which sentences tell the time."""

    definitions: SloDefinitions
    catalog: ServiceDefinitions
    counts: Counts
    intake: CountsIntake
    sources: SliSources
    standings: TierStandings
    events: EventSink
    clock: Clock
    plans: Plans
    promised: Promised
    delay: timedelta
    zone: ZoneInfo

    # --- what is promised

    def list(self) -> Sequence[Slo]:
        """All promises, by name."""
        return self.promised.slos()

    def find(self, name: str) -> Slo:
        """The promise of that name; raises NotFound with the nearest one, or with those of the service of that name."""
        found = self.promised.slo(name)
        if found is None:
            hint = ", ".join(slo.name for slo in self.for_service(name))
            hint = f"the service {name} promises {hint}" if hint else ""
            raise NotFound("SLO", name, known=[slo.name for slo in self.promised.slos()], hint=hint)
        return found

    def for_service(self, service: str) -> Sequence[Slo]:
        """The promises of a service, by its name or an alias."""
        known = self.catalog.get(service)
        name = known.name if known else service
        return [slo for slo in self.promised.slos() if slo.service == name]

    def sli(self, slo: Slo) -> Sli | None:
        """What measures a promise."""
        return self.promised.sli(slo.sli) if slo.composite is None else None

    def nouns(self, slo: Slo) -> Nouns:
        """How to speak of its events."""
        return nouns_of(self.sli(slo))

    def findings(self, slo: Slo) -> Sequence[Finding]:
        """What lint says about it."""
        return lint(slo, self.sli(slo), self.clock.now())

    def availability(self, service: str) -> Ratio | None:
        """The target of the service's strictest availability SLO; None where it promises nothing."""
        return max((slo.target for slo in self._availability(service)), default=None)

    # --- how it stands

    @property
    def watermark(self) -> datetime:
        """The moment that is judged now."""
        return self.clock.now() - self.delay

    def status(self, slo: str | Slo, at: datetime | None = None) -> SloStatus:
        """How a promise stands, now (at the watermark) or at a moment of the past, from what is known today."""
        return self.standing(slo, at).status

    def standing(
        self, slo: str | Slo, at: datetime | None = None, firing: Mapping[str, datetime] | None = None
    ) -> Standing:
        """The status with its window sums. `firing`: tiers that fire, where the caller knows better than what is saved."""
        slo = self.find(slo) if isinstance(slo, str) else slo
        moment = self.watermark if at is None else min(at, self.watermark)
        source = self.source(slo)
        if not source.measured:
            return nothing_known(slo, moment, source.reason)
        if firing is None and at is None:
            firing = self._firing.get(slo.name, {})
        adjusted = self.budget_series(slo) if self.promised.excluded(slo.name) else None
        return judge(slo, self.counts, source, at=moment, firing=firing, adjusted=adjusted)

    def budget_series(self, slo: Slo) -> str:
        """The series that its budget is judged by: its own, or that without what was taken out by hand."""
        return f"{ADJUSTED}{slo.name}" if self.promised.excluded(slo.name) else slo.series

    def glance(self, slo: Slo) -> SloGlance:
        """As much of the status as a long list needs; cheap, so that a thousand promises can be sorted for a page."""
        source, firing = self.source(slo), self._firing.get(slo.name, {})
        if not source.measured:
            burning = tuple(tier.name for tier in slo.tiers if tier.name in firing)
            return SloGlance(slo, None, DataStatus.NO_DATA, burning)
        series = self.budget_series(slo)
        return glance(slo, self.counts, source, at=self.watermark, firing=firing, series=series)

    def forecast(self, standing: Standing) -> Forecast:
        """Where the budget is heading from there."""
        return forecast_of(standing, self.counts, self.budget_series(standing.status.slo), self.promised.slo)

    def sentence(self, standing: Standing, forecast: Forecast) -> str:
        """How it stands, in a sentence for people."""
        status, tier = standing.status, standing.burning
        nouns = self.nouns(status.slo)
        if tier is None or status.remaining_pct is None:
            return stands_words(status, forecast, nouns, self.zone)
        return burning_words(status, standing.seen(tier), forecast, nouns, self.zone)

    def outlook(self, standing: Standing, forecast: Forecast) -> str:
        """Where the budget is heading, in a sentence for people."""
        return outlook(standing.status, forecast, self.zone)

    def source(self, slo: Slo) -> SourceState:
        """How the source of its events stands."""
        return self._source(slo, _MAX_DEPTH)

    def _source(self, slo: Slo, depth: int) -> SourceState:
        if slo.composite is not None:
            return source_of_parts([self._part(part.slo, depth - 1) for part in slo.composite.parts])
        sli = self.sli(slo)
        reason = why_not_judged(slo, sli)
        if sli is None or reason:
            return SourceState(measured=False, reason=reason, caught_up=False)
        return self.sources.state(sli)

    def _part(self, name: str, depth: int) -> tuple[str, SourceState]:
        slo = self.promised.slo(name)
        if slo is None or not depth:
            why = f"there is no SLO {name!r}" if slo is None else "it is a part of itself"
            return name, SourceState(measured=False, reason=why, caught_up=False)
        return name, self._source(slo, depth)

    def is_live(self, slo: Slo) -> bool:
        """Whether latches may move: the source has caught up, and the window holds at least `min_events`."""
        status = self.status(slo)
        return status.caught_up and status.total >= max(1, slo.min_events)

    def series(self, slo: str | Slo, start: datetime, end: datetime, step_minutes: int = 1) -> Sequence[Bucket]:
        """The counts of [start, end) in steps; the start is taken down to its minute. Raises Invalid past 100,000 steps."""
        slo = self.find(slo) if isinstance(slo, str) else slo
        if end <= start:
            raise Invalid("end", f"{to_text(end)} is not after {to_text(start)}")
        if (end - start) / (_MINUTE * step_minutes) > _MOST_BUCKETS:
            raise Invalid(
                "step_minutes", f"more than {_MOST_BUCKETS:,} steps", hint="take a longer step or a shorter span"
            )
        return self.counts.series(slo.series, floor_minute(start), end, step_minutes)

    def bad_ratio(self, service: str, minutes: int = 5) -> Fraction | None:
        """The worst share of bad events among the service's availability SLOs (else among all) lately; None: nothing is known."""
        slos = self._availability(service) or self.for_service(service)
        found = (
            self.counts.sums(slo.series, [minutes], self.watermark)[0].bad_ratio()
            for slo in slos
            if self._is_judged(slo)
        )
        return max((ratio for ratio in found if ratio is not None), default=None)

    def losses(self, slo: Slo, over: timedelta = _LOSSES_OVER, *, limit: int = 3) -> Losses:
        """What failed lately (in the last hour), and where it came from; nothing is looked up where nothing failed.

        Sources tell where the failures of a whole SLI came from, not those of a single group.
        """
        end = floor_minute(self.watermark) + _MINUTE
        counted = self.counts.between(slo.series if slo.composite else slo.measured, end - over, end)
        sli = self.sli(slo)
        top: Sequence[Contributor] = ()
        if counted.bad and sli is not None and not slo.group and self._is_judged(slo):
            top = self.sources.contributors(sli, end - over, end, limit=limit)
        return Losses(counted.bad, counted.total, tuple(one for one in top if one.bad <= counted.bad))

    # --- the tick

    def evaluate(self, edges: Edges) -> Tick:
        """Judge every promise at the watermark; `edges` names the remaining percentages that budgets are compared with.

        Reads only. Costs one comparison of the counts and what is not calm, whatever the length of the windows.
        """
        at = self.watermark
        plan = self._plan(at, edges)
        verdicts = self.counts.compare(plan.bounds, at)
        alarms = Alarms(self, plan, verdicts, at)
        return alarms.tick()

    def settle(self, tick: Tick) -> Sequence[TierMoved]:
        """Save what a tick found, publish it, and return the claims for the alerts' inbox with their causes."""
        told, causes = [], {}
        for moved in tick.moved:
            event = event_of(moved)
            cause = moved.cause
            if event is not None:
                cause = self.events.publish(event, subject=f"slo/{moved.slo}", cause=moved.cause).id
            causes[moved.slo, moved.tier] = cause
            told.append(replace(moved, cause=cause))
        saved = [replace(one, cause=causes.get((one.slo, one.tier), one.cause)) for one in tick.standings]
        if saved or tick.cleared:
            self.standings.save(saved, tick.cleared)
            self.__dict__.pop("_firing", None)
        return told

    # --- counts that somebody else measured

    def push(self, sli: str, batch: str, minutes: Sequence[Bucket]) -> bool:
        """Add counts to an SLI with `source: {push: {}}`; False where the batch was taken before. All of it or nothing."""
        found = self.definitions.sli(sli)
        if found is None:
            raise NotFound("SLI", sli, known=[one.name for one in self.definitions.slis()])
        if not isinstance(found.source, Push):
            raise Conflict(f"{sli} has a source of its own", hint="only an SLI with source: {push: {}} takes counts")
        newest = floor_minute(self.clock.now() + _PUSH_AHEAD)
        for number, one in enumerate(minutes):
            if one.start != floor_minute(one.start):
                raise Invalid(f"counts[{number}].minute", f"{to_text(one.start)} is not the start of a minute")
            if not 0 <= one.good <= one.total:
                raise Invalid(f"counts[{number}].good", f"{one.good} good of {one.total}: good is counted inside total")
            if one.start > newest:
                raise Invalid(f"counts[{number}].minute", f"{to_text(one.start)} lies in the future")
        return self.intake.push(sli, batch, minutes)

    def _availability(self, service: str) -> Sequence[Slo]:
        slos = self.for_service(service)
        return [slo for slo in slos if (sli := self.sli(slo)) is not None and sli.type is SliType.AVAILABILITY]

    def _is_judged(self, slo: Slo) -> bool:
        return self.source(slo).measured if slo.composite else not why_not_judged(slo, self.sli(slo))

    @cached_property
    def _firing(self) -> Mapping[str, Mapping[str, datetime]]:
        """SLO to the tiers that fire, and since when; read once a transaction."""
        found: dict[str, dict[str, datetime]] = {}
        for one in self.standings.all():
            found.setdefault(one.slo, {})[one.tier] = one.since
        return found

    def _plan(self, at: datetime, edges: Edges) -> Plan:
        version = self.promised.version()
        if self.plans.current is None or not self.plans.current.holds(version, at):
            judged = [slo for slo in self.promised.slos() if self._is_judged(slo)]
            self.plans.current = make_plan(version, judged, at, edges, self.budget_series)
        return self.plans.current
