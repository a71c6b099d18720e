"""`backup`, `restore`, `db`: the data itself."""

from pathlib import Path
from typing import Annotated

import typer

from watchbill.config import Config
from watchbill.entrypoints.cli.shown import line
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid

__all__ = ["apps"]

backup_app = new_app("Write one consistent backup of state and counts; the server may go on running.")
restore_app = new_app("Restore a backup into an empty data directory.")
db_app = new_app("The database.")
apps = {"backup": backup_app, "restore": restore_app, "db": db_app}

File = Annotated[Path, typer.Argument(metavar="FILE")]


@db_app.callback()
def _group() -> None:
    """The database."""


@verb(backup_app, "backup")
def backup(cli: Cli, file: File) -> None:
    """Write one consistent cut over state and counts."""
    from watchbill.bootstrap import App

    app = App.open(_config(cli), migrate=False, shared=True)
    try:
        cut = app.backup(file)
    finally:
        app.close()
    cli.show({"file": str(file), "at": cut}, lambda one: line(f"{one['file']} holds everything up to {one['at']}."))


@verb(restore_app, "restore")
def restore(cli: Cli, file: File) -> None:
    """Restore into the data directory, which must be empty; pages of incidents that are over by now are not sent again."""
    from watchbill.bootstrap import App

    config = _config(cli)
    cut = App.restore(file, config)
    cli.show({"data": str(config.data), "at": cut}, lambda one: line(f"{one['data']} is as it was at {one['at']}."))


@verb(db_app, "upgrade")
def upgrade(cli: Cli) -> None:
    """Bring the schema up to date; safe to interrupt and to repeat."""
    from watchbill.bootstrap import App

    app = App.open(_config(cli))
    version = app.database.version()
    app.close()
    cli.show({"version": version}, lambda one: line(f"The schema is at {one['version']}."))


def _config(cli: Cli) -> Config:
    if cli.server:
        raise Invalid(
            "--server", "this works on the data itself", hint="run it on the server's machine with --data or --database"
        )
    return Config.load(data=cli.data, database=cli.database)
