"""Sentences about who has the watch."""

from collections.abc import Mapping, Sequence

from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, listed, say
from watchbill.operations.oncall import NextView, ScheduleView

__all__ = ["headline", "more"]


def headline(schedules: Sequence[ScheduleView], visit: Visit) -> Sentence:
    """Who has the watch; nobody is said first."""
    if not schedules:
        return say("No schedule yet.")
    empty = [one.name for one in schedules if one.now.primary is None and one.expected]
    if empty:
        return say(Part(f"Nobody has the watch of {listed(empty[:3])}", "warn"), ".")
    people = list(dict.fromkeys(visit.name(one.now.primary) for one in schedules if one.now.primary))
    if not people:
        return say("Nobody has to have the watch at this hour.")
    if len(people) == 1:
        return say(f"{people[0]} has the watch.")
    if len(people) <= 4:  # noqa: PLR2004 - more names are a list, not a sentence
        return say(f"{listed(people)} have the watch.")
    return say(
        f"{counted(len(people), 'person', 'people').capitalize()} have the watch of {counted(len(schedules), 'schedule')}."
    )


def more(schedules: Sequence[ScheduleView], following: Mapping[str, NextView], visit: Visit) -> Sentence:
    """Who comes next, and the gaps of the next two weeks."""
    parts: list[Sentence] = []
    coming = sorted(
        (following[one.name] for one in schedules if one.name in following and following[one.name].at),
        key=lambda one: (one.at is None, one.at),
    )
    if coming and coming[0].at:
        first = coming[0]
        whose = f" for {first.schedule}" if len(schedules) > 1 else ""
        parts.append(
            say(Part(visit.name(first.person), "strong"), f" is next{whose}, {visit.local.when(coming[0].at)}.")
        )
    gaps = sum(len(one.gaps) for one in schedules)
    if gaps:
        first_gap = min(gap.start for one in schedules for gap in one.gaps)
        parts.append(
            say(
                Part(
                    f"{counted(gaps, 'gap').capitalize()} in the next two weeks, the first {visit.local.when(first_gap)}.",
                    "warn",
                )
            )
        )
    return join(parts)
