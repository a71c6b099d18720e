"""The one query that counts a block: minutes of all SLIs, worst contributors and latencies in a single pass."""

from dataclasses import dataclass

from watchbill.adapters.measure.formats import Need, Relation
from watchbill.adapters.measure.formats.shape import select_list
from watchbill.adapters.measure.predicates import quoted
from watchbill.adapters.measure.reading.selection import Selection

__all__ = ["BY_DIMENSION", "BY_LATENCY", "BY_MINUTE", "Plan", "bucket_ms"]

BY_MINUTE, BY_LATENCY, BY_DIMENSION = 0, 1, 2  # `part` of a row; dimensions count up from the last
_PER_LOG = 64  # latency buckets for each factor of e: 1.6 % wide
_VALUE_LENGTH = 200  # of a contributor


@dataclass(frozen=True)
class Plan:
    """What is to be counted in one log: SLIs, dimensions of the first one's bad events, latencies by the hour."""

    selections: tuple[Selection, ...]
    dimensions: tuple[str, ...] = ()
    latencies: bool = False

    @property
    def need(self) -> Need:
        """All columns that the query reads."""
        need = Need(frozenset({"duration_ms"}) if self.latencies else frozenset())
        for selection in self.selections:
            need |= selection.need
        return need | Need(frozenset(self.dimensions))

    def count(self, relation: Relation, path: str) -> str:
        """Rows of (part, slot, label, events, first_s, last_s, t0, g0, t1, g1...). `rows` in slot NULL of part 0 are no events."""
        indexes = range(len(self.selections))
        sums = "".join(f", sum(t{index})::BIGINT AS t{index}, sum(g{index})::BIGINT AS g{index}" for index in indexes)
        bad = "t0 - g0"
        queries = [
            f"SELECT {BY_MINUTE} AS part, s // 60 AS slot, NULL AS label, sum(n)::BIGINT AS n, sum(events)::BIGINT AS events,"
            f" min(s) AS first_s, max(s) AS last_s{sums} FROM timed WHERE k IS NOT NULL OR h IS NULL GROUP BY s // 60"
        ]
        blank = "".join(f", 0, {'0' if index else bad}" for index in indexes)
        if self.latencies:
            queries.append(f"SELECT {BY_LATENCY}, {{hour}} // 3600, bucket, n, events, 0, 0{', 0, 0' * len(indexes)} FROM grouped WHERE h IS NOT NULL")
        for index in range(len(self.dimensions)):
            queries.append(
                f"SELECT {BY_DIMENSION + index}, 0, d{index}, 0, 0, 0, 0, sum({bad})::BIGINT, 0{', 0, 0' * (len(indexes) - 1)}"
                f" FROM grouped WHERE d{index} IS NOT NULL GROUP BY d{index}"
            )
        del blank
        raise NotImplementedError
