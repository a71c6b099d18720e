"""Sentences about action items."""

from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, say
from watchbill.operations.action_items import BoardView

__all__ = ["headline", "more"]


def headline(board: BoardView) -> Sentence:
    """How much is to be done, and how much of it is late."""
    undone = len(board.open) + len(board.in_progress)
    if not undone:
        return say("Everything is done." if board.done else "No action item yet.")
    said = f"{counted(undone, 'action item').capitalize()} {'is' if undone == 1 else 'are'} to be done"
    if not board.overdue:
        return say(f"{said}, none of them late." if undone > 1 else f"{said}, in time.")
    late = f"{counted(board.overdue, 'one') if undone == 1 else board.overdue} {'is' if board.overdue == 1 else 'are'} overdue"
    return say(f"{said}; ", Part(late if undone > 1 else "it is overdue", "crit"), ".")


def more(board: BoardView) -> Sentence:
    """What nobody owns, and what has no deadline: nothing ever reminds of these."""
    parts: list[Sentence] = []
    if board.without_owner:
        parts.append(say(f"{board.without_owner} {'has' if board.without_owner == 1 else 'have'} no owner."))
    if board.without_deadline:
        parts.append(say(f"{board.without_deadline} {'has' if board.without_deadline == 1 else 'have'} no deadline."))
    return join(parts)
