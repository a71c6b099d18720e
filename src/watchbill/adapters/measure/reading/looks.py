"""What a block of bytes looks like from afar: how many lines, and whether anything in it needs a closer look."""

import itertools
from dataclasses import dataclass

import numpy as np

from watchbill.adapters.measure.formats import MAX_LINE
from watchbill.adapters.measure.reading.scratch import Bytes

__all__ = ["Looks", "line_ends", "look", "parts"]

_NEWLINE, _RETURN, _BACKSLASH, _FIRST_PRINTABLE, _TAB = 10, 13, 92, 32, 9
_SLICE = 1 << 18  # fits the processor's cache, so that several passes cost little more than one
# A line beyond MAX_LINE covers at least this many whole slices without a newline.
_BARREN = MAX_LINE // _SLICE - 1


@dataclass(frozen=True, slots=True)
class Looks:
    """`irregular`: a control character or a line beyond MAX_LINE may be in there; the fast way would not notice."""

    lines: int
    irregular: bool
    backslash: bool


def look(data: Bytes) -> Looks:
    """One pass over the bytes: what decides how to read them, at a small part of the cost of reading."""
    lines = controls = barren = longest = 0
    backslash = False
    for start in range(0, len(data), _SLICE):
        piece = data[start : start + _SLICE]
        found = int(np.count_nonzero(piece == _NEWLINE))
        lines += found
        barren = 0 if found else barren + 1
        longest = max(longest, barren)
        controls += int(np.count_nonzero(piece < _FIRST_PRINTABLE))
        backslash = backslash or bool((piece == _BACKSLASH).any())
    return Looks(lines, longest >= _BARREN or (controls != lines and _is_odd(data)), backslash)


def _is_odd(data: Bytes) -> bool:
    """Tabs are fine, and so is a carriage return before a newline; any other control character is odd."""
    places = np.flatnonzero((data < _FIRST_PRINTABLE) & (data != _NEWLINE) & (data != _TAB))
    if not (data[places] == _RETURN).all():
        return True
    return bool((data[np.minimum(places + 1, len(data) - 1)] != _NEWLINE).any())


def line_ends(data: Bytes) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """The place behind each newline."""
    return np.flatnonzero(data == _NEWLINE) + 1


def parts(data: Bytes, count: int) -> list[Bytes]:
    """The data in about `count` pieces of whole lines."""
    ends = line_ends(data)
    if len(ends) == 0:
        return [data]
    cuts = [int(ends[min(len(ends) - 1, len(ends) * part // count)]) for part in range(1, count)]
    edges = sorted({0, *cuts, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(edges)]
