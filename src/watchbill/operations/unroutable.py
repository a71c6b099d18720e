"""Operation `page.unroutable`: what should have reached somebody, reached nobody, and is still going on."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from watchbill.alerts.model import Severity
from watchbill.bootstrap import Services
from watchbill.kernel.errors import NotFound
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import EscalationId
from watchbill.oncall.model import EscalationStatus, PageUnroutable
from watchbill.people.model import Actor

__all__ = ["ListUnroutable", "UnroutableView", "list_all"]

_LOOK_BACK = timedelta(days=7)
_MOST = 200
_TAKEN = {EscalationStatus.ACKNOWLEDGED, EscalationStatus.SNOOZED, EscalationStatus.RESOLVED}


class ListUnroutable(BaseModel):
    """Input of `page.unroutable`: nothing."""

    model_config = ConfigDict(extra="forbid")


class UnroutableView(BaseModel):
    """One of them. `subject` is the escalation that reached nobody, or the alert or incident for which none could begin."""

    at: datetime
    subject: str
    title: str
    severity: Severity
    service: str | None
    reason: str


def list_all(s: Services, who: Actor, given: ListUnroutable) -> list[UnroutableView]:
    """Those of the last week that nobody has taken and that are not over, newest first, each subject once."""
    found: dict[str, UnroutableView] = {}
    for one in s.records.latest(PageUnroutable.kind, since=s.now - _LOOK_BACK, limit=_MOST):
        event = one.event
        if isinstance(event, PageUnroutable) and one.subject not in found and _goes_on(s, one, event.escalation):
            found[one.subject] = UnroutableView(
                at=one.at,
                subject=one.subject,
                title=event.title,
                severity=event.severity,
                service=event.service,
                reason=event.reason,
            )
    return list(found.values())


def _goes_on(s: Services, one: Recorded, escalation: EscalationId | None) -> bool:
    """Whether nobody has taken it and it is not over; what is no longer known is over."""
    try:
        if escalation is not None:
            return s.paging.escalation(escalation).status not in _TAKEN
        if one.subject.startswith("alr_"):
            walk = s.paging.escalation_of(one.subject)
            taken = walk is not None and walk.status in _TAKEN
            return s.alerts.get(one.subject).is_firing and not taken
    except NotFound:
        return False
    return any(incident.id == one.subject for incident in s.incidents.open())
