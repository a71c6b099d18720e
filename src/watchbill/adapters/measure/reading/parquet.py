"""Counts a Parquet file where it lies: one query over its columns, by a DuckDB that may open this file and nothing else."""

import os
from pathlib import Path

from watchbill.adapters.measure.formats import Reject
from watchbill.adapters.measure.formats.parquet import MAGIC, Parquet
from watchbill.adapters.measure.predicates import text_literal
from watchbill.adapters.measure.reading.database import duckdb
from watchbill.adapters.measure.reading.engine import Answer, connect
from watchbill.adapters.measure.reading.statement import BY_MINUTE, Plan
from watchbill.adapters.measure.reading.totals import Totals
from watchbill.kernel.errors import Invalid

__all__ = ["ParquetFile", "is_parquet", "is_whole"]

_SAMPLES = 5


def is_parquet(path: str) -> bool:
    """Whether the file begins as Parquet does."""
    try:
        with Path(path).open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def is_whole(path: str) -> bool:
    """Whether the file ends as Parquet does: until its writer is done there is no footer."""
    with Path(path).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - len(MAGIC)))
        return size > 2 * len(MAGIC) and file.read() == MAGIC


class ParquetFile:
    """One file, open for questions."""

    def __init__(self, path: str, log_format: Parquet, *, threads: int | None = None) -> None:
        self._path = path
        self._database = connect([path], threads=threads)
        try:
            rows = self._database.execute(f"DESCRIBE SELECT * FROM read_parquet({text_literal(path)})").fetchall()
        except duckdb.Error as wrong:
            self._database.close()
            raise Invalid("files", f"cannot read {path} as Parquet: {_first_line(wrong)}") from wrong
        self.format = log_format.with_columns({str(name): str(kind) for name, kind, *_ in rows})

    def count(self, plan: Plan) -> Totals:
        """Everything in one pass; rows that are no events by their reason, with the first few of each."""
        for selection in plan.selections:
            selection.check(self.format)
        totals = Totals(plan)
        (relation,) = self.format.relations(plan.need, careful=False)
        answer = self._ask(plan.count(relation, self._path))
        by_minute = answer["part"] == BY_MINUTE
        totals.take(answer)
        totals.lines = int(answer["n"][by_minute].sum())
        if totals.lines != totals.events:
            self._reject(totals, relation.ok, relation.key)
        return totals

    def _reject(self, totals: Totals, ok: str, second: str) -> None:
        """Count and sample what is no event, reason by reason."""
        source = f"read_parquet({text_literal(self._path)}, file_row_number=true)"
        odd = f"NOT ({ok}) OR coalesce({second}, -1) < 0"
        why = f"CASE WHEN {ok} THEN '{Reject.BAD_TIME}' ELSE {self.format.reasons()} END"
        found = self._database.execute(
            f"SELECT why, count(*), list(struct_pack(place, shown) ORDER BY place)[1:{_SAMPLES}]"
            f" FROM (SELECT {why} AS why, file_row_number + 1 AS place, {self.format.sample()} AS shown FROM {source} WHERE {odd})"
            " GROUP BY why"
        ).fetchall()
        for why_text, count, rows in found:
            reason = Reject(why_text)
            totals.rejected.counts[reason] += int(count)
            totals.rejected.samples[reason] = [(int(row["place"]), str(row["shown"])[:200]) for row in rows]

    def _ask(self, statement: str) -> Answer:
        try:
            answer: Answer = self._database.execute(statement).fetchnumpy()
        except duckdb.Error as wrong:
            raise Invalid("files", f"cannot read {self._path}: {_first_line(wrong)}") from wrong
        return answer

    def close(self) -> None:
        """Give the file back."""
        self._database.close()


def _first_line(wrong: Exception) -> str:
    return str(wrong).partition("\n")[0]
