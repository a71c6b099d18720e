"""What the catalog needs from outside: the services as they are written down, their promises, and a place for changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from watchbill.catalog.model import Change, Service
from watchbill.kernel.units import Ratio

__all__ = ["Changes", "Promises", "ServiceDefinitions"]


class ServiceDefinitions(Protocol):
    """The services of the resources, as one consistent state."""

    def get(self, name: str) -> Service | None:
        """The service of that name or alias."""

    def list(self) -> Sequence[Service]:
        """All services, by name."""


class Promises(Protocol):
    """What services promise about their availability."""

    def availability(self, service: str) -> Ratio | None:
        """The target of the service's strictest availability SLO; None where it promises nothing."""


class Changes(Protocol):
    """Change events in the running transaction."""

    def add(self, change: Change) -> None:
        """Save a change."""

    def get(self, change_id: str) -> Change | None:
        """The change of that id."""

    def find(
        self,
        *,
        services: Sequence[str] | None,
        since: datetime | None,
        until: datetime | None,
        limit: int,
        before: tuple[datetime, str] | None = None,
    ) -> list[Change]:
        """Changes with since <= at < until, newest first; `before` is (at, id) of the last row of the page before."""
