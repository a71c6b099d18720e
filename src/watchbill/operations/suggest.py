"""Operations that propose: SLIs for a type of service, targets from history, and a whole SLO as YAML. None of them writes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.catalog.model import ServiceType
from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import floor_minute
from watchbill.kernel.units import Ratio
from watchbill.operations.slo_views_of import number
from watchbill.people.model import Actor
from watchbill.slo.model import Logs, Prometheus, Sli, SliType
from watchbill.slo.rules.nines import FIT_FOR, FOUR_WEEKS, TARGET_OF_TIER, allowed_down_time, down_time_words
from watchbill.slo.rules.suggestions import Suggestion, suggestions_for
from watchbill.slo.rules.targets import History, Suggested, suggest_target

__all__ = [
    "CandidateView", "SliSuggestionView", "SloSuggestionView", "SuggestSli", "SuggestSlo", "sli", "slo",
    "suggested_for",
]  # fmt: skip

_DAY = timedelta(days=1)
_MINUTES = 1440


class SuggestSli(BaseModel):
    """Input of `sli.suggest`. A log or a Prometheus server fills the expressions in; without either, those of the service's SLIs are looked at."""

    model_config = ConfigDict(extra="forbid")

    service: str
    type: ServiceType | None = Field(default=None, description="Instead of the service's own type")
    log: str | None = Field(default=None, max_length=4096)
    prometheus: str | None = Field(default=None, max_length=2000)


class SuggestSlo(BaseModel):
    """Input of `slo.suggest`."""

    model_config = ConfigDict(extra="forbid")

    service: str


class SliSuggestionView(BaseModel):
    """One SLI with its expressions, and as YAML that can be applied."""

    name: str
    type: SliType
    rank: Literal["primary", "secondary"]
    description: str
    good_events: str
    total_events: str
    good: str | None
    total: str | None
    prometheus_good: str | None
    prometheus_total: str | None
    otherwise: str
    target_pct: float
    exists: bool
    yaml: str


class CandidateView(BaseModel):
    """What one target would have meant."""

    target_pct: float
    kept_28d: bool | None
    kept_90d: bool | None
    breached_days_28d: int
    breached_days_90d: int
    allowed_28d: str
    capped_by_dependencies: bool
    fit_for: str


class SloSuggestionView(BaseModel):
    """A target for one SLI, with what it rests on."""

    sli: str
    slos: list[str]
    suggested_pct: float | None
    because: str
    achieved_28d_pct: float | None
    achieved_90d_pct: float | None
    days_known: int
    floor_pct: float | None
    dependencies_allow_pct: float | None
    tier_default_pct: float
    cost: str
    candidates: list[CandidateView]


def sli(s: Services, who: Actor, given: SuggestSli) -> list[SliSuggestionView]:
    """The SLIs that fit the service, the primary one first."""
    service = s.catalog.find(given.service)
    kind = given.type or service.type or ServiceType.API
    log, prometheus = given.log, given.prometheus
    if log is None and prometheus is None:
        log, prometheus = _at_hand(s, service.name)
    at = _At(service.name, kind, log, prometheus, frozenset(one.name for one in s.definitions.slos.slis()))
    return [_sli_view(s, one, at) for one in suggestions_for(kind)]


def slo(s: Services, who: Actor, given: SuggestSlo) -> list[SloSuggestionView]:
    """A target for each SLI of the service."""
    service = s.catalog.find(given.service)
    slis = [one for one in s.definitions.slos.slis() if one.service == service.name]
    used = {promised.sli for promised in s.slo.for_service(service.name) if promised.sli}
    slis += [one for one in s.definitions.slos.slis() if one.name in used and one not in slis]
    if not slis:
        raise Invalid(
            "service", f"{service.name} has no SLI", hint=f"`watchbill sli suggest {service.name}` proposes some"
        )
    return [_slo_view(s, service.name, one) for one in slis]


def suggested_for(s: Services, service: str, sli_: Sli) -> tuple[Suggested, History, History]:
    """The suggestion for one SLI, with the histories of 28 and 90 days that it rests on."""
    month, quarter = _history(s, sli_, 28), _history(s, sli_, 90)
    cap = s.catalog.promise(service).allowed if sli_.type is SliType.AVAILABILITY else None
    return suggest_target(month, quarter, cap), month, quarter


def _history(s: Services, sli_: Sli, days: int) -> History:
    """Days of UTC up to the running minute, the first one cut where the span begins."""
    end = floor_minute(s.slo.watermark) + timedelta(minutes=1)
    return History(days, s.slo.counts.series(sli_.name, end - days * _DAY, end, _MINUTES))


def _slo_view(s: Services, service: str, sli_: Sli) -> SloSuggestionView:
    suggested, month, quarter = suggested_for(s, service, sli_)
    return SloSuggestionView(
        sli=sli_.name,
        slos=[one.name for one in s.slo.for_service(service) if one.sli == sli_.name],
        suggested_pct=_pct(suggested.target),
        because=suggested.because,
        achieved_28d_pct=number(None if month.bad_ratio is None else 100 * (1 - month.bad_ratio)),
        achieved_90d_pct=number(None if quarter.bad_ratio is None else 100 * (1 - quarter.bad_ratio)),
        days_known=quarter.known_days,
        floor_pct=_pct(suggested.floor),
        dependencies_allow_pct=_pct(suggested.cap),
        tier_default_pct=float(TARGET_OF_TIER[s.catalog.find(service).tier].pct),
        cost="each further nine costs about ten times as much",
        candidates=[
            CandidateView(
                target_pct=float(one.target.pct),
                kept_28d=one.kept_28d,
                kept_90d=one.kept_90d,
                breached_days_28d=one.breached_days_28d,
                breached_days_90d=one.breached_days_90d,
                allowed_28d=down_time_words(allowed_down_time(one.target, FOUR_WEEKS)),
                capped_by_dependencies=one.capped,
                fit_for=next(words for least, words in FIT_FOR if one.target >= least),
            )
            for one in suggested.candidates
        ],
    )


def _at_hand(s: Services, service: str) -> tuple[str | None, str | None]:
    """A log or a Prometheus server that some SLI of the service reads already."""
    sources = [one.source for one in s.definitions.slos.slis() if one.service == service]
    log = next((one.path for one in sources if isinstance(one, Logs)), None)
    server = next((one.url for one in sources if isinstance(one, Prometheus)), None)
    return log, server if log is None else None


@dataclass(frozen=True, slots=True)
class _At:
    """What suggestions are filled in with."""

    service: str
    kind: ServiceType
    log: str | None
    server: str | None
    known: frozenset[str]


def _sli_view(s: Services, one: Suggestion, at: _At) -> SliSuggestionView:
    service, log, server = at.service, at.log, at.server
    name = f"{service}-{one.name}"
    good, total = _query(one.prom_good, service), _query(one.prom_total, service)
    measurement: dict[str, object] = {"good_events": one.good_events, "total_events": one.total_events}
    if log is not None and one.good is not None:
        measurement |= {"good": one.good, "total": one.total, "source": {"logs": {"path": log, "format": "auto"}}}
    elif server is not None and good is not None:
        measurement |= {"source": {"prometheus": {"url": server, "good": good, "total": total}}}
    elif one.beacon:
        measurement |= {"good": one.good, "total": one.total, "source": {"beacon": service}}
    else:
        measurement |= {"source": {"push": {}}}
    spec = {
        "name": name, "description": one.description, "type": str(one.type), "measurement": measurement,
        "exclusions": ["Health check endpoints (/healthz, /readyz)"] if "health" in one.total_events and log else [],
        "service": service,
    }  # fmt: skip
    return SliSuggestionView(
        name=name,
        type=one.type,
        rank="primary" if one is suggestions_for(at.kind)[0] else "secondary",
        description=one.description,
        good_events=one.good_events,
        total_events=one.total_events,
        good=one.good,
        total=one.total,
        prometheus_good=good,
        prometheus_total=total,
        otherwise=one.otherwise,
        target_pct=float(one.target),
        exists=name in at.known,
        yaml=s.document_text("sli", {key: value for key, value in spec.items() if value}),
    )


def _query(text: str | None, service: str) -> str | None:
    return None if text is None else text.replace("$service", service).replace("$floor", "1")


def _pct(ratio: Ratio | None) -> float | None:
    return None if ratio is None else float(ratio.pct)
