"""Who spent the budget: bad events of a span above the baseline before it. Sums never exceed what really happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise

__all__ = ["Piece", "Span", "at_most", "charge", "pieces"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time [start, end) to charge, eg an incident, with the bad ratio that was normal before it."""

    start: datetime
    end: datetime
    baseline: Fraction


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch in which the same spans overlap (their positions), with its counts."""

    start: datetime
    end: datetime
    spans: tuple[int, ...]
    bad: Fraction = Fraction(0)
    total: int = 0


def pieces(spans: Sequence[Span]) -> list[Piece]:
    """The time that any span covers, cut at every start and end."""
    cuts = sorted({moment for span in spans for moment in (span.start, span.end)})
    found = []
    for start, end in pairwise(cuts):
        inside = tuple(number for number, span in enumerate(spans) if span.start <= start and end <= span.end)
        if inside:
            found.append(Piece(start, end, inside))
    return found


def at_most(charged: Sequence[Fraction], lost: Fraction) -> list[Fraction]:
    """The charges, taken down in proportion where together they pass what was lost.

    Only composites need it: their losses follow from ratios by a rule, so that those of stretches do not add up exactly.
    """
    whole = sum(charged, Fraction(0))
    return [one * lost / whole for one in charged] if whole > lost else list(charged)


def charge(spans: Sequence[Span], counted: Sequence[Piece]) -> list[Fraction]:
    """Bad events for each span: in each piece what lies above the span's baseline, shared evenly among those that overlap.

    A span gets at most bad / n of a piece that n spans share, so that the sum over all spans is at most the sum of bad.
    """
    charged = [Fraction(0)] * len(spans)
    for piece in counted:
        for number in piece.spans:
            above = piece.bad - spans[number].baseline * piece.total
            charged[number] += max(Fraction(0), above) / len(piece.spans)
    return charged
