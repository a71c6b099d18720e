"""Operations on maintenance windows: when they are open."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.alerts.model import Occurrence
from watchbill.alerts.rules.maintenance import occurrences
from watchbill.bootstrap import Services
from watchbill.kernel.errors import Invalid
from watchbill.people.model import Actor

__all__ = ["ListMaintenance", "MaintenanceView", "list_all"]

_USUAL, _LONGEST = timedelta(days=28), timedelta(days=400)
_MOST = 1_000


class ListMaintenance(BaseModel):
    """Input of `maintenance.list`: what is open within [since, until); the next four weeks if left out."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    service: str | None = Field(default=None, max_length=64)


class MaintenanceView(BaseModel):
    """One time that a window is open."""

    name: str
    services: list[str]
    match: list[str]
    starts_at: datetime
    ends_at: datetime
    open: bool
    what: str
    rollback_plan: str
    recurrence: str


def list_all(s: Services, who: Actor, given: ListMaintenance) -> list[MaintenanceView]:
    """Every time that a window is open in the range, earliest first."""
    since = given.since or s.now
    until = given.until or since + _USUAL
    if not since < until <= since + _LONGEST:
        raise Invalid("until", f"has to lie after since, by at most {_LONGEST.days} days")
    found = [
        one
        for window in s.definitions.windows.list()
        if given.service is None or given.service in window.services
        for one in occurrences(window, since, until)
    ]
    found.sort(key=lambda one: (one.starts_at, one.window.name))
    return [_view(one, s.now) for one in found[:_MOST]]


def _view(one: Occurrence, now: datetime) -> MaintenanceView:
    window = one.window
    return MaintenanceView(
        name=window.name,
        services=sorted(window.services),
        match=[str(matcher) for matcher in window.match],
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        open=one.starts_at <= now < one.ends_at,
        what=window.what,
        rollback_plan=window.rollback_plan,
        recurrence=window.rule,
    )
