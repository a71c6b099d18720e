"""`postmortem`: what was learned."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli import postmortem_files, postmortem_write  # noqa: F401 - they put their commands on the noun
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


@verb(app, "search")
def search(
    cli: Cli,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help='All have to be there; "in quotes" they are a phrase.')],
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="At most this many.")] = 20,
) -> None:  # fmt: skip
    """Search everything in postmortems, their action items and comments."""
    cli.show(cli.ask("postmortem.search", q=" ".join(words), limit=limit), _print_found)


@verb(app, "similar")
def similar(cli: Cli, identifier: Id) -> None:
    """List past ones that are about much the same, and what they share."""

    def people(rows: list[dict[str, Any]]) -> None:  # Any: JSON
        table(
            ("ALIKE", "INCIDENT", "TITLE", "SHARED", "ID"),
            (
                (f"{round(row['score'] * 100)} %", _named(row), row["postmortem"]["title"], ", ".join(row["shared"]), row["postmortem"]["id"])
                for row in rows
            ),
            empty="No other postmortem is like it.",
        )  # fmt: skip

    cli.show(cli.ask("postmortem.similar", id=identifier), people)


@verb(app, "recurring")
def recurring(cli: Cli) -> None:
    """Show root causes and factors that several postmortems name."""
    cli.show(cli.ask("postmortem.recurring"), _print_recurring)


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


def _named(row: dict[str, Any]) -> str:  # Any: JSON
    one = row["postmortem"]
    return str(one["incident"] or one["slo"] or "")


def _print_found(rows: list[dict[str, Any]]) -> None:  # Any: JSON
    if not rows:
        line("No postmortem holds all of these words.")
    for row in rows:
        one = row["postmortem"]
        line(plain(f"{_named(row)}  {one['title']} ({one['date']}, {one['status']})"))
        excerpt = "".join(f"*{piece['text']}*" if piece["hit"] else piece["text"] for piece in row["excerpt"])
        line(plain(f"    {excerpt}"))


def _print_recurring(one: dict[str, Any]) -> None:  # Any: JSON
    line(f"{one['compared']} {'postmortem' if one['compared'] == 1 else 'postmortems'} compared.")
    for cluster in one["clusters"]:
        where = ", ".join(row["incident"] or row["slo"] or row["id"] for row in cluster["postmortems"])
        line(plain(f"{cluster['times']}x  {cluster['label']} ({where})"))
    for name, rows in (("contributing factors", one["factors"]), ("fishbone", one["fishbone"])):
        told = ", ".join(f"{row['kind']} {row['postmortems']}" for row in rows if row["postmortems"])
        if told:
            line(f"{name}: {told}")
