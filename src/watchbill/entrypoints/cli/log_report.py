"""How `slo try` looks: a sentence first, then what would have held, then what was not read."""

import sys
from datetime import UTC, datetime
from typing import Any

from watchbill.entrypoints.cli.shown import line, pct, plain, table

__all__ = ["print_report", "show_progress"]


def show_progress(path: str, lines: int, share: float | None) -> None:
    """One line on a terminal's standard error, written over and over."""
    done = f" {100 * share:.0f} %" if share is not None else ""
    sys.stderr.write(f"\r\x1b[K{plain(path)}{done}, {lines:,} lines")
    if share == 1:
        sys.stderr.write("\r\x1b[K")
    sys.stderr.flush()


def print_report(answer: dict[str, Any]) -> None:  # Any: JSON
    """The report for people."""
    good, total = answer["good"], answer["total"]
    if not total:
        line(f"No event counts in {answer['lines']:,} lines ({answer['format']}).")
    else:
        line(
            f"{good:,} of {total:,} events were good: {pct(answer['sli_ratio'] * 100)} ({answer['format']}, {_span(answer)})."
        )
        line(f"{answer['sentence']}.")
    for one in answer["contributors"]:
        line(plain(f"  {one['bad']:,} bad with {one['dimension']} {one['value']}"))
    if answer["statuses"]:
        line("status  " + ", ".join(f"{one['status']}: {one['total']:,}" for one in answer["statuses"]))
    if answer["latency_ms"]:
        line("latency " + ", ".join(f"{name} {ms:g} ms" for name, ms in answer["latency_ms"].items()))
    line()
    table(
        ("TARGET", "HELD", "DAYS BROKEN", "OUTAGE ALLOWED", "HAD", "BUDGET SPENT"),
        (
            (
                pct(one["target_pct"]),
                "kept" if one["held"] else "broken",
                f"{one['days_broken']} of {one['days']}",
                f"{one['allowed_minutes']:.1f} min",
                f"{one['outage_minutes']:.1f} min",
                f"{one['budget_spent_pct']:.1f} %",
            )
            for one in answer["targets"]
        ),
        empty="Nothing to compare targets with.",
    )
    _print_rejected(answer)


def _print_rejected(answer: dict[str, Any]) -> None:  # Any: JSON
    if answer["rejected"]:
        line()
        line(f"{answer['rejected']:,} of {answer['lines']:,} lines were rejected:")
        for reason, count in answer["reasons"].items():
            line(f"  {count:,} {reason}")
            for sample in answer["samples"].get(reason, [])[:2]:
                line(plain(f"    line {sample['line']}: {sample['text'][:100]}"))
    for name, count in answer["other_formats"].items():
        line(f"  {count:,} of them look like {name}: a log of two formats; read them apart, or name one with --format")
    for damage in answer["damages"]:
        line(plain(f"warning: {damage}"))


def _span(answer: dict[str, Any]) -> str:  # Any: JSON
    first, last = (datetime.fromtimestamp(answer[key], UTC) for key in ("first_at_seconds", "last_at_seconds"))
    return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
