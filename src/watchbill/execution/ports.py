"""What executions need from outside: the server's allow-list and the stored records."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from watchbill.execution.model import AllowedCommand, AllowedWebhook, Execution
from watchbill.execution.rules.arguments import Fits
from watchbill.kernel.ids import ExecutionId

__all__ = ["AllowList", "Executions"]


class AllowList(Protocol):
    """What the server's settings let people run; everything else is refused."""

    def command(self, program: str) -> AllowedCommand | None:
        """By the name or the path that a command begins with."""

    def webhook(self, name: str) -> AllowedWebhook | None:
        """By name."""

    def commands(self) -> Sequence[AllowedCommand]:
        """All, by name."""

    def webhooks(self) -> Sequence[AllowedWebhook]:
        """All, by name."""

    def placeholders(self) -> Mapping[str, Fits]:
        """What may stand in commands: the table of `rules.arguments` and the house's own."""


class Executions(Protocol):
    """The records, in the running transaction."""

    def add(self, execution: Execution) -> None:
        """Save a new one."""

    def save(self, execution: Execution) -> None:
        """Write the new state over the old."""

    def get(self, execution: ExecutionId, *, lock: bool = False) -> Execution | None:
        """One by id. `lock`: other transactions that lock it wait until this one ends."""

    def take(self, worker: str, *, at: datetime, until: datetime, limit: int) -> Sequence[Execution]:
        """Mark queued ones as started by this worker, oldest first; no other worker gets the same ones."""

    def renew(self, ids: Sequence[ExecutionId], worker: str, until: datetime) -> Sequence[Execution]:
        """Hold on to those that this worker still runs; they come back as they stand."""

    def lost(self, before: datetime) -> Sequence[Execution]:
        """Started ones whose lease ended before this moment, locked."""

    def find(
        self,
        *,
        incident: str | None = None,
        run: str | None = None,
        open_only: bool = False,
        limit: int = 100,
        before: str | None = None,
    ) -> Sequence[Execution]:
        """Newest first; `before` is the last id of the page before."""
