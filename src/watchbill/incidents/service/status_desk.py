"""What status pages work with: ports beside the incident desk, what is to be published, and a page as it stands."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from watchbill.incidents.model.status import Component, Condition, Stage, StatusPage
from watchbill.incidents.rules import public as rules
from watchbill.incidents.service.desk import Desk
from watchbill.incidents.status_ports import PlannedWork, Seals, StatusPages, StatusRecords, Surroundings

__all__ = ["ComponentStanding", "NewBulletin", "PageStanding", "StatusDesk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDesk:
    """Ports of status pages beside the incident desk."""

    pages: StatusPages
    records: StatusRecords
    surroundings: Surroundings
    seals: Seals
    incidents: Desk


@dataclass(frozen=True, slots=True)
class NewBulletin:
    """What is to be published; what is None is worked out from the incident and from what was said before."""

    text: str
    title: str | None = None
    stage: Stage | None = None
    condition: Condition | None = None
    pages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ComponentStanding:
    """A line of the page: how it is, and its last ninety days (oldest first), the uptime of all of them together."""

    component: Component
    condition: Condition
    days: tuple[rules.Day, ...]
    uptime: Fraction | None


@dataclass(frozen=True, slots=True)
class PageStanding:
    """A whole page at one moment."""

    page: StatusPage
    at: datetime
    zone: ZoneInfo
    overall: Condition
    sentence: str
    components: tuple[ComponentStanding, ...]
    open: tuple[rules.Thread, ...]
    recent: tuple[rules.Thread, ...]
    planned: tuple[PlannedWork, ...]
