"""Where a budget is heading: which counts a forecast starts from, and at which pace it goes on.

What is carried forward: while tiers fire, what their short windows burn; else the last hour. One SLO is one line into the
future (`rules.forecast`). A composite follows its rule:

    worst_of   one line for each part, each with its own counts, ageing and pace, against the composite's target. The largest
               bad ratio reaches what is allowed when the first part does, so the budget is spent at the earliest of their
               moments, and is back when the last part is back. A part that is such a composite is taken apart likewise.
    weighted   one line; a bad event of a part is worth weight / (sum of weights x the part's events), so that all of them
               make the composite's own ratio, and each ages out with that worth. Exact as long as the parts know the same
               minutes; while some know less of the window, their worth is held at today's.

A composite that is a part of a weighted one shows no events of its own: what its parts lost in each hour is scaled so that
all hours together make its ratio.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.kernel.instants import floor_hour, floor_minute
from watchbill.slo.computed_counts import part_series
from watchbill.slo.model import Forecast, NoData, Rolling, Slo, SloStatus, WindowSum
from watchbill.slo.ports import Counts
from watchbill.slo.rules.burn import burn_rate
from watchbill.slo.rules.forecast import THAW_PCT, Course, minutes_to_exhaustion, minutes_to_recovery
from watchbill.slo.service.standing import BURN_WINDOWS, Standing

__all__ = ["forecast_of"]

_STEPS = 672  # of the history in a forecast, where hours would be too coarse
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_BY_HOURS = timedelta(days=14) // _MINUTE
_MAX_DEPTH = 8  # of composites of composites, as in `computed_counts`

_Ageing = list[tuple[int, int | Fraction]]
_Burns = Mapping[int, Fraction | None]  # by the minutes of the window
_Find = Callable[[str], Slo | None]


@dataclass(frozen=True)
class _Line:
    """One course into the future, and how fast it is spent over each of the paces, by their minutes."""

    course: Course
    burns: _Burns


def forecast_of(standing: Standing, counts: Counts, series: str, find: _Find) -> Forecast:
    """Where the budget is heading. `series`: the budget's own, where something was taken out of it. `find`: SLOs by name."""
    status, slo = standing.status, standing.status.slo
    if status.bad_ratio is None or status.remaining_pct is None or not status.counts.total:
        return Forecast(None, None, None, None, None)
    burns = {minutes: status.burn_rates[name] for name, minutes in BURN_WINDOWS.items()}
    pace, burn = _pace(standing)
    burns[pace] = burn
    lines = _Lines(status, counts, find).of(_Seen(slo, series, status.counts, slo.no_data), burns)
    spent_at = {minutes: _soonest(lines, minutes) for minutes, rate in burns.items() if rate is not None}
    known = [one for one in spent_at.values() if one is not None]
    recovers = None
    if status.remaining_pct < THAW_PCT:
        last = _all_recovered(lines)
        recovers = _date(status, last) or (None if isinstance(slo.window, Rolling) else status.end)
    return Forecast(
        exhausts_at=_date(status, spent_at.get(pace)),
        earliest=_date(status, min(known, default=None)),
        latest=_date(status, max(known)) if known and len(known) == len(spent_at) else None,
        recovers_at=recovers,
        burning=burn,
    )


def _pace(standing: Standing) -> tuple[int, Fraction | None]:
    """The window whose burn rate is carried forward, and that rate; None: there is too little traffic to say."""
    status = standing.status
    firing = [(tier.short_burn, tier) for tier in status.tiers if tier.firing and tier.short_burn is not None]
    if firing:
        burn, tier = max(firing, key=lambda one: one[0])
        return tier.tier.short_window // _MINUTE, burn
    for name, minutes in BURN_WINDOWS.items():
        if standing.sums[minutes].total >= max(1, status.slo.min_events):
            return minutes, status.burn_rates[name]
    return 0, None


def _soonest(lines: Sequence[_Line], minutes: int) -> Fraction | None:
    """When the first line is spent. Of a part without events lately only what it has lost already is known."""
    found = [minutes_to_exhaustion(one.course, one.burns.get(minutes) or Fraction(0)) for one in lines]
    return min((one for one in found if one is not None), default=None)


def _all_recovered(lines: Sequence[_Line]) -> Fraction | None:
    found = [minutes_to_recovery(one.course) for one in lines]
    known = [one for one in found if one is not None]
    return max(known) if known and len(known) == len(found) else None


@dataclass(frozen=True, slots=True)
class _Seen:
    """An SLO over the budget's window: what was counted, in which series, and who says what missing minutes are."""

    slo: Slo
    series: str
    found: WindowSum
    no_data: NoData

    @property
    def ratio(self) -> Fraction | None:
        """Its bad ratio as the whole takes it."""
        return self.found.bad_ratio(self.no_data)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Makes the lines of one budget; all of them end with the same window, and are held against the same target."""

    status: SloStatus
    counts: Counts
    find: _Find

    def of(self, seen: _Seen, burns: _Burns, depth: int = _MAX_DEPTH) -> list[_Line]:
        """The lines of an SLO, one where it is not the worst of several."""
        if seen.slo.composite is None or seen.slo.composite.rule != "worst_of" or not depth:
            return [self._line(seen, burns)]
        return [
            line
            for _, part in self._parts(seen)
            if part.ratio is not None
            for line in self.of(part, self._burns(part, burns), depth - 1)
        ]

    def _parts(self, seen: _Seen) -> list[tuple[Fraction, _Seen]]:
        """The parts of a composite with their weights."""
        status = self.status
        end = min(status.end, floor_minute(status.at) + _MINUTE)
        found = []
        for named in seen.slo.composite.parts if seen.slo.composite else ():
            if (part := self.find(named.slo)) is not None:
                series = part_series(seen.series, part)
                counted = self.counts.between(series, status.start, end)
                found.append((named.weight, _Seen(part, series, counted, seen.slo.no_data)))
        return found

    def _line(self, seen: _Seen, burns: _Burns) -> _Line:
        status, found, allowed = self.status, seen.found, self.status.slo.allowed
        assert seen.ratio is not None
        # Without a single event all of its known minutes failed: one event stands for them, and it does not age out.
        total, covered = (found.total, found.covered or 1) if found.total else (1, found.minutes)
        bad = seen.ratio * total  # with `no_data: bad` more than was counted
        if not isinstance(status.slo.window, Rolling):
            left = max(0, (status.end - floor_minute(status.at)) // _MINUTE - 1)
            return _Line(Course(allowed, bad, total, covered, None, left), burns)
        # Ageing out can matter where the budget must recover, or the fastest pace could spend what is left in one window.
        left_pct = 100 * (1 - seen.ratio / allowed)
        fastest = max((rate for rate in burns.values() if rate is not None), default=Fraction(0))
        ageing = self._ageing(seen) if left_pct < THAW_PCT or fastest * 100 >= left_pct else []
        return _Line(Course(allowed, bad, total, covered, found.minutes, found.minutes, ageing), burns)

    def _ageing(self, seen: _Seen) -> _Ageing:
        """The window's bad events in the order in which they leave it."""
        if seen.slo.composite is None:
            return self._counted(seen.series)
        if seen.slo.composite.rule != "weighted":  # nested deeper than anybody nests
            return self._scaled(seen, Fraction(seen.found.total))
        parts = self._parts(seen)
        known = sum(weight for weight, part in parts if part.ratio is not None)
        whole: _Ageing = []
        for weight, part in parts:
            if part.found.total:
                one = self._scaled(part, weight * seen.found.total / known)
                whole = _added(whole, one)
        return whole

    def _scaled(self, seen: _Seen, events: Fraction) -> _Ageing:
        """The same as if its window had held so many events; of a composite so that its hours make its own ratio."""
        found = self._counted(seen.series)
        if not (lost := sum(bad for _, bad in found)):
            return found
        each = events * seen.found.lost / seen.found.total / lost
        return [(minutes, bad * each) for minutes, bad in found]

    def _counted(self, series: str) -> _Ageing:
        """By time, as counted. Long windows go by whole hours, which stores keep ready."""
        start, end = self.status.start, self.status.end
        minutes = (end - start) // _MINUTE
        if minutes < _BY_HOURS:
            step = max(1, minutes // _STEPS)
            ageing: _Ageing = [(step, bucket.bad) for bucket in self.counts.series(series, start, end, step)]
            if spare := len(ageing) * step - minutes:
                ageing[-1] = (step - spare, ageing[-1][1])
        else:
            first, last = floor_hour(start + _HOUR - _MINUTE), floor_hour(end)
            before, after = self.counts.between(series, start, first).bad, self.counts.between(series, last, end).bad
            hours = [(60, bad) for bad in self.counts.bad_by_hour(series, first, last)]
            ageing = [((first - start) // _MINUTE, before), *hours, ((end - last) // _MINUTE, after)]
        return [part for part in ageing if part[0]]

    def _burns(self, part: _Seen, burns: _Burns) -> _Burns:
        """What a part burns of the whole's budget over the same windows; what was taken out by hand burned all the same."""
        minutes = [one for one in burns if one]
        sums = self.counts.sums(part.slo.series, minutes, self.status.at)
        rates = (burn_rate(one.bad_ratio(part.no_data), self.status.slo.allowed) for one in sums)
        return dict(zip(minutes, rates, strict=True))


def _added(whole: _Ageing, one: _Ageing) -> _Ageing:
    """Two histories of the same steps, added up."""
    if not whole:
        return one
    return [(minutes, old + new) for (minutes, old), (_, new) in zip(whole, one, strict=True)]


def _date(status: SloStatus, minutes: Fraction | None) -> datetime | None:
    return None if minutes is None else status.at + timedelta(seconds=round(minutes * 60))
