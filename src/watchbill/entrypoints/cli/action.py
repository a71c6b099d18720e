"""`action`: what is to be done so that it does not happen again."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import table
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

app = new_app("Action items of postmortems.")
apps = {"action": app}


@verb(app, "list")
def list_all(
    cli: Cli,
    *,
    status: Annotated[str | None, typer.Option("--status", help="open, in-progress or done.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Only this person's.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their deadline.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 50,
) -> None:
    """List action items, newest first."""
    cli.show(cli.every("action.list", limit, status=status, owner=owner, overdue=overdue or None), _print_list)


@verb(app, "add")
def add(
    cli: Cli,
    description: Annotated[list[str], typer.Argument(metavar="TEXT")],
    *,
    postmortem: Annotated[str | None, typer.Option("--postmortem", help="Its id, or its incident.")] = None,
    kind: Annotated[str, typer.Option("--type", help="prevent, detect, mitigate or process.")] = "prevent",
    owner: Annotated[str | None, typer.Option("--owner", help="Who does it.")] = None,
    priority: Annotated[str, typer.Option("--priority", help="P0, P1 or P2.")] = "P1",
    deadline: Annotated[str | None, typer.Option("--deadline", metavar="DATE", help="2026-12-01")] = None,
    ticket: Annotated[str | None, typer.Option("--ticket", help="Where it is tracked outside.")] = None,
) -> None:
    """Add an action item."""
    answer = cli.ask(
        "action.add", description=" ".join(description), postmortem=postmortem, type=kind, owner=owner, priority=priority,
        deadline=deadline, ticket=ticket,
    )  # fmt: skip
    cli.show(answer, lambda one: _print_list([one]))


@verb(app, "done")
def done(cli: Cli, identifier: Annotated[str, typer.Argument(metavar="ID", help="7, AI-7 or the id.")]) -> None:
    """Finish an action item."""
    cli.show(cli.ask("action.done", id=identifier), lambda one: _print_list([one]))


def _print_list(actions: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("NO.", "PRIORITY", "STATUS", "TYPE", "OWNER", "DEADLINE", "WHAT"),
        (
            (
                f"AI-{one['number']}",
                one["priority"],
                one["status"],
                one["type"],
                one["owner"],
                (one["deadline"] or "") + (" (overdue)" if one["overdue"] else ""),
                one["description"],
            )
            for one in actions
        ),
        empty="No action items.",
    )
