"""A replay: what stored payloads would come to by the present rules, beside what they did come to."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watchbill.alerts.model.alerts import Closing, Observation
from watchbill.alerts.model.claims import SenderWord
from watchbill.alerts.model.severity import Severity
from watchbill.kernel.ids import AlertId

__all__ = ["Difference", "Happened", "Outcome", "Replayed", "StoredBody", "Would"]


@dataclass(frozen=True, slots=True)
class StoredBody:
    """One body as it was taken in, with its claims by the present mapping; `fault`: why that reads nothing out of it."""

    received_at: datetime
    protocol: str
    integration: str
    claims: tuple[Observation | Closing | SenderWord, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """An occurrence as it really was: where it went, and who was called for it or for the group that it joined."""

    alert: AlertId
    fingerprint: str
    name: str
    title: str
    severity: Severity
    service: str | None
    policies: tuple[str, ...]
    opened_at: datetime
    closed_at: datetime | None
    source: str
    called: bool = False
    people: tuple[str, ...] = ()


@dataclass(slots=True)
class Would:
    """An occurrence as it would have been. `calls`: somebody would be called for it or for its group, first those `people`."""

    alert: AlertId
    fingerprint: str
    name: str
    title: str
    severity: Severity
    service: str | None
    route: str
    policies: tuple[str, ...]
    opened_at: datetime
    silenced_by: tuple[str, ...]
    calls: bool = False
    begins_walk: bool = False
    people: list[str] = field(default_factory=list)


class Difference(StrEnum):
    """How the two differ."""

    NEW = "would be an alert"
    GONE = "would be no alert"
    WOULD_CALL = "would call somebody, and did not"
    WOULD_NOT_CALL = "called somebody, and would not"
    POLICY = "would go to another policy"
    SEVERITY = "would have another severity"
    SERVICE = "would be about another service"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One occurrence, as it would be and as it was."""

    would: Would | None
    was: Happened | None
    differences: tuple[Difference, ...]

    @property
    def at(self) -> datetime:
        """When it began."""
        one = self.would or self.was
        assert one is not None, "an outcome has at least one side"
        return one.opened_at


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result. `walks_would`: how many times people would have begun to be called; `truncated`: the bound was reached at `until`."""

    since: datetime
    until: datetime
    bodies: int
    claims: int
    outcomes: tuple[Outcome, ...]
    faults: tuple[StoredBody, ...]
    walks_would: int
    truncated: bool = False
