"""The sentences about how somebody is reached."""

from collections.abc import Mapping

from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, say
from watchbill.oncall.model import HowProved
from watchbill.operations.contacts import ContactsView

__all__ = ["HOW", "opening"]

HOW: Mapping[HowProved, str] = {
    HowProved.FILE: "yes, as written",
    HowProved.DEVICE: "yes, this browser",
    HowProved.NONE_NEEDED: "everybody sees it",
    HowProved.ANSWERED: "yes, you answered",
}


def opening(known: ContactsView | None) -> tuple[Sentence, Sentence]:
    """Whether a page would reach this person, in one line, and what to do about it."""
    if known is None:
        return say("You are on no rota."), say(
            "Nobody pages you. A resource ",
            Part("person", "strong"),
            " with your handle makes you somebody who can be called.",
        )
    good = [one for one in known.contacts if one.how and not one.fault]
    doubtful = [one for one in known.contacts if not one.how]
    if not good:
        return say(Part("Nothing is proved to reach you.", "dead")), say(
            "Turn push on below, or send a code over a contact and give it back."
        )
    ways = ", ".join(dict.fromkeys(one.channel for one in good))
    more = (
        say(
            f"{counted(len(doubtful), 'contact')} is not proved yet and pages only when nothing else is left."
            if len(doubtful) == 1
            else f"{counted(len(doubtful), 'contact')} are not proved yet and page only when nothing else is left."
        )
        if doubtful
        else say("Try it now and then: a pager that was never tried is a hope.")
    )
    return say("A page reaches you over ", Part(ways, "strong"), "."), more
