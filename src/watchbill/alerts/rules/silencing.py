"""Silences: which are valid, which cover an alert, and what changing one comes to (Alertmanager's rules)."""

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchbill.alerts.model import MaintenanceWindow, Matcher, Silence, SilenceState, matches
from watchbill.alerts.model.matching import Compiled
from watchbill.alerts.rules.maintenance import open_now
from watchbill.kernel.errors import Invalid

__all__ = ["Silencer", "can_update", "check", "expired", "next_change", "order", "remind_at", "same_filter"]

_REMIND_BEFORE, _REMIND_SHARE = timedelta(minutes=30), 4
_TOO_SHORT = timedelta(minutes=10)
_CONTROL = re.compile(r"[\x00]")
_RANK = {SilenceState.ACTIVE: 0, SilenceState.PENDING: 1, SilenceState.EXPIRED: 2}


@dataclass(frozen=True, slots=True)
class Silencer:
    """The silences that are active, and the maintenance windows that are open, at one moment, made ready."""

    active: tuple[tuple[str, tuple[tuple[str, Compiled], ...]], ...] = ()
    services: tuple[tuple[str, frozenset[str]], ...] = ()  # maintenance windows and the services that they cover

    @classmethod
    def of(
        cls,
        silences: Sequence[Silence],
        now: datetime,
        compile_matcher: Callable[[Matcher], Compiled],
        windows: Sequence[MaintenanceWindow] = (),
    ) -> "Silencer":
        """Those that are active at `now`, by id. One whose patterns cannot be read silences nothing."""
        ready = []
        opened = [one.window for one in open_now(windows, now)]
        for window in opened:
            if window.match:
                with contextlib.suppress(Invalid):
                    ready.append((window.id, tuple((one.name, compile_matcher(one)) for one in window.match)))
        for silence in sorted(silences, key=lambda silence: silence.id):
            if silence.state(now) is SilenceState.ACTIVE:
                with contextlib.suppress(Invalid):
                    ready.append((silence.id, tuple((one.name, compile_matcher(one)) for one in silence.matchers)))
        return cls(tuple(ready), tuple((one.id, one.services) for one in opened if one.services))

    @property
    def ids(self) -> frozenset[str]:
        """Which silences are active, and which windows are open for what: differs when anything is to be judged anew."""
        opened = (f"{window} {sorted(services)}" for window, services in self.services)
        return frozenset((*(silence for silence, _ in self.active), *opened))

    def covering(self, labels: Mapping[str, str], service: str | None = None) -> tuple[str, ...]:
        """The ids of the silences and windows that cover an alert with these labels about this service."""
        if not self.active and not self.services:
            return ()
        found = [silence for silence, conditions in self.active if matches(conditions, labels)]
        return (*found, *(window for window, services in self.services if service in services))


def check(matchers: Sequence[Matcher], compile_matcher: Callable[[Matcher], Compiled]) -> None:
    """Raise Invalid unless the matchers can silence something without silencing everything."""
    if not matchers:
        raise Invalid("matchers", "at least one matcher required")
    accepting_nothing = False
    for position, matcher in enumerate(matchers):
        if not matcher.name or _CONTROL.search(matcher.name + matcher.value):
            raise Invalid("matchers", f'invalid label matcher {position}: invalid label name "{matcher.name}"')
        try:
            accepts = compile_matcher(matcher)
        except Invalid as wrong:
            shown = f'invalid label matcher {position}: invalid regular expression "{matcher.value}": {wrong.reason}'
            raise Invalid("matchers", shown) from wrong
        accepting_nothing = accepting_nothing or not accepts("")
    if not accepting_nothing:
        raise Invalid("matchers", "at least one matcher must not match the empty string")


def can_update(old: Silence, new: Silence, now: datetime) -> bool:
    """Whether `new` may replace `old` under the same id; otherwise `old` is expired and `new` gets an id of its own.

    Other matchers are another silence. An active one keeps its start (to the second) and does not end in the past.
    """
    if old.matchers != new.matchers:
        return False
    match old.state(now):
        case SilenceState.ACTIVE:
            same_start = int(new.starts_at.timestamp()) == int(old.starts_at.timestamp())
            return same_start and new.ends_at >= now
        case SilenceState.PENDING:
            return new.starts_at >= now
        case SilenceState.EXPIRED:
            return False


def expired(silence: Silence, now: datetime) -> Silence:
    """The silence, ended now; one that had not begun never does. An expired one stays as it is."""
    match silence.state(now):
        case SilenceState.ACTIVE:
            return replace(silence, ends_at=now, updated_at=now)
        case SilenceState.PENDING:
            return replace(silence, starts_at=now, ends_at=now, updated_at=now)
        case SilenceState.EXPIRED:
            return silence


def next_change(silences: Sequence[Silence], now: datetime) -> datetime | None:
    """When the next of them begins or ends; None: never again."""
    moments = (moment for silence in silences for moment in (silence.starts_at, silence.ends_at) if moment > now)
    return min(moments, default=None)


def remind_at(silence: Silence) -> datetime | None:
    """When its owner is told that it ends: half an hour before, or a quarter of its length where that is less.

    One of ten minutes or less ends before anybody has forgotten it: None.
    """
    length = silence.ends_at - silence.starts_at
    if length <= _TOO_SHORT:
        return None
    return silence.ends_at - min(_REMIND_BEFORE, length / _REMIND_SHARE)


def order(silences: Sequence[Silence], now: datetime) -> list[Silence]:
    """Active ones by their end, then pending ones by their start, then expired ones, the latest first."""

    def key(silence: Silence) -> tuple[int, float]:
        state = silence.state(now)
        by = {
            SilenceState.ACTIVE: silence.ends_at.timestamp(),
            SilenceState.PENDING: silence.starts_at.timestamp(),
            SilenceState.EXPIRED: -silence.ends_at.timestamp(),
        }
        return _RANK[state], by[state]

    return sorted(silences, key=key)


def same_filter(silence: Silence, wanted: Sequence[Matcher]) -> bool:
    """Whether each wanted matcher is one of the silence's own: compared, not evaluated, as Alertmanager filters silences."""
    return all(matcher in silence.matchers for matcher in wanted)
