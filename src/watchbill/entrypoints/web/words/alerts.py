"""Sentences about alerts."""

from collections import Counter
from collections.abc import Sequence

from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, Tone, join, listed, say
from watchbill.operations.alerts import AlertDetailView, AlertView

__all__ = ["alert_headline", "alert_more", "list_headline", "list_more"]

_MANY = 100


def list_headline(firing: Sequence[AlertView]) -> Sentence:
    """How many are firing, loudest first."""
    if not firing:
        return say("No alert is firing.")
    loud = [one for one in firing if one.severity in {"P0", "P1"}]
    count = "A hundred alerts or more" if len(firing) >= _MANY else counted(len(firing), "alert").capitalize()
    return say(Part(f"{count} {'is' if len(firing) == 1 else 'are'} firing", "dead" if loud else "warn"), ".")


def list_more(firing: Sequence[AlertView]) -> Sentence:
    """Of which severities, from which services."""
    if not firing:
        return ()
    severities = Counter(one.severity for one in firing)
    services = list(dict.fromkeys(one.service for one in firing if one.service))
    found = [say(f"{listed([f'{severities[one]} {one}' for one in sorted(severities)])}.")]
    if services:
        more = f" and {counted(len(services) - 3, 'other')}" if len(services) > 3 else ""  # noqa: PLR2004 - three names are a sentence
        found.append(say(f"From {listed(services[:3]) if not more else ', '.join(services[:3])}{more}."))
    return join(found)


def alert_headline(one: AlertDetailView) -> Sentence:
    """Its title, in the tone of its state."""
    tone: Tone = (
        "dead" if one.status == "firing" and one.severity in {"P0", "P1"} else "warn" if one.status == "firing" else ""
    )
    return say(Part(one.title.rstrip("."), tone), ".")


def alert_more(one: AlertDetailView, visit: Visit) -> Sentence:
    """Since when, who has it, which incident it belongs to."""
    local = visit.local
    if one.status == "firing":
        parts = [say(f"{one.severity}, firing for {local.lasting(one.starts_at)}, since {local.point(one.starts_at)}.")]
    else:
        end = one.closed_at or one.ends_at
        parts = [say(f"{one.severity}, {one.status} {local.when(end)} after {local.lasting(one.starts_at, end)}.")]
    if one.acknowledged_by:
        parts.append(say(Part(visit.name(one.acknowledged_by), "strong"), " has it."))
    elif one.status == "firing" and one.escalation_status == "open":
        parts.append(say(Part("Nobody has answered yet.", "dead")))
    if one.incident_number is not None:
        parts.append(
            say(
                "It belongs to ", Part(f"INC-{one.incident_number}", "strong", f"/incidents/{one.incident_number}"), "."
            )
        )
    if one.silenced_by:
        parts.append(say("It is silenced."))
    return join(parts)
