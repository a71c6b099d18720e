"""What walks through runbooks need from outside: their stored records, and the incidents that they are for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from watchbill.kernel.ids import RunbookRunId
from watchbill.oncall.model import Emergency, RunbookRun

__all__ = ["Emergencies", "RunbookRuns"]


class RunbookRuns(Protocol):
    """The stored walks, in the running transaction."""

    def add(self, run: RunbookRun) -> None:
        """Save a new one."""

    def save(self, run: RunbookRun) -> None:
        """Write the new state over the old."""

    def get(self, run: RunbookRunId, *, lock: bool = False) -> RunbookRun | None:
        """One by id."""

    def find(self, *, incident: str | None = None, runbook: str | None = None, limit: int = 50) -> Sequence[RunbookRun]:
        """Newest first."""

    def last_used(self) -> Mapping[str, datetime]:
        """When each runbook was last walked through in earnest."""


class Emergencies(Protocol):
    """Incidents, as far as a walk needs them."""

    def of(self, reference: str) -> Emergency:
        """By `12`, `INC-12` or id; raises NotFound."""
