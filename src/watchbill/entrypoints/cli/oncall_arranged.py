"""`oncall swap`, `leave`, `ical`, `when` and `gaps`: what people arrange among themselves."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, parse_when, table, when
from watchbill.entrypoints.cli.verbs import Cli, verb
from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import to_text

__all__ = ["add_to"]

As = Annotated[str | None, typer.Option("--as", metavar="PERSON", help="In whose name (editors only).")]
From = Annotated[str | None, typer.Option("--from", help="From this moment.")]
To = Annotated[str | None, typer.Option("--to", help="Until this moment.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    verb(app, "when")(_when)
    verb(app, "gaps")(_gaps)
    verb(app, "swap")(_swap)
    verb(app, "leave")(_leave)
    verb(app, "ical")(_ical)


def _when(
    cli: Cli,
    person: Annotated[str | None, typer.Argument(metavar="[PERSON]", help="Nobody named: you.")] = None,
    *,
    start: From = None,
    end: To = None,
) -> None:
    """Say when a person stands watch, on every schedule."""
    rows = cli.ask("oncall.when", person=person, start=_text(start, "--from"), end=_text(end, "--to"))
    cli.show(
        rows,
        lambda found: table(
            ("FROM", "UNTIL", "SCHEDULE", "LAYER", ""),
            (
                (when(one["start"]), when(one["end"]), one["schedule"], one["layer"], "second" if one["second"] else "")
                for one in found
            ),
            empty="No watch in this time.",
        ),
    )


def _gaps(
    cli: Cli,
    schedule: Annotated[str | None, typer.Argument(metavar="[SCHEDULE]", help="Nothing named: all.")] = None,
    *,
    start: From = None,
    end: To = None,
) -> int:
    """Say when nobody would come: gaps, and watches of people on leave. Exit status 3 when there are any."""
    rows = cli.ask("oncall.missing", schedule=schedule, start=_text(start, "--from"), end=_text(end, "--to"))
    cli.show(
        rows,
        lambda found: table(
            ("SCHEDULE", "FROM", "UNTIL", "WHY"),
            (
                (one["schedule"], when(one["start"]), when(one["end"]), f"{one['person']} is on leave" if one["person"] else "nobody stands watch")
                for one in found
            ),
            empty="Somebody would come at any time.",
        ),
    )  # fmt: skip
    return 3 if rows else 0


def _swap(
    cli: Cli,
    schedule: Annotated[str | None, typer.Argument(metavar="[SCHEDULE]", help="Nothing more: list its swaps.")] = None,
    *,
    taker: Annotated[str | None, typer.Option("--with", metavar="PERSON", help="Whom to ask; --anybody asks all.")] = None,
    anybody: Annotated[bool, typer.Option("--anybody", help="Offer it to everybody of the schedule.")] = False,
    start: Annotated[str | None, typer.Option("--from", help="From when (default: your next watch).")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Until when (default: to the end of that watch).")] = None,
    back: Annotated[str | None, typer.Option("--for", metavar="TIME", help="A moment of a watch of theirs that you take in return.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    accept: Annotated[str | None, typer.Option("--accept", metavar="ID", help="Agree, and take the watch.")] = None,
    decline: Annotated[str | None, typer.Option("--decline", metavar="ID", help="Say no.")] = None,
    withdraw: Annotated[str | None, typer.Option("--withdraw", metavar="ID", help="Take it back.")] = None,
    as_: As = None,
) -> None:  # fmt: skip
    """Ask for a swap, answer one, or list them. Nothing changes before the other one accepts."""
    answers = {"accept": accept, "decline": decline, "withdraw": withdraw}
    answered = [(verb_, identifier) for verb_, identifier in answers.items() if identifier]
    if answered:
        verb_, identifier = answered[0]
        found = [cli.ask(f"oncall.swap.{verb_}", swap=identifier, person=as_)]
    elif taker or anybody:
        if schedule is None:
            raise Invalid("SCHEDULE", "is needed", hint="name the schedule whose watch is given")
        found = [
            cli.ask(
                "oncall.swap", schedule=schedule, taker=taker, asker=as_, start=_text(start, "--from"),
                end=_text(end, "--to"), back=_text(back, "--for"), reason=reason,
            )
        ]  # fmt: skip
    else:
        found = cli.ask("oncall.swaps", schedule=schedule, person=as_)
    cli.show(found, _print_swaps)


def _leave(
    cli: Cli,
    person: Annotated[str | None, typer.Argument(metavar="[PERSON]", help="Whose; nobody named lists everybody's.")] = None,
    *,
    start: From = None,
    end: To = None,
    note: Annotated[str, typer.Option("--note", help="Shown to others.")] = "",
    remove: Annotated[str | None, typer.Option("--remove", metavar="ID", help="Take it back.")] = None,
    calendar: Annotated[Path | None, typer.Option("--import", metavar="FILE", help="Read an .ics file (- for standard input).")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Tells calendars apart (default: the file's name).")] = None,
    dry_run: DryRun = False,
) -> None:  # fmt: skip
    """List, add or remove leave, or read it from a calendar; reading the same one again brings it up to date."""
    if calendar is not None:
        read = cli.ask(
            "oncall.leave.read", person=person, text=_read(calendar), name=name or calendar.name, dry_run=dry_run
        )
        cli.show(read, _print_read)
        return
    if remove is not None:
        found = [cli.ask("oncall.leave.remove", leave=remove)]
    elif person and start and end:
        found = [
            cli.ask("oncall.leave.add", person=person, start=_text(start, "--from"), end=_text(end, "--to"), note=note)
        ]
    else:
        found = cli.ask("oncall.leaves", person=person, start=_text(start, "--from"), end=_text(end, "--to"))
    cli.show(
        found,
        lambda rows: table(
            ("ID", "PERSON", "FROM", "UNTIL", "NOTE", "SOURCE"),
            ((one["id"], one["person"], when(one["start"]), when(one["end"]), one["note"], one["source"]) for one in rows),
            empty="Nobody is away.",
        ),
    )  # fmt: skip


def _ical(
    cli: Cli,
    schedule: Annotated[str | None, typer.Argument(metavar="[SCHEDULE]", help="Whose calendar.")] = None,
    *,
    person: Annotated[str | None, typer.Option("--person", help="The calendar of a person instead.")] = None,
    link: Annotated[bool, typer.Option("--link", help="Print an address that calendar programs can follow.")] = False,
    revoke: Annotated[str | None, typer.Option("--revoke", metavar="ID", help="Let an address end.")] = None,
    calendar: Annotated[Path | None, typer.Option("--import", metavar="FILE", help="Make the events of an .ics file overrides of the schedule.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Tells calendars apart (default: the file's name).")] = None,
    dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Write a calendar (iCalendar), make an address for it, or read one as overrides."""
    if revoke is not None:
        cli.show(cli.ask("oncall.feed.revoke", feed=revoke), lambda one: line(f"{one['id']} has ended."))
        return
    if calendar is not None:
        if schedule is None:
            raise Invalid("SCHEDULE", "is needed", hint="name the schedule that the events override")
        read = cli.ask("oncall.overrides.read", schedule=schedule, text=_read(calendar), name=name or calendar.name, dry_run=dry_run)  # fmt: skip
        cli.show(read, _print_read)
        return
    if (schedule is None) == (person is None):
        raise Invalid("SCHEDULE", "or --person is needed, and one of them only")
    about, whose = ("schedule", schedule) if schedule else ("person", person)
    if link:
        cli.show(cli.ask("oncall.feed.make", about=about, name=whose), lambda one: line(one["url"]))
        return
    cli.show(cli.ask("oncall.ical", about=about, name=whose), _print_text)


def _print_text(calendar: dict[str, Any]) -> None:  # Any: JSON
    sys.stdout.write(calendar["text"])


def _print_swaps(swaps: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("ID", "STATUS", "SCHEDULE", "FROM", "UNTIL", "GIVES", "TAKES", "IN RETURN FOR", "ANSWER BY"),
        (
            (
                one["id"], one["status"], one["schedule"], when(one["start"]), when(one["end"]), one["asker"],
                one["taker"] or "(anybody)", when(one["back_start"]), when(one["expires_at"]) if one["status"] == "asked" else "",
            )
            for one in swaps
        ),
        empty="No swaps.",
    )  # fmt: skip


def _print_read(read: dict[str, Any]) -> None:  # Any: JSON
    for word, rows in (("added", read["added"]), ("removed", read["removed"])):
        for one in rows:
            line(f"{word}  {one['person']}  {when(one['start'])} to {when(one['end'])}")
    line(f"{len(read['added'])} added, {len(read['removed'])} removed, {read['kept']} as before.")
    for title in read["unmatched"]:
        line(f"about nobody who is known: {title}")


def _read(path: Path) -> str:
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as wrong:
        raise Invalid("--import", f"{path} is not UTF-8 text") from wrong


def _text(moment: str | None, field: str) -> str | None:
    found = parse_when(moment, field=field)
    return to_text(found) if found else None
