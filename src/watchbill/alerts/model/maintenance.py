"""Planned work: windows, once or again and again, in which the alerts of some services call nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watchbill.alerts.model.matching import Matcher

__all__ = ["MaintenanceWindow", "Occurrence"]


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """`starts` is on the wall clock of the zone; `rule` is an RFC 5545 rule ("": it happens once).

    It covers alerts of these services, and alerts that match all of `match` where there is any.
    """

    name: str
    services: frozenset[str]
    starts: datetime
    timezone: ZoneInfo
    duration: timedelta
    rule: str = ""
    match: tuple[Matcher, ...] = ()
    what: str = ""
    rollback_plan: str = ""

    @property
    def id(self) -> str:
        """By this name alerts say what keeps them quiet."""
        return f"maintenance:{self.name}"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a window is open: [starts_at, ends_at)."""

    window: MaintenanceWindow
    starts_at: datetime
    ends_at: datetime
