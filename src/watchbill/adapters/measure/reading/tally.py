"""Counts a log exactly: fast where a block is regular, line by line where it is not.

A block of a few ten megabytes is one query. Its answer stands only if it has exactly one row for each line; otherwise the
block is cut into parts, and what is still irregular when it is small is read line by line. Rows that are not surely events
are looked up and read line by line as well. So the fast way may be strict, and one bad line costs little.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np

from watchbill.adapters.measure.formats import MAX_LINE, Event, Format, Reject, Relation, records_relation
from watchbill.adapters.measure.predicates import quoted
from watchbill.adapters.measure.reading.blocks import Block
from watchbill.adapters.measure.reading.engine import Answer, Engine
from watchbill.adapters.measure.reading.looks import Looks, line_ends, look, parts
from watchbill.adapters.measure.reading.scratch import Bytes, Scratch
from watchbill.adapters.measure.reading.statement import BY_DIMENSION, BY_LATENCY, BY_MINUTE, Plan, odd_rows
from watchbill.adapters.measure.reading.sums import MinuteSums

__all__ = ["Rejected", "Tally"]

_SMALL = 512  # lines that are simply read one by one
_CUT_INTO = 12
_MOST_ODD = 10  # another way is tried if more than one row of so many is odd
_EVENTS_AT_ONCE = 4_096
_SAMPLES, _SAMPLE_LENGTH = 5, 200
_MOST_VALUES, _KEPT_VALUES = 40_000, 10_000  # of a dimension; past the first the worst are kept


@dataclass(slots=True)
class Rejected:
    """Lines that were no events: how many for each reason, and the first few of each with their line number (from 1)."""

    counts: Counter[Reject] = field(default_factory=Counter)
    samples: dict[Reject, list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, reason: Reject, number: int, line: bytes) -> None:
        """Count one."""
        self.counts[reason] += 1
        kept = self.samples.setdefault(reason, [])
        if len(kept) < _SAMPLES:
            kept.append((number, line[:_SAMPLE_LENGTH].decode("utf-8", "backslashreplace")))


class Tally:
    """Adds up what the blocks of one log hold."""

    def __init__(self, engine: Engine, plan: Plan, log_format: Format) -> None:
        for selection in plan.selections:
            selection.check(log_format)
        self._engine = engine
        self._plan = plan
        self._format = log_format
        self._need = plan.need
        self._ways = {careful: log_format.relations(self._need, careful=careful) for careful in (False, True)}
        self._way = 0  # the one that read the last block best
        self._events = records_relation(self._need)
        self.lines = 0
        self.events = 0
        self.rejected = Rejected()
        self.minutes = MinuteSums(len(plan.selections))
        self.values: dict[str, Counter[str]] = {name: Counter() for name in plan.dimensions}
        self.latencies: dict[int, Counter[int]] = {}

    def add(self, block: Block, *, last: bool = True) -> None:
        """Count a block. `last`: what follows its last newline is a line as well (the file is not being written)."""
        if len(block.data):
            self._add(block.data, block.scratch)
        for beginning in block.long_lines:
            self._reject(Reject.TOO_LONG, self.lines + 1, beginning)
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
        places = self._odd_places(ways[self._way], scratch) if odd else []
        first = self.lines
        self._take(answer)
        if odd:
            ends = line_ends(data)
            starts = np.concatenate(([0], ends[:-1]))
            self._judge([(first + place + 1, data[starts[place] : ends[place]].tobytes()) for place in places])
        self.lines = first + looks.lines
        return True

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
            if self._plan.latencies and answer["events"][by_minute & untimed].any():
                return None  # events by all their fields, but for the time: the hours may hold them
            odd = lines - int(answer["events"][by_minute & ~untimed].sum())
            read = way, answer, odd
            if odd * _MOST_ODD <= lines:
                break
        return read

    def _ask(self, relation: Relation, scratch: Scratch) -> Answer | None:
        """None for what DuckDB cannot read at all."""
        try:
            return self._engine.ask(self._plan.count(relation, scratch.path))
        except duckdb.Error:
            return None

    def _odd_places(self, relation: Relation, scratch: Scratch) -> list[int]:
        return [int(place) for place in self._engine.ask(odd_rows(relation, scratch.path))["place"]]

    def _by_line(self, data: Bytes) -> None:
        lines = data.tobytes().split(b"\n")
        half = lines.pop()
        first = self.lines
        self._judge([(first + index, line) for index, line in enumerate(lines, 1)])
        self.lines = first + len(lines)
        if half:
            self._by_half(half, before=lines[-1] if lines else None)

    def _by_half(self, line: bytes, before: bytes | None) -> None:
        """The last line of a file, without its newline: an event if it is surely whole."""
        self.lines += 1
        event = self._read(line)
        above = None if before is None else before.decode("utf-8", "replace")
        if isinstance(event, Event) and self._format.is_whole(line.decode("utf-8", "replace"), above):
            self._judge([(self.lines, line)])
        else:
            self._reject(Reject.HALF_LINE, self.lines, line)

    def _judge(self, lines: list[tuple[int, bytes]]) -> None:
        """Read each line the slow way; those that are events are counted by the same query as all others."""
        found: list[bytes] = []
        for number, ended in lines:
            line = ended.removesuffix(b"\n").removesuffix(b"\r")
            event = self._read(line)
            if isinstance(event, Event):
                found.append(self._record(event))
            else:
                self._reject(event, number, line)
        for start in range(0, len(found), _EVENTS_AT_ONCE):
            self._engine.events.hold(b"".join(found[start : start + _EVENTS_AT_ONCE]))
            self._take(self._engine.ask(self._plan.count(self._events, self._engine.events.path)))

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

    def _reject(self, reason: Reject, number: int, line: bytes) -> None:
        self.rejected.add(reason, number, line)

    def _take(self, answer: Answer) -> None:
        """Add the rows of an answer."""
        part, slot = answer["part"], answer["slot"]
        timed = (part == BY_MINUTE) & ~np.ma.getmaskarray(slot)
        self.events += int(answer["events"][timed].sum())
        self.minutes.take(answer, timed)
        if self._plan.latencies:
            rows = part == BY_LATENCY
            for hour, bucket, count in zip(slot[rows], answer["events"][rows], answer["n"][rows], strict=True):
                self.latencies.setdefault(int(hour), Counter())[int(bucket)] += int(count)
        for index, values in enumerate(self.values.values()):
            rows = part == BY_DIMENSION + index
            for label, count in zip(answer["label"][rows], answer["n"][rows], strict=True):
                values[str(label)] += int(count)
            if len(values) > _MOST_VALUES:
                for label, _ in values.most_common()[_KEPT_VALUES:]:
                    del values[label]
