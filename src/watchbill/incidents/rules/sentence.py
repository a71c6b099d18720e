"""What a colleague would say about an incident, in one sentence or two."""

from datetime import datetime

from watchbill.incidents.model import Incident, Status
from watchbill.kernel.units import span_words

__all__ = ["sentence"]


def sentence(incident: Incident, ic: str | None, now: datetime, *, accepted: bool) -> str:
    """The sentence: `SEV1 for 12 min: checkout returns 500s. ann commands; the next update is due in 3 min`."""
    if incident.status is Status.MERGED:
        return f"{incident.title}: merged into another incident."
    ended = incident.resolved_at or incident.closed_at
    if ended is not None:
        return _over(incident, ended)
    drill = "drill, " if incident.drill else ""
    assumed = " (provisional)" if incident.provisional else ""
    opening = f"{drill}{incident.severity}{assumed} for {span_words(now - incident.began_at)}: {incident.title}."
    if incident.mitigated_at is not None:
        opening += f" Mitigated after {span_words(incident.mitigated_at - incident.began_at)}, not resolved yet."
    return opening[0].upper() + opening[1:] + f" {_command(ic, accepted=accepted)}; {_next_update(incident, now)}."


def _over(incident: Incident, ended: datetime) -> str:
    took = span_words(ended - incident.began_at)
    if incident.resolved_at is None:
        return f"{incident.title}: a false alarm, closed after {took}."
    cause = f" Cause: {incident.root_cause.rstrip('.')}." if incident.root_cause else " The cause is not noted."
    return f"{incident.title}: {incident.severity}, over after {took}.{cause}"


def _command(ic: str | None, *, accepted: bool) -> str:
    if ic is None:
        return "Nobody commands"
    return f"{ic} commands" if accepted else f"{ic} is to command and has not shown up"


def _next_update(incident: Incident, now: datetime) -> str:
    if incident.next_update_at is None:
        return "no update is due"
    left = incident.next_update_at - now
    return (
        f"the next update is due in {span_words(left)}"
        if left.total_seconds() > 0
        else f"the update is overdue by {span_words(left)}"
    )
