"""The one query that counts a block: minutes of all SLIs, the worst contributors and latencies in a single pass."""

import math
from dataclasses import dataclass

from watchbill.adapters.measure.formats import Need, Relation
from watchbill.adapters.measure.formats.shape import select_list
from watchbill.adapters.measure.predicates import quoted
from watchbill.adapters.measure.reading.groups import BY_GROUP, Grouping
from watchbill.adapters.measure.reading.selection import Selection

__all__ = ["BY_DIMENSION", "BY_LATENCY", "BY_MINUTE", "Plan", "bucket_ms", "odd_rows"]

BY_MINUTE, BY_LATENCY, BY_DIMENSION = 0, 1, 2  # `part` of a row; dimensions count up from the last
_HOURS, _VALUES = 1, 2  # `part` of a grouped row that is not of a second
_PER_LOG = 64  # latency buckets for each factor of e: 1.6 % wide
_VALUE_LENGTH = 200  # characters of a contributor


@dataclass(frozen=True)
class Plan:
    """What is to be counted in one log: SLIs; dimensions of the first one's bad events; its latencies by the hour."""

    selections: tuple[Selection, ...]
    dimensions: tuple[str, ...] = ()
    latencies: bool = False
    spread: tuple[str, ...] = ()  # dimensions of all events that the first one counts
    groupings: tuple[Grouping, ...] = ()
    ordered: bool = (
        False  # also where in the file the first and the last event of each minute stand: `first_row`, `last_row`
    )

    @property
    def timeless(self) -> bool:
        """Whether something is counted apart from the seconds: events without a good time would slip in."""
        return bool(self.latencies or self.dimensions or self.spread)

    @property
    def need(self) -> Need:
        """All columns that the query reads."""
        need = Need(frozenset({"duration_ms"}) if self.latencies else frozenset()) | Need(
            frozenset({*self.dimensions, *self.spread})
        )
        for selection in self.selections:
            need |= selection.need
        for grouping in self.groupings:
            need |= grouping.need
        return need

    def count(self, relation: Relation, path: str) -> str:
        """The query. A row is (part, slot, label, n, events, first_s, last_s, t0, g0, t1, g1...), then first_row, last_row if ordered.

        BY_MINUTE: slot is the minute (NULL: rows without a time), n rows of which `events` are well formed.
        BY_LATENCY: slot is the hour, n events in bucket `events`. BY_DIMENSION: n bad events with the value `label`;
        behind the last dimension, n events of all with the value `label`.
        """
        indexes = range(len(self.selections))
        sums = "".join(f", sum(t{index})::BIGINT AS t{index}, sum(g{index})::BIGINT AS g{index}" for index in indexes)
        nothing = ", 0, 0" * len(indexes) + (", 0, 0" if self.ordered else "")
        if self.ordered:
            sums += ", min(first_row) AS first_row, max(last_row) AS last_row"
        queries = [
            f"SELECT {BY_MINUTE} AS part, s // 60 AS slot, NULL::VARCHAR AS label, sum(n)::BIGINT AS n,"
            f" sum(events)::BIGINT AS events, min(s) FILTER (events > 0) AS first_s, max(s) FILTER (events > 0) AS last_s{sums}"
            " FROM timed GROUP BY s // 60"
        ]
        if self.latencies:
            queries.append(
                f"SELECT {BY_LATENCY}, hour_s // 3600, NULL, n, b, 0, 0{nothing}"
                f" FROM grouped JOIN hours USING (h) WHERE part = {_HOURS} AND b IS NOT NULL"
            )
        queries += [
            f"SELECT {BY_DIMENSION + index}, 0, d{index}, sum(t0 - g0)::BIGINT, 0, 0, 0{nothing}"
            f" FROM grouped WHERE part = {_VALUES} AND d{index} IS NOT NULL GROUP BY d{index}"
            for index in range(len(self.dimensions))
        ]
        queries += [
            f"SELECT {BY_DIMENSION + len(self.dimensions) + index}, 0, e{index}, sum(t0)::BIGINT, 0, 0, 0{nothing}"
            f" FROM grouped WHERE part = {_VALUES} AND e{index} IS NOT NULL GROUP BY e{index}"
            for index in range(len(self.spread))
        ]
        queries += [
            f"SELECT {BY_GROUP + place}, s // 60, x{place}, sum(t{one.selection})::BIGINT, sum(g{one.selection})::BIGINT, 0, 0{nothing}"
            f" FROM timed WHERE s IS NOT NULL AND x{place} IS NOT NULL GROUP BY s // 60, x{place}"
            for place, one in enumerate(self.groupings)
        ]
        hours = (  # each hour's time is read once, not for each of its latencies
            f", hours AS MATERIALIZED (SELECT * FROM (SELECT short AS h, {relation.hour_second} AS hour_s"
            f" FROM (SELECT h AS short, {relation.hour_text} AS h FROM (SELECT DISTINCT h FROM grouped WHERE part = {_HOURS})))"
            " WHERE hour_s IS NOT NULL)"
        )
        return f"{self._grouped(relation, path)}{hours if self.latencies else ''} {' UNION ALL '.join(queries)}"

    def _grouped(self, relation: Relation, path: str) -> str:
        """Rows, then marks (which SLI counts the row, and as good), then counts by second."""
        indexes = range(len(self.selections))
        hour = f", {relation.hour} AS h" if self.latencies else ""
        hour += ", row_number() OVER () AS r" if self.ordered else ""
        rows = f"SELECT {relation.key} AS k, {relation.ok} AS ok{hour}{select_list(relation.columns)} FROM {relation.source(path)}"
        names = dict.fromkeys([quoted(name) for name in (*self.dimensions, *self.spread)])
        names |= dict.fromkeys(name for one in self.groupings for name in one.names)
        kept = (
            "".join(f", {name}" for name in names)
            + (', h, "duration_ms"' if self.latencies else "")
            + (", r" if self.ordered else "")
        )
        marks = "".join(
            f", ok AND {selection.counts} AS c{index}, {selection.good.holds} AS w{index}"
            for index, selection in enumerate(self.selections)
        )
        pairs = "".join(f", c{index}, c{index} AND w{index} AS w{index}" for index in indexes)
        counts = "".join(
            f", count(*) FILTER (c{index}) AS t{index}, count(*) FILTER (w{index}) AS g{index}" for index in indexes
        )
        if self.ordered:
            counts += ", min(r) FILTER (ok) AS first_row, max(r) FILTER (ok) AS last_row"
        by, part, groups = self._sets()
        return (
            f"WITH rows AS ({rows}), marked AS (SELECT k, ok{kept}{marks} FROM rows),"
            f" valued AS (SELECT k, ok{self._values()}{pairs} FROM marked),"
            f" grouped AS MATERIALIZED (SELECT {by}, {part} AS part, count(*) AS n, count(*) FILTER (ok) AS events{counts}"
            f" FROM valued GROUP BY {groups}),"
            f" timed AS MATERIALIZED (SELECT * EXCLUDE (raw_s), CASE WHEN raw_s >= 0 THEN raw_s END AS s"
            f" FROM (SELECT *, {relation.second} AS raw_s FROM grouped WHERE part = 0))"
        )

    def _values(self) -> str:
        """What a row is grouped by beside its second: values of bad events, of all events, groups, hour and latency."""
        values = "".join(
            f", CASE WHEN c0 AND NOT w0 THEN left(CAST({quoted(name)} AS VARCHAR), {_VALUE_LENGTH}) END AS d{index}"
            for index, name in enumerate(self.dimensions)
        )
        values += "".join(
            f", CASE WHEN c0 THEN CAST({quoted(name)} AS VARCHAR) END AS e{index}"
            for index, name in enumerate(self.spread)
        )
        values += "".join(f", {one.label} AS x{place}" for place, one in enumerate(self.groupings))
        if self.latencies:
            values += f', h, CASE WHEN c0 THEN CAST(floor(ln("duration_ms" + 1) * {_PER_LOG}) AS BIGINT) END AS b'
        return values + (", r" if self.ordered else "")

    def _sets(self) -> tuple[str, str, str]:
        """One pass, several groupings, each with few keys: all columns of them, SQL for `part`, and the GROUP BY list."""
        seconds = ["k", *(f"x{place}" for place in range(len(self.groupings)))]
        values = [f"d{index}" for index in range(len(self.dimensions))]
        values += [f"e{index}" for index in range(len(self.spread))]
        hours = ["h", "b"] if self.latencies else []
        sets = [one for one in (seconds, hours, values) if one]
        every = ", ".join(name for one in sets for name in one)
        if len(sets) == 1:
            return every, "0", every
        part = "grouping(k) * (1 + grouping(h))" if hours else f"grouping(k) * {_VALUES}"
        spelled = ", ".join("(" + ", ".join(one) + ")" for one in sets)
        return every, part, f"GROUPING SETS ({spelled})"


def odd_rows(relation: Relation, path: str) -> str:
    """The query for the places (from 0) of the rows that are not surely events, in order."""
    return (
        f"SELECT place FROM (SELECT row_number() OVER () - 1 AS place, {relation.key} AS k, {relation.ok} AS ok"
        f" FROM {relation.source(path)}) WHERE NOT ok OR coalesce({relation.second}, -1) < 0 ORDER BY place"
    )


def bucket_ms(bucket: int) -> float:
    """The latency that stands for a bucket, within 1 %."""
    return math.exp((bucket + 0.5) / _PER_LOG) - 1
