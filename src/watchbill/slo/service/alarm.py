"""Which tiers fire and which alarms are due at a tick, compared with what fires already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watchbill.slo.model import BurnTier, Slo, TierMoved, TierSeverity, TierStanding, Transition
from watchbill.slo.rules.alarms import NO_DATA_TIER, burn_annotations, labels, silence_annotations
from watchbill.slo.rules.burn import stands
from watchbill.slo.rules.data import is_remarkable
from watchbill.slo.rules.plan import Plan
from watchbill.slo.service.tick import Tick

if TYPE_CHECKING:
    from watchbill.slo.service.service import SloService

__all__ = ["RESEND", "Alarms"]

RESEND = timedelta(minutes=1)  # as Prometheus does; keeps the figures in the alert current
_DAY = timedelta(days=1)
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Due:
    """Something that fires at this tick."""

    slo: Slo
    tier: str
    severity: TierSeverity


class Alarms:
    """One tick's comparison of what should fire with what does."""

    def __init__(self, service: "SloService", plan: Plan, verdicts: bytes, at: datetime) -> None:
        self._service, self._plan, self._verdicts, self._at = service, plan, verdicts, at
        self._due: dict[Key, _Due] = {}
        self._standing: dict[Key, TierStanding] = {(one.slo, one.tier): one for one in service.standings.all()}

    def tick(self) -> Tick:
        """The tick with everything that moved."""
        due = self._due = {(one.slo.name, one.tier): one for one in (*self._burning(), *self._silent())}
        moved: list[TierMoved] = []
        saved: list[TierStanding] = []
        dropped: list[Key] = []
        for key, old in self._standing.items():
            now = due.get(key)
            if now is None or labels(now.slo, now.tier, now.severity) != old.labels:
                moved.append(
                    TierMoved(old.slo, old.tier, Transition.CLEARED, old.labels, {}, old.since, self._at, old.cause)
                )
                dropped.append(key)
        for key, one in due.items():
            known = None if key in dropped else self._standing.get(key)
            if known is not None and self._at - known.sent_at < RESEND:
                continue
            named = labels(one.slo, one.tier, one.severity)
            since, cause = (known.since, known.cause) if known else (self._at, None)
            kind = Transition.STILL if known else Transition.FIRED
            moved.append(TierMoved(one.slo.name, one.tier, kind, named, self._annotations(one), since, None, cause))
            saved.append(TierStanding(one.slo.name, one.tier, since, self._at, named, cause))
        lost = tuple(key for key in dropped if key not in due)
        return Tick(self._at, self._plan, self._verdicts, tuple(moved), tuple(saved), lost)

    def _burning(self) -> Iterator[_Due]:
        """Tiers that fire: above in both windows, or firing already and not known to be calm."""
        firing = {self._plan.tier_position[key] for key in self._standing if key in self._plan.tier_position}
        for number in sorted({*self._plan.burning(self._verdicts), *firing}):
            owner, tier = self._plan.tiers[number]
            slo = self._plan.slos[owner]
            short, long = self._plan.tier_verdicts(self._verdicts, number)
            if not stands(short, long, firing=number in firing, no_data=slo.no_data):
                continue
            # While history is still being read, the last hour is not all there: nothing new fires on a part of it.
            if number in firing or self._service.source(slo).caught_up:
                yield _Due(slo, tier.name, tier.severity)

    def _silent(self) -> Iterator[_Due]:
        """Sources that said nothing for longer than is usual."""
        for number in self._plan.silent(self._verdicts):
            slo = self._plan.slos[number]
            source = self._service.source(slo)
            if source.newest_at is None or not source.caught_up:
                continue
            before = self._service.counts.between(slo.sli, source.newest_at - _DAY, source.newest_at)
            if is_remarkable(before.total, self._at - source.newest_at, slo):
                yield _Due(slo, NO_DATA_TIER, TierSeverity.TICKET)

    def _firing(self, slo: str) -> dict[str, datetime]:
        """Which tiers of an SLO fire as of this tick, and since when."""
        return {tier: self._since((owner, tier)) for owner, tier in self._due if owner == slo}

    def _since(self, key: Key) -> datetime:
        known = self._standing.get(key)
        return known.since if known else self._at

    def _annotations(self, one: _Due) -> dict[str, str]:
        if one.tier == NO_DATA_TIER:
            newest = self._service.source(one.slo).newest_at
            return silence_annotations(one.slo, newest or self._at, self._at)
        standing = self._service.standing(one.slo, firing=self._firing(one.slo.name))
        status = next(tier for tier in standing.status.tiers if tier.tier.name == one.tier)
        tier: BurnTier = status.tier
        return burn_annotations(
            standing.status,
            status,
            standing.seen(tier),
            self._service.forecast(standing),
            losses=self._service.losses(one.slo, tier.short_window),
            words=(self._service.nouns(one.slo), self._service.zone),
        )
