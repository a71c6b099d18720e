"""The noise review as a Markdown document, for the monthly look at alert volume (playbook ph. 4, rule 6)."""

from collections.abc import Iterable, Sequence
from typing import Any

from watchbill.entrypoints.cli.alert_quality import share, span
from watchbill.entrypoints.cli.shown import plain, when

__all__ = ["document"]


def document(answer: dict[str, Any]) -> str:  # Any: JSON
    """The whole review, ready to paste."""
    total, target = answer["total"], answer["pages_per_week_target"]
    missed = [one["service"] or "(no service)" for one in answer["services"] if not one["within_target"]]
    lines = [
        f"# Alert review, {when(answer['since'])[:10]} to {when(answer['until'])[:10]}",
        "",
        f"- {total['occurrences']} alerts, {total['pages']} pages, {total['off_hours_pages']} of them off-hours",
        f"- nothing to do: {share(total['not_actionable_ratio'])} of {total['rated']} that were judged",
        f"- target (fewer than {target} pages a week and service) missed by: {', '.join(missed) or 'nobody'}",
        "",
        "## Services",
        *_table(("Service", "Pages", "A week", "Worst week", "Target"), ((one["service"] or "(none)", one["pages"], f"{one['pages_per_week']:.1f}", one["worst_week"], "met" if one["within_target"] else "**missed**") for one in answer["services"])),
        "",
        "## Alerts",
        *_table(("Alert", "Times", "Pages", "Not actionable", "Acted on", "Median duration", "Flaps", "Advice"), (_alert(one) for one in answer["alerts"])),
        "",
        "## Without a runbook",
        *([f"- {_cell(name)}" for name in answer["without_runbook"]] or ["None."]),
        "",
        "## P3 of the last seven days",
        *_table(("Alert", "Service", "Times", "Latest", "Title"), ((one["name"], one["service"], one["occurrences"], when(one["latest_at"]), one["title"]) for one in answer["log"])),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _alert(one: dict[str, Any]) -> Sequence[object]:  # Any: JSON
    advice = "; ".join(f"**{told['advice']}**: {told['reason']}" for told in one["advice"])
    return (
        one["name"], one["occurrences"], one["pages"], share(one["not_actionable_ratio"]), share(one["acted_on_ratio"]),
        span(one["median_duration_seconds"]), one["flaps"], advice,
    )  # fmt: skip


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    cells = [[_cell(cell) for cell in row] for row in rows]
    if not cells:
        return ["None."]
    return ["| " + " | ".join(row) + " |" for row in [list(heads), ["---"] * len(heads), *cells]]


def _cell(value: object) -> str:
    return plain(value).replace("|", "\\|")
