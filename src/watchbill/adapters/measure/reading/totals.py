"""What was found in a log so far: counts by the minute and by group, contributors, latencies, and what was no event."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from watchbill.adapters.measure.formats import Reject, which
from watchbill.adapters.measure.reading.engine import Answer
from watchbill.adapters.measure.reading.groups import Grouped
from watchbill.adapters.measure.reading.statement import BY_DIMENSION, BY_LATENCY, BY_MINUTE, Plan
from watchbill.adapters.measure.reading.sums import MinuteSums

__all__ = ["Rejected", "Totals"]

_SAMPLES, _SAMPLE_LENGTH = 5, 200
_MOST_VALUES, _KEPT_VALUES = 40_000, 10_000  # of a dimension; past the first the worst are kept
_GUESSED = frozenset({Reject.OTHER_FORMAT, Reject.BAD_JSON})
_MOST_GUESSES = 100_000  # lines whose format is guessed; beyond them the report says "at least"


@dataclass(slots=True)
class Rejected:
    """Lines that were no events: how many for each reason, and the first few of each with their line number (from 1).

    `formats` tells of the lines that are in another format than the file in which they look like being.
    """

    counts: Counter[Reject] = field(default_factory=Counter)
    samples: dict[Reject, list[tuple[int, str]]] = field(default_factory=dict)
    formats: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> dict[str, int]:
        """How many for each reason; blank lines and headers are no faults."""
        return {reason.value: count for reason, count in self.counts.most_common() if reason.is_fault}

    def add(self, reason: Reject, number: int, line: bytes) -> None:
        """Count one."""
        self.counts[reason] += 1
        kept = self.samples.setdefault(reason, [])
        if len(kept) < _SAMPLES:
            kept.append((number, line[:_SAMPLE_LENGTH].decode("utf-8", "backslashreplace")))
        if reason in _GUESSED and self.formats.total() < _MOST_GUESSES:
            looks_like = which(line.decode("utf-8", "replace"))
            if looks_like is not None:
                self.formats[looks_like] += 1


class Totals:
    """Adds up the answers to a plan's queries."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lines = 0
        self.events = 0
        self.rejected = Rejected()
        self.minutes = MinuteSums(len(plan.selections))
        self.values: dict[str, Counter[str]] = {name: Counter() for name in plan.dimensions}
        self.spread: dict[str, Counter[str]] = {name: Counter() for name in plan.spread}
        self.latencies: dict[int, Counter[int]] = {}
        self.groups = Grouped(plan.groupings)

    def take(self, answer: Answer) -> None:
        """Add the rows of an answer."""
        part, slot = answer["part"], answer["slot"]
        timed = (part == BY_MINUTE) & ~np.ma.getmaskarray(slot)
        self.events += int(answer["events"][timed].sum())
        self.minutes.take(answer, timed)
        self.groups.take(answer)
        if self.plan.latencies:
            rows = part == BY_LATENCY
            hours, buckets, counts = (answer[name][rows].tolist() for name in ("slot", "events", "n"))
            for hour, bucket, count in zip(hours, buckets, counts, strict=True):
                self.latencies.setdefault(int(hour), Counter())[int(bucket)] += int(count)
        for index, values in enumerate((*self.values.values(), *self.spread.values())):
            rows = part == BY_DIMENSION + index
            for label, count in zip(answer["label"][rows].tolist(), answer["n"][rows].tolist(), strict=True):
                values[str(label)] += int(count)
            if len(values) > _MOST_VALUES:
                for label, _ in values.most_common()[_KEPT_VALUES:]:
                    del values[label]

    def add_all(self, other: "Totals") -> None:
        """Add what was found in another log by a plan of the same selections."""
        for reason, count in other.rejected.counts.items():
            self.rejected.counts[reason] += count
            kept = self.rejected.samples.setdefault(reason, [])
            kept += other.rejected.samples.get(reason, [])[: _SAMPLES - len(kept)]
        self.rejected.formats += other.rejected.formats
        self.lines += other.lines
        self.events += other.events
        self.minutes.add_all(other.minutes)
        self.groups.add_all(other.groups)
        for mine, theirs in ((self.values, other.values), (self.spread, other.spread)):
            for name, values in theirs.items():
                mine.setdefault(name, Counter()).update(values)
        for hour, buckets in other.latencies.items():
            self.latencies.setdefault(hour, Counter()).update(buckets)
