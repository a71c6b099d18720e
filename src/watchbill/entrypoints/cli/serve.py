"""`serve` and `worker`: the process that stays."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from watchbill.config import Config
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid

__all__ = ["apps"]

serve_app = new_app("Run the server: web pages, API and background work.")
worker_app = new_app("Run background work only; needs PostgreSQL.")
apps = {"serve": serve_app, "worker": worker_app}


@verb(serve_app, "serve")
def serve(
    cli: Cli,
    *,
    listen: Annotated[
        str | None,
        typer.Option("--listen", metavar="HOST:PORT", help="Default 127.0.0.1:8427; port 0 takes a free one."),
    ] = None,
    specs: Annotated[
        Path | None,
        typer.Option("--specs", metavar="DIR", help="Apply this folder of resources at start and on SIGHUP."),
    ] = None,
    alertmanager_config: Annotated[
        Path | None,
        typer.Option(
            "--alertmanager-config",
            metavar="FILE",
            help="Tell the receivers of this Alertmanager file as before; read again on SIGHUP and POST /-/reload.",
        ),
    ] = None,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Whether background loops run in this process.")
    ] = True,
) -> None:
    """Serve until SIGTERM or Ctrl-C; SIGHUP reloads the resources and the Alertmanager file."""
    from watchbill.entrypoints.server import Server

    server = Server(_config(cli, listen=listen, specs=specs, alertmanager_config=alertmanager_config), worker=worker)
    server.start()
    login_url = server.login_url()
    if cli.as_json:
        sys.stdout.write(json.dumps({"url": server.address, "login_url": login_url}) + "\n")
    else:
        sys.stdout.write(f"watchbill is at {server.address}\nLog in once with   {login_url}\n")
    sys.stdout.flush()
    server.run()


@verb(worker_app, "worker")
def work(cli: Cli) -> None:
    """Run background loops until SIGTERM or Ctrl-C."""
    from watchbill.entrypoints.server import Server

    config = _config(cli)
    if not config.is_postgresql:
        raise Invalid(
            "--database",
            "a worker of its own needs PostgreSQL",
            hint="on SQLite, `watchbill serve` does the work itself",
        )
    server = Server(config, web=False)
    server.start()
    server.run()


def _config(cli: Cli, **given: str | Path | None) -> Config:
    if cli.server:
        raise Invalid("--server", "a server is started here", hint="use --listen")
    return Config.load(None, data=cli.data, database=cli.database, **given)
