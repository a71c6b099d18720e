"""`postmortem`: what was learned."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli import postmortem_write  # noqa: F401 - puts its commands on the noun
from watchbill.entrypoints.cli.postmortem_app import Id, app
from watchbill.entrypoints.cli.shown import facts, line, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, verb

__all__ = ["apps"]

apps = {"postmortem": app}


@verb(app, "draft")
def draft(
    cli: Cli,
    incident: Annotated[str, typer.Argument(metavar="INCIDENT", help="12, INC-12 or the id.")],
    *,
    refresh: Annotated[bool, typer.Option("--refresh", help="Compute the figures of an existing draft anew.")] = False,
) -> None:
    """Draft it with the figures filled in, or open the existing one."""
    cli.show(cli.ask("postmortem.draft", incident=incident, refresh=refresh), _print_one)


@verb(app, "list")
def list_all(
    cli: Cli,
    *,
    status: Annotated[str | None, typer.Option("--status", help="draft, in-review or final.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 50,
) -> None:
    """List postmortems, newest first."""
    cli.show(
        cli.every("postmortem.list", limit, status=status),
        lambda rows: table(
            ("INCIDENT", "STATUS", "DUE", "OPEN QUESTIONS", "TITLE", "ID"),
            (
                (row["incident"] or row["slo"], row["status"], row["due_on"] + (" (overdue)" if row["overdue"] else ""), row["open_prompts"], row["title"], row["id"])
                for row in rows
            ),
            empty="No postmortems.",
        ),
    )  # fmt: skip


@verb(app, "show")
def show(cli: Cli, identifier: Id) -> None:
    """Show one postmortem."""
    cli.show(cli.ask("postmortem.show", id=identifier), _print_one)


@verb(app, "submit")
def submit(cli: Cli, identifier: Id) -> None:
    """Ask for review."""
    cli.show(cli.ask("postmortem.submit", id=identifier), _print_one)


@verb(app, "approve")
def approve(cli: Cli, identifier: Id) -> None:
    """Approve it; the last approval makes it final."""
    cli.show(cli.ask("postmortem.approve", id=identifier), _print_one)


@verb(app, "export")
def export(
    cli: Cli, identifier: Id, *, form: Annotated[str, typer.Option("--format", help="yaml or md.")] = "yaml"
) -> None:
    """Export the template's YAML, or Markdown."""
    cli.show(cli.ask("postmortem.export", id=identifier, format=form), lambda one: line(one["content"].rstrip("\n")))


def _print_one(one: dict[str, Any]) -> None:  # Any: JSON
    line(plain(one["title"]) + (" (the incident is not over)" if one["unresolved"] else ""))
    for text in one["summary"].splitlines():
        line(plain(text))
    impact = one["impact"]
    consumed = impact["slo_budget_consumed_pct"]
    facts(
        [
            ("postmortem", one["id"]),
            ("incident", one["incident"]),
            ("status", f"{one['status']}, due {one['due_on']}"),
            ("severity", one["severity"]),
            ("duration", one["duration"]),
            ("budget spent", None if consumed is None else f"{consumed:.1f} %"),
            ("detected", one["how_detected"]),
            ("to detect", _minutes(one["time_to_detect_minutes"])),
            ("to mitigate", _minutes(one["time_to_mitigate_minutes"])),
            ("to resolve", _minutes(one["time_to_resolve_minutes"])),
            ("authors", ", ".join(one["authors"])),
        ]
    )
    for moment in one["timeline"]:
        line(plain(f"{when(moment['time'])}  {moment['event']}"))
    for prompt in one["prompts"]:
        line(plain(f"{'to answer' if prompt['required'] else 'may be answered'}: {prompt['question']}"))


def _minutes(count: int | None) -> str | None:
    return None if count is None else f"{count} min"
