"""`slo try`: counts logs as they lie there for a promise that nobody has made yet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watchbill.adapters.measure.files import expand
from watchbill.adapters.measure.formats import AUTO, Format
from watchbill.adapters.measure.formats.parquet import Parquet
from watchbill.adapters.measure.formats_of import SAMPLE, format_of_head
from watchbill.adapters.measure.predicates import Predicate, exclusion, predicate
from watchbill.adapters.measure.reading.blocks import Cutter, ahead
from watchbill.adapters.measure.reading.engine import Engine
from watchbill.adapters.measure.reading.parquet import ParquetFile
from watchbill.adapters.measure.reading.selection import Selection
from watchbill.adapters.measure.reading.statement import Plan
from watchbill.adapters.measure.reading.streams import STDIN, Peeked, open_stream
from watchbill.adapters.measure.reading.tally import Tally
from watchbill.adapters.measure.reading.totals import Totals
from watchbill.adapters.measure.report import Found, report
from watchbill.kernel.errors import Invalid

__all__ = ["Attempt", "Progress", "try_log"]

Progress = Callable[[str, int, float | None], None]  # file, lines so far in all, share of the file where it is known
_DIMENSIONS = ("path", "status", "method")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is to be tried. `good` None: status < 500. `total` None: everything but health checks. `zone`: of times without one."""

    paths: Sequence[str]
    good: str | None = None
    total: str | None = None
    exclusions: Sequence[str] = ()
    log_format: str = AUTO
    per_minute: bool = False
    zone: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # by what name a file is known that was fetched


def try_log(attempt: Attempt, progress: Progress | None = None) -> dict[str, Any]:  # Any: JSON
    """Count the files together. Malformed lines are counted and sampled; raises Invalid for a wrong predicate or path."""
    reading = _Reading(attempt, progress)
    paths = [path for one in attempt.paths for path in expand(one)]
    if not paths:
        raise Invalid("--log", f"no file matches {', '.join(attempt.paths)}")
    with Engine() as engine:
        for path in paths:
            reading.read(engine, path)
    return report(reading.found(), per_minute=attempt.per_minute)


class _Reading:
    """One tally for each format (and each header of CSV), so that files of different kinds add up."""

    def __init__(self, attempt: Attempt, progress: Progress | None) -> None:
        self._attempt = attempt
        self._progress = progress
        self._selection = _selection(attempt)
        self._tallies: dict[tuple[str, frozenset[str]], Tally] = {}
        self._parquets: list[Totals] = []
        self._files: list[dict[str, object]] = []
        self._damages: list[str] = []

    def found(self) -> Found:
        """All of it added up."""
        parts = [*self._tallies.values(), *self._parquets]
        whole = parts[0]
        for part in parts[1:]:
            whole.add_all(part)
        return Found(whole, self._files, self._damages)

    def read(self, engine: Engine, path: str) -> None:
        """Count one file, as far as it can be read."""
        known_as = self._attempt.names.get(path, path)
        stream = Peeked(open_stream(path), SAMPLE)
        try:
            log_format = format_of_head(stream.head, path, self._attempt.log_format, self._attempt.zone)
            if isinstance(log_format, Parquet):
                self._read_parquet(path, log_format)
                return
            tally = self._tally(engine, log_format)
            before = tally.lines
            size = None if path == STDIN or path.endswith((".gz", ".zst")) else Path(path).stat().st_size
            for block in ahead(Cutter(stream).fill, engine.blocks):
                tally.add(block)
                self._tell(path, block.end / size if size else None)
            self._damages += [f"{known_as}: {stream.damage}"] if stream.damage else []
            self._files.append({"path": known_as, "format": log_format.name, "lines": tally.lines - before})
        finally:
            stream.close()

    def _read_parquet(self, path: str, log_format: Parquet) -> None:
        if path == STDIN:
            raise Invalid("--log", "Parquet cannot be read from a pipe", hint="its index is at the end: name the file")
        file = ParquetFile(path, log_format)
        try:
            totals = file.count(self._plan(file.format))
        finally:
            file.close()
        self._parquets.append(totals)
        known_as = self._attempt.names.get(path, path)
        self._files.append({"path": known_as, "format": log_format.name, "lines": totals.lines})
        self._tell(path, 1.0)

    def _tally(self, engine: Engine, log_format: Format) -> Tally:
        key = (log_format.name, log_format.own)
        if key not in self._tallies:
            self._tallies[key] = Tally(engine, self._plan(log_format), log_format)
        return self._tallies[key]

    def _plan(self, log_format: Format) -> Plan:
        gives = log_format.gives
        dimensions = tuple(name for name in _DIMENSIONS if gives is None or name in gives)
        spread = tuple(name for name in ("status",) if gives is None or name in gives)
        return Plan((self._selection,), dimensions, latencies=gives is None or "duration_ms" in gives, spread=spread)

    def _tell(self, path: str, share: float | None) -> None:
        if self._progress is not None:
            lines = sum(one.lines for one in (*self._tallies.values(), *self._parquets))
            self._progress(self._attempt.names.get(path, path), lines, share)


def _selection(attempt: Attempt) -> Selection:
    left_out = [exclusion(text, field="--exclude") for text in attempt.exclusions]
    for one in left_out:
        if not isinstance(one, Predicate):
            raise Invalid("--exclude", f"{one.text!r} is no condition", hint=one.doubt or "write path = '/internal'")
    if attempt.total is None:
        left_out.append(exclusion("Health check endpoints (/healthz, /readyz)"))
    return Selection(
        "try",
        predicate(attempt.good or "status < 500", field="--good"),
        predicate(attempt.total or "true", field="--total"),
        tuple(one for one in left_out if isinstance(one, Predicate)),
    )
