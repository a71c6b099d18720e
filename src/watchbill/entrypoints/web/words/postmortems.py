"""Sentences about postmortems, and their parts in the order in which they are read."""

from collections.abc import Sequence

from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, listed, say
from watchbill.operations.postmortem_find import RecurringView
from watchbill.operations.postmortem_talk_views import ComparedView, MeetingView
from watchbill.operations.postmortem_views import ActionView, PostmortemRow, PostmortemView

__all__ = [
    "LISTS", "TEXTS", "compared", "fishbone", "headline", "list_headline", "list_more", "lists", "meeting", "more", "recurring",
    "texts",
]  # fmt: skip

# Field -> heading, in reading order (playbook ph. 6).
TEXTS = {
    "summary": "Summary",
    "root_cause": "Root cause",
    "how_resolved": "How it was resolved",
    "could_have_detected_sooner": "Could it have been noticed sooner?",
}
LISTS = {
    "contributing_factors": "Contributing factors",
    "what_went_well": "What went well",
    "what_went_wrong": "What went wrong",
    "where_we_got_lucky": "Where we got lucky",
}


def texts(one: PostmortemView) -> list[tuple[str, str, str]]:
    """Field, heading and what is written so far."""
    return [(field, heading, getattr(one, field) or "") for field, heading in TEXTS.items()]


def lists(one: PostmortemView) -> list[tuple[str, str, list[str]]]:
    """Field, heading and the entries so far."""
    return [(field, heading, list(getattr(one, field))) for field, heading in LISTS.items()]


def list_headline(postmortems: Sequence[PostmortemRow], actions: Sequence[ActionView]) -> Sentence:
    """What waits to be written or done."""
    drafts = [one for one in postmortems if one.status != "final"]
    if drafts:
        return say(
            f"{counted(len(drafts), 'postmortem').capitalize()} {'waits' if len(drafts) == 1 else 'wait'} to be finished."
        )
    if actions:
        return say(f"{counted(len(actions), 'action item').capitalize()} {'is' if len(actions) == 1 else 'are'} open.")
    return say("Everything is learned." if postmortems else "No postmortem yet.")


def list_more(postmortems: Sequence[PostmortemRow], actions: Sequence[ActionView]) -> Sentence:
    """What is overdue."""
    late = [one.incident or one.title for one in postmortems if one.overdue]
    overdue = sum(one.overdue for one in actions)
    parts: list[Sentence] = []
    if late:
        parts.append(say(Part(f"{listed(late[:3])} {'is' if len(late) == 1 else 'are'} overdue.", "warn")))
    if overdue:
        parts.append(
            say(
                Part(
                    f"{counted(overdue, 'action item').capitalize()} {'is' if overdue == 1 else 'are'} overdue.", "warn"
                )
            )
        )
    return join(parts)


def headline(one: PostmortemView) -> Sentence:
    """Its title."""
    return say(f"{one.title.rstrip('.')}.")


def more(one: PostmortemView, visit: Visit) -> Sentence:
    """How bad, how long, what it took, what is still to be answered."""
    parts: list[Sentence] = []
    severity = f"{one.severity}, " if one.severity else ""
    if one.duration:
        parts.append(say(f"{severity}{one.duration}."))
    worst = max(
        (share for share in one.impact.slo_budget if share.consumed_pct),
        key=lambda share: share.consumed_pct or 0,
        default=None,
    )
    if worst is not None:
        parts.append(
            say(
                f"It took {worst.consumed_pct:.1f}\u00a0% of the budget of ",
                Part(worst.slo, "strong", f"/slos/{worst.slo}"),
                ".",
            )
        )
    required = [prompt for prompt in one.prompts if prompt.required]
    if one.unresolved:
        parts.append(say(Part("The incident was still going on when these figures were computed.", "warn")))
    elif required and one.status == "draft":
        parts.append(
            say(
                f"{counted(len(required), 'question').capitalize()} only people can answer {'is' if len(required) == 1 else 'are'} open; due {visit.local.date(one.due_on)}."
            )
        )
    return join(parts)


def compared(found: ComparedView) -> Sentence:
    """How much changed between two versions."""
    added = sum(line.change == "added" for line in found.lines)
    removed = sum(line.change == "removed" for line in found.lines)
    if not added and not removed:
        return say(f"Versions {found.before} and {found.after} read alike.")
    lines = " and ".join(f"{count} {'line' if count == 1 else 'lines'} {word}" for count, word in ((added, "new"), (removed, "gone")) if count)  # fmt: skip
    return say(f"From version {found.before} to {found.after}: {lines}.")


def fishbone(one: PostmortemView) -> Sentence:
    """How many causes, on how many bones."""
    if not one.fishbone:
        return say("No cause is on the fishbone yet.")
    bones = len({bone.category for bone in one.fishbone})
    return say(f"{counted(len(one.fishbone), 'cause').capitalize()} on {counted(bones, 'bone')} of six.")


def meeting(found: MeetingView) -> Sentence:
    """Whether it was held, and what came of it."""
    if found.held_at is None:
        return say(f"The review takes {found.agenda.minutes} minutes, in four parts.")
    decided = len(found.decisions)
    return say(f"{counted(len(found.attendees), 'person', 'people').capitalize()} came; {counted(decided, 'decision')} {'was' if decided == 1 else 'were'} made.")  # fmt: skip


def recurring(found: RecurringView) -> Sentence:
    """What comes back."""
    if not found.clusters:
        return say("Nothing comes back yet." if found.compared else "No postmortem yet.")
    count = len(found.clusters)
    return say(f"{counted(count, 'cause').capitalize()} {'comes' if count == 1 else 'come'} back in {counted(found.compared, 'postmortem')}.")  # fmt: skip
