"""Silences: alerts that match them are recorded and shown, but call nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watchbill.alerts.model.matching import Matcher

__all__ = ["Silence", "SilenceState"]


class SilenceState(StrEnum):
    """Where a silence stands at a moment."""

    ACTIVE = "active"
    PENDING = "pending"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Silence:
    """Keeps matching alerts from paging in [starts_at, ends_at). `id` is a UUID, as Alertmanager's clients expect."""

    id: str
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
    updated_at: datetime
    annotations: Mapping[str, str] = field(default_factory=dict)

    def state(self, now: datetime) -> SilenceState:
        """Pending before it starts, active until it ends, expired from its end on."""
        if now < self.starts_at:
            return SilenceState.PENDING
        return SilenceState.ACTIVE if now < self.ends_at else SilenceState.EXPIRED
