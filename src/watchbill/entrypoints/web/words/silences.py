"""Sentences about silences."""

from collections.abc import Sequence
from datetime import datetime

from watchbill.alerts.model import SilenceState
from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, say
from watchbill.operations.silences import SilenceSetView, SilenceView

__all__ = ["headline", "hides", "more"]


def headline(held: Sequence[SilenceView]) -> Sentence:
    """How many hold now."""
    active = [one for one in held if one.state is SilenceState.ACTIVE]
    if not active:
        return say("Nothing is silenced.")
    return say(
        Part(counted(len(active), "silence").capitalize(), "warn"), f" hold{'s' if len(active) == 1 else ''} now."
    )


def more(held: Sequence[SilenceView], soon: datetime, visit: Visit) -> Sentence:
    """Which end within the hour, and how many are to come."""
    ending = [one for one in held if one.state is SilenceState.ACTIVE and one.ends_at <= soon]
    pending = sum(one.state is SilenceState.PENDING for one in held)
    found = [
        say(f"One of {visit.name(one.created_by)} ends at {visit.local.point(one.ends_at)}.") for one in ending[:2]
    ]
    if pending:
        found.append(say(f"{counted(pending, 'more')} {'is' if pending == 1 else 'are'} to come."))
    return join(found)


def hides(preview: SilenceSetView) -> Sentence:
    """What a silence that is not set yet would hide."""
    if not preview.hidden:
        return say("It would hide no alert that fires now.")
    loud = sum(one.severity.pages for one in preview.hidden)
    told = say("It would hide ", Part(counted(len(preview.hidden), "firing alert"), "warn"), ".")
    return join([told, say(Part(f"{loud} of them call{'s' if loud == 1 else ''} people.", "dead"))]) if loud else told
