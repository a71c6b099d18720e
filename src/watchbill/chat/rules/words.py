"""What watchbill says in a chat about an incident: plain lines, without markup, so that nothing in them calls anybody."""

from collections.abc import Sequence
from datetime import tzinfo

from watchbill.chat.model import Button
from watchbill.incidents.model import Assignment, Incident
from watchbill.incidents.rules.updates import moment_words
from watchbill.oncall.model import Escalation, EscalationStatus

__all__ = ["buttons_of", "page_standing", "room_name", "summary", "topic"]

_LONGEST_NAME, _LONGEST_TOPIC = 63, 250  # Mattermost takes 64 characters of a name, Slack 250 of a topic


def room_name(channel: str, number: int | None = None) -> str:
    """The incident's channel name as all three providers take it; with its number where another has that name."""
    if number is None:
        return channel[:_LONGEST_NAME].rstrip("-")
    end = f"-{number}"
    return channel[: _LONGEST_NAME - len(end)].rstrip("-") + end


def topic(incident: Incident, ic: str | None) -> str:
    """`INC-12 SEV1 open: checkout returns 500s - IC ann`; shortened to what fits."""
    drill = "DRILL " if incident.drill else ""
    tail = f" - IC {ic or 'nobody yet'}"
    head = f"{drill}{incident.name} {incident.severity} {incident.status}: {incident.title}"
    return head[: _LONGEST_TOPIC - len(tail)] + tail


def summary(incident: Incident, roles: Sequence[Assignment], url: str, prefix: str, zone: tzinfo) -> str:
    """The pinned message: what, how bad, who, until when the next update, where, and how to act from here."""
    held = ", ".join(f"{one.role.label}: {one.person}" for one in roles) or "nobody has a role yet"
    drill = "DRILL. " if incident.drill else ""
    due = moment_words(incident.next_update_at, zone) if incident.is_open and incident.next_update_at else ""
    lines = [
        f"{drill}{incident.name} {incident.severity} {incident.status}, {incident.phase}: {incident.title}",
        f"Services: {', '.join(incident.services)}" if incident.services else "",
        f"Declared by {incident.declared_by} at {moment_words(incident.declared_at, zone)}",
        f"Roles: {held}",
        f"Next update due {due}" if due else "",
        f"Everything: {url}",
        f"Here: {prefix} ack | sev 1 | role ic @who | update TEXT | note TEXT | resolve CAUSE | help. A pin below a message puts it on the timeline.",
    ]
    return "\n".join(line for line in lines if line)


def page_standing(escalation: Escalation, zone: tzinfo) -> str:
    """What is added to the message of a page: who has it, or that it is over; empty while nobody has answered."""
    match escalation.status:
        case EscalationStatus.ACKNOWLEDGED:
            at = f" at {moment_words(escalation.acknowledged_at, zone)}" if escalation.acknowledged_at else ""
            return f"Acknowledged by {escalation.acknowledged_by}{at}"
        case EscalationStatus.SNOOZED:
            until = f" until {moment_words(escalation.snoozed_until, zone)}" if escalation.snoozed_until else ""
            return f"Snoozed by {escalation.acknowledged_by}{until}"
        case EscalationStatus.RESOLVED:
            at = f" at {moment_words(escalation.resolved_at, zone)}" if escalation.resolved_at else ""
            return f"Over{at}"
        case EscalationStatus.EXHAUSTED:
            return "Nobody answered: the last resort was called"
        case EscalationStatus.OPEN:
            return ""


def buttons_of(escalation: Escalation) -> tuple[Button, ...]:
    """What can still be pressed."""
    if escalation.status is EscalationStatus.RESOLVED:
        return ()
    if escalation.status.is_unanswered:
        return (Button("ack", "Acknowledge"), Button("escalate", "Call the next"), Button("resolve", "Resolve"))
    return (Button("escalate", "Call the next"), Button("resolve", "Resolve"))
