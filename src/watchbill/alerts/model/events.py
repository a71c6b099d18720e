"""What happened to alerts. Paging reads these; each carries all that is needed to decide whom to call, and nothing more."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from watchbill.alerts.model.alerts import AlertStatus
from watchbill.alerts.model.severity import Severity
from watchbill.kernel.events import Event
from watchbill.kernel.ids import AlertId

__all__ = [
    "AlertAcknowledged",
    "AlertChanged",
    "AlertNoted",
    "AlertNotice",
    "AlertOpened",
    "AlertRated",
    "AlertResolved",
    "AlertRouted",
    "AlertSilenced",
    "AlertUnsilenced",
    "SilenceEnding",
    "SilenceExpired",
    "SilenceSet",
]


@dataclass(frozen=True)
class AlertNotice(Event):
    """What all events about one alert say. Subject: the alert.

    `notify`: somebody is to be called for it (it fires, it is P0 or P1, and nothing silences it).
    `group_key` names the notification group, `escalation_policy` whom to call (None: nobody was found, raise the alarm).
    """

    alert: AlertId
    fingerprint: str
    status: AlertStatus
    severity: Severity
    name: str
    title: str
    service: str | None
    group_key: str
    escalation_policy: str | None
    declare_incident: bool
    notify: bool
    starts_at: datetime
    ends_at: datetime
    runbook: str | None = None
    route: str = ""
    slo: str | None = None
    tier: str | None = None
    silenced_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class AlertOpened(AlertNotice):
    """A new occurrence began. Cause: the record that made watchbill claim it, or None for a foreign sender."""

    kind: ClassVar[str] = "alert.opened"


@dataclass(frozen=True)
class AlertRouted(AlertNotice):
    """A route with `continue` sends a new occurrence to one more policy (group and policy are those of the further target)."""

    kind: ClassVar[str] = "alert.routed"


@dataclass(frozen=True)
class AlertChanged(AlertNotice):
    """While it fires, what decides about it changed: severity, service, policy, group or runbook."""

    kind: ClassVar[str] = "alert.changed"


@dataclass(frozen=True)
class AlertResolved(AlertNotice):
    """The occurrence ended: `status` says whether it was resolved or expired; `by` is the person who resolved it, or ""."""

    kind: ClassVar[str] = "alert.resolved"
    by: str = ""


@dataclass(frozen=True)
class AlertAcknowledged(AlertNotice):
    """Its sender said that somebody has it: `by`, with a `note`."""

    kind: ClassVar[str] = "alert.acknowledged"
    by: str = ""
    note: str = ""


@dataclass(frozen=True)
class AlertNoted(AlertNotice):
    """Its sender added a remark."""

    kind: ClassVar[str] = "alert.noted"
    by: str = ""
    note: str = ""


@dataclass(frozen=True)
class AlertSilenced(AlertNotice):
    """A silence began to cover a firing alert: nobody is called for it any more."""

    kind: ClassVar[str] = "alert.silenced"


@dataclass(frozen=True)
class AlertUnsilenced(AlertNotice):
    """No silence covers the alert any more, and it still fires: people are called as if it had just begun."""

    kind: ClassVar[str] = "alert.unsilenced"


@dataclass(frozen=True)
class AlertRated(Event):
    """A person said whether there was anything to do about it: the false-positive label. Subject: the alert."""

    kind: ClassVar[str] = "alert.rated"
    alert: AlertId
    actionable: bool
    by: str
    note: str = ""


@dataclass(frozen=True)
class SilenceSet(Event):
    """A silence was made or changed. Subject: the silence."""

    kind: ClassVar[str] = "silence.set"
    silence: str
    matchers: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str


@dataclass(frozen=True)
class SilenceExpired(Event):
    """Somebody ended a silence before its time. Subject: the silence."""

    kind: ClassVar[str] = "silence.expired"
    silence: str
    by: str


@dataclass(frozen=True)
class SilenceEnding(Event):
    """A silence is about to end by itself; `hides` firing alerts that will call people then. Subject: the silence."""

    kind: ClassVar[str] = "silence.ending"
    silence: str
    created_by: str
    ends_at: datetime
    matchers: tuple[str, ...]
    comment: str
    hides: int
