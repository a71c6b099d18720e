"""A heartbeat that stays away becomes an alert, by the inbox that everybody's alerts go through."""

from datetime import timedelta
from typing import TYPE_CHECKING

from watchbill.kernel.instants import to_text
from watchbill.kernel.units import duration_text
from watchbill.slo.model import BeatCall

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["call_in"]

_HOLDS = timedelta(minutes=15)  # the alert is sent again every five minutes while it goes on


def call_in(s: "Services", call: BeatCall) -> None:
    """Put the alert, or its end, into the inbox, in the running transaction."""
    standing, rule = call.standing, call.standing.rule
    labels = {
        "alertname": "HeartbeatMissed",
        "heartbeat": rule.name,
        "service": rule.service,
        "severity": rule.severity,
    }
    last = f"The last good run was at {to_text(standing.last_good_at)}." if standing.last_good_at else ""
    expected = f"It is expected every {duration_text(rule.every)}, {duration_text(rule.grace)} late at most."
    annotations = {
        "summary": f"The job {rule.name} has a problem: {call.why}",
        "description": f"{expected} {last}".strip(),
    }
    s.alerts.receive_internal(
        labels,
        annotations if call.why is not None else {},
        starts_at=call.since,
        ends_at=s.now if call.why is None else s.now + _HOLDS,
        source="heartbeat",
    )
