"""Swaps over a final schedule: where one side stands watch within the agreed time, the other does."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from watchbill.oncall.model import Shift
from watchbill.oncall.model.arranged import Swap

__all__ = ["SWAP", "held_by", "swapped"]

Move = tuple[datetime, datetime, str, str]  # from, to, giver, taker

SWAP = "swap"  # the layer name of a shift that a swap made


def swapped(shifts: Sequence[Shift], swaps: Sequence[Swap]) -> list[Shift]:
    """The shifts after the accepted swaps, in the order in which they were accepted.

    A swap moves nothing where its side does not stand watch any more: an override that was made meanwhile stays.
    """
    found = list(shifts)
    for swap in swaps:
        found = [piece for shift in found for piece in _exchanged(shift, swap.moves)]
    return found


def held_by(shifts: Iterable[Shift], person: str) -> list[tuple[datetime, datetime]]:
    """The stretches in which a person stands watch, adjoining ones as one."""
    spans: list[tuple[datetime, datetime]] = []
    for shift in shifts:
        if shift.person != person:
            continue
        if spans and spans[-1][1] == shift.start:
            spans[-1] = (spans[-1][0], shift.end)
        else:
            spans.append((shift.start, shift.end))
    return spans


def _exchanged(shift: Shift, moves: Sequence[Move]) -> Iterator[Shift]:
    """The shift in pieces, each moved once at most: what one side gave is not given back by the other side's move."""
    for place, (start, end, giver, taker) in enumerate(moves):
        begins, ends = max(shift.start, start), min(shift.end, end)
        if shift.person != giver or begins >= ends:
            continue
        if shift.start < begins:
            yield from _exchanged(Shift(shift.start, begins, giver, shift.layer), moves[place + 1 :])
        yield Shift(begins, ends, taker, SWAP)
        if ends < shift.end:
            yield from _exchanged(Shift(ends, shift.end, giver, shift.layer), moves[place + 1 :])
        return
    yield shift
