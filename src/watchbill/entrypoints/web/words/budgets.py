"""Sentences about all budgets together, and about how one went."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchbill.entrypoints.web.words.amounts import counted, in_words, percent
from watchbill.entrypoints.web.words.phrase import Part, Sentence, Tone, join, listed, say
from watchbill.entrypoints.web.words.times import Local
from watchbill.operations.dashboard_views import BudgetRow
from watchbill.operations.slo_views import SloGlanceView

__all__ = ["BudgetFacts", "headline", "more", "trend_words"]

_WORST: tuple[tuple[str, Tone, str], ...] = (
    ("exhausted", "dead", "spent"),
    ("critical", "crit", "nearly spent"),
    ("warning", "warn", "less than half full"),
)
_NAMED = 3


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """All budgets at a glance, with what waits for somebody."""

    budgets: Sequence[SloGlanceView]
    open_duties: int
    reviews_overdue: int


def headline(facts: BudgetFacts) -> Sentence:
    """How many budgets are in the worst state that any of them is in."""
    total = len(facts.budgets)
    if not total:
        return say("No promise has a budget yet.")
    for state, tone, words in _WORST:
        count = sum(one.state == state for one in facts.budgets)
        if count:
            of = f" of {in_words(total)}" if total > 1 else ""
            verb = "is" if count == 1 else "are"
            return say(Part(f"{counted(count, 'budget').capitalize()}{of} {verb} {words}", tone), ".")
    if all(one.state is None for one in facts.budgets):
        return say(Part("No budget is being measured", "warn"), ".")
    return say("Every budget has room.")


def more(facts: BudgetFacts) -> Sentence:
    """What is frozen, what nobody can see, what waits for somebody."""
    frozen = [one.slo for one in facts.budgets if one.frozen]
    blind = [one.slo for one in facts.budgets if one.data_status in {"stale", "no_data"}]
    parts: list[Sentence] = []
    if frozen:
        parts.append(say(Part(f"{_names(frozen)} {'is' if len(frozen) == 1 else 'are'} frozen.", "crit")))
    if blind:
        parts.append(say(Part(f"{_names(blind)} {'is' if len(blind) == 1 else 'are'} not being measured.", "warn")))
    if facts.open_duties:
        verb = "waits" if facts.open_duties == 1 else "wait"
        parts.append(
            say(
                Part(f"{counted(facts.open_duties, 'duty', 'duties').capitalize()} {verb} for somebody", "", "/duties"),
                ".",
            )
        )
    if facts.reviews_overdue:
        verb = "is" if facts.reviews_overdue == 1 else "are"
        parts.append(
            say(
                Part(f"{counted(facts.reviews_overdue, 'review').capitalize()} {verb} overdue", "", "/duties#reviews"),
                ".",
            )
        )
    return join(parts)


def trend_words(row: BudgetRow, local: Local) -> str:
    """Which way the budget went since the newest weekly snapshot, with the figure that it is compared with."""
    last = row.snapshots[-1] if row.snapshots else None
    if row.trend is None or last is None or last.remaining_pct is None:
        return ""
    arrow = {"up": "\u2191 up from", "down": "\u2193 down from", "flat": "steady at"}[row.trend]
    since = "" if row.trend == "flat" else f" on {local.day(last.week)}"
    return (
        f"{arrow} {percent(last.remaining_pct, 0)}{since}"
        if row.trend != "flat"
        else f"steady since {local.day(last.week)}"
    )


def _names(names: Sequence[str]) -> str:
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {counted(len(names) - _NAMED, 'other')}"
    return listed(names)
