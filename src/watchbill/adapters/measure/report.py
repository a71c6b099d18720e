"""What the counts of a log say about a promise: what was achieved, what each target would have meant, what could not be read."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from watchbill.adapters.measure.reading.statement import bucket_ms
from watchbill.adapters.measure.reading.sums import Ints
from watchbill.adapters.measure.reading.totals import Totals

__all__ = ["Found", "report"]

_TARGETS = ("99", "99.5", "99.9", "99.95", "99.99")
_PERCENTILES = (50, 95, 99)
_TOP = 3
_MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Found:
    """The counts of all files together, the files one by one, and which of them end too early."""

    totals: Totals
    files: Sequence[dict[str, object]]
    damages: Sequence[str]


def report(found: Found, *, per_minute: bool) -> dict[str, Any]:  # Any: JSON
    """As `slo try --json` prints it."""
    totals = found.totals
    minutes, counts = totals.minutes.merged()
    total, good = int(counts[:, 1].sum()), int(counts[:, 2].sum())
    reasons = totals.rejected.faults
    targets = [_target(text, good, total, _days(minutes, counts)) for text in _TARGETS] if total else []
    answer: dict[str, Any] = {  # Any: JSON
        "lines": totals.lines,
        "rejected": sum(reasons.values()),
        "rejected_pct": 100 * sum(reasons.values()) / totals.lines if totals.lines else 0.0,
        "reasons": reasons,
        "samples": _samples(totals),
        "other_formats": dict(totals.rejected.formats.most_common()),
        "damages": list(found.damages),
        "format": "+".join(sorted({str(one["format"]) for one in found.files})),
        "files": list(found.files),
        "first_at_seconds": totals.minutes.first_s,
        "last_at_seconds": totals.minutes.last_s,
        "events": totals.events,
        "good": good,
        "total": total,
        "sli_ratio": good / total if total else None,
        "statuses": _statuses(totals),
        "latency_ms": _percentiles(totals),
        "contributors": [
            {"dimension": dimension, "value": value, "bad": bad}
            for dimension, values in totals.values.items()
            for value, bad in values.most_common(_TOP)
            if bad
        ],
        "targets": targets,
        "sentence": _sentence(targets),
    }
    if per_minute:
        answer["per_minute"] = [
            {"minute": int(minute) * 60, "good": int(row[2]), "total": int(row[1])}
            for minute, row in zip(minutes, counts, strict=True)
            if row[1]
        ]
    return answer


def _samples(totals: Totals) -> dict[str, Any]:  # Any: JSON
    return {
        reason.value: [{"line": number, "text": text} for number, text in found]
        for reason, found in totals.rejected.samples.items()
        if reason.is_fault
    }


def _statuses(totals: Totals) -> list[dict[str, object]]:
    """How many events of each status count, and how many of those were bad."""
    counted = totals.spread.get("status", Counter())
    bad = totals.values.get("status", Counter())
    return [{"status": int(text), "total": count, "bad": bad[text]} for text, count in sorted(counted.items())]


def _percentiles(totals: Totals) -> dict[str, float] | None:
    """Of all events that count and have a duration, within 1 %; None where none has."""
    buckets: Counter[int] = sum(totals.latencies.values(), Counter())
    known = buckets.total()
    if not known:
        return None
    found: dict[str, float] = {}
    for share in _PERCENTILES:
        rank, seen = math.ceil(known * share / 100), 0
        for bucket, count in sorted(buckets.items()):
            seen += count
            if seen >= rank:
                found[f"p{share}"] = round(bucket_ms(bucket), 3)
                break
    return found


def _days(minutes: Ints, counts: Ints) -> list[tuple[int, int]]:
    """Good and total of each day (UTC) with events."""
    days = minutes // _MINUTES_A_DAY
    sums = (
        (int(counts[days == day, 2].sum()), int(counts[days == day, 1].sum())) for day in sorted(set(days.tolist()))
    )
    return [(good, total) for good, total in sums if total]


def _target(text: str, good: int, total: int, days: Sequence[tuple[int, int]]) -> dict[str, Any]:  # Any: JSON
    """Whether a target would have held over the whole log, on how many of its days it would not, and both as minutes of outage.

    Minutes of outage: a day on which every event fails for so long has as many bad events (traffic spread evenly).
    """
    wanted = Fraction(text) / 100
    bad = Fraction(total - good, total)
    span = len(days) * _MINUTES_A_DAY
    return {
        "target_pct": float(text),
        "held": Fraction(good, total) >= wanted,
        "days_broken": sum(1 for day_good, day_total in days if Fraction(day_good, day_total) < wanted),
        "days": len(days),
        "budget_spent_pct": float(bad / (1 - wanted) * 100),
        "allowed_minutes": float((1 - wanted) * span),
        "outage_minutes": float(bad * span),
    }


def _sentence(targets: Sequence[dict[str, Any]]) -> str:  # Any: JSON
    """The strictest target that would have held, and the first that would not."""
    held = [one for one in targets if one["held"]]
    broken = [one for one in targets if not one["held"]]
    said = [f"{held[-1]['target_pct']:g} % would have held"] if held else []
    if broken:
        days, of = broken[0]["days_broken"], broken[0]["days"]
        when = f"on {days} of {of} days" if of > 1 else f"{broken[0]['budget_spent_pct'] / 100:.1f} times over"
        said.append(f"{broken[0]['target_pct']:g} % would have been broken {when}")
    return "; ".join(said)
