"""`demo`: a real little shop and its outage, in one command."""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from watchbill.entrypoints.cli.shown import line
from watchbill.entrypoints.cli.trace import print_chain
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid

__all__ = ["apps"]

FAILED = 1
PORT = 8427

app = new_app("Start a real little shop, break its payments, watch the page arrive.")
apps = {"demo": app}


@verb(app, "demo")
def demo(
    cli: Cli,
    *,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help="Port of the web pages; a free one where it is taken.")
    ] = PORT,
    exit_after_page: Annotated[
        bool,
        typer.Option(
            "--exit-after-page", help="End with status 0 when the page was delivered, else with 1 after 180 s."
        ),
    ] = False,
    rm: Annotated[bool, typer.Option("--rm", help="Delete earlier demo data and stop.")] = False,
    patience: Annotated[
        int,
        typer.Option(
            "--patience", min=0, help="Seconds that you have to acknowledge before the demo's responder does."
        ),
    ] = 20,
) -> int:
    """Run the demo until Ctrl-C."""
    if cli.server or cli.database:
        raise Invalid("--server", "the demo runs its own server on its own data")
    from watchbill.entrypoints.demo.run import Demo, remove_demo
    from watchbill.entrypoints.demo.shop import port_or_free

    folder = cli.data or _folder()
    if rm:
        line("Deleted." if remove_demo(folder) else "There is no demo data.")
        return 0
    with Demo(folder, listen=f"127.0.0.1:{port_or_free(port)}", say=_say) as running:
        running.set_up()
        _say(f"\n  Open  {running.login_url()}\n")
        running.break_payments()
        _say(
            "The card network was killed just now: every order fails. A 99.9 % promise notices a full outage after 52 s ..."
        )
        paged = running.wait_for_page()
        if paged is None:
            _say("No page was delivered in 180 s.")
            return FAILED
        _say(f"The page arrived {paged.after.total_seconds():.0f} s after the outage.")
        if not exit_after_page:
            _go_on(running, str(paged.incident), patience)
        chain = running.chain(paged.page)
        cli.show(chain, print_chain)
        if not exit_after_page:
            _wait_for_ctrl_c(folder)
    return 0


def _go_on(running: object, incident: str, patience: int) -> None:
    from watchbill.entrypoints.demo.run import Demo

    assert isinstance(running, Demo)
    _say(f"Acknowledge it in the browser; in {patience} s the demo's responder does.")
    postmortem = running.respond(incident, patience_s=patience)
    _say(
        f"\n  Incident    {running.address}/incidents/{incident}\n  Postmortem  {running.address}/postmortems/{postmortem}\n"
    )


def _wait_for_ctrl_c(folder: Path) -> None:
    _say(f"Everything goes on until Ctrl-C. The data is in {folder}; `watchbill demo --rm` deletes it.")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        stop.wait()
    except KeyboardInterrupt:
        return


def _folder() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "watchbill-demo"


def _say(text: str) -> None:
    """Progress goes to standard error: with --json only the chain stands on standard output."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
