"""What every definition port stands on, and the ports that only look names up."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from watchbill.adapters.resources.snapshot.shelf import Snapshot
from watchbill.incidents.model.status import StatusPage

__all__ = ["PolicyNames", "Port", "RunbookNames", "StatusPages"]


@dataclass(frozen=True, slots=True)
class Port:
    """A port over the state that a transaction sees."""

    current: Callable[[], Snapshot]


class StatusPages(Port):
    """incidents.status_ports.StatusPages."""

    def get(self, name: str) -> StatusPage | None:
        """The page of that name."""
        return self.current().status_pages.get(name)

    def list(self) -> Sequence[StatusPage]:
        """All, by name."""
        return list(self.current().status_pages.values())


class PolicyNames(Port):
    """alerts.ports.PolicyNames."""

    def names(self) -> Collection[str]:
        """The names of all policies."""
        return self.current().escalation_policies.keys()

    def for_schedule(self, schedule: str) -> str | None:
        """The first policy that notifies the schedule."""
        return self.current().policy_of_schedule.get(schedule)


class RunbookNames(Port):
    """alerts.ports.RunbookNames."""

    def for_alert(self, alert_name: str) -> str | None:
        """The runbook that answers the alert."""
        return self.current().runbook_of_alert.get(alert_name)
