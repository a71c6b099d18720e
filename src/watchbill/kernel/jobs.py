"""Work that is due later, as rows: the port through which domains set and drop timers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

__all__ = ["Jobs"]


class Jobs(Protocol):
    """Rows with a due time, claimed by one worker under a lease with a fencing number; part of the running transaction."""

    def schedule(
        self, kind: str, key: str, due_at: datetime, payload: Mapping[str, object] | None = None, *, priority: int = 5
    ) -> None:
        """Set the job (kind, key); where it already waits, its due time and payload are replaced. 0 is the most urgent."""

    def cancel(self, kind: str, key: str) -> None:
        """Drop the job if it has not been done; unknown keys are fine."""
