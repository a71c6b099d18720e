"""How the command line shows runbooks, walks and what was run."""

from typing import Any

from watchbill.entrypoints.cli.shown import facts, line, plain

__all__ = ["print_execution", "print_one", "print_run", "print_step"]

_MARKS = {"open": " ", "waiting": "?", "running": "~", "expected": "x", "unexpected": "!", "unknown": "?"}
Json = Any  # Any: answers of operations are JSON


def print_one(one: Json) -> None:
    """A runbook, whole."""
    fresh = one["freshness"]
    line(plain(one["title"]))
    facts(
        [
            ("alert", one["alert_name"]),
            ("owner", one["owner"]),
            ("overview", one["overview"]),
            ("impact", one["impact"]),
            ("last used", fresh["last_used"] or "never"),
            ("last tested", fresh["last_tested"] or "by no experiment"),
            ("last edited", fresh["last_edited"] or "not known"),
            ("stale", "yes: none of these within 90 days" if fresh["stale"] else "no"),
        ]
    )
    for number, step in enumerate(one["diagnosis"], start=1):
        _step(str(number), step["step"], step)
    for way_number, way in enumerate(one["mitigation"], start=1):
        line(plain(f"{way['option']}, when: {way['when'] or 'not said'}"))
        for number, step in enumerate(way["steps"], start=1):
            _step(f"m{way_number}.{number}", step["step"], step)
    call = one["escalation"]
    if call["contact"]:
        after = f" after {call['after_minutes']} min" if call["after_minutes"] is not None else ""
        line(plain(f"No help{after}: call {call['contact']}. {call['context_to_provide']}".strip()))
    if one["body"]:
        line("")
        line(plain(one["body"]))


def print_run(run: Json) -> None:
    """A walk: where each step stands."""
    about = f" for INC-{run['incident_number']}" if run["incident_number"] else ""
    state = run["outcome"].replace("_", " ") if run["outcome"] else "rehearsal" if run["rehearsal"] else "under way"
    line(plain(f"{run['title']}{about}: {state} ({run['id']})"))
    option = ""
    for step in run["steps"]:
        if step["option"] != option:
            option = step["option"]
            line(plain(f"{option}, when: {run['options'].get(option) or 'not said'}"))
        print_step(step)
    if run["escalated_at"]:
        line(plain(f"{run['contact']} was called at {run['escalated_at']}"))
    elif run["escalate_at"] and not run["ended_at"]:
        line(plain(f"{run['contact']} is called at {run['escalate_at']}, unless it ends before"))


def print_step(step: Json) -> None:
    """One step of a walk with its verdict."""
    _step(f"[{_MARKS[step['verdict']]}] {step['key']}", step["text"], step)
    execution = step["execution"]
    if execution is not None:
        facts([("   ran", f"{execution['command']}: {execution['answer'] or execution['status']}")])
    if step["confirmed_by"]:
        facts([("   seen", f"{step['verdict']} by {step['confirmed_by']} {step['note']}".strip())])
    if step["then"]:
        facts([("   THEN", step["then"])])


def print_execution(one: Json) -> None:
    """What came of a command or webhook."""
    for text in one["output"].splitlines():
        line(plain(text))
    verdict = {True: "as expected", False: "not as expected", None: ""}[one["matched"]]
    said = one["answer"] or str(one["status"])
    line(
        plain(f"{'dry run of ' if one['dry_run'] else ''}{one['command']}: {', '.join(filter(None, (said, verdict)))}")
    )
    if one["status"] == "proposed":
        line(plain(f"Another person has to approve it: watchbill incident approve {one['id']}"))
    if one["matched"] is False and one["if_unexpected"]:
        line(plain(f"THEN: {one['if_unexpected']}"))


def _step(mark: str, text: str, step: Json) -> None:
    line(plain(f"{mark}. {text}"))
    unmet = "" if step.get("then") else step["if_unexpected"]
    facts([("   run", step["command"]), ("   expect", step["expected"]), ("   if not", unmet)])
