"""Sentences about the figures of incidents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, say
from watchbill.kernel.units import span_words
from watchbill.operations.incident_metrics import GroupView, RepeatView

__all__ = ["MEASURES", "MeasureWords", "headline", "minutes", "more"]


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """A figure as people call it, and what it spans."""

    short: str
    name: str
    spans: str


MEASURES: dict[str, MeasureWords] = {
    "detect": MeasureWords("MTTD", "Time to detect", "from the start of the trouble until somebody knew"),
    "acknowledge": MeasureWords("MTTA", "Time to acknowledge", "from the declaration until somebody had it"),
    "mitigate": MeasureWords("MTTM", "Time to mitigate", "from detection until users were well again"),
    "resolve": MeasureWords("MTTR", "Time to resolve", "from detection until it was over"),
}


def headline(total: GroupView, days: int) -> Sentence:
    """How many there were, and how long it usually took."""
    if not total.declared and total.resolve is None:
        return say(f"No incident in the last {days} days.")
    count = counted(total.declared, "incident").capitalize()
    if total.resolve is None:
        return say(f"{count} in the last {days} days, none of them resolved.")
    return say(f"{count} in the last {days} days, half of them over within {minutes(total.resolve.median_minutes)}.")


def more(total: GroupView, repeats: Sequence[RepeatView]) -> Sentence:
    """How fast people knew and answered; which incidents were there before."""
    parts: list[Sentence] = []
    if total.acknowledge is not None:
        parts.append(
            say(
                f"Somebody had it after {minutes(total.acknowledge.median_minutes)}, in nine of ten cases within {minutes(total.acknowledge.p90_minutes)}."
            )
        )
    if repeats:
        parts.append(say(Part(f"{counted(len(repeats), 'incident').capitalize()} had been there before.", "warn")))
    return join(parts)


def minutes(value: float) -> str:
    """Minutes as a span in words."""
    return span_words(timedelta(seconds=round(value * 60)))
