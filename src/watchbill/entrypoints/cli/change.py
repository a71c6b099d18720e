"""`change`: deploys, config changes, flags and scaling, as records that incidents look at first."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import parse_when, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.instants import to_text

__all__ = ["apps"]

app = new_app("Change events: what was deployed, configured, flagged or scaled.")
apps = {"change": app}


@verb(app, "add")
def add(
    cli: Cli,
    service: Annotated[str, typer.Argument(help="The service that changed.")],
    summary: Annotated[str, typer.Argument(help="One line about it.")] = "",
    *,
    kind: Annotated[str, typer.Option("--kind", help="deploy, config, flag, scale or other.")] = "deploy",
    version: Annotated[str | None, typer.Option("--version", help="What runs now.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who or what did it.")] = None,
    risk: Annotated[str, typer.Option("--risk", help="low or high.")] = "low",
    rollback_plan: Annotated[str | None, typer.Option("--rollback-plan", help="How to undo it.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="When it took effect (default: now).")] = None,
) -> None:
    """Record a change."""
    moment = parse_when(at, field="--at")
    answer = cli.ask(
        "change.add", service=service, summary=summary, kind=kind, version=version, author=author, risk=risk,
        rollback_plan=rollback_plan, at=to_text(moment) if moment else None,
    )  # fmt: skip
    cli.show(answer, lambda one: _print_list([one]))


@verb(app, "list")
def list_all(
    cli: Cli,
    service: Annotated[str | None, typer.Argument(help="Only changes of this service.")] = None,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 50,
) -> None:
    """List changes, newest first."""
    cli.show(cli.every("change.list", limit, service=service), _print_list)


def _print_list(changes: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("AT", "SERVICE", "KIND", "VERSION", "RISK", "AUTHOR", "SUMMARY"),
        (
            (when(one["at"]), one["service"], one["kind"], one["version"], one["risk"], one["author"], one["summary"])
            for one in changes
        ),
        empty="No changes recorded.",
    )
