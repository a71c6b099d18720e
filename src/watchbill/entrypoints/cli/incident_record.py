"""`incident`, the record: two incidents that are one or belong together, the timeline as a file, tasks."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.incident_shown import print_room
from watchbill.entrypoints.cli.shown import line, plain, table
from watchbill.entrypoints.cli.verbs import Cli, verb

__all__ = ["add_to"]

Id = Annotated[str, typer.Argument(metavar="ID")]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this module to the group."""
    for name, command in VERBS.items():
        verb(app, name)(command)


def merge(
    cli: Cli, identifier: Id, into: Annotated[str, typer.Argument(metavar="INTO", help="The one that goes on.")]
) -> None:
    """Say that it is the same as another, which goes on."""
    cli.show(cli.ask("incident.merge", id=identifier, into=into), print_room)


def unmerge(cli: Cli, identifier: Id, *, reason: Annotated[str, typer.Option("--reason", help="Why.")]) -> None:
    """Say that a merged incident is another one after all: it goes on by itself."""
    cli.show(cli.ask("incident.unmerge", id=identifier, reason=reason), print_room)


def relate(
    cli: Cli, identifier: Id, to: Annotated[str, typer.Argument(metavar="OTHER", help="The one it belongs to.")]
) -> None:
    """Say that two incidents belong together; both go on."""
    cli.show(cli.ask("incident.relate", id=identifier, to=to), print_room)


def timeline(
    cli: Cli,
    identifier: Id,
    *,
    form: Annotated[str, typer.Option("--format", help="md, csv or json.")] = "md",
    current: Annotated[bool, typer.Option("--current", help="Without what was corrected or withdrawn.")] = False,
) -> None:
    """Export the whole timeline."""
    answer = cli.ask("incident.export", id=identifier, format=form, current=current)
    cli.show(answer, _print_file)


def task(
    cli: Cli,
    identifier: Id,
    text: Annotated[list[str], typer.Argument(metavar="TEXT")],
    *,
    owner: Annotated[str | None, typer.Option("--owner", help="Who does it.")] = None,
    done: Annotated[
        bool, typer.Option("--done", help="TEXT is the id of a task, or the key of the list: tick it.")
    ] = False,
) -> None:
    """Add something to do, or tick it."""
    said = " ".join(text)
    answer = (
        cli.ask("incident.task.done", id=identifier, task=said)
        if done
        else cli.ask("incident.task", id=identifier, text=said, owner=owner)
    )
    cli.show(answer, print_room)


def templates(cli: Cli) -> None:
    """List the templates of status updates."""
    cli.show(cli.ask("incident.templates"), _print_templates)


def _print_templates(found: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("TEMPLATE", "STANDS FOR", "AUDIENCE", "WHOSE"),
        (
            (one["name"], one["replaces"] or "itself", one["audience"], "the house's" if one["own"] else "watchbill's")
            for one in found
        ),
        empty="There are no templates.",
    )


def _print_file(one: dict[str, Any]) -> None:  # Any: JSON
    for text in one["content"].splitlines():
        line(plain(text))


VERBS: dict[str, Callable[..., int | None]] = {
    "merge": merge,
    "unmerge": unmerge,
    "relate": relate,
    "timeline": timeline,
    "task": task,
    "templates": templates,
}
