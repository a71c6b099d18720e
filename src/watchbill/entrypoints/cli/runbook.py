"""`runbook`: what to do, step by step."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import facts, line, plain, table
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

app = new_app("Runbooks: list and show.")
apps = {"runbook": app}


@verb(app, "list")
def list_all(
    cli: Cli, *, owner: Annotated[str | None, typer.Option("--owner", help="Only runbooks of this owner.")] = None
) -> None:
    """List the runbooks."""
    cli.show(
        cli.ask("runbook.list", owner=owner),
        lambda rows: table(
            ("NAME", "TITLE", "ALERT", "OWNER", "LAST UPDATED"),
            ((row["name"], row["title"], row["alert_name"], row["owner"], row["last_updated"]) for row in rows),
            empty="No runbooks yet.",
        ),
    )


@verb(app, "show")
def show(cli: Cli, name: Annotated[str, typer.Argument(help="Its name, or the alert that it answers.")]) -> None:
    """Show one runbook."""
    cli.show(cli.ask("runbook.show", name=name), _print_one)


def _print_one(one: dict[str, Any]) -> None:  # Any: JSON
    line(plain(one["title"]))
    facts(
        [
            ("alert", one["alert_name"]),
            ("owner", one["owner"]),
            ("overview", one["overview"]),
            ("impact", one["impact"]),
        ]
    )
    for number, step in enumerate(one["diagnosis"], start=1):
        line(plain(f"{number}. {step['step']}"))
        facts([("   run", step["command"]), ("   expect", step["expected"]), ("   if not", step["if_unexpected"])])
    for way in one["mitigation"]:
        line(plain(f"- {way['option']}: {way['when']}"))
        for step in way["steps"]:
            line(plain(f"    {step}"))
