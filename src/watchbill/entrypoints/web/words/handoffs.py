"""Hand-overs in words: sentences about them, and their Markdown lists as rows."""

from collections.abc import Iterator

from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.phrase import Part, Sentence, say
from watchbill.operations.handoffs import HandoffView

__all__ = ["headline", "more", "rows", "state"]

_TONES = {"drafted": "warn", "signed": "lamp", "acknowledged": "ok"}


def headline(one: HandoffView, visit: Visit) -> Sentence:
    """Who hands what to whom."""
    return say(f"{visit.name(one.outgoing)} hands {one.schedule} to {visit.name(one.incoming)}.")


def more(one: HandoffView, visit: Visit) -> Sentence:
    """Where it stands, and who is asked."""
    if one.acknowledged_at:
        return say(f"{visit.name(one.acknowledged_by)} has read it {visit.local.when(one.acknowledged_at)}.")
    if one.signed_at:
        return say(
            f"Signed {visit.local.when(one.signed_at)}; {visit.name(one.incoming)} has not said that it is read."
        )
    return say(Part(f"{visit.name(one.outgoing)} has not signed it yet.", "warn"), " What stands here comes from data.")


def state(one: HandoffView) -> tuple[str, str]:
    """The word of its state and the tone."""
    word = "read" if one.status == "acknowledged" else "not signed" if one.status == "drafted" else "signed"
    return word, _TONES[one.status]


def rows(text: str) -> Iterator[tuple[bool, Sentence]]:
    """Lines of a Markdown list: whether each is an item, and its words, with what stands between ** strong."""
    for line in text.splitlines():
        if line.strip():
            item = line.lstrip().startswith(("- ", "* "))
            words = line.lstrip()[2:] if item else line
            yield item, tuple(_parts(words))


def _parts(words: str) -> Iterator[Part]:
    pieces = words.split("**")
    for place, piece in enumerate(pieces):
        if piece:
            closed = place % 2 == 1 and place + 1 < len(pieces)
            yield Part(piece.replace("`", ""), "strong" if closed else "")
