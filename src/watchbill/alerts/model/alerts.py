"""One alert and its life: the claim of a sender (Observation) and the occurrence that watchbill makes of it (Alert)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchbill.alerts.model.routing import Target
from watchbill.alerts.model.severity import Severity
from watchbill.kernel.ids import AlertId

__all__ = ["Alert", "AlertStatus", "Closing", "Observation"]


class AlertStatus(StrEnum):
    """Where an occurrence stands."""

    FIRING = "firing"
    RESOLVED = "resolved"  # its sender, or a person, said that it is over
    EXPIRED = "expired"  # its sender fell silent past the end that it had named

    @property
    def is_firing(self) -> bool:
        """Whether it still claims that something is wrong."""
        return self is AlertStatus.FIRING


@dataclass(frozen=True, slots=True)
class Observation:
    """What a sender claims about one alert, once. Times are None where the sender left them out.

    `sequence` orders claims that were received together; `cause` names the record that made watchbill itself claim it.
    `key` is the sender's own name for the alert (a deduplication key with its scope); "": its labels are its identity.
    """

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime | None
    ends_at: datetime | None
    generator_url: str
    received_at: datetime
    source: str = "alertmanager"
    sequence: int = 0
    cause: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """A person's word that one occurrence is over."""

    alert: AlertId
    fingerprint: str
    by: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """One occurrence: from the first claim until it is resolved or expires; firing again makes a new one.

    `ends_at` lies in the future while it fires (how long the sender's word holds; `ends_by_timeout`: we chose it) and is the
    end afterwards. `targets` says to whom it goes: the first one is the alert's own, more where a route continues.
    """

    id: AlertId
    fingerprint: str
    status: AlertStatus
    severity: Severity
    name: str
    title: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    opened_at: datetime
    updated_at: datetime
    service: str | None = None
    runbook: str | None = None  # an address, or the name of a runbook resource
    generator_url: str = ""
    ends_by_timeout: bool = False
    fired_at: datetime | None = None  # the latest start that a firing claim named: what an older "resolved" cannot undo
    ever_fired: bool = True  # False: the first that was heard of it was its end
    routed_by: str = ""  # the version of the resources by which it was routed
    content: int = 0  # sums up what the sender last said, so that an unchanged repetition is known as one
    closed_at: datetime | None = None  # when watchbill learned of the end
    closed_by: str | None = None  # the person who resolved it; None: its sender did, or it expired
    targets: tuple[Target, ...] = ()
    silenced_by: tuple[str, ...] = ()
    source: str = "alertmanager"
    cause: str | None = None
    previous: AlertId | None = None  # the occurrence before this one
    actionable: bool | None = None  # what a person said about it; None: nobody has
    actionable_by: str | None = None

    @property
    def is_firing(self) -> bool:
        """Whether it still claims that something is wrong."""
        return self.status is AlertStatus.FIRING

    @property
    def slo(self) -> str | None:
        """The SLO whose budget burns, for watchbill's own burn alerts."""
        return self.labels.get("slo")

    @property
    def tier(self) -> str | None:
        """The burn tier (fast, medium, slow), for watchbill's own burn alerts."""
        return self.labels.get("tier")

    @property
    def summary(self) -> str:
        """The sentence its author wrote, or its title."""
        return self.annotations.get("summary") or self.annotations.get("description") or self.title

    @property
    def target(self) -> Target | None:
        """The alert's own target; None before it was routed."""
        return self.targets[0] if self.targets else None
