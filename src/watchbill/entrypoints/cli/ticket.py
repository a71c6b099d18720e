"""`ticket`: what nobody was woken for and somebody has to look at."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import table
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

app = new_app("Tickets for P2 alerts: look at them on the next business day.")
apps = {"ticket": app}
Number = Annotated[str, typer.Argument(metavar="ID", help="7, TKT-7 or the id.")]


@verb(app, "list")
def list_all(
    cli: Cli,
    *,
    status: Annotated[str, typer.Option("--status", help="open or done.")] = "open",
    service: Annotated[str | None, typer.Option("--service", help="Only this service's.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 50,
) -> None:
    """List tickets, newest first."""
    cli.show(cli.every("ticket.list", limit, status=status, service=service), _print_list)


@verb(app, "show")
def show(cli: Cli, identifier: Number) -> None:
    """Show one ticket."""
    cli.show(cli.ask("ticket.show", id=identifier), lambda one: _print_list([one]))


@verb(app, "done")
def done(
    cli: Cli, identifier: Number, *, note: Annotated[str, typer.Option("--note", help="What was done.")] = ""
) -> None:
    """Close a ticket: somebody dealt with it."""
    cli.show(cli.ask("ticket.done", id=identifier, note=note), lambda one: _print_list([one]))


def _print_list(tickets: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("NO.", "STATUS", "SERVICE", "DUE", "ALERTS", "WHAT"),
        (
            (
                f"TKT-{one['number']}",
                one["status"],
                one["service"] or "",
                one["due_on"] + (" (overdue)" if one["overdue"] else ""),
                f"{one['firing']} of {one['alerts']} firing",
                one["title"],
            )
            for one in tickets
        ),
        empty="No tickets.",
    )
