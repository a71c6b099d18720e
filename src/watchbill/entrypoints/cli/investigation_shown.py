"""How the command line shows the investigation of an incident: suspects first, then what may end it."""

from typing import Any

from watchbill.entrypoints.cli.shown import facts, line, plain

__all__ = ["print_investigation"]

Json = Any  # Any: answers of operations are JSON


def print_investigation(one: Json) -> None:
    """The whole screen as paragraphs."""
    line(plain(f"INC-{one['number']} {one['title']}, since {one['began_at'][:16].replace('T', ' ')} UTC"))
    _paragraph("What changed", [_change(each) for each in one["changes"]], "nothing was recorded around the start")
    _paragraph(
        "What burns", [_burning(each) for each in one["burning"]], "no promise was hurt, as far as it is measured"
    )
    _paragraph("What it calls", [f"{each['name']}: {each['why']}" for each in one["dependencies"]], "nothing is known")
    errors = [_error(each) for each in one["errors"]["signatures"]]
    _paragraph("Errors", errors, "; ".join(one["errors"]["troubles"]) or "none in the logs that were read")
    _paragraph("Looks like", [_similar(each) for each in one["similar"]], "no earlier incident")
    _paragraph(
        "Runbooks",
        [f"{each['name']}: {each['title']}, {each['why']}" for each in one["runbooks"]],
        "none; `watchbill runbook design ALERT` drafts one",
    )
    _paragraph("Tracks", [_track(each) for each in one["tracks"]], "nobody follows one yet")
    line()
    line("Ways to mitigate, the fastest first")
    for way in one["mitigations"]:
        _way(way)
    if not one["mitigations"]:
        line("  none is defined for its services")


def _paragraph(title: str, rows: list[str], nothing: str) -> None:
    line()
    line(title)
    for row in rows or [nothing]:
        line(plain(f"  {row}"))


def _change(one: Json) -> str:
    change, minutes = one["change"], one["minutes_before"]
    when = f"{minutes} min before it began" if minutes >= 0 else f"{-minutes} min after it began"
    what = " ".join(word for word in (change["version"], change["summary"]) if word)
    return f"{'SUSPECT ' if one['suspect'] else ''}{change['service']}: {change['kind']} {when}: {what}"


def _burning(one: Json) -> str:
    burn = f", burning {one['burn_rate_1h']:.1f} times as fast as it may" if one["burn_rate_1h"] is not None else ""
    return f"{one['slo']}: {one['bad']} failed of {one['good'] + one['bad']}{burn}"


def _error(one: Json) -> str:
    return f"{'NEW ' if one['new'] else ''}{one['since']} times ({one['before']} before): {one['pattern']}"


def _similar(one: Json) -> str:
    helped = f"; what helped: {one['mitigation']}" if one["mitigation"] else ""
    return f"INC-{one['number']} {one['title']} ({', '.join(one['why'])}){helped}"


def _track(one: Json) -> str:
    return f"[{'x' if one['done'] else ' '}] {one['text']}: {one['owner'] or 'nobody'}"


def _way(one: Json) -> None:
    line(plain(f"- {one['name']} ({one['kind'].replace('_', ' ')}): {one['title']}"))
    latest = one["latest"]
    facts(
        [
            ("   when", one["when"]),
            ("   speaks for it", one["evidence"]),
            ("   runs", one["command"]),
            ("   needs", " ".join(f"--set {name}=..." for name in one["needs"])),
            ("   cannot be taken", one["obstacle"]),
            ("   approval", "by another person" if one["needs_approval"] else ""),
            ("   last", f"{latest['answer'] or latest['status']}" if latest else ""),
        ]
    )
