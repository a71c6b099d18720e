"""What can be computed about an incident for its postmortem; whatever is not known stays None."""

from datetime import datetime, tzinfo
from fractions import Fraction

from watchbill.incidents.model import DetectedBy, Incident, Room, Source, TimelineEntry
from watchbill.incidents.rules.briefing import standing
from watchbill.incidents.rules.durations import durations, minutes_between
from watchbill.kernel.units import pct_text, span_words
from watchbill.postmortems.model import BudgetShare, Figures, Moment

__all__ = ["figures_of", "whole_minutes"]

# What a reader of the story does not need: what watchbill asked of people, and the words of role changes it made up.
_LEFT_OUT = frozenset({Source.REMINDER})


def figures_of(room: Room, now: datetime, zone: tzinfo) -> Figures:
    """The figures of an incident as its room shows them; `zone` is the one in which the day is told."""
    incident = room.incident
    took = durations(incident, now)
    hurt_until = incident.mitigated_at or incident.resolved_at or now
    shares = tuple(BudgetShare(one.slo, one.consumed_pct) for one in room.impacts)
    return Figures(
        computed_at=now,
        resolved=incident.resolved_at is not None,
        date=incident.began_at.astimezone(zone).date(),
        severity=incident.severity,
        duration_minutes=whole_minutes(minutes_between(incident.began_at, hurt_until)),
        total_minutes=whole_minutes(took.total),
        summary=_summary(room, shares, now, zone),
        users_affected=incident.impact.users_affected,
        revenue=room.revenue_lost,
        budget=shares,
        data_loss=incident.impact.data_loss,
        customer_tickets=incident.impact.customer_tickets,
        timeline=tuple(_moments(room.timeline)),
        how_detected=incident.detected_by,
        minutes_to_detect=whole_minutes(took.detect),
        how_resolved=incident.mitigation,
        minutes_to_mitigate=whole_minutes(took.mitigate),
        minutes_to_resolve=whole_minutes(took.resolve),
    )


def whole_minutes(minutes: Fraction | None) -> int | None:
    """Rounded half-even; None stays None."""
    return None if minutes is None else round(minutes)


def _moments(entries: tuple[TimelineEntry, ...]) -> list[Moment]:
    """The entries that stand, by the time of the event; late ones say so."""
    told = [entry for entry in standing(entries) if entry.source not in _LEFT_OUT]
    told.sort(key=lambda entry: (entry.at, entry.sequence))
    return [Moment(entry.at, _line(entry), entry.recorded_at if entry.is_late else None) for entry in told]


def _line(entry: TimelineEntry) -> str:
    """One line for the story: the first of an update's many; a person's own words carry their name."""
    first, _, rest = entry.text.partition("\n")
    line = first.rstrip(":") if rest else first
    return f"{entry.author}: {line}" if entry.source is Source.HUMAN and entry.author not in line else line


def _summary(room: Room, shares: tuple[BudgetShare, ...], now: datetime, zone: tzinfo) -> str:
    """What the data can tell, as sentences; what it cannot is left to people."""
    incident = room.incident
    began = incident.began_at.astimezone(zone)
    where = f" ({', '.join(incident.services)})" if incident.services else ""
    told = [f"On {began:%Y-%m-%d} at {began:%H:%M %Z}: {incident.title.rstrip('.')}{where}.", _course(incident, now)]
    if incident.mitigation:
        told.append(f"What helped: {incident.mitigation.rstrip('.')}.")
    events = [(one.slo, one.bad, one.good + one.bad) for one in room.impacts if one.bad]
    told += [f"{bad:,} of {total:,} events failed by {slo}." for slo, bad, total in events[:1]]
    cost = [
        f"{pct_text(share.consumed_pct, 1)} % of the error budget of {share.slo}"
        for share in shares
        if share.consumed_pct
    ]
    if cost:
        told.append(f"It took {' and '.join(cost)}.")
    return " ".join(told).replace("\N{NO-BREAK SPACE}", " ")


def _course(incident: Incident, now: datetime) -> str:
    """How it went, step by step."""
    article = "an" if incident.detected_by is DetectedBy.ALERT else "a"
    steps = [f"noticed by {article} {incident.detected_by}"]
    if incident.started_at is not None and incident.detected_at >= incident.started_at:
        steps[0] += f" after {span_words(incident.detected_at - incident.started_at)}"
    if incident.mitigated_at is not None:
        steps.append(f"mitigated after {span_words(incident.mitigated_at - incident.began_at)}")
    if incident.resolved_at is not None:
        steps.append(f"resolved after {span_words(incident.resolved_at - incident.began_at)}")
    else:
        steps.append(f"still going on after {span_words(now - incident.began_at)}")
    return f"It was {', '.join(steps[:-1])} and {steps[-1]}."
