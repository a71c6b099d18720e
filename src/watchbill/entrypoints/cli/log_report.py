"""How `slo try` looks: a sentence first, then what would have held, then what was not read."""

from datetime import UTC, datetime
from typing import Any

from watchbill.entrypoints.cli.shown import line, pct, plain, table

__all__ = ["print_report"]


def print_report(answer: dict[str, Any]) -> None:  # Any: JSON
    """The report for people."""
    good, total = answer["good"], answer["total"]
    if total:
        line(
            f"{good:,} of {total:,} events were good: {pct(answer['sli_ratio'] * 100)} ({answer['format']}, {_span(answer)})."
        )
    else:
        line(f"No event counts in {answer['lines']:,} lines ({answer['format']}).")
    for one in answer["contributors"]:
        line(plain(f"  {one['bad']:,} bad with {one['dimension']} {one['value']}"))
    line()
    table(
        ("TARGET", "HELD", "DAYS BROKEN", "BUDGET SPENT"),
        (
            (
                pct(one["target_pct"]),
                "kept" if one["held"] else "broken",
                f"{one['days_broken']} of {one['days']}",
                "" if one["budget_spent_pct"] is None else f"{one['budget_spent_pct']:.1f} %",
            )
            for one in answer["targets"]
        ),
        empty="Nothing to compare targets with.",
    )
    if answer["rejected"]:
        line()
        line(f"{answer['rejected']:,} of {answer['lines']:,} lines were rejected:")
        for reason, count in answer["reasons"].items():
            line(f"  {count:,} {reason}")
            for sample in answer["samples"].get(reason, [])[:2]:
                line(plain(f"    line {sample['line']}: {sample['text'][:100]}"))
    for damage in answer["damages"]:
        line(plain(f"warning: {damage}"))


def _span(answer: dict[str, Any]) -> str:  # Any: JSON
    first, last = (datetime.fromtimestamp(answer[key], UTC) for key in ("first_at_seconds", "last_at_seconds"))
    return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
