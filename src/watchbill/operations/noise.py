"""Operations on alert quality from history: the noise review, as answers and as a Markdown document."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model import Severity
from watchbill.alerts.model.history import Advice, NameReview, NoiseReview, ServiceReview, Tally
from watchbill.alerts.rules.noise import PAGES_A_WEEK
from watchbill.bootstrap import Services
from watchbill.operations.slo_views_of import number
from watchbill.people.model import Actor

__all__ = [
    "AdviceView",
    "LoggedView",
    "NameView",
    "NoiseView",
    "ReviewAlerts",
    "ServiceNoiseView",
    "TallyView",
    "review",
]


class ReviewAlerts(BaseModel):
    """Input of `alerts.review`: the last so many days, of all services or of one."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(default=28, ge=1, le=366)
    service: str | None = Field(default=None, max_length=200)


class TallyView(BaseModel):
    """Counts; shares are between 0 and 1, null where there is nothing to take them of."""

    occurrences: int
    pages: int
    off_hours_pages: int
    acknowledged_ratio: float | None
    acted_on_ratio: float | None
    rated: int
    not_actionable: int
    not_actionable_ratio: float | None
    ended_within_5_minutes: int
    flaps: int
    duplicates: int


class AdviceView(BaseModel):
    """What to do about an alert, and why."""

    advice: Advice
    reason: str


class NameView(TallyView):
    """One alert name; the duration is the median of those that ended."""

    name: str
    services: list[str]
    severities: list[Severity]
    median_duration_seconds: float | None
    without_runbook: bool
    advice: list[AdviceView]


class ServiceNoiseView(TallyView):
    """One service against the target of pages a week."""

    service: str | None
    pages_per_week: float
    worst_week: int
    within_target: bool


class LoggedView(BaseModel):
    """A P3 alert of the last seven days."""

    name: str
    service: str | None
    occurrences: int
    latest_at: datetime
    title: str


class NoiseView(BaseModel):
    """The review. `pages_per_week_target`: each service is to have fewer."""

    since: datetime
    until: datetime
    pages_per_week_target: int
    total: TallyView
    services: list[ServiceNoiseView]
    alerts: list[NameView]
    without_runbook: list[str]
    log: list[LoggedView]
    pages_by_person: dict[str, int]


def review(s: Services, who: Actor, given: ReviewAlerts) -> NoiseView:
    """Judge what really happened."""
    return _view(s.alert_quality.noise.review(given.days, service=given.service))


def _view(found: NoiseReview) -> NoiseView:
    return NoiseView(
        since=found.since,
        until=found.until,
        pages_per_week_target=PAGES_A_WEEK,
        total=TallyView(**_tally(found.total)),
        services=[_service(one) for one in found.services],
        alerts=[_name(one) for one in found.names],
        without_runbook=[one.name for one in found.names if one.without_runbook],
        log=[
            LoggedView(
                name=one.name,
                service=one.service,
                occurrences=one.occurrences,
                latest_at=one.latest_at,
                title=one.title,
            )
            for one in found.log
        ],
        pages_by_person=dict(found.pages_by_person),
    )


def _service(one: ServiceReview) -> ServiceNoiseView:
    return ServiceNoiseView(
        **_tally(one.tally),
        service=one.service,
        pages_per_week=float(one.pages_per_week),
        worst_week=one.worst_week,
        within_target=one.within_target,
    )


def _name(one: NameReview) -> NameView:
    return NameView(
        **_tally(one.tally),
        name=one.name,
        services=list(one.services),
        severities=list(one.severities),
        median_duration_seconds=one.median_duration.total_seconds() if one.median_duration is not None else None,
        without_runbook=one.without_runbook,
        advice=[AdviceView(advice=advice, reason=reason) for advice, reason in one.advice],
    )


def _tally(one: Tally) -> dict[str, Any]:  # Any: the fields of TallyView, each with its own type
    return {
        "occurrences": one.occurrences,
        "pages": one.pages,
        "off_hours_pages": one.off_hours_pages,
        "acknowledged_ratio": number(one.acknowledged_share),
        "acted_on_ratio": number(one.acted_on_share),
        "rated": one.rated,
        "not_actionable": one.not_actionable,
        "not_actionable_ratio": number(one.not_actionable_share),
        "ended_within_5_minutes": one.short,
        "flaps": one.flaps,
        "duplicates": one.duplicates,
    }
