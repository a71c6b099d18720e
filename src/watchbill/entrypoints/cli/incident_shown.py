"""How incidents look on a terminal."""

from typing import Any

from watchbill.entrypoints.cli.shown import facts, line, plain, table, when

__all__ = ["print_list", "print_metrics", "print_room", "print_update"]

_ENTRIES = 12


def print_list(incidents: list[dict[str, Any]]) -> None:  # Any: JSON
    """Incidents as a table."""
    table(
        ("NO.", "SEVERITY", "STATUS", "SERVICE", "TITLE", "COMMANDER", "SINCE"),
        (
            (
                f"INC-{one['number']}",
                one["severity"] + (" (provisional)" if one["provisional"] else ""),
                one["status"] + (", drill" if one["drill"] else ""),
                one["service"],
                one["title"],
                one["ic"],
                when(one["declared_at"]),
            )
            for one in incidents
        ),
        empty="No incidents.",
    )


def print_metrics(found: dict[str, Any]) -> None:  # Any: JSON
    """Measures as a table, minutes; then the incidents that came back."""
    names = ("detect", "acknowledge", "mitigate", "resolve")
    table(
        ("INCIDENTS", "DECLARED", "MEASURE", "COUNT", "MEDIAN MIN", "MEAN MIN", "P90 MIN", "LONGEST MIN"),
        (
            (
                group["name"], group["declared"], f"time to {name}", one["count"],
                *(f"{one[figure]:.1f}" for figure in ("median_minutes", "mean_minutes", "p90_minutes", "longest_minutes")),
            )
            for group in found["groups"]
            for name in names
            if (one := group[name]) is not None
        ),
        empty="Nothing was measured in this time.",
    )  # fmt: skip
    for one in found["repeats"]:
        line(plain(f"INC-{one['number']} repeats INC-{one['repeats']}: {one['title']}"))


def print_room(one: dict[str, Any]) -> None:  # Any: JSON
    """One incident: how it stands, who does what, what is missing, the last entries."""
    line(plain(one["sentence"]))
    roles = one["roles"]
    facts(
        [
            ("incident", f"INC-{one['number']} {one['title']}"),
            (
                "severity",
                one["severity"]
                + (" (provisional)" if one["provisional"] else "")
                + (", drill" if one["drill"] else ""),
            ),
            ("why", (one["severity_reason"] or one["assessment"])["sentence"]),
            ("status", f"{one['status']}, {one['phase']}"),
            ("service", ", ".join(one["services"])),
            ("channel", one["channel"]),
            ("commander", roles["ic"] or "nobody yet"),
            ("communications", roles["communications"]),
            ("operations", roles["operations"]),
            ("experts", ", ".join(roles["sme"])),
            ("scribe", roles["scribe"]),
            ("next update", when(one["next_update_at"]) + (" (overdue)" if one["update_overdue"] else "")),
            ("mitigation", one["mitigation"]),
            ("root cause", one["root_cause"]),
            (
                "postmortem",
                one["postmortem"]
                and f"{one['postmortem']['id']} ({one['postmortem']['status']}, due {one['postmortem']['due_on']})",
            ),
        ]
    )
    for impact in one["slo_impact"]:
        spent = impact["budget_consumed_pct"]
        line(
            plain(
                f"{impact['slo']}: {impact['bad']:,} bad events, {'unknown' if spent is None else f'{spent:.1f} %'} of the budget"
            )
        )
    for warning in one["warnings"]:
        line(plain(f"warning: {warning['text']}"))
    for demand in one["demands"]:
        if demand["met"] is False:
            line(plain(f"to resolve: {demand['text']} ({demand['detail']})"))
    line()
    entries = one["timeline"]
    if len(entries) > _ENTRIES:
        line(f"... {len(entries) - _ENTRIES} earlier entries")
    for entry in entries[-_ENTRIES:]:
        line(plain(f"{when(entry['at'])}  {entry['author']}: {entry['text']}"))


def print_update(one: dict[str, Any]) -> None:  # Any: JSON
    """An update as it reads, and what is not known in it."""
    for text in str(one["text"]).splitlines():
        line(plain(text))
    for reader in one["readers"]:
        line(plain(f"goes to {reader['addresses']} of {reader['list']}"))
    for gap in one["gaps"]:
        line(plain(f"not known: {gap}"))
    line(f"Sent {when(one['sent_at'])}." if one["sent_at"] else "A draft: --send sends it.")
