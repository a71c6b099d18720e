"""Escalations and pages: one running walk through a policy for one group of alerts, and each attempt to reach one person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchbill.alerts.model import Severity
from watchbill.kernel.ids import AlertId, EscalationId, IncidentId, PageId
from watchbill.oncall.model.delivery import Attempt, Delivery
from watchbill.oncall.model.policies import EscalationPolicy

__all__ = ["Escalation", "EscalationKind", "EscalationStatus", "Page", "PageStatus", "PageView"]


class EscalationKind(StrEnum):
    """What the walk is about."""

    ALERT = "alert"
    INCIDENT = "incident"
    MANUAL = "manual"  # somebody pages somebody
    TEST = "test"  # somebody tries out a pager
    NOTICE = "notice"  # one message to one person, which nobody has to answer
    PROOF = "proof"  # one message over one contact, whose link or code proves that it reaches its person
    ALARM = "alarm"  # watchbill's own: a page could be given to nobody


class EscalationStatus(StrEnum):
    """Where the walk stands."""

    OPEN = "open"  # people are being called, nobody has acknowledged
    EXHAUSTED = "exhausted"  # the policy came to its end and the fallback was called; still nobody
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"  # acknowledged for a while; it opens again at `snoozed_until`
    RESOLVED = "resolved"

    @property
    def is_unanswered(self) -> bool:
        """Whether it is still looking for somebody."""
        return self in {EscalationStatus.OPEN, EscalationStatus.EXHAUSTED}


@dataclass(frozen=True, slots=True)
class Escalation:
    """One walk. `policy` is as it was at the trigger; `round` and `step` (0-based) say which step was called last (-1: none).

    `timers` counts the steps that were ever due, and is the fencing number of the running timer. `alerts` counts
    those it has held, `firing` those of them that have not ended (which ones, the store knows). `slos` are the SLOs whose burn is among the alerts. `follows` is the acknowledged
    escalation of the same group that was there when a new alert joined it. `every_contact`: all channels of a person at once.
    """

    id: EscalationId
    kind: EscalationKind
    status: EscalationStatus
    group_key: str
    title: str
    sentence: str
    severity: Severity
    service: str | None
    runbook: str | None
    policy: EscalationPolicy
    started_at: datetime
    cause: str | None
    first_alert: AlertId | None = None
    alerts: int = 0
    firing: int = 0
    slos: tuple[str, ...] = ()
    incident: IncidentId | None = None
    round: int = 0
    step: int = -1
    timers: int = 0
    next_step_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None
    follows: EscalationId | None = None
    not_actionable_by: str | None = None
    started_by: str = ""
    every_contact: bool = False

    @property
    def is_at_its_end(self) -> bool:
        """Whether the last resort was called: the policy knows nobody who comes after."""
        return self.status is EscalationStatus.EXHAUSTED or self.step >= len(self.policy.steps)


class PageStatus(StrEnum):
    """How far the attempt to reach one person has come."""

    SENDING = "sending"
    DELIVERED = "delivered"  # a provider took it
    FAILED = "failed"  # every channel of the person failed
    DECLINED = "declined"  # the person said "not me"
    CANCELLED = "cancelled"  # acknowledged, resolved or reassigned before it was delivered


@dataclass(frozen=True, slots=True)
class Page:
    """One attempt to reach one person (or a place: `channel:...`), because of `reason` ("on call for payments-primary")."""

    id: PageId
    escalation: EscalationId
    person: str
    reason: str
    status: PageStatus
    round: int
    step: int
    created_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageView:
    """A page with all that was tried for it."""

    page: Page
    escalation: Escalation
    deliveries: tuple[Delivery, ...]
    attempts: tuple[Attempt, ...]
