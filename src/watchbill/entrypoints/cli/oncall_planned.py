"""`oncall plan` and `oncall lint`: fair rotations, and what is wrong with the ones there are."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, plain, table
from watchbill.entrypoints.cli.verbs import Cli, verb

__all__ = ["add_to"]

NO = 3


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    verb(app, "plan")(_plan)
    verb(app, "lint")(_lint)


def _plan(
    cli: Cli,
    schedule: Annotated[str, typer.Argument(help="The schedule to plan; one that exists gives what is left out.")],
    *,
    people: Annotated[str | None, typer.Option("--people", metavar="A,B,C", help="Who takes turns.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="Its members take turns.")] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="TIME", help="The first hand-off, on the schedule's clock.")] = None,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=104, help="How far to plan.")] = 12,
    turn: Annotated[str | None, typer.Option("--turn", metavar="SPAN", help="How long a turn lasts: 7d, 1d, 12h.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", metavar="ZONE", help="Whose clock the turns follow.")] = None,
    rest: Annotated[str | None, typer.Option("--rest", metavar="SPAN", help="Time off after a turn (a week after a week).")] = None,
    second: Annotated[bool, typer.Option("--second", help="Plan the second watch as well.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the YAML here.")] = None,
) -> int:  # fmt: skip
    """Propose a fair rotation as YAML; `apply` makes it real. Exit status 3 when a rule could not be kept."""
    found = cli.ask(
        "oncall.plan", schedule=schedule, people=[one.strip() for one in people.split(",")] if people else None,
        team=team, start=start, weeks=weeks, turn=turn, timezone=timezone, rest=rest, second=second or None,
    )  # fmt: skip
    if out is not None:
        out.write_text(found["yaml"], "utf-8")
    if cli.as_json:
        cli.json(found)
    else:
        _print(found, written=out is not None)
    return NO if found["unmet"] else 0


def _lint(
    cli: Cli,
    schedule: Annotated[str | None, typer.Argument(metavar="[SCHEDULE]", help="Nothing named: all.")] = None,
) -> int:
    """Say what is wrong with schedules, by the playbook's practices. Exit status 3 with findings."""
    found = cli.ask("oncall.lint", schedule=schedule)
    cli.show(found, _print_findings)
    return NO if found else 0


def _print(found: dict[str, Any], *, written: bool) -> None:  # Any: JSON
    """YAML to standard output, so that it can be piped; what it comes to, to standard error."""
    if not written:
        sys.stdout.write(found["yaml"])
        sys.stdout.flush()
    for one in found["people"]:
        seat = " as second" if one["second"] else ""
        told = f"{one['person']}{seat}: {one['turns']} turns, {one['nights']} nights, {one['weekend_days']} weekend days, {one['holidays']} holidays, {one['hours']:g} h"
        sys.stderr.write(plain(told) + "\n")
    for note in found["notes"]:
        sys.stderr.write(plain(f"note: {note}") + "\n")
    for unmet in found["unmet"]:
        sys.stderr.write(plain(f"NOT KEPT: {unmet}") + "\n")
    if not found["unmet"]:
        sys.stderr.write(f"Every rule is kept (by the {found['planner']} planner).\n")


def _print_findings(found: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("SCHEDULE", "RULE", "WHAT", "DO"),
        ((one["schedule"], one["rule"], one["message"], one["fix"]) for one in found),
        empty="Nothing is wrong with the schedules.",
    )
    if found:
        line(f"{len(found)} findings." if len(found) != 1 else "1 finding.")
