"""Why an incident has the severity that it has: what was recorded when it was last set, not what could be derived today."""

from collections.abc import Sequence

from watchbill.incidents.model import SeverityStanding, Source, TimelineEntry

__all__ = ["NO_REASON", "severity_standing"]

NO_REASON = "no reason was given"


def severity_standing(entries: Sequence[TimelineEntry]) -> SeverityStanding | None:
    """From the newest entry about the severity. A confirmation of what stands keeps the reason from before, and whose it was."""
    said = [entry for entry in entries if entry.source is Source.SEVERITY]
    if not said:
        return None
    newest = next((entry for entry in reversed(said) if not entry.data.get("confirms")), said[-1])
    reason = newest.data.get("why")
    text = str(reason) if reason else newest.text.partition(": ")[2] or newest.text  # older records have the text alone
    return SeverityStanding(text, newest.author, newest.at, by_hand=bool(newest.data.get("by_hand")))
