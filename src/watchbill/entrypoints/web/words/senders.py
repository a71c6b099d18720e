"""Sentences about senders and their mappings."""

from collections.abc import Sequence

from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, say
from watchbill.operations.replay import PreviewView

__all__ = ["headline", "tried"]


def headline(count: int) -> Sentence:
    """How many there are."""
    return say(f"{counted(count, 'sender').capitalize()} with settings of {'its' if count == 1 else 'their'} own.") if count else say("Every sender is read as it is.")  # fmt: skip


def tried(found: Sequence[PreviewView], *, is_own: bool) -> Sentence:
    """What the mapping makes of the payloads, in one line."""
    whose = "The mapping as it is" if is_own else "This mapping"
    if not found:
        return say("No payload of this sender is kept yet.")
    faults = sum(bool(one.fault) for one in found)
    if faults:
        return say(f"{whose} cannot read ", Part(f"{faults} of the last {len(found)}", "warn"), " payloads.")
    changed = sum(one.was != one.now for one in found)
    if not changed:
        return say(f"{whose} reads the last {counted(len(found), 'payload')} as they were read.")
    return say(f"{whose} reads ", Part(f"{changed} of the last {len(found)}", "warn"), " payloads differently.")
