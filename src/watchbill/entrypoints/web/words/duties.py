"""Sentences about what budgets ask of people."""

from collections.abc import Sequence

from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, say
from watchbill.entrypoints.web.words.times import Local
from watchbill.operations.budget_kept import DutyView
from watchbill.operations.gates import GateView
from watchbill.operations.reviews import ReviewStandingView

__all__ = ["decision_words", "headline", "more"]


def headline(waiting: Sequence[DutyView], planned: Sequence[ReviewStandingView]) -> Sentence:
    """How much waits for somebody."""
    if waiting:
        verb = "waits" if len(waiting) == 1 else "wait"
        return say(Part(f"{counted(len(waiting), 'duty', 'duties').capitalize()} {verb} for somebody", "warn"), ".")
    late = sum(one.overdue for one in planned)
    if late:
        return say(Part(f"{counted(late, 'review').capitalize()} {'is' if late == 1 else 'are'} overdue", "warn"), ".")
    return say("No budget asks anything of anybody.")


def more(
    waiting: Sequence[DutyView],
    planned: Sequence[ReviewStandingView],
    decided: Sequence[GateView],
    local: Local,
) -> Sentence:
    """Reviews beside the duties, and the last refusal of a gate."""
    parts: list[Sentence] = []
    late = [one for one in planned if one.overdue]
    if late and waiting:
        parts.append(
            say(
                Part(
                    f"{counted(len(late), 'review').capitalize()} {'is' if len(late) == 1 else 'are'} overdue.", "warn"
                )
            )
        )
    soon = next((one for one in planned if not one.overdue and one.due_at), None)
    if soon is not None and soon.due_at is not None:
        parts.append(say(f"The next review, of {soon.slo}, is due {local.when(soon.due_at)}."))
    if decided:
        parts.append(say(f"The last thing a gate said: {decision_words(decided[0])}, {local.ago(decided[0].at)}."))
    return join(parts)


def decision_words(one: GateView) -> str:
    """`a deploy of checkout may go ahead`, `a launch of checkout has to wait`."""
    noun = {"deploy": "a deploy of", "chaos": "an experiment on", "launch": "a launch of"}[one.action]
    return f"{noun} {one.service} {'may go ahead' if one.allowed else 'has to wait'}"
