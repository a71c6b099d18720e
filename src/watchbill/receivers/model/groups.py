"""Groups of alerts that are told together, what was told of them, and what is being told now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watchbill.receivers.model.configuration import Integration

__all__ = ["Group", "Log", "Notification", "Telling"]


@dataclass(frozen=True, slots=True)
class Group:
    """Alerts of one route with the same group labels. `key` is the original's group key; `version` that of its file."""

    id: str
    route: str
    key: str
    labels: Mapping[str, str]
    version: str
    created_at: datetime
    flushed: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    """What one integration was told last about a group: fingerprints that fired, and that were over."""

    firing: frozenset[str]
    resolved: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Notification:
    """What one integration is to be told: once it has arrived, `firing` and `resolved` are logged.

    Tried until `until`; what has not arrived by then is left to the next flush of the group. `data` is the template data.
    """

    group: str
    integration: str
    key: str
    firing: frozenset[str]
    resolved: frozenset[str]
    at: datetime
    until: datetime
    forget_at: datetime
    data: Mapping[str, object]
    attempts: int = 0

    @property
    def id(self) -> str:
        """The key of its job."""
        return f"{self.group}/{self.integration}"


@dataclass(frozen=True, slots=True)
class Telling:
    """An attempt at a notification, with the integration as the present file has it."""

    notification: Notification
    integration: Integration
    at: datetime

    @property
    def delivery(self) -> str:
        """Its name in the log."""
        return self.notification.id
