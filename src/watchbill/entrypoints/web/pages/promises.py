"""All promises at a glance, and the few that a page tells about in full: lists stay quick with thousands of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.days import Day
from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.now import PromiseFact
from watchbill.operations import slos
from watchbill.operations.slo_views import SloGlanceView, SloView

__all__ = ["Promises", "days_of", "look"]

# How many of each kind the sentences of a page may name.
BURNING, FROZEN, WORST = 5, 3, 3


@dataclass(frozen=True, slots=True)
class Promises:
    """Every promise as a fact, worst first, and those in full that were asked for."""

    facts: Sequence[PromiseFact]
    rows: Sequence[SloView]


def look(s: Services, visit: Visit, seen: Sequence[SloGlanceView], shown: Sequence[SloGlanceView]) -> Promises:
    """Facts of all that were seen; forecasts and losses are looked up for what is shown or may be named in a sentence."""
    named = {one.slo: None for one in shown}
    named |= dict.fromkeys([one.slo for one in seen if one.firing][:BURNING])
    named |= dict.fromkeys([one.slo for one in seen if one.frozen][:FROZEN])
    named |= dict.fromkeys([one.slo for one in seen if one.state not in {"healthy", None}][:WORST])
    told = slos.rows(s, visit.who, list(named))
    return Promises([_fact(one, told) for one in seen], [told[one.slo] for one in shown])


def days_of(s: Services, visit: Visit, promise: SloView) -> list[Day]:
    """The days of the promise's window in the viewer's zone."""
    return [Day(one.day, one.share_pct) for one in slos.days(s, visit.who, promise, visit.local.zone)]


def _fact(one: SloGlanceView, told: Mapping[str, SloView]) -> PromiseFact:
    """What the sentences need of an SLO."""
    known = told.get(one.slo)
    return PromiseFact(
        name=one.slo, service=one.service, state=one.state, frozen=one.frozen, firing=bool(one.firing),
        data_status=one.data_status, remaining_pct=one.budget_remaining_pct, losing=known.losing if known else None,
        gone_at=known.exhausted_at if known else None, thaws_at=known.recovers_at if known and one.frozen else None,
    )  # fmt: skip
