"""`runbook`: what to do, step by step; read it, walk through it, have one drafted."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.executing import NOT_AS_EXPECTED, read_values, told
from watchbill.entrypoints.cli.runbook_shown import print_one, print_run
from watchbill.entrypoints.cli.runbook_walk import walk
from watchbill.entrypoints.cli.shown import table
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid

__all__ = ["apps"]

app = new_app("Runbooks: list, show, walk through one, draft one.")
apps = {"runbook": app}


@verb(app, "list")
def list_all(
    cli: Cli, *, owner: Annotated[str | None, typer.Option("--owner", help="Only runbooks of this owner.")] = None
) -> None:
    """List the runbooks; a stale one was neither used, tested nor edited for 90 days."""
    cli.show(
        cli.ask("runbook.list", owner=owner),
        lambda rows: table(
            ("NAME", "TITLE", "ALERT", "OWNER", "LAST USED", "LAST EDITED", ""),
            (
                (
                    row["name"],
                    row["title"],
                    row["alert_name"],
                    row["owner"],
                    (row["freshness"]["last_used"] or "never")[:10],
                    (row["freshness"]["last_edited"] or "")[:10],
                    "stale" if row["freshness"]["stale"] else "",
                )
                for row in rows
            ),
            empty="No runbooks yet. `watchbill runbook design ALERT` drafts one.",
        ),
    )


@verb(app, "show")
def show(cli: Cli, name: Annotated[str, typer.Argument(help="Its name, or the alert that it answers.")]) -> None:
    """Show one runbook."""
    cli.show(cli.ask("runbook.show", name=name), print_one)


@verb(app, "run")
def run(
    cli: Cli,
    name: Annotated[str, typer.Argument(help="The runbook, the alert that it answers, or a walk under way (rbr_...).")],
    *,
    incident: Annotated[str | None, typer.Option("--incident", metavar="ID", help="The incident it is for.")] = None,
    step: Annotated[
        str | None, typer.Option("--step", metavar="KEY", help="Do this step: 1, 2, or m1.1 of a way to mitigate.")
    ] = None,
    saw: Annotated[
        str | None,
        typer.Option(
            "--saw",
            help="Do not run the step's command: you did it, and saw what is `expected`, or something `unexpected`.",
        ),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="What you saw, or how it ended.")] = "",
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="What a placeholder stands for.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="A rehearsal: show or rehearse commands, call nobody.")
    ] = False,
    call: Annotated[bool, typer.Option("--call", help="Call the runbook's contact now.")] = False,
    end: Annotated[str | None, typer.Option("--end", help="How it ended: helped, did-not-help or abandoned.")] = None,
) -> int:
    """Walk through a runbook: on a terminal step by step, with --step one step at a time."""
    values = read_values(sets or [])
    if name.startswith("rbr_"):
        walked = cli.ask("runbook.run.show", id=name)
    else:
        walked = cli.ask("runbook.run", name=name, incident=incident, values=values or None, dry_run=dry_run or None)
    if step is not None:
        return _one_step(cli, walked, step, saw, note, values, dry_run=dry_run)
    if call:
        walked = cli.ask("runbook.escalate", id=walked["id"])
    if end is not None:
        walked = cli.ask("runbook.end", id=walked["id"], outcome=end.replace("-", "_"), note=note)
    if call or end is not None or cli.as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        cli.show(walked, print_run)
        return 0
    walk(cli, walked, values)
    return 0


@verb(app, "design")
def design(
    cli: Cli,
    alert: Annotated[str, typer.Argument(help="The alert's name, as it fires.")],
    *,
    rules: Annotated[
        list[Path] | None, typer.Option("--rules", metavar="FILE", help="Prometheus rule files that define it.")
    ] = None,
    slo: Annotated[str | None, typer.Option("--slo", help="The promise whose burn it is.")] = None,
) -> None:
    """Draft a runbook from the alert's rule, its history and similar runbooks; what nobody knows is marked FILL IN."""
    files = [{"path": str(path), "text": _text(path)} for path in rules or []]
    draft = cli.ask("runbook.design", alert=alert, rules=files or None, slo=slo)
    cli.show(draft, _print_draft)


def _one_step(  # noqa: PLR0917 - what the command line gave
    cli: Cli,
    walked: Any,
    step: str,
    saw: str | None,
    note: str,
    values: dict[str, str],
    *,
    dry_run: bool,  # Any: JSON
) -> int:
    if saw is not None:
        if saw not in {"expected", "unexpected"}:
            raise Invalid("--saw", f"{saw!r} is neither expected nor unexpected")
        done = cli.ask("runbook.confirm", id=walked["id"], step=step, as_expected=saw == "expected", note=note)
        cli.show(done, print_run)
        return 0 if saw == "expected" else NOT_AS_EXPECTED
    asked = cli.ask("runbook.execute", id=walked["id"], step=step, values=values or None, dry_run=dry_run or None)
    return told(cli, asked)


def _print_draft(draft: Any) -> None:  # Any: JSON
    sys.stdout.write(draft["yaml"])


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as wrong:
        raise Invalid("--rules", f"{path} is not UTF-8 text") from wrong
