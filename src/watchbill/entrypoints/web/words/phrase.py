"""A sentence as parts: text, and where it matters a tone (a state) and a link."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Part", "Sentence", "Tone", "join", "listed", "plain", "say"]

Tone: TypeAlias = Literal["", "strong", "ok", "warn", "crit", "dead"]


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a sentence."""

    text: str
    tone: Tone = ""
    href: str = ""


Sentence: TypeAlias = tuple[Part, ...]


def say(*parts: Part | str) -> Sentence:
    """Parts in a row; plain text may stay plain."""
    return tuple(Part(part) if isinstance(part, str) else part for part in parts)


def plain(sentence: Sentence) -> str:
    """The words alone: for titles, copies and tests."""
    return "".join(part.text for part in sentence)


def join(sentences: Iterable[Sentence], glue: str = " ") -> Sentence:
    """Several sentences as one run; empty ones leave no trace."""
    found: list[Part] = []
    for sentence in sentences:
        if sentence:
            found.extend((Part(glue), *sentence) if found else sentence)
    return tuple(found)


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""
