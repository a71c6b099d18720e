"""The sentences of the 3 AM page: what broke, how bad, what changed, who is called next. Short words, one fact each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.entrypoints.web.words.amounts import percent
from watchbill.entrypoints.web.words.phrase import Part, Sentence, Tone, listed, say
from watchbill.entrypoints.web.words.times import Local
from watchbill.kernel.units import pct_text, span_words
from watchbill.oncall.model import BudgetFacts, ChangeFact, EarlierFact, EscalationKind, EscalationStatus, PageFacts

__all__ = [
    "budget_line",
    "change_line",
    "earlier_line",
    "headline",
    "kept_in_counts",
    "next_line",
    "state_words",
    "subline",
]

# How an escalation stands, as the badge says it.
_STATES: dict[EscalationStatus, str] = {
    EscalationStatus.OPEN: "firing",
    EscalationStatus.EXHAUSTED: "nobody answers",
    EscalationStatus.ACKNOWLEDGED: "acknowledged",
    EscalationStatus.SNOOZED: "snoozed",
    EscalationStatus.RESOLVED: "resolved",
}
_VERBS = {
    "deploy": "was deployed",
    "flag": "flag was set",
    "config": "was configured anew",
    "scale": "was scaled",
    "rollback": "was rolled back",
}
_LEFT: dict[str, Tone] = {"healthy": "ok", "warning": "warn"}
_WHOLE = 1000
_BEGINNING = 3  # words: "checkout is losing"


def state_words(status: EscalationStatus) -> str:
    """The state as one or two words."""
    return _STATES[status]


def headline(facts: PageFacts) -> str:
    """What broke, in numbers where they are known: `checkout is losing 15 in 1,000 orders`, else the title."""
    budget = facts.situation.budget
    # A page about something else (an incident's reminder, a test) speaks for itself.
    if facts.about is EscalationKind.ALERT and facts.service and budget is not None and budget.losing:
        return f"{facts.service} {budget.losing}."
    return facts.title if facts.title.endswith((".", "!", "?")) else f"{facts.title}."


def subline(facts: PageFacts) -> str:
    """The promise, the tier, and the alert's own words, where they say more than the headline."""
    budget, told = facts.situation.budget, facts.sentence or facts.title
    again = told.split()[:_BEGINNING] == headline(facts).rstrip(".").split()[:_BEGINNING]
    found = [
        f"promises {kept_in_counts(budget.target.value)}" if budget else None,
        facts.situation.tier,
        None if again else told,
    ]
    return " · ".join(one for one in found if one)


def kept_in_counts(target: Fraction) -> str:
    """A target as a promise: `999 in 1,000`; more nines take more zeros."""
    whole = _WHOLE
    while (1 - target) * whole < 1 and whole < 10**7 and target < 1:
        whole *= 10
    return f"{round(target * whole):,}\u00a0in\u00a0{whole:,}"


def budget_line(budget: BudgetFacts, local: Local) -> Sentence:
    """What is left and when it is gone."""
    if budget.remaining_pct is None:
        return say("How much of the budget is left is not known.")
    if budget.remaining_pct <= 0:
        return say(Part("The error budget is spent.", "dead"), " Every failure now breaks the promise further.")
    tone = _LEFT.get(budget.state, "crit")
    left = Part(f"{percent(budget.remaining_pct)} of the budget is left.", tone)
    rate = (
        f", {_rate(budget.burn_rate)} the allowed one," if budget.burn_rate is not None and budget.burn_rate > 1 else ""
    )
    if budget.exhausted_at is None:
        return say(left)
    day = "today " if local.at(budget.exhausted_at).date() == local.at(local.now).date() else ""
    return say(left, f" At this rate{rate} it is gone {day}{local.when(budget.exhausted_at)}.")


def change_line(change: ChangeFact, firing_since: datetime) -> Sentence:
    """What changed shortly before: the first suspect."""
    before = firing_since - change.at
    when = f"{span_words(before)} before" if before > timedelta(0) else f"{span_words(before)} after it began"
    verb = _VERBS.get(change.kind, f"changed ({change.kind})")
    what = (
        f"{change.service} {change.summary}".strip() if change.kind != "flag" else f"{change.service}: {change.summary}"
    )
    by = f", by {change.author}" if change.author else ""
    return say(Part("Changed: ", "strong"), f"{what} {verb} {when}{by}.")


def earlier_line(earlier: EarlierFact, now: datetime, *, href: str) -> Sentence:
    """The earlier incident that looked like this, and what helped: the second suspect."""
    helped = f"; what helped: {earlier.mitigation.rstrip('.')}." if earlier.mitigation else "."
    name = Part(f"INC-{earlier.number}", "strong", href)
    return say(Part("Looks like ", "strong"), name, f", {span_words(now - earlier.at)} ago{helped}")


def next_line(facts: PageFacts, name: Callable[[str], str]) -> tuple[str, str] | None:
    """Who is called next and what stops it, as the words before and after the countdown; None where nobody is."""
    following = facts.next_page
    if following is None or not facts.status.is_unanswered:
        return None
    people = listed(name(one) for one in following.people) or "the next in line"
    plural = len(following.people) > 1
    last = " as the last resort" if following.is_fallback else ""
    return f"{people} {'are' if plural else 'is'} called{last} in ", " unless you acknowledge."


def _rate(rate: Fraction) -> str:
    return f"{pct_text(rate, 0 if rate >= 10 else 1)}\u00a0times"  # noqa: PLR2004 - a tenth of a large rate says nothing
