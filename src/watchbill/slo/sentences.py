"""What a colleague would say about a promise: whole sentences with human counts, made from data by pure functions."""

import re
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from watchbill.kernel.units import pct_text, span_words
from watchbill.slo.model import DataStatus, Forecast, Sli, SliType, Slo, SloStatus, WindowSum

__all__ = ["Nouns", "burning", "contributor_words", "in_counts", "losing", "loss_words", "moment_words", "nouns_of", "outlook", "remaining_words", "standing"]  # fmt: skip

NBSP = "\u00a0"
MINUS = "\u2212"
_EDGES = (Fraction(50), Fraction(25), Fraction(10), Fraction(0))
_NEAR_EDGE = Fraction(1, 10)
# Up to this many events the counts themselves are said ("3 of 7"); beyond, a share of a round number.
_FEW = 20
# A count may be off by this share of itself: 3 in 10 says 31 % well enough, 2 in 100 does not say 1.5 %.
_SLACK = Fraction(1, 20)
_KNOWN_NOUNS = (
    "requests", "orders", "checkouts", "payments", "logins", "searches", "messages", "jobs", "runs", "batches", "queries",
    "calls", "pages", "views", "records", "rows", "events", "predictions", "writes", "reads", "uploads", "downloads",
    "deliveries", "bookings", "sessions", "checks", "objects", "transactions", "responses",
)  # fmt: skip
# How each type of SLI is lost: "SERVICE <is losing> 15 in 1,000 orders", "15 in 1,000 orders <fail>".
_LOSS: dict[SliType, tuple[str, str, str]] = {
    SliType.AVAILABILITY: ("is losing {}", "fail", "fails"),
    SliType.LATENCY: ("is too slow for {}", "are too slow", "is too slow"),
    SliType.QUALITY: ("serves {} degraded", "are served degraded", "is served degraded"),
    SliType.FRESHNESS: ("serves {} stale", "are stale", "is stale"),
    SliType.CORRECTNESS: ("gets {} wrong", "are wrong", "is wrong"),
    SliType.COMPLETENESS: ("leaves {} incomplete", "are incomplete", "is incomplete"),
    SliType.THROUGHPUT: ("falls behind on {}", "are below the needed throughput", "is below the needed throughput"),
    SliType.DURABILITY: ("is losing {}", "are lost", "is lost"),
    SliType.SATURATION: ("is over its limit in {}", "are over the limit", "is over the limit"),
}


@dataclass(frozen=True, slots=True)
class Nouns:
    """How to speak of an SLI's events: `orders`, and the verbs of its type."""

    many: str
    service_loses: str
    they_fail: str
    one_fails: str


def nouns_of(sli: Sli | None) -> Nouns:
    """The noun that the SLI's own prose uses for its events, else `requests`."""
    prose = " ".join(filter(None, (sli.total_events, sli.good_events, sli.description))) if sli else ""
    said = re.findall(r"[a-z]+", prose.lower())
    many = next((word for word in said if word in _KNOWN_NOUNS), "requests")
    return Nouns(many, *_LOSS[sli.type if sli else SliType.AVAILABILITY])


def in_counts(bad: int, total: int) -> str:
    """A share in human counts: `3 of 7` when there are few, else `15 in 1,000`, `half`, `nearly all`, `all`; `none`."""
    share = Fraction(bad, total)
    if not bad or bad == total:
        return "all" if bad else "none"
    if total < _FEW:
        return f"{bad}{NBSP}of{NBSP}{total}"
    if share == Fraction(1, 2):
        return "half"
    if share > Fraction(199, 200):
        return "nearly all"
    for whole in (10**power for power in range(1, 7)):
        part = round(share * whole)
        if 0 < part < whole and abs(Fraction(part, whole) - share) <= share * _SLACK:
            return f"{part:,}{NBSP}in{NBSP}{whole:,}"
    return f"{bad:,}{NBSP}of{NBSP}{total:,}"


def loss_words(bad: int, total: int, nouns: Nouns) -> str:
    """`15 in 1,000 orders fail`, `all orders fail`, `1 of 7 orders fails`, `no orders fail`."""
    counts = in_counts(bad, total)
    if counts == "none":
        return f"no {nouns.many} {nouns.they_fail}"
    one = bad == 1 and total < _FEW and counts != "all"
    return f"{_share_of(counts, nouns)} {nouns.one_fails if one else nouns.they_fail}"


def moment_words(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`at 17:40` today, `tomorrow at 09:10`, `on Thursday at 09:10` within six days, else `on 18 December` (with the year if it differs)."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    days = (local.date() - today.date()).days
    clock = f"at {local:%H:%M}"
    named = {0: clock, 1: f"tomorrow {clock}", -1: f"yesterday {clock}"}
    if days in named:
        return named[days]
    if 1 < days < 7:  # noqa: PLR2004 - in a week the weekday would mean two days
        return f"on {local:%A} {clock}"
    year = f" {local.year}" if local.year != today.year else ""
    return f"on {local.day} {local:%B}{year}"


def remaining_words(remaining_pct: Fraction | None) -> str:
    """`31 %`; three decimals near an edge (49.998 %), so that what is shown is on the side where it is; `−48.8 %`; `unknown`."""
    if remaining_pct is None:
        return "unknown"
    near = any(abs(remaining_pct - edge) < _NEAR_EDGE for edge in _EDGES) and remaining_pct not in _EDGES
    return f"{pct_text(remaining_pct, 3 if near else 1)}{NBSP}%".replace("-", MINUS)


def losing(seen: WindowSum, nouns: Nouns) -> str:
    """What a service does to its users, without its name: `is losing 15 in 1,000 orders`, `is too slow for half of the searches`."""
    return nouns.service_loses.format(_share_of(in_counts(seen.bad, seen.total), nouns))


def burning(status: SloStatus, seen: WindowSum, forecast: Forecast, nouns: Nouns, zone: ZoneInfo) -> str:
    """While a tier fires, with the counts of its short window: `checkout is losing 15 in 1,000 orders and runs out of budget at 17:40`."""
    slo = status.slo
    if not seen.total:
        return f"{slo.service} was burning its budget {_tempo(forecast)}and nothing has been heard from it since"
    return f"{slo.service} {losing(seen, nouns)}{_so(status, forecast, zone)}"


def standing(status: SloStatus, forecast: Forecast, nouns: Nouns, zone: ZoneInfo) -> str:
    """How a promise stands when no tier fires."""
    slo, left = status.slo, status.remaining_pct
    if left is None or status.data_status is DataStatus.NO_DATA:
        return f"Nothing is known about {slo.service}: {status.data_reason}"
    stale = f"; {status.data_reason}" if status.data_status is DataStatus.STALE else ""
    if left <= 0:
        spent = (
            "has spent all of its budget" if left == 0 else f"has overspent its budget ({remaining_words(left)} left)"
        )
        back = (
            f" and is back at 10{NBSP}% {moment_words(forecast.recovers_at, status.at, zone)} if nothing more fails"
            if forecast.recovers_at
            else ""
        )
        return f"{slo.service} {spent}{back}{stale}"
    if not status.counts.bad:
        return f"{slo.service} has lost none of {status.total:,} {nouns.many} {_over(slo)}{stale}"
    return (
        f"{slo.service} has {remaining_words(left)} of its budget left{_so(status, forecast, zone, calm=True)}{stale}"
    )


def outlook(status: SloStatus, forecast: Forecast, zone: ZoneInfo) -> str:
    """The forecast as a sentence of its own."""
    if status.remaining_pct is None:
        return "No forecast: nothing is known"
    if status.remaining_pct <= 0:
        if forecast.recovers_at is None:
            return "The budget is spent"
        back = moment_words(forecast.recovers_at, status.at, zone)
        return f"The budget is spent; if nothing more fails it is back at 10{NBSP}% {back}"
    if forecast.exhausts_at is None:
        return "At this pace the budget lasts"
    words = f"At {_times(forecast.burning)} the budget is spent {moment_words(forecast.exhausts_at, status.at, zone)}"
    return f"{words}, in {span_words(forecast.exhausts_at - status.at)}"


def contributor_words(dimension: str, value: str, bad: int, all_bad: int) -> str:
    """`path /orders: 97 % of the failures`."""
    return f"{dimension} {value}: {pct_text(Fraction(100 * bad, all_bad), 0)}{NBSP}% of the failures"


def _share_of(counts: str, nouns: Nouns) -> str:
    return f"{counts} of the {nouns.many}" if counts == "half" else f"{counts} {nouns.many}"


def _so(status: SloStatus, forecast: Forecast, zone: ZoneInfo, *, calm: bool = False) -> str:
    """What follows for the budget."""
    if status.remaining_pct is not None and status.remaining_pct <= 0:
        return " and has no budget left"
    if forecast.exhausts_at is not None:
        runs_out = moment_words(forecast.exhausts_at, status.at, zone)
        return f" and at this pace spends it {runs_out}" if calm else f" and runs out of budget {runs_out}"
    return "" if calm else f"; {remaining_words(status.remaining_pct)} of the budget is left"


def _over(slo: Slo) -> str:
    words = str(slo.window)
    return f"in {words}" if not words.startswith("calendar") else f"this {words.split()[1]}"


def _times(rate: Fraction | None) -> str:
    return "this pace" if rate is None else f"{pct_text(rate, 1)}x"


def _tempo(forecast: Forecast) -> str:
    return "" if forecast.burning is None else f"{_times(forecast.burning)} as fast as allowed "
