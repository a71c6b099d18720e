"""Use cases on budgets: what is left, what a tick changes, who spent it, and the burn-down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from watchbill.budget.model import (
    Attribution,
    BudgetExhausted,
    BudgetGlance,
    BudgetPolicy,
    BudgetStanding,
    BudgetState,
    BudgetStateChanged,
    BudgetStatus,
    BudgetThawed,
    DaySpend,
    Point,
)
from watchbill.budget.ports import BudgetStandings, PolicyDefinitions
from watchbill.budget.rules.states import PLAYBOOK, edges_of, next_standing, state_at, state_of
from watchbill.budget.service.attributing import Attributing
from watchbill.budget.service.course import burndown, spent_by_day
from watchbill.kernel.clock import Clock
from watchbill.kernel.events import EventSink
from watchbill.kernel.units import pct_text
from watchbill.slo.model import Forecast, Rolling, Slo, SloGlance, SloStatus
from watchbill.slo.rules.burn import remaining_pct
from watchbill.slo.rules.plan import Plan
from watchbill.slo.sentences import moment_words
from watchbill.slo.service import SloService, Tick
from watchbill.slo.service.standing import Standing

__all__ = ["BudgetService"]

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_WEEK = timedelta(days=7)


class _Move(NamedTuple):
    slo: Slo
    old: BudgetStanding | None
    new: BudgetStanding


@dataclass(frozen=True, kw_only=True)
class BudgetService:
    """Budgets of the promises of `slos`."""

    slos: SloService
    policies: PolicyDefinitions
    standings: BudgetStandings
    events: EventSink
    clock: Clock

    # --- what is left

    def policy(self, service: str) -> BudgetPolicy:
        """The service's policy; the playbook's where it has none."""
        return self.policies.policy(service) or PLAYBOOK

    def has_policy(self, service: str) -> bool:
        """Whether the house has written one for the service."""
        return self.policies.policy(service) is not None

    def show(self, slo: str | Slo, at: datetime | None = None) -> BudgetStatus:
        """Everything about one budget, now or at a moment of the past (the freeze is only known for now)."""
        standing = self.slos.standing(slo, at)
        known = self.standings.get(standing.status.slo.name) if at is None else None
        return self._status(standing, known)

    def worst_first(self, slos: Sequence[Slo]) -> list[BudgetStatus]:
        """These budgets, the least left first; unknown ones at the end."""
        known = {one.slo: one for one in self.standings.all()}
        found = [self._status(self.slos.standing(slo), known.get(slo.name)) for slo in slos]
        return sorted(found, key=lambda one: _least_left(one.status.remaining_pct, one.status.slo.name))

    def glances(self, slos: Sequence[Slo]) -> list[BudgetGlance]:
        """The same order with only what a long list shows; no forecast is made."""
        known = {one.slo: one for one in self.standings.all()}
        found = [self._glance(self.slos.glance(slo), known.get(slo.name)) for slo in slos]
        return sorted(found, key=lambda one: _least_left(one.remaining_pct, one.slo.name))

    def consumed_pct(self, status: SloStatus, over: timedelta = _WEEK) -> Fraction | None:
        """How much of the window's budget the last days took (the last seven, not a calendar week)."""
        if not status.total:
            return None
        spent = self.slos.counts.sums(self.slos.budget_series(status.slo), [over // _MINUTE], status.at)[0]
        return 100 * spent.lost / (status.slo.allowed * status.total)

    def unadjusted_pct(self, status: SloStatus) -> Fraction | None:
        """What would be left with what was taken out by hand; None where nothing was taken out."""
        if status.unadjusted is None:
            return None
        return remaining_pct(status.unadjusted.bad_ratio(status.slo.no_data), status.slo.allowed)

    # --- what a tick changes

    def edges(self, slo: Slo) -> tuple[Fraction, ...]:
        """The remaining percentages that a tick has to compare this budget with."""
        return edges_of(self.policy(slo.service))

    def moves(self, tick: Tick) -> bool:
        """Whether `observe` has anything to save."""
        return not self._is_settled(tick) and (bool(self._gone(tick)) or next(self._moves(tick), None) is not None)

    def observe(self, tick: Tick) -> Sequence[BudgetStanding]:
        """Save what a tick changed in states and freezes, publish it, and return the new standings.

        Only live ticks move anything: not before the source has caught up, and no freeze below `min_events`.
        """
        moves = list(self._moves(tick))
        for move in moves:
            self._publish(move)
        gone = self._gone(tick)
        if moves or gone:
            self.standings.save([move.new for move in moves], gone)
            self.__dict__.pop("_all", None)
        return [move.new for move in moves]

    # --- who spent it

    def attribute(self, slo: str | Slo, start: datetime, end: datetime) -> Attribution:
        """What a span took of the budget: its bad events above the bad ratio of the 24 h before it."""
        return self.attribute_each(slo, [(start, end)])[0]

    def attribute_each(self, slo: str | Slo, spans: Sequence[tuple[datetime, datetime]]) -> list[Attribution]:
        """The same for several spans, in order; where they overlap, each is charged its even share."""
        return Attributing(self.slos).each(self.slos.find(slo) if isinstance(slo, str) else slo, spans)

    # --- over time

    def burndown(self, slo: str | Slo | SloStatus, points: int = 120) -> list[Point]:
        """What was left over the window, oldest first; the last point is what is left now (or at that status)."""
        return burndown(self.slos, slo if isinstance(slo, SloStatus) else self.slos.status(slo), points)

    def spent_by_day(self, slo: Slo, start: datetime, end: datetime, total: int, zone: ZoneInfo) -> list[DaySpend]:
        """Every local day of a window of `total` events so far with its share of the budget, oldest first, by whole hours."""
        return spent_by_day(self.slos, slo, (start, end), total, zone)

    # ---

    def _glance(self, seen: SloGlance, known: BudgetStanding | None) -> BudgetGlance:
        left = seen.remaining_pct
        state = None if left is None else state_of(left, self.policy(seen.slo.service))
        return BudgetGlance(seen.slo, state, bool(known and known.frozen), left, seen.data_status, seen.firing)

    def _status(self, standing: Standing, known: BudgetStanding | None) -> BudgetStatus:
        status = standing.status
        policy = self.policy(status.slo.service)
        left = status.remaining_pct
        state = None if left is None else state_of(left, policy)
        frozen = known is not None and known.frozen
        forbids = [policy.of(BudgetState.EXHAUSTED)] if frozen else []
        says = [*forbids, *([policy.of(state)] if state else [])]
        forecast = self.slos.forecast(standing)
        return BudgetStatus(
            status=status,
            state=state,
            frozen=frozen,
            frozen_since=known.frozen_since if known else None,
            exhausted_since=known.state_since if known and state is known.state is BudgetState.EXHAUSTED else None,
            forecast=forecast,
            actions=tuple(dict.fromkeys(action for one in says for action in one.actions)),
            policy=policy.name,
            budget_events=status.slo.allowed * status.total if status.total else None,
            projected_remaining_pct=_projected(status),
            recent=standing.recent,
            sentence=self._sentence(standing, forecast, frozen=frozen),
            outlook=self.slos.outlook(standing, forecast),
        )

    def _sentence(self, standing: Standing, forecast: Forecast, *, frozen: bool) -> str:
        said = self.slos.sentence(standing, forecast)
        left = standing.status.remaining_pct
        if not frozen or left is None or left <= 0:
            return said
        back = (
            f" {moment_words(forecast.recovers_at, standing.status.at, self.slos.zone)}" if forecast.recovers_at else ""
        )
        return f"{said}; still frozen until 10\u00a0% are back{back}"

    def _moves(self, tick: Tick) -> Iterator[_Move]:
        """What would change; notes a tick at which nothing did, so that the next ones like it are not looked at."""
        if self._is_settled(tick):
            return
        quiet = True
        for move in self._examined(tick, {one.slo: one for one in self._all}):
            quiet = False
            if move is not None:
                yield move
        if quiet and not self._gone(tick):
            self.slos.plans.settled = self._seen(tick)

    def _is_settled(self, tick: Tick) -> bool:
        """Whether neither promises, verdicts nor standings are others than when nothing moved."""
        return self.slos.plans.settled == self._seen(tick)

    def _seen(self, tick: Tick) -> tuple[Plan, bytes, Sequence[object]]:
        return tick.plan, tick.budget_verdicts(), self._all

    def _examined(self, tick: Tick, known: Mapping[str, BudgetStanding]) -> Iterator[_Move | None]:
        """A move, or None where one is only put off until the source has caught up or the window holds enough.

        Where the standings are those of a tick at which nothing moved, only budgets with another verdict are looked at.
        """
        plan, verdicts_then, standings = self.slos.plans.settled or (None, b"", ())
        if plan is tick.plan and standings == self._all:
            names = dict.fromkeys(slo.name for slo in tick.changed_since(verdicts_then))
        else:
            names = dict.fromkeys([slo.name for slo in tick.spending()] + list(known))
        for name in names:
            slo, verdicts = tick.slo(name), tick.edges(name)
            if slo is None or verdicts is None:
                continue
            state = state_at(verdicts, self.policy(slo.service))
            if state is None:
                continue
            old = known.get(name)
            was = old or BudgetStanding(name, BudgetState.HEALTHY, tick.at)
            if next_standing(was, state, verdicts, may_freeze=True, at=tick.at) == was:
                continue
            # Only now, where something would move, is it worth asking whether this tick is a live one.
            status = self.slos.status(slo)
            enough = status.total >= max(1, slo.min_events)
            new = next_standing(was, state, verdicts, may_freeze=enough, at=tick.at)
            yield _Move(slo, old, new) if status.caught_up and new != was else None

    @cached_property
    def _all(self) -> Sequence[BudgetStanding]:
        """Every standing, read once a transaction."""
        return self.standings.all()

    def _gone(self, tick: Tick) -> list[str]:
        """Standings of promises that are no longer made."""
        promised = self.slos.promised
        return [one.slo for one in self._all if promised.slo(one.slo) is None and tick.slo(one.slo) is None]

    def _publish(self, move: _Move) -> None:
        slo, new = move.slo, move.new
        subject = f"slo/{slo.name}"
        old_state = move.old.state if move.old else BudgetState.HEALTHY
        cause = None
        if new.state is not old_state:
            event = BudgetStateChanged(slo.name, slo.service, old_state, new.state)
            cause = self.events.publish(event, subject=subject, cause=None).id
        was_frozen_since = move.old.frozen_since if move.old else None
        if new.frozen and was_frozen_since is None:
            left = pct_text(self.slos.status(slo).remaining_pct or Fraction(0))
            self.events.publish(BudgetExhausted(slo.name, slo.service, left), subject=subject, cause=cause)
        elif was_frozen_since is not None and not new.frozen:
            self.events.publish(BudgetThawed(slo.name, slo.service, was_frozen_since), subject=subject, cause=cause)


def _projected(status: SloStatus) -> Fraction | None:
    """Calendar windows: what is left of the whole period's budget at the mean traffic so far."""
    window = status.slo.window
    if isinstance(window, Rolling) or status.bad_ratio is None or not status.counts.covered:
        return None
    whole = Fraction(window.period(status.at) // _MINUTE, status.counts.covered)
    return 100 * (1 - status.bad_ratio / (status.slo.allowed * whole))


def _least_left(remaining_pct: Fraction | None, name: str) -> tuple[bool, Fraction, str]:
    """The order of lists: the least left first, unknown ones at the end."""
    return remaining_pct is None, remaining_pct if remaining_pct is not None else Fraction(0), name
