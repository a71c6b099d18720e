"""Who did what to which record: the port to the append-only, hash-chained audit log."""

from collections.abc import Mapping
from typing import Protocol

__all__ = ["AuditLog"]


class AuditLog(Protocol):
    """Rows in the running transaction; each row's hash covers the one before it."""

    def record(self, actor: str, action: str, subject: str, details: Mapping[str, object] | None = None) -> None:
        """Append one row; `details` must hold no secret."""
