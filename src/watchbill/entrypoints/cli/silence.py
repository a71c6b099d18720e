"""`silence`: keep matching alerts quiet for a while."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, parse_when, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import to_text

__all__ = ["apps"]

app = new_app("Silences: list, add, expire.")
apps = {"silence": app}


@verb(app, "list")
def list_all(
    cli: Cli, *, state: Annotated[str | None, typer.Option("--state", help="active, pending or expired.")] = None
) -> None:
    """List silences that are active or to come."""
    cli.show(cli.ask("silence.list", state=state), _print_list)


@verb(app, "add")
def add(
    cli: Cli,
    matchers: Annotated[
        list[str], typer.Argument(metavar="MATCHER..", help='As service="payments" or alertname=~"Disk.*".')
    ],
    *,
    duration: Annotated[str | None, typer.Option("--for", metavar="DURATION", help="For how long, eg 2h.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Until this moment, instead.")] = None,
    comment: Annotated[str, typer.Option("--comment", help="Why.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would hide.")] = False,
) -> None:
    """Add a silence, or preview what it would hide."""
    end = parse_when(until, field="--until")
    if (duration is None) == (until is None):
        raise Invalid("--for", "or --until says how long: give one of them", hint="write --for 2h")
    answer = cli.ask(
        "silence.add", matchers=matchers, duration=duration, ends_at=to_text(end) if end else None, comment=comment, dry_run=dry_run
    )  # fmt: skip
    cli.show(answer, _print_added)


@verb(app, "expire")
def expire(cli: Cli, identifier: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """End a silence now."""
    cli.show(cli.ask("silence.expire", id=identifier), lambda one: _print_list([one]))


def _print_list(silences: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("ID", "STATE", "MATCHERS", "FROM", "UNTIL", "BY", "WHY"),
        (
            (one["id"], one["state"], " ".join(one["matchers"]), when(one["starts_at"]), when(one["ends_at"]), one["created_by"], one["comment"])
            for one in silences
        ),
        empty="No silences.",
    )  # fmt: skip


def _print_added(one: dict[str, Any]) -> None:  # Any: JSON
    would = "would hide" if one["dry_run"] else "hides"
    line(
        plain(
            f"{'Nothing was saved: the silence' if one['dry_run'] else 'Silence ' + one['id']} {would} {len(one['hides'])} firing alerts until {when(one['ends_at'])}."
        )
    )
    for alert in one["hides"]:
        line(f"  {alert}")
