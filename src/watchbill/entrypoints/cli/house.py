"""`backup`, `restore`, `sending`, `jobs`: keeping the house."""

from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.config import Config
from watchbill.entrypoints.cli.shown import facts, line, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid

__all__ = ["apps"]

backup_app = new_app("Write one consistent backup of state and counts; a running server goes on meanwhile.")
restore_app = new_app("Make an installation from a backup, in an empty data directory; nothing is half restored.")
sending_app = new_app("Whether pages leave: show, pause, resume.")
jobs_app = new_app("Work that failed too often and waits for a person: parked, retry.")
apps = {"backup": backup_app, "restore": restore_app, "sending": sending_app, "jobs": jobs_app}

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup, eg watchbill-2026-11-24.zip.")]


@verb(backup_app, "backup")
def backup(cli: Cli, file: File) -> None:
    """Write the backup; an older file of that name is replaced once the new one is whole."""
    if file.is_dir():
        raise Invalid("FILE", f"{file} is a folder", hint=f"name a file: {file / 'watchbill-backup.zip'}")
    cli.show(cli.ask("backup.make", file=str(file.absolute())), _print_backup)


@verb(restore_app, "restore")
def restore(cli: Cli, file: File) -> None:
    """Restore into --data (and --database), which must be empty; sending starts paused."""
    if cli.server:
        raise Invalid("--server", "a backup is restored where the data will lie", hint="run it there with --data")
    from watchbill.bootstrap.backup import restore as make

    config = Config.load(data=cli.data, database=cli.database)
    manifest = make(file, config)
    answer = {
        "data": str(config.data),
        "at": manifest.at.isoformat(),
        "rows": sum(manifest.rows.values()),
        "audit_head": manifest.audit_head,
    }
    cli.show(answer, _print_restored)


@verb(sending_app, "show")
def show_sending(cli: Cli) -> None:
    """Say whether pages leave, and since when they do not."""
    cli.show(cli.ask("sending.show"), _print_sending)


@verb(sending_app, "pause")
def pause(cli: Cli, *, reason: Annotated[str, typer.Option("--reason", help="Why; everybody sees it.")]) -> None:
    """Let no page leave until somebody resumes."""
    cli.show(cli.ask("sending.pause", reason=reason), _print_sending)


@verb(sending_app, "resume")
def resume(cli: Cli) -> None:
    """Let pages leave again."""
    cli.show(cli.ask("sending.resume"), _print_sending)


@verb(jobs_app, "parked")
def parked(cli: Cli) -> None:
    """List work that failed too often, the newest first."""
    cli.show(
        cli.ask("job.parked"),
        lambda rows: table(
            ("ID", "WORK", "ABOUT", "TRIES", "PARKED", "ERROR"),
            (
                (one["id"], one["kind"], one["key"], one["attempts"], when(one["parked_at"]), one["error"])
                for one in rows
            ),
            empty="No work is parked.",
        ),
    )


@verb(jobs_app, "retry")
def retry(cli: Cli, identifier: Annotated[str, typer.Argument(metavar="ID", help="As `parked` shows it.")]) -> None:
    """Let parked work run again at once."""
    cli.show(cli.ask("job.retry", id=identifier), lambda one: line(f"{plain(one['kind'])} runs again."))


def _print_backup(made: dict[str, Any]) -> None:  # Any: JSON
    line(f"Written: {plain(made['file'])}")
    facts([("up to", when(made["at"])), ("rows", f"{made['rows']:,}"), ("audit head", made["audit_head"])])
    line(
        "Keep it like a password (it holds the keys), and the audit head somewhere else: `watchbill audit verify --head`."
    )


def _print_restored(made: dict[str, Any]) -> None:  # Any: JSON
    line(f"Restored into {plain(made['data'])}: {made['rows']:,} rows, as of {when(made['at'])}.")
    line("Sending is paused, so that nobody is called for what is over: `watchbill sending resume` when you are ready.")


def _print_sending(one: dict[str, Any]) -> None:  # Any: JSON
    waiting = f"{one['waiting']} deliver{'y waits' if one['waiting'] == 1 else 'ies wait'}."
    if one["paused"]:
        line(plain(f"Sending is paused since {when(one['since'])}: {one['reason']}. {waiting}"))
    else:
        line(f"Pages leave. {waiting}")
