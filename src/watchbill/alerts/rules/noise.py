"""The noise review: which alerts are worth waking somebody for, from what really happened (playbook ph. 4, rule 6)."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import median

from watchbill.alerts.model import Severity
from watchbill.alerts.model.history import (
    Advice,
    Calling,
    Logged,
    NameReview,
    NoiseReview,
    Occurred,
    ServiceReview,
    Tally,
)
from watchbill.kernel.ids import AlertId

__all__ = ["FLAPS_WITHIN", "PAGES_A_WEEK", "SHORT", "review"]

PAGES_A_WEEK = 5  # playbook ph. 4, rule 6: a service has fewer than this
SHORT = timedelta(minutes=5)  # an alert that ends by itself before the answer is due (P0) was worth nobody's sleep
FLAPS_WITHIN = timedelta(minutes=15)
_WEEK, _TICK = timedelta(days=7), timedelta(microseconds=1)
_LEAST_RATED = 3  # fewer judgements are one person's mood
_LEAST_OCCURRENCES = 5
_HALF = Fraction(1, 2)


def review(occurred: Sequence[Occurred], callings: Sequence[Calling], since: datetime, until: datetime) -> NoiseReview:
    """Judge the window [since, until); the P3 log covers its last seven days. The noisiest come first."""
    history = _History.of(occurred, callings)
    by_name, by_service = defaultdict[str, list[Occurred]](list), defaultdict[str | None, list[Occurred]](list)
    for one in occurred:
        by_name[one.name].append(one)
        by_service[one.service].append(one)
    names = [_name(name, ones, history) for name, ones in by_name.items()]
    services = [_service(service, ones, history, since, until) for service, ones in by_service.items()]
    return NoiseReview(
        since=since,
        until=until,
        total=history.tally(occurred),
        names=tuple(sorted(names, key=lambda one: (-one.tally.pages, -one.tally.occurrences, one.name))),
        services=tuple(sorted(services, key=lambda one: (-one.pages, -one.tally.occurrences, one.service or ""))),
        log=_log(one for one in occurred if one.severity is Severity.P3 and one.opened_at >= until - _WEEK),
        pages_by_person=dict(Counter(call.person for call in callings).most_common()),
    )


@dataclass(frozen=True, slots=True)
class _History:
    """Pages by the alert that they were for, and what is known of an occurrence by looking at its neighbours."""

    calls: Mapping[AlertId, Sequence[Calling]]
    flapping: frozenset[AlertId]
    duplicate: frozenset[AlertId]

    @classmethod
    def of(cls, occurred: Sequence[Occurred], callings: Iterable[Calling]) -> "_History":
        calls = defaultdict[AlertId, list[Calling]](list)
        for call in callings:
            calls[call.alert].append(call)
        ordered = sorted(occurred, key=lambda one: (one.opened_at, one.alert))
        return cls(calls, frozenset(_flapping(ordered)), frozenset(_duplicates(ordered)))

    def tally(self, ones: Sequence[Occurred]) -> Tally:
        """Everything counted over some occurrences."""
        calls = [call for one in ones for call in self.calls.get(one.alert, ())]
        return Tally(
            occurrences=len(ones),
            pages=len(calls),
            off_hours_pages=sum(call.off_hours for call in calls),
            called=sum(one.alert in self.calls or one.acknowledged_at is not None for one in ones),
            acknowledged=sum(one.acknowledged_at is not None for one in ones),
            rated=sum(one.actionable is not None for one in ones),
            not_actionable=sum(one.actionable is False for one in ones),
            acted_on=sum(_acted_on(one) for one in ones),
            short=sum(_is_short(one) for one in ones),
            flaps=sum(one.alert in self.flapping for one in ones),
            duplicates=sum(one.alert in self.duplicate for one in ones),
        )


def _acted_on(one: Occurred) -> bool:
    if one.actionable is not None:
        return one.actionable
    return one.acknowledged_at is not None or one.closed_by is not None


def _is_short(one: Occurred) -> bool:
    """Ended by itself, within five minutes; exactly five is short."""
    return one.closed_at is not None and one.closed_by is None and one.closed_at - one.opened_at <= SHORT


def _flapping(ordered: Iterable[Occurred]) -> Iterable[AlertId]:
    ended: dict[str, datetime | None] = {}
    for one in ordered:
        before = ended.get(one.fingerprint)
        if before is not None and one.opened_at - before <= FLAPS_WITHIN:
            yield one.alert
        ended[one.fingerprint] = one.closed_at


def _duplicates(ordered: Iterable[Occurred]) -> Iterable[AlertId]:
    """Those that began while an earlier one of the same name and service, with other labels, still fired."""
    last_ends: dict[tuple[str, str | None], tuple[float, str]] = {}
    for one in ordered:
        key = (one.name, one.service)
        end = one.closed_at.timestamp() if one.closed_at else math.inf
        known = last_ends.get(key)
        if known is not None and known[0] > one.opened_at.timestamp() and known[1] != one.fingerprint:
            yield one.alert
        if known is None or end > known[0]:
            last_ends[key] = (end, one.fingerprint)


def _name(name: str, ones: Sequence[Occurred], history: _History) -> NameReview:
    tally = history.tally(ones)
    durations = [(one.closed_at - one.opened_at).total_seconds() for one in ones if one.closed_at]
    bare = any(one.runbook is None for one in ones)
    return NameReview(
        name=name,
        services=tuple(sorted({one.service for one in ones if one.service})),
        severities=tuple(sorted({one.severity for one in ones}, key=lambda severity: severity.rank)),
        tally=tally,
        median_duration=timedelta(seconds=median(durations)) if durations else None,
        without_runbook=bare,
        advice=tuple(_advice(tally, pages=any(one.severity.pages for one in ones), bare=bare)),
    )


def _advice(tally: Tally, *, pages: bool, bare: bool) -> Iterable[tuple[Advice, str]]:
    """What to do about it, with the reason; a share of exactly one half counts."""
    useless = tally.not_actionable_share
    if useless is not None and tally.rated >= _LEAST_RATED:
        told = f"nothing was to be done in {tally.not_actionable} of {tally.rated} that were judged"
        if useless == 1:
            yield Advice.DELETE, told
        elif useless >= _HALF and pages:
            yield Advice.DEMOTE, told
    if tally.occurrences >= _LEAST_OCCURRENCES:
        for count, said in ((tally.short, "ended by themselves within 5 minutes"), (tally.flaps, "began again within 15 minutes of their end")):  # fmt: skip
            if Fraction(count, tally.occurrences) >= _HALF:
                yield Advice.RAISE, f"{count} of {tally.occurrences} {said}"
        if Fraction(tally.duplicates, tally.occurrences) >= _HALF:
            said = "began while another of the same service fired"
            yield Advice.GROUP, f"{tally.duplicates} of {tally.occurrences} {said}"
    if bare and pages:
        yield Advice.WRITE_RUNBOOK, "it calls somebody and no runbook says what to do"


def _service(
    service: str | None, ones: Sequence[Occurred], history: _History, since: datetime, until: datetime
) -> ServiceReview:
    tally = history.tally(ones)
    weeks = Counter((call.at - since) // _WEEK for one in ones for call in history.calls.get(one.alert, ()))
    a_week = tally.pages * Fraction(_WEEK // _TICK, (until - since) // _TICK)
    return ServiceReview(service, tally.pages, a_week, max(weeks.values(), default=0), a_week < PAGES_A_WEEK, tally)


def _log(ones: Iterable[Occurred]) -> tuple[Logged, ...]:
    found = defaultdict[tuple[str, str | None], list[Occurred]](list)
    for one in ones:
        found[one.name, one.service].append(one)
    lines = []
    for (name, service), same in found.items():
        latest = max(same, key=lambda one: one.opened_at)
        lines.append(Logged(name, service, len(same), latest.opened_at, latest.title))
    return tuple(sorted(lines, key=lambda line: (-line.occurrences, line.name, line.service or "")))
