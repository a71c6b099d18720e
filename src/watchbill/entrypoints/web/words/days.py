"""Sentences about the days of a budget."""

from collections.abc import Sequence

from watchbill.entrypoints.web.words.amounts import counted, percent
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, say
from watchbill.operations.dashboard_views import CalendarDay

__all__ = ["headline", "more"]


def headline(known: Sequence[CalendarDay]) -> Sentence:
    """How many days kept the promise, and the worst one."""
    if not known:
        return say("Nothing is known of these days.")
    broken = [day for day in known if day.kept is False]
    if not broken:
        return say(
            f"All {counted(len(known), 'day')} kept the promise." if len(known) > 1 else "The one day kept the promise."
        )
    kept = f"{len(known) - len(broken)} of {counted(len(known), 'day')} kept the promise."
    return say(Part(kept, "warn"))


def more(days: Sequence[CalendarDay], timezone: str) -> Sentence:
    """The worst day, days without data, whose days these are."""
    parts: list[Sentence] = []
    worst = max(days, key=lambda day: day.consumed_pct or 0, default=None)
    if worst is not None and worst.consumed_pct:
        parts.append(say(f"{worst.day.day} {worst.day:%B} took most: {percent(worst.consumed_pct)} of the budget."))
    blind = sum(day.consumed_pct is None for day in days)
    if blind:
        parts.append(
            say(f"{counted(blind, 'day').capitalize()} without data {'has' if blind == 1 else 'have'} no cell.")
        )
    parts.append(say(f"Days are those of {timezone}."))
    return join(parts)
