"""Sentences about runbooks, walks through them, and looking into an incident."""

from collections.abc import Callable, Sequence

from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, say
from watchbill.entrypoints.web.words.times import Local
from watchbill.operations.investigation import InvestigationView
from watchbill.operations.runbook_runs import RunView
from watchbill.operations.runbooks import RunbookRow, RunbookView

__all__ = [
    "headline",
    "investigation_headline",
    "investigation_more",
    "list_headline",
    "list_more",
    "more",
    "walk_headline",
    "walk_more",
    "whom",
]


def list_headline(books: Sequence[RunbookRow]) -> Sentence:
    """How many there are, and how many nobody has touched lately."""
    if not books:
        return say("No runbook is written yet.")
    stale = sum(book.freshness.stale for book in books)
    if not stale:
        return say(f"{counted(len(books), 'runbook').capitalize()}, all of them fresh.")
    return say(f"{counted(len(books), 'runbook').capitalize()}, ", Part(f"{stale} of them stale", "warn"), ".")


def list_more(books: Sequence[RunbookRow]) -> Sentence:
    """What stale means."""
    if not books:
        return say("A runbook says what an alert means and what to do about it, step by step.")
    return say("Stale is what nobody used, tested or edited for 90 days.")


def headline(one: RunbookView) -> Sentence:
    """Its title."""
    return say(Part(one.title.rstrip("."), "warn" if one.freshness.stale else ""), ".")


def more(one: RunbookView, local: Local) -> Sentence:
    """Which alert it answers, and when it was used and edited."""
    fresh = one.freshness
    parts = [say("It answers ", Part(one.alert_name, "strong"), ".")] if one.alert_name else []
    used = f"last used {local.when(fresh.last_used)}" if fresh.last_used else "never used so far"
    tested = (
        f"tested by an experiment {local.when(fresh.last_tested)}" if fresh.last_tested else "tested by no experiment"
    )
    edited = f"edited {local.when(fresh.last_edited)}" if fresh.last_edited else "edited nobody knows when"
    parts.append(say(f"It was {used}, {tested}, and {edited}."))
    if fresh.stale:
        parts.append(say(Part("It is stale: check each step before you believe it.", "warn")))
    return join(parts)


def walk_headline(run: RunView) -> Sentence:
    """How far the walk is."""
    if run.outcome is not None:
        return say(f"{run.title}: {run.outcome.replace('_', ' ')}.")
    wrong = [step for step in run.steps if step.verdict == "unexpected"]
    if wrong:
        return say(f"{run.title}: ", Part(f"{counted(len(wrong), 'step')} not as expected", "dead"), ".")
    done = sum(step.verdict == "expected" for step in run.steps)
    return say(f"{run.title}: {done} of {len(run.steps)} steps done.")


def whom(contact: str, name: Callable[[str | None], str]) -> str:
    """Whom a contact means, as people say it; prose stays as it is."""
    kind, colon, rest = contact.partition(":")
    known = {"person": name(rest), "schedule": f"the watch of {rest}", "team": f"the team {rest}"}
    return known.get(kind, contact) if colon else contact


def walk_more(run: RunView, local: Local, name: Callable[[str | None], str]) -> Sentence:
    """Who walks, and when help is called."""
    contact = whom(run.contact, name)
    contact = contact[:1].upper() + contact[1:]
    parts = [say(f"Begun by {name(run.started_by)} {local.when(run.started_at)}.")]
    if run.rehearsal:
        parts.append(say(Part("A rehearsal: commands are dry runs, and nobody is called.", "strong")))
    if run.escalated_at is not None:
        parts.append(say(f"{contact} was called {local.when(run.escalated_at)}."))
    elif run.escalate_at is not None and run.ended_at is None:
        parts.append(say(f"{contact} is called {local.when(run.escalate_at)}, unless it ends before."))
    return join(parts)


def investigation_headline(one: InvestigationView) -> Sentence:
    """What stands out most: a change shortly before the start, a sick dependency, a new error; or that nothing does."""
    suspect = next((each for each in one.changes if each.suspect), None)
    if suspect is not None:
        what = " ".join(word for word in (suspect.change.service, suspect.change.version) if word)
        return say(
            Part(f"{suspect.change.kind.capitalize()} of {what}", "warn"),
            f" {counted(suspect.minutes_before, 'minute')} before it began.",
        )
    sick = [each.name for each in one.dependencies if each.well is False]
    if sick:
        return say(Part(sick[0], "dead"), ", which it calls, is not well.")
    fresh = [each for each in one.errors.signatures if each.new]
    if fresh:
        return say("An error that was not there before: ", Part(f"{fresh[0].since} times", "dead"), ".")
    return say("Nothing stands out yet.")


def investigation_more(one: InvestigationView) -> Sentence:
    """What else speaks, in one line; the choice stays with people."""
    sick = sum(each.well is False for each in one.dependencies)
    fresh = sum(each.new for each in one.errors.signatures)
    suspects = sum(each.suspect for each in one.changes)
    counts = [
        *([f"{counted(suspects, 'change')} within two hours before the start"] if suspects else []),
        *([f"{counted(sick, 'service')} that it calls {'is' if sick == 1 else 'are'} not well"] if sick else []),
        *([counted(fresh, "new error")] if fresh else []),
    ]
    if not counts:
        return say("Split what you suspect into tracks, one owner each.")
    listed = ", ".join(counts)
    return say(f"{listed[:1].upper()}{listed[1:]}. What comes before is not always the cause.")
