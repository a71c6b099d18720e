"""History judged again with all tiers, minute by minute, by the very bounds that the live engine compares with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.slo.model import Backtest, Bound, Detection, Firing, Happened, Replayed, Rolling, Slo
from watchbill.slo.ports import Counts, History
from watchbill.slo.rules.backtest import calls, first_alert, true_firings
from watchbill.slo.rules.plan import Edges, Plan, make_plan
from watchbill.slo.rules.replay import firing_spans

__all__ = ["Replaying", "no_edges"]

_MINUTE = timedelta(minutes=1)


def no_edges(_slo: Slo) -> tuple[Fraction, ...]:
    """For replays that ask about alerts only."""
    return ()


@dataclass(frozen=True, slots=True)
class Replaying:
    """Judges the past; reads only. `counts` and `history` are two sides of the same counts."""

    counts: Counts
    history: History

    def replay(
        self, slos: Sequence[Slo], start: datetime, end: datetime, edges: Edges = no_edges
    ) -> Iterator[Replayed]:
        """Each promise over the whole minutes [start, end), one after the other; `edges` as for the live tick."""
        for length, group in _by_periods(slos, start, end):
            # Promises over calendar windows are judged period by period, because their bounds change with it.
            parts = [
                self.history.replay((_asked(slo, plan) for slo, plan in _plans(group, begin, edges)), begin, until)
                for begin, until in length
            ]
            for slo, plan in _plans(group, start, edges):
                rows = [b"".join(pieces) for pieces in zip(*(next(part) for part in parts), strict=True)]
                yield _replayed(slo, plan, rows, start, end)

    def backtest(self, slo: Slo, incidents: Sequence[Happened], start: datetime, end: datetime) -> Backtest:
        """What the promise's tiers would have said over [start, end), beside what really happened."""
        (replayed,) = self.replay([slo], start, end)
        whole = self.counts.between(slo.series, start, end)
        return Backtest(
            slo=slo,
            start=start,
            end=end,
            covered_pct=Fraction(100 * whole.covered, whole.minutes) if whole.minutes else Fraction(0),
            firings=replayed.firings,
            true_firings=true_firings(replayed.firings, incidents),
            detections=tuple(self._detection(slo, one, replayed) for one in incidents),
            calls=calls(replayed.firings),
        )

    def _detection(self, slo: Slo, incident: Happened, replayed: Replayed) -> Detection:
        found = first_alert(replayed.firings, incident)
        noticed = None if found is None else max(found.fired_at, incident.began_at)
        return Detection(
            incident=incident,
            firing=found,
            after=None if noticed is None else noticed - incident.began_at,
            spent_pct=None if noticed is None else self._spent(slo, incident.began_at, noticed),
            lost_pct=self._spent(slo, incident.began_at, incident.ended_at or replayed.end),
        )

    def _spent(self, slo: Slo, start: datetime, end: datetime) -> Fraction | None:
        """Bad events of [start, end) as a share of the budget of the window that ends there, in percent."""
        if end <= start:
            return Fraction(0)
        window = self.counts.between(slo.series, slo.window.start(end - _MINUTE), end)
        if not window.total:
            return None
        return 100 * self.counts.between(slo.series, start, end).bad / (slo.allowed * window.total)


def _by_periods(
    slos: Sequence[Slo], start: datetime, end: datetime
) -> Iterator[tuple[list[tuple[datetime, datetime]], list[Slo]]]:
    """Neighbours whose windows change at the same moments, with these moments; all rolling ones have the whole span."""
    group: list[Slo] = []
    known: list[tuple[datetime, datetime]] = []
    for slo in slos:
        parts = _periods(slo, start, end)
        if group and parts != known:
            yield known, group
            group = []
        known = parts
        group.append(slo)
    if group:
        yield known, group


def _periods(slo: Slo, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    if isinstance(slo.window, Rolling):
        return [(start, end)]
    found = []
    while start < end:
        until = min(slo.window.end(start), end)
        found.append((start, until))
        start = until
    return found


def _plans(slos: Sequence[Slo], at: datetime, edges: Edges) -> Iterator[tuple[Slo, Plan]]:
    return ((slo, make_plan("", [slo], at, edges)) for slo in slos)


def _asked(slo: Slo, plan: Plan) -> tuple[Bound, ...]:
    """Both windows of each tier, the edges, and whether the whole window holds `min_events`."""
    known = plan.bounds[: 2 * len(plan.tiers) + plan.edge_count]
    if not plan.edge_count:
        return known
    whole = known[-1]
    enough = Bound(slo.series, Fraction(0), whole.minutes, whole.since, min_total=max(1, slo.min_events))
    return (*known, enough)


def _replayed(slo: Slo, plan: Plan, rows: Sequence[bytes], start: datetime, end: datetime) -> Replayed:
    tiers, edges = len(plan.tiers), plan.edge_count
    minutes = (end - start) // _MINUTE
    firings = [
        Firing(tier, start + (first + 1) * _MINUTE, None if last == minutes else start + (last + 1) * _MINUTE)
        for number, (_, tier) in enumerate(plan.tiers)
        for first, last in firing_spans(rows[tiers + number], rows[number], slo.no_data)
    ]
    return Replayed(
        slo=slo,
        start=start,
        end=end,
        firings=tuple(sorted(firings, key=lambda one: (one.fired_at, one.tier.name))),
        edges=tuple(rows[2 * tiers : 2 * tiers + edges]),
        enough=rows[-1] if edges else b"",
    )
