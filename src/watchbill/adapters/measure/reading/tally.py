"""Counts a log exactly: fast where a block is regular, line by line where it is not.

A block of a few ten megabytes is one query. Its answer stands only if it has exactly one row for each line; otherwise the
block is cut into parts, and what is still irregular when it is small is read line by line. Rows that are not surely events
are looked up and read line by line as well. So the fast way may be strict, and one bad line costs little.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from watchbill.adapters.measure.formats import MAX_LINE, Event, Format, Reject, Relation, records_relation
from watchbill.adapters.measure.predicates import quoted
from watchbill.adapters.measure.reading.blocks import Block
from watchbill.adapters.measure.reading.database import duckdb
from watchbill.adapters.measure.reading.engine import Answer, Engine
from watchbill.adapters.measure.reading.lateness import Lateness
from watchbill.adapters.measure.reading.looks import Looks, line_ends, look, parts
from watchbill.adapters.measure.reading.scratch import Bytes, Scratch
from watchbill.adapters.measure.reading.statement import BY_MINUTE, Plan, odd_rows
from watchbill.adapters.measure.reading.sums import Ints
from watchbill.adapters.measure.reading.totals import Totals

__all__ = ["Tally"]

_SMALL = 512  # lines that are simply read one by one
_CUT_INTO = 12
_MOST_ODD = 10  # another way is tried if more than one row of so many is odd
_EVENTS_AT_ONCE = 4_096


class _Line(NamedTuple):
    """A line that was read the slow way: its number in the log, its text, and what it is."""

    number: int
    text: bytes
    found: Event | Reject


class Tally(Totals):
    """Adds up what the blocks of one log hold. With `lateness` late and future events are refused (it needs `plan.ordered`)."""

    def __init__(self, engine: Engine, plan: Plan, log_format: Format, lateness: Lateness | None = None) -> None:
        super().__init__(plan)
        for selection in plan.selections:
            selection.check(log_format)
        self._engine = engine
        self._format = log_format
        self._need = plan.need
        self._lateness = lateness
        self._ways = {careful: log_format.relations(self._need, careful=careful) for careful in (False, True)}
        self._way = 0  # the one that read the last block best
        self._events = records_relation(self._need)

    def add(self, block: Block, *, last: bool = True) -> None:
        """Count a block. `last`: what follows its last newline is a line as well (the file is not being written)."""
        if len(block.data):
            self._add(block.data, block.scratch)
        for beginning in block.long_lines:
            self.rejected.add(Reject.TOO_LONG, self.lines + 1, beginning)
            self.lines += 1
        if last and block.rest:
            above = block.data[-MAX_LINE:].tobytes().rstrip(b"\n").rpartition(b"\n")[2]
            self._by_half(block.rest, above or None)

    def _add(self, data: Bytes, scratch: Scratch | None) -> None:
        looks = look(data)
        if not looks.irregular and self._fast(data, scratch, looks):
            return
        if looks.lines <= _SMALL:
            self._by_line(data)
            return
        for part in parts(data, _CUT_INTO):
            self._add(part, None)

    def _fast(self, data: Bytes, scratch: Scratch | None, looks: Looks) -> bool:
        """One query; False, and nothing counted, if it did not give one row for each line."""
        if scratch is None:
            scratch = self._engine.part
            scratch.hold(data)
        ways = self._ways[looks.backslash]
        read = self._best(ways, scratch, looks.lines)
        if read is None:
            return False
        self._way, answer, odd = read
        lines = self._odd_lines(ways[self._way], scratch, data) if odd else []
        if self._lateness is not None and not self._in_time(self._lateness, answer, lines):
            return False
        self.take(answer)
        self._judge(lines)
        self.lines += looks.lines
        return True

    def _odd_lines(self, relation: Relation, scratch: Scratch, data: Bytes) -> list[_Line]:
        """The lines that the query did not vouch for, read the slow way."""
        places = [int(place) for place in self._engine.ask(odd_rows(relation, scratch.path))["place"]]
        ends = line_ends(data)
        starts = np.concatenate(([0], ends[:-1]))
        return [self._line(self.lines + place + 1, data[starts[place] : ends[place]].tobytes()) for place in places]

    def _in_time(self, lateness: Lateness, answer: Answer, lines: Sequence[_Line]) -> bool:
        """Whether no event of the block is refused; if one is, the block is read anew in smaller parts, in the end by line."""
        rows = (
            (answer["part"] == BY_MINUTE)
            & ~np.ma.getmaskarray(answer["slot"])
            & (np.asarray(answer["events"], np.int64) > 0)
        )
        minutes, first, last = (np.asarray(answer[name][rows], np.int64) for name in ("slot", "first_row", "last_row"))
        odd = [
            (one.found.at_us // 60_000_000, one.number - self.lines) for one in lines if isinstance(one.found, Event)
        ]
        if odd:
            minutes = np.concatenate((minutes, [minute for minute, _ in odd]))
            first, last = (np.concatenate((places, [place for _, place in odd])) for places in (first, last))
            minutes, where = np.unique(minutes, return_inverse=True)
            first, last = _least(first, where, len(minutes)), -_least(-last, where, len(minutes))
        return lateness.clean(minutes, first, last)

    def _best(self, ways: Sequence[Relation], scratch: Scratch, lines: int) -> tuple[int, Answer, int] | None:
        """The first way that understands nearly all lines, else the last one: its number, answer and count of odd lines.

        None if a way did not give one row for each line.
        """
        read = None
        for way in [self._way, *(other for other in range(len(ways)) if other != self._way)]:
            answer = self._ask(ways[way], scratch)
            if answer is None:
                return None
            by_minute = answer["part"] == BY_MINUTE
            if int(answer["n"][by_minute].sum()) != lines:
                return None
            untimed = np.ma.getmaskarray(answer["slot"])
            if self.plan.timeless and answer["events"][by_minute & untimed].any():
                return None  # events by all their fields, but for the time: hours and values hold them
            odd = lines - int(answer["events"][by_minute & ~untimed].sum())
            read = way, answer, odd
            if odd * _MOST_ODD <= lines:
                break
        return read

    def _ask(self, relation: Relation, scratch: Scratch) -> Answer | None:
        """None for what DuckDB cannot read at all."""
        try:
            return self._engine.ask(self.plan.count(relation, scratch.path))
        except duckdb.Error:
            return None

    def _by_line(self, data: Bytes) -> None:
        lines = data.tobytes().split(b"\n")
        half = lines.pop()
        found = [self._line(self.lines + index, line) for index, line in enumerate(lines, 1)]
        self._judge([self._timely(one) for one in found])
        self.lines += len(lines)
        if half:
            self._by_half(half, before=lines[-1] if lines else None)

    def _by_half(self, line: bytes, before: bytes | None) -> None:
        """The last line of a file, without its newline: an event if it is surely whole."""
        self.lines += 1
        one = self._line(self.lines, line)
        above = None if before is None else before.decode("utf-8", "replace")
        if isinstance(one.found, Event) and self._format.is_whole(line.decode("utf-8", "replace"), above):
            self._judge([self._timely(one)])
        else:
            self.rejected.add(Reject.HALF_LINE, self.lines, line)

    def _line(self, number: int, ended: bytes) -> _Line:
        line = ended.removesuffix(b"\n").removesuffix(b"\r")
        return _Line(number, line, self._read(line))

    def _timely(self, one: _Line) -> _Line:
        """The line in its turn; an event that comes too late is none."""
        refused = self._lateness.judge(one.found.at_us) if self._lateness and isinstance(one.found, Event) else None
        return one if refused is None else one._replace(found=refused)

    def _judge(self, lines: Sequence[_Line]) -> None:
        """Count the events among these lines by the same query as all others, and the rest by its reasons."""
        events: list[bytes] = []
        for number, text, found in lines:
            if isinstance(found, Event):
                events.append(self._record(found))
            else:
                self.rejected.add(found, number, text)
        for start in range(0, len(events), _EVENTS_AT_ONCE):
            self._engine.events.hold(b"".join(events[start : start + _EVENTS_AT_ONCE]))
            self.take(self._engine.ask(self.plan.count(self._events, self._engine.events.path)))

    def _read(self, line: bytes) -> Event | Reject:
        if len(line) > MAX_LINE:
            return Reject.TOO_LONG
        if b"\0" in line:
            return Reject.NUL
        try:
            text = line.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError:
            return Reject.NOT_UTF8
        return self._format.read(text, self._need) if text.strip() else Reject.BLANK

    def _record(self, event: Event) -> bytes:
        record = {quoted(name).strip('"'): value for name, value in event.columns.items()}
        record |= {quoted(name, own=True).strip('"'): value for name, value in event.fields.items()}
        return json.dumps({"at_us": event.at_us} | record).encode() + b"\n"


def _least(values: Ints, where: npt.NDArray[np.intp], size: int) -> Ints:
    """The smallest value of each group."""
    found = np.full(size, np.iinfo(np.int64).max, np.int64)
    np.minimum.at(found, where, values)
    return found
