"""`oncall`: who stands watch."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli import oncall_arranged, oncall_health, oncall_planned
from watchbill.entrypoints.cli.shown import line, parse_when, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import to_text

__all__ = ["apps"]

app = new_app("Who stands watch: now, next, whole schedules; overrides, swaps, leave, calendars, plans.")
oncall_arranged.add_to(app)
oncall_planned.add_to(app)
apps = {"oncall": app}
oncall_health.register(app)

Schedule = Annotated[str, typer.Argument(help="The schedule's name.")]
From = Annotated[str | None, typer.Option("--from", help="From this moment (default: now).")]


@verb(app, "now")
def now(
    cli: Cli,
    service: Annotated[
        str | None, typer.Argument(metavar="[SERVICE]", help="Name or alias; nothing for every schedule.")
    ] = None,
    *,
    at: Annotated[str | None, typer.Option("--at", help="At this moment instead of now.")] = None,
) -> None:
    """Say who stands watch now."""
    cli.show(cli.ask("oncall.now", service=service, at=_text(at, "--at")), _print_watches)


@verb(app, "next")
def next_up(
    cli: Cli,
    schedule: Annotated[str | None, typer.Argument(metavar="[SCHEDULE]", help="One schedule; nothing for all.")] = None,
    *,
    person: Annotated[str | None, typer.Option("--person", help="When this person is next up.")] = None,
) -> None:
    """Say who comes next, and when."""
    cli.show(
        cli.ask("oncall.next", schedule=schedule, person=person),
        lambda rows: table(
            ("SCHEDULE", "NOW", "NEXT", "FROM", "UNTIL"),
            (
                (row["schedule"], row["now"], row["person"] or "nobody", when(row["at"]), when(row["until"]))
                for row in rows
            ),
            empty="No schedules yet.",
        ),
    )


@verb(app, "show")
def show(
    cli: Cli,
    schedule: Schedule,
    *,
    start: From = None,
    end: Annotated[str | None, typer.Option("--to", help="Until this moment (default: two weeks later).")] = None,
    gaps: Annotated[bool, typer.Option("--gaps", help="Also show when nobody stands watch.")] = False,
) -> None:
    """Show the final schedule: layers, then overrides, then swaps."""
    shifts = cli.ask("oncall.show", schedule=schedule, start=_text(start, "--from"), end=_text(end, "--to"), gaps=gaps)
    cli.show(
        shifts,
        lambda rows: table(
            ("FROM", "UNTIL", "PERSON", "LAYER"),
            ((when(row["start"]), when(row["end"]), row["person"] or "NOBODY", row["layer"]) for row in rows),
            empty="Nobody stands watch in this time.",
        ),
    )


@verb(app, "list")
def list_all(cli: Cli) -> None:
    """List the schedules."""
    cli.show(
        cli.ask("oncall.list"),
        lambda rows: table(
            ("SCHEDULE", "ZONE", "NOW", "SECONDARY", "SERVICES", "GAPS IN TWO WEEKS"),
            (
                (row["name"], row["timezone"], row["now"]["primary"], row["now"]["secondary"], ", ".join(row["services"]), len(row["gaps"]) or "")
                for row in rows
            ),
            empty="No schedules yet.",
        ),
    )  # fmt: skip


@verb(app, "override")
def override(
    cli: Cli,
    schedule: Schedule,
    person: Annotated[
        str | None,
        typer.Argument(metavar="[PERSON]", help="Who stands watch instead; nobody named lists the overrides."),
    ] = None,
    *,
    start: From = None,
    end: Annotated[str | None, typer.Option("--to", help="Until this moment.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    remove: Annotated[str | None, typer.Option("--remove", metavar="ID", help="Take this override back.")] = None,
) -> None:
    """Add, list or remove overrides."""
    if remove is not None:
        answer = [cli.ask("oncall.override.remove", override=remove)]
    elif person is None:
        answer = cli.ask("oncall.overrides", schedule=schedule, start=_text(start, "--from"), end=_text(end, "--to"))
    elif end is None:
        raise Invalid("--to", "is required", hint='write --to "2026-11-24 18:00"')
    else:
        answer = [
            cli.ask("oncall.override", schedule=schedule, person=person, start=_text(start, "--from"), end=_text(end, "--to"), reason=reason)
        ]  # fmt: skip
    cli.show(answer, _print_overrides)


def _text(moment: str | None, field: str) -> str | None:
    found = parse_when(moment, field=field)
    return to_text(found) if found else None


def _print_watches(watches: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("SCHEDULE", "SERVICE", "PRIMARY", "SECONDARY", "UNTIL"),
        (
            (one["schedule"], one["service"], one["primary"] or "NOBODY", one["secondary"], when(one["until"]))
            for one in watches
        ),
        empty="No schedules yet: nobody would be paged.",
    )


def _print_overrides(overrides: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("ID", "PERSON", "FROM", "UNTIL", "BY", "REASON"),
        (
            (
                one["id"] or "(file)",
                one["person"],
                when(one["start"]),
                when(one["end"]),
                one["created_by"],
                one["reason"],
            )
            for one in overrides
        ),
        empty="No overrides.",
    )
    if not overrides:
        line("`watchbill oncall override SCHEDULE PERSON --to TIME` makes one.")
