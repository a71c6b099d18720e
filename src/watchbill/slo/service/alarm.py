"""Which tiers fire and which alarms are due at a tick, compared with what fires already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watchbill.slo.model import Slo, SloBurning, SloCalm, TierMoved, TierSeverity, TierStanding, Transition
from watchbill.slo.rules.alarms import NO_DATA_TIER, burn_annotations, labels, silence_annotations
from watchbill.slo.rules.burn import stands
from watchbill.slo.rules.data import is_remarkable
from watchbill.slo.rules.plan import Plan
from watchbill.slo.service.tick import Tick

if TYPE_CHECKING:
    from watchbill.slo.service.service import SloService

__all__ = ["HOLD", "RESEND", "Alarms", "event_of"]

RESEND = timedelta(minutes=1)  # as Prometheus does; keeps the figures in the alert current
# How long a claim holds without being renewed. What fires is stored, so its end is always said: an engine that stands still
# for a while must not let a page be stood down. Only what nobody will ever end (an abandoned store) expires by this.
HOLD = timedelta(days=1)
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
        over = {
            key: old for key, old in self._standing.items() if key not in due or self._labels(due[key]) != old.labels
        }
        late = {key: one for key, one in due.items() if key in over or self._is_due(key)}
        fired = [self._fired(one, None if key in over else self._standing.get(key)) for key, one in late.items()]
        return Tick(
            self._at,
            self._plan,
            self._verdicts,
            moved=(*(self._cleared(old) for old in over.values()), *fired),
            standings=tuple(_standing(one, self._at) for one in fired),
            cleared=tuple(key for key in over if key not in due),
        )

    def _is_due(self, key: Key) -> bool:
        """Whether its alert has to be sent, for the first time or again."""
        known = self._standing.get(key)
        return known is None or self._at - known.sent_at >= RESEND

    def _fired(self, one: _Due, known: TierStanding | None) -> TierMoved:
        kind, since, cause = (
            (Transition.STILL, known.since, known.cause) if known else (Transition.FIRED, self._at, None)
        )
        said = self._annotations(one)
        return TierMoved(one.slo.name, one.tier, kind, self._labels(one), said, since, self._at + HOLD, cause)

    def _cleared(self, old: TierStanding) -> TierMoved:
        """Its end, in the words in which it was last told: what happened stays what happened."""
        kind = Transition.CLEARED
        return TierMoved(old.slo, old.tier, kind, old.labels, old.annotations, old.since, self._at, old.cause)

    def _labels(self, one: _Due) -> dict[str, str]:
        return labels(one.slo, one.tier, one.severity)

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
            before = self._service.counts.between(slo.series, source.newest_at - _DAY, source.newest_at)
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
        forecast = self._service.forecast(standing)
        tier = next(found for found in standing.status.tiers if found.tier.name == one.tier)
        return burn_annotations(
            standing.status,
            tier,
            forecast,
            summary=self._service.sentence(standing, forecast),
            losses=self._service.losses(one.slo, tier.tier.short_window),
            nouns=self._service.nouns(one.slo),
        )


def _standing(one: TierMoved, at: datetime) -> TierStanding:
    return TierStanding(one.slo, one.tier, one.starts_at, at, one.labels, one.annotations, one.cause)


def event_of(moved: TierMoved) -> SloBurning | SloCalm | None:
    """The event that tells of a tier's move; None where it is no news."""
    service, severity = moved.labels["service"], TierSeverity(moved.labels["severity"])
    if moved.tier == NO_DATA_TIER or moved.transition is Transition.STILL:
        return None
    if moved.transition is Transition.FIRED:
        return SloBurning(moved.slo, service, moved.tier, severity)
    return SloCalm(moved.slo, service, moved.tier, moved.starts_at)
