"""What really happened to alerts, as the noise review reads it: occurrences with who was called, and what was made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from watchbill.alerts.model.severity import Severity
from watchbill.kernel.ids import AlertId

__all__ = ["Advice", "Calling", "Logged", "NameReview", "NoiseReview", "Occurred", "ServiceReview", "Tally"]


@dataclass(frozen=True, slots=True)
class Occurred:
    """One occurrence. `acknowledged_at`: when somebody answered a page for it; `closed_by`: the person who resolved it."""

    alert: AlertId
    fingerprint: str
    name: str
    title: str
    service: str | None
    severity: Severity
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    runbook: str | None = None
    actionable: bool | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Calling:
    """One page for an alert: who was called when. `alert` is the one that began the walk. `off_hours` by the person's own zone."""

    alert: AlertId
    person: str
    at: datetime
    off_hours: bool = False


class Advice(StrEnum):
    """What the review advises about an alert, the strongest first."""

    DELETE = "delete"
    DEMOTE = "demote to a ticket"
    RAISE = "raise the threshold or wait longer"
    GROUP = "group"
    WRITE_RUNBOOK = "write a runbook"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one alert name or one service within the window. Shares are of what they say; None: nothing to take it of.

    `short`: ended by themselves within five minutes. `flaps`: began again within fifteen minutes of their end. `duplicates`:
    began while another of the same name and service fired.
    """

    occurrences: int
    pages: int
    off_hours_pages: int
    called: int  # occurrences for which somebody was called
    acknowledged: int
    rated: int
    not_actionable: int
    acted_on: int  # acknowledged or resolved by a person, and not called "nothing to do"
    short: int
    flaps: int
    duplicates: int

    @property
    def not_actionable_share(self) -> Fraction | None:
        """Of the occurrences that somebody judged."""
        return Fraction(self.not_actionable, self.rated) if self.rated else None

    @property
    def acknowledged_share(self) -> Fraction | None:
        """Of the occurrences for which somebody was called."""
        return Fraction(self.acknowledged, self.called) if self.called else None

    @property
    def acted_on_share(self) -> Fraction | None:
        """Of all occurrences."""
        return Fraction(self.acted_on, self.occurrences) if self.occurrences else None


@dataclass(frozen=True, slots=True)
class NameReview:
    """One alert name. `median_duration` is over those that ended; `without_runbook` if any of them had none."""

    name: str
    services: tuple[str, ...]
    severities: tuple[Severity, ...]
    tally: Tally
    median_duration: timedelta | None
    without_runbook: bool
    advice: tuple[tuple[Advice, str], ...]  # with the reason


@dataclass(frozen=True, slots=True)
class ServiceReview:
    """One service against the target of fewer than five pages a week. `worst_week` is the number of pages in its worst one."""

    service: str | None
    pages: int
    pages_per_week: Fraction
    worst_week: int
    within_target: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class Logged:
    """A P3 alert of the last week: told to nobody, looked at here."""

    name: str
    service: str | None
    occurrences: int
    latest_at: datetime
    title: str


@dataclass(frozen=True, slots=True)
class NoiseReview:
    """The window [since, until) as a whole."""

    since: datetime
    until: datetime
    total: Tally
    names: tuple[NameReview, ...]
    services: tuple[ServiceReview, ...]
    log: tuple[Logged, ...]
    pages_by_person: Mapping[str, int]
