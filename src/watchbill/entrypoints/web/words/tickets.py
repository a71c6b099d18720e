"""Sentences about tickets."""

from collections.abc import Sequence

from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, say
from watchbill.entrypoints.web.words.times import Local
from watchbill.operations.tickets import TicketView

__all__ = ["list_headline", "list_more", "ticket_headline", "ticket_more"]


def list_headline(waiting: Sequence[TicketView], *, more: bool = False) -> Sentence:
    """How many wait for somebody, and whether any is late."""
    if not waiting:
        return say("No ticket waits for anybody.")
    late = sum(one.overdue for one in waiting)
    count = f"More than {len(waiting)} tickets" if more else counted(len(waiting), "ticket").capitalize()
    verb = "waits" if len(waiting) == 1 else "wait"
    if not late:
        return say(f"{count} {verb} for somebody.")
    which = (
        "it is"
        if len(waiting) == 1
        else "all are"
        if late == len(waiting) and not more
        else f"{counted(late, 'of them', 'of them')} {'is' if late == 1 else 'are'}"
    )
    return say(f"{count} {verb} for somebody, ", Part(f"{which} overdue", "warn"), ".")


def list_more(waiting: Sequence[TicketView], local: Local) -> Sentence:
    """What is due first, and what came to an end by itself."""
    if not waiting:
        return say("Tickets are alerts that wake nobody: they wait for the next business day.")
    first = min(waiting, key=lambda one: (one.due_on, one.number))
    due = "was due" if first.overdue else "is due"
    parts = [
        say(
            "The first is ",
            Part(f"TKT-{first.number}", "strong", f"/tickets/{first.number}"),
            f", it {due} {local.date(first.due_on)}.",
        )
    ]
    quiet = sum(one.firing == 0 for one in waiting)
    if quiet:
        parts.append(say(f"The alerts of {counted(quiet, 'ticket')} have ended by themselves."))
    return join(parts)


def ticket_headline(one: TicketView) -> Sentence:
    """Its title, in the tone of its state."""
    return say(Part(one.title.rstrip("."), "warn" if one.overdue else ""), ".")


def ticket_more(one: TicketView, visit: Visit) -> Sentence:
    """Whether it still fires, when it is due, or who dealt with it."""
    local = visit.local
    if one.closed_at is not None:
        return say("Done by ", Part(visit.name(one.closed_by), "strong"), f" {local.when(one.closed_at)}.")
    due = f"was due {local.date(one.due_on)}" if one.overdue else f"is due {local.date(one.due_on)}"
    parts = [
        say(
            f"TKT-{one.number}, opened {local.when(one.opened_at)}, ",
            Part(due, "warn" if one.overdue else "strong"),
            ".",
        )
    ]
    if one.firing:
        parts.append(
            say(f"{counted(one.firing, 'alert').capitalize()} of it still {'fires' if one.firing == 1 else 'fire'}.")
        )
    else:
        parts.append(say("Nothing of it fires any more; it still wants a look."))
    return join(parts)
