"""What the fold's two passes hand to each other and to whoever writes the result."""

from dataclasses import dataclass, field
from datetime import datetime

from watchbill.alerts.model import Alert, AlertNotice, AlertStatus, Observation, SenderWord
from watchbill.alerts.rules.merging import Span, Standing, Verdict
from watchbill.kernel.ids import AlertId

__all__ = ["Folded", "Notice", "Step"]


@dataclass(frozen=True, slots=True)
class Notice:
    """An event to publish about an alert, and what caused it."""

    event: AlertNotice
    cause: str | None


@dataclass(slots=True)
class Folded:
    """What a batch of claims came to: rows to write, what now stands, events in order; counts for the metrics."""

    opened: list[Alert] = field(default_factory=list)
    changed: list[Alert] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    claims: int = 0
    ignored: int = 0

    @property
    def changes_rows(self) -> bool:
        """Whether more came of it than that senders' words hold longer."""
        return bool(self.opened or self.changed or self.notices)


@dataclass(frozen=True, slots=True)
class Step:
    """One claim that changes an occurrence, as the first pass judged it. `claim` is None where time or a person decided."""

    alert: AlertId
    verdict: Verdict
    span: Span
    at: datetime
    fired_at: datetime | None
    claim: Observation | None = None
    fingerprint: str = ""
    previous: AlertId | None = None
    content: int = 0
    status: AlertStatus = AlertStatus.FIRING
    by: str | None = None  # the person who resolved it
    word: SenderWord | None = None  # what the sender said, where it said more than "it fires"
