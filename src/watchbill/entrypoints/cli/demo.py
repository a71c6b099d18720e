"""`demo`: a real little shop and its outage, in one command."""

import getpass
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line
from watchbill.entrypoints.cli.trace import print_chain
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid

if TYPE_CHECKING:
    from types import FrameType

    from watchbill.entrypoints.demo.run import Demo, Paged

__all__ = ["apps"]

FAILED, INTERRUPTED = 1, 130
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
        typer.Option("--patience", min=0, help="Seconds that you have to acknowledge before the person paged does."),
    ] = 20,
) -> int:
    """Run the demo until Ctrl-C. It starts from nothing each time; --data names its folder."""
    if cli.server or cli.database:
        raise Invalid("--server" if cli.server else "--database", "the demo runs its own server on its own data")
    from watchbill.entrypoints.demo.folder import default_folder, remove_demo

    folder = cli.data or default_folder()
    if rm:
        gone = remove_demo(folder)
        cli.show(
            {"removed": gone, "folder": str(folder)},
            lambda _: line(f"Deleted {folder}." if gone else f"There is no demo data in {folder}."),
        )
        return 0
    signal.signal(signal.SIGTERM, _stop)
    try:
        return _run(cli, folder, port, patience=None if exit_after_page else patience)
    except KeyboardInterrupt:
        _say(f"\nStopped. `watchbill demo --rm{_named(cli)}` deletes what is left in {folder}.")
        return INTERRUPTED


def _run(cli: Cli, folder: Path, port: int, *, patience: int | None) -> int:
    """All acts; without patience only up to the page."""
    from watchbill.entrypoints.demo.run import Demo
    from watchbill.entrypoints.demo.shop import port_or_free

    found = port_or_free(port)
    if port and not found:
        _say(f"Port {port} is taken; taking a free one.")
    with Demo(folder, listen=f"127.0.0.1:{found}", say=_say) as running:
        running.set_up()
        _say(f"2/6  Open  {running.login_url()}  (a one-time login link)")
        running.break_payments()
        _say("3/6  The card network was killed just now: every order fails.")
        _say(
            "     A 99.9 % promise burns 14.4 times too fast over an hour after about 52 s of that. Watch the Now page ..."
        )
        paged = running.wait_for_page()
        if paged is None:
            _say("No page was delivered in 180 s.")
            return FAILED
        _say(_arrival(paged))
        draft = None
        if patience is not None:
            _say(f"     Acknowledge it in the browser; in {patience} s {paged.person}, who stands watch, does.")
            draft = running.respond(paged, patience_s=patience)
        cli.show(running.chain(paged.page), print_chain)
        if draft is not None:
            _show_draft(draft)
            _say(_where_to_look(running, draft))
            _wait_for_ctrl_c(_named(cli))
    return 0


def _arrival(paged: "Paged") -> str:
    noticed, delivered = paged.noticed_after.total_seconds(), paged.delivered_after.total_seconds()
    return f"     Judged {noticed:.0f} s after the outage, delivered to {paged.person} at {delivered:.0f} s."


def _show_draft(draft: dict[str, Any]) -> None:  # Any: JSON
    impact = draft["impact"]
    _say(f"6/6  The postmortem is drafted from the records, due {draft['due_on']}: {draft['title']}")
    _say(f"     {draft['duration']} long, detected by {draft['how_detected'] or 'nobody knows what'}")
    for share in impact["slo_budget"]:
        _say(f"     {share['slo']}: {share['consumed_pct']:.1f} % of its budget spent")
    _say(f"     {draft['open_prompts']} questions are left for people: no data can answer them.")


def _where_to_look(running: "Demo", draft: dict[str, Any]) -> str:  # Any: JSON
    watchbill = "watchbill" if shutil.which("watchbill") else sys.argv[0]
    rows = [
        ("Now", running.address),
        ("Incident", f"{running.address}/incidents/{draft['incident'].removeprefix('INC-')}"),
        ("Postmortem", f"{running.address}/postmortems/{draft['id']}"),
        ("Budget", f"{running.address}/slos/checkout-availability"),
        ("Log in again", f"{watchbill} login {getpass.getuser()} --data '{running.data}'"),
        ("Ask by command", f"{watchbill} budget show --data '{running.data}'"),
    ]
    return "\n" + "\n".join(f"  {name:<15} {where}" for name, where in rows)


def _wait_for_ctrl_c(named: str) -> None:
    _say(f"\nThe shop goes on until Ctrl-C; `watchbill demo --rm{named}` deletes its data afterwards.")
    stop = threading.Event()
    try:
        stop.wait()
    except KeyboardInterrupt:
        _say("\nClosing the shop.")


def _named(cli: Cli) -> str:
    return f" --data '{cli.data}'" if cli.data else ""


def _stop(_number: int, _frame: "FrameType | None") -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    """Progress goes to standard error: with --json only the chain stands on standard output."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
