"""Cuts a stream into blocks of whole lines, each in a scratch file, with bounded memory whatever the lines are."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from watchbill.adapters.measure.formats import MAX_LINE
from watchbill.adapters.measure.reading.scratch import Bytes, Scratch
from watchbill.adapters.measure.reading.streams import Stream

__all__ = ["BLOCK", "Block", "Cutter", "ahead"]

BLOCK = 48 << 20
_NEWLINE = 10
_SAMPLE = 200


@dataclass(slots=True)
class Block:
    """Whole lines in a scratch file. `end` is the place in the stream behind them (and behind a long line that follows).

    `long_lines` are lines beyond MAX_LINE that were dropped here, with how they began; `rest` is what follows the last
    newline at the end of the stream.
    """

    scratch: Scratch
    data: Bytes
    end: int
    long_lines: tuple[bytes, ...] = ()
    rest: bytes = b""


class Cutter:
    """Reads one stream block by block; `inside_long` carries over that a long line was begun and its end is awaited."""

    def __init__(self, stream: Stream, *, start: int = 0, inside_long: bool = False, until: int | None = None) -> None:
        self._stream = stream
        self._carry = b""
        self._place = start  # of the carry's first byte
        self._left = None if until is None else until - start
        self._at_end = False
        self.inside_long = inside_long

    def fill(self, scratch: Scratch) -> Block | None:
        """The next block; None at the end of the stream."""
        if self._at_end:
            return None
        space = scratch.open()
        size = len(self._carry)
        space[:size] = np.frombuffer(self._carry, dtype=np.uint8)
        limit = scratch.capacity if self._left is None else min(scratch.capacity, size + self._left)
        got = self._stream.read_into(space[size:limit])
        if self._left is not None:
            self._left -= got
        self._at_end = size + got < limit or self._left == 0
        return self._cut(scratch, space, size + got)

    def _cut(self, scratch: Scratch, space: Bytes, filled: int) -> Block:
        dropped: list[bytes] = []
        first = 0
        if self.inside_long:
            first = _after_newline(space[:filled])
            self.inside_long = first == 0
            first = first or filled
        last = max(_last_newline(space[:filled]), first)
        rest = space[last:filled].tobytes()
        self._place += last
        if len(rest) > MAX_LINE:
            dropped.append(rest[:_SAMPLE])
            self._place += len(rest)
            rest, self.inside_long = b"", True
        self._carry = b"" if self._at_end else rest
        if first:  # move the lines to the front: a file begins at its beginning
            space[: last - first] = space[first:last].copy()
        data = scratch.close_at(last - first)
        return Block(scratch, data, self._place, tuple(dropped), rest if self._at_end else b"")


def _after_newline(data: Bytes) -> int:
    """Where the first newline ends; 0 without one."""
    for start in range(0, len(data), MAX_LINE):
        found = np.flatnonzero(data[start : start + MAX_LINE] == _NEWLINE)
        if len(found):
            return start + int(found[0]) + 1
    return 0


def _last_newline(data: Bytes) -> int:
    """Where the last newline ends; 0 without one."""
    for end in range(len(data), 0, -MAX_LINE):
        start = max(0, end - MAX_LINE)
        found = np.flatnonzero(data[start:end] == _NEWLINE)
        if len(found):
            return start + int(found[-1]) + 1
    return 0


def ahead(fill: Callable[[Scratch], Block | None], scratches: tuple[Scratch, Scratch]) -> Iterator[Block]:
    """The blocks in order; while one is counted, the next is read into the other scratch file."""
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        turn = 0
        coming = reader.submit(fill, scratches[turn])
        while (block := coming.result()) is not None:
            turn = 1 - turn
            coming = reader.submit(fill, scratches[turn])
            yield block
