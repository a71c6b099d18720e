"""`heartbeat` and `probe`: what is waited for, and what is asked."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

heartbeat = new_app("Heartbeats: list, ping.")
probe = new_app("Probes: list, try.")
apps = {"heartbeat": heartbeat, "probe": probe}


@verb(heartbeat, "list")
def list_heartbeats(cli: Cli) -> None:
    """List heartbeats and how they stand."""
    cli.show(cli.ask("heartbeat.list"), _print_heartbeats)


@verb(heartbeat, "ping")
def ping(
    cli: Cli,
    name: str,
    *,
    fail: Annotated[bool, typer.Option("--fail", help="The run went wrong.")] = False,
    duration: Annotated[str | None, typer.Option("--duration", metavar="DURATION", help="How long it took.")] = None,
    message: Annotated[str, typer.Option("--message", help="What happened.")] = "",
    run: Annotated[str | None, typer.Option("--run", metavar="ID", help="The run; the same one counts once.")] = None,
) -> None:
    """Report that a job ran."""
    status = "fail" if fail else "ok"
    answer = cli.ask("heartbeat.ping", name=name, status=status, duration=duration, message=message, run=run)
    cli.show(answer, _print_ping)


@verb(probe, "list")
def list_probes(cli: Cli) -> None:
    """List probes and how they went last."""
    cli.show(cli.ask("probe.list"), _print_probes)


@verb(probe, "try")
def try_probe(cli: Cli, name: str) -> None:
    """Run a probe now, without counting it."""
    cli.show(cli.ask("probe.try", name=name), lambda one: _print_probes([one]))


def _print_heartbeats(rows: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("HEARTBEAT", "SERVICE", "STATE", "LAST GOOD RUN", "DUE BY", "WHY"),
        (
            (one["name"], one["service"], one["state"], when(one["last_good_at"]), when(one["due_at"]), one["reason"])
            for one in rows
        ),
        empty="No heartbeats. A resource `heartbeat:` defines one.",
    )


def _print_ping(one: dict[str, Any]) -> None:  # Any: JSON
    if one["duplicate"]:
        line(f"{one['name']}: this run was taken in before.")
    else:
        line(f"{one['name']} is {one['state']}; the next run is due by {when(one['due_at'])}.")


def _print_probes(rows: list[dict[str, Any]]) -> None:  # Any: JSON
    verdicts = {True: "ok", False: "bad", None: "not yet"}
    table(
        ("PROBE", "SERVICE", "WENT", "AT", "TOOK", "CHECKS", "SAID"),
        (
            (one["name"], one["service"], verdicts[one["ok"]], when(one["at"]), "" if one["took_ms"] is None else f"{one['took_ms']} ms", one["checks"], one["said"])
            for one in rows
        ),
        empty="No probes. A resource `probe:` defines one.",
    )  # fmt: skip
