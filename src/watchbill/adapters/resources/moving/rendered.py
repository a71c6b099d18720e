"""Compares an imported schedule with the source's own rendering of it, entry by entry."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from watchbill.adapters.resources.kinds.schedule import ScheduleSpec
from watchbill.adapters.resources.moving.moved import Json
from watchbill.adapters.resources.snapshot.oncall import schedule
from watchbill.kernel.errors import Invalid
from watchbill.oncall.rules.final import final

__all__ = ["Entry", "difference"]

Entry = tuple[datetime, datetime, str]  # from, to (UTC), person


def difference(spec: dict[str, Json], entries: Sequence[Entry]) -> str | None:
    """Where our final schedule first differs from theirs, in words; None: they are the same, or nothing was rendered."""
    if not entries:
        return None
    start, end = min(one[0] for one in entries), max(one[1] for one in entries)
    try:
        made = schedule(ScheduleSpec.model_validate(spec), "UTC")
    except (ValidationError, Invalid) as wrong:
        return f"it does not load: {wrong}"
    ours = _joined([(one.start, one.end, one.person) for one in final(made, (), start, end)])
    theirs = _joined(sorted(entries))
    for mine, other in zip(ours, theirs, strict=False):
        if mine != other:
            return f"theirs has {_words(other)}, ours {_words(mine)}"
    if len(ours) != len(theirs):
        longer, whose = (theirs, "theirs") if len(theirs) > len(ours) else (ours, "ours")
        return f"only {whose} has {_words(longer[min(len(ours), len(theirs))])}"
    return None


def _joined(entries: Sequence[Entry]) -> list[Entry]:
    """Adjoining stretches of one person as one: the two sides cut at different moments."""
    found: list[Entry] = []
    for start, end, person in entries:
        if found and found[-1][2] == person and found[-1][1] == start:
            found[-1] = (found[-1][0], end, person)
        else:
            found.append((start, end, person))
    return found


def _words(entry: Entry) -> str:
    start, end, person = entry
    return f"{person} from {start.astimezone(UTC):%Y-%m-%d %H:%M} to {end.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
