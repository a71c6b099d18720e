"""`db`: the database."""

from watchbill.config import Config
from watchbill.entrypoints.cli.shown import line
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid

__all__ = ["apps"]

db_app = new_app("The database.")
apps = {"db": db_app}


@db_app.callback()
def _group() -> None:
    """The database."""


@verb(db_app, "upgrade")
def upgrade(cli: Cli) -> None:
    """Bring the schema up to date; safe to interrupt and to repeat."""
    from watchbill.bootstrap import App

    app = App.open(_config(cli))
    version = app.is_schema_current()
    app.close()
    cli.show({"current": version}, lambda _one: line("The schema is up to date."))


def _config(cli: Cli) -> Config:
    if cli.server:
        raise Invalid(
            "--server", "this works on the data itself", hint="run it on the server's machine with --data or --database"
        )
    return Config.load(data=cli.data, database=cli.database)
