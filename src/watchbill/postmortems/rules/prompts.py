"""What only people can judge: the questions, and the marks that stand in a draft where an answer is missing."""

from collections.abc import Iterator

from watchbill.postmortems.model import Postmortem, Prompt

__all__ = ["MARK", "QUESTIONS", "mark", "prompts", "required"]

MARK = "to be judged"  # what a draft is searched for before anybody signs it

QUESTIONS: tuple[Prompt, ...] = (
    Prompt("users_affected", "How many users were affected?"),
    Prompt("data_loss", "Was data lost?"),
    Prompt("customer_tickets", "How many customers wrote in about it?"),
    Prompt("root_cause", "Why could it happen? Ask why of each answer, until it is about how we work", required=True),
    Prompt("contributing_factors", "What made it worse, or kept it going?"),
    Prompt("could_have_detected_sooner", "What would have shown it sooner?"),
    Prompt("how_resolved", "What ended it?"),
    Prompt("what_went_well", "What worked, and should work like this the next time?"),
    Prompt("what_went_wrong", "What did not work as it should have?"),
    Prompt("where_we_got_lucky", "What could have made it worse, and did not by chance?"),
)
_BY_FIELD = {one.field: one for one in QUESTIONS}


def prompts(postmortem: Postmortem) -> tuple[Prompt, ...]:
    """The questions that are still open, in the template's order."""
    return tuple(_unanswered(postmortem))


def required(postmortem: Postmortem) -> tuple[Prompt, ...]:
    """Those without which nobody can review it."""
    return tuple(prompt for prompt in prompts(postmortem) if prompt.required)


def mark(field: str) -> str:
    """What stands in a text where the answer is missing: `[to be judged: What ended it?]`."""
    return f"[{MARK}: {_BY_FIELD[field].question}]"


def _unanswered(postmortem: Postmortem) -> Iterator[Prompt]:
    """A figure that data knows answers as well as a person does."""
    for question in QUESTIONS:
        said = getattr(postmortem.judged, question.field)
        computed = getattr(postmortem.figures, question.field, None)
        if said in (None, "", ()) and computed in (None, ""):
            yield question
