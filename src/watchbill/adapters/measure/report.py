"""`slo try`: what a log says about a promise that nobody has made yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from watchbill.adapters.measure.files import expand
from watchbill.adapters.measure.follow import format_of
from watchbill.adapters.measure.formats import Reject
from watchbill.adapters.measure.predicates import Predicate, exclusion, predicate
from watchbill.adapters.measure.reading.blocks import Cutter, ahead
from watchbill.adapters.measure.reading.engine import Engine
from watchbill.adapters.measure.reading.selection import Selection
from watchbill.adapters.measure.reading.statement import Plan
from watchbill.adapters.measure.reading.streams import open_stream
from watchbill.adapters.measure.reading.tally import Tally
from watchbill.kernel.errors import Invalid

__all__ = ["Attempt", "try_log"]

_TARGETS = ("99", "99.5", "99.9", "99.95", "99.99")
_TOP = 3
_MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is to be tried. `good` None: status < 500. `total` None: everything but health checks."""

    paths: Sequence[Path]
    good: str | None = None
    total: str | None = None
    exclusions: Sequence[str] = ()
    log_format: str = "auto"
    per_minute: bool = False


def try_log(attempt: Attempt) -> dict[str, Any]:  # Any: JSON
    """Count the files as they lie there, as one log. Malformed lines are counted and sampled; raises Invalid for a wrong predicate or path."""
    selection = _selection(attempt)
    paths = [path for one in attempt.paths for path in expand(str(one))]
    if not paths:
        raise Invalid("--log", f"no file matches {', '.join(str(one) for one in attempt.paths)}")
    tally: Tally | None = None
    damages: list[str] = []
    with Engine() as engine:
        for path in paths:
            log_format = format_of(path, attempt.log_format)
            if tally is None:
                gives = log_format.gives
                dimensions = tuple(name for name in ("path", "status", "method") if gives is None or name in gives)
                tally = Tally(engine, Plan((selection,), dimensions), log_format)
                name = log_format.name
            elif log_format.name != name:
                raise Invalid(
                    "--log", f"{path} is {log_format.name}, the files before it are {name}", hint="try them apart"
                )
            stream = open_stream(path)
            try:
                for block in ahead(Cutter(stream).fill, engine.blocks):
                    tally.add(block)
            finally:
                stream.close()
            damages += [f"{path}: {stream.damage}"] if stream.damage else []
        assert tally is not None
        return _report(attempt, tally, name, damages)


def _selection(attempt: Attempt) -> Selection:
    left_out = [exclusion(text, field="--exclude") for text in attempt.exclusions]
    if attempt.total is None:
        left_out.append(exclusion("Health check endpoints (/healthz, /readyz)"))
    for one in left_out:
        if not isinstance(one, Predicate):
            raise Invalid("--exclude", f"{one.text!r} is no condition", hint="write path = '/internal'")
    return Selection(
        "try",
        predicate(attempt.good or "status < 500", field="--good"),
        predicate(attempt.total or "true", field="--total"),
        tuple(one for one in left_out if isinstance(one, Predicate)),
    )


def _report(attempt: Attempt, tally: Tally, name: str, damages: Sequence[str]) -> dict[str, Any]:  # Any: JSON
    minutes, counts = tally.minutes.merged()
    total, good = int(counts[:, 1].sum()), int(counts[:, 2].sum())
    reasons = {reason.value: count for reason, count in tally.rejected.counts.items() if reason is not Reject.BLANK}
    days = [(int(day), *_day(minutes, counts, int(day))) for day in sorted(set((minutes // _MINUTES_A_DAY).tolist()))]
    answer: dict[str, Any] = {
        "lines": tally.lines,
        "rejected": sum(reasons.values()),
        "reasons": reasons,
        "samples": {
            reason.value: [{"line": number, "text": text} for number, text in found]
            for reason, found in tally.rejected.samples.items()
            if reason is not Reject.BLANK
        },
        "damages": list(damages),
        "format": name,
        "first_at_seconds": tally.minutes.first_s,
        "last_at_seconds": tally.minutes.last_s,
        "good": good,
        "total": total,
        "sli_ratio": good / total if total else None,
        "contributors": [
            {"dimension": dimension, "value": value, "bad": bad}
            for dimension, values in tally.values.items()
            for value, bad in values.most_common(_TOP)
            if bad
        ],
        "targets": [_target(text, good, total, days) for text in _TARGETS] if total else [],
    }
    if attempt.per_minute:
        answer["per_minute"] = [
            {"minute": int(minute) * 60, "good": int(row[2]), "total": int(row[1])}
            for minute, row in zip(minutes, counts, strict=True)
        ]
    return answer


def _day(minutes: Any, counts: Any, day: int) -> tuple[int, int]:  # Any: arrays
    rows = counts[minutes // _MINUTES_A_DAY == day]
    return int(rows[:, 2].sum()), int(rows[:, 1].sum())


def _target(text: str, good: int, total: int, days: Sequence[tuple[int, int, int]]) -> dict[str, Any]:  # Any: JSON
    """Whether a target would have held over the whole log, and on how many of its days (UTC) it would not."""
    wanted = Fraction(text) / 100
    broken = sum(1 for _day, day_good, day_total in days if day_total and Fraction(day_good, day_total) < wanted)
    allowed = (1 - wanted) * total
    return {
        "target_pct": float(text),
        "held": Fraction(good, total) >= wanted,
        "days_broken": broken,
        "days": len(days),
        "budget_spent_pct": float(Fraction(total - good) / allowed * 100) if allowed else None,
    }
