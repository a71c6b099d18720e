"""The commander's briefing: which entries of a timeline still stand, and what they say is known, unknown and under way."""

from collections.abc import Sequence

from watchbill.incidents.model import Briefing, NoteKind, TimelineEntry

__all__ = ["briefing", "briefing_words", "standing"]


def standing(entries: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """Entries that nobody has superseded or withdrawn, in their order; a withdrawal itself says nothing either."""
    replaced = {entry.supersedes for entry in entries}
    return [entry for entry in entries if entry.sequence not in replaced and not entry.withdrawn]


def briefing(entries: Sequence[TimelineEntry]) -> Briefing:
    """The three lists. An entry that supersedes one of another kind moves it: what was not known becomes known."""
    stands = standing(entries)

    def of(kind: NoteKind) -> tuple[TimelineEntry, ...]:
        return tuple(entry for entry in stands if entry.kind is kind)

    return Briefing(of(NoteKind.KNOW), of(NoteKind.DONT_KNOW), of(NoteKind.DOING))


def briefing_words(entries: Sequence[TimelineEntry]) -> str:
    """The three lists in one sentence each; empty where nobody has said anything."""
    lists = briefing(entries)
    parts = (("known", lists.know), ("not known", lists.dont_know), ("under way", lists.doing))
    return ". ".join(f"{words}: {'; '.join(entry.text for entry in found)}" for words, found in parts if found)
