"""A walk on a terminal: each step is shown, run or confirmed, and what is to be done otherwise is said at once."""

import sys
from typing import Any

import typer

from watchbill.entrypoints.cli.executing import settled
from watchbill.entrypoints.cli.runbook_shown import print_execution, print_run, print_step
from watchbill.entrypoints.cli.shown import line, plain
from watchbill.entrypoints.cli.verbs import Cli
from watchbill.kernel.errors import WatchbillError

__all__ = ["walk"]

Json = Any  # Any: answers of operations are JSON


def walk(cli: Cli, run: Json, values: dict[str, str]) -> None:
    """Every step that is open, in order; whoever quits goes on later with the same command."""
    print_run(run)
    for key in [step["key"] for step in run["steps"] if step["verdict"] == "open"]:
        run = cli.ask("runbook.run.show", id=run["id"])
        step = next(one for one in run["steps"] if one["key"] == key)
        line("")
        print_step(step)
        if not _one(cli, run, step, values):
            line(plain(f"Go on with: watchbill runbook run {run['id']}"))
            return
    line("")
    if typer.confirm("All steps are through. Did it help?", default=True):
        cli.ask("runbook.end", id=run["id"], outcome="helped")
        return
    if run["contact"] and not run["escalated_at"] and typer.confirm(f"Call {run['contact']} now?", default=True):
        cli.ask("runbook.escalate", id=run["id"])
        line(plain(f"{run['contact']} is being called."))
    cli.ask("runbook.end", id=run["id"], outcome="did_not_help")


def _one(cli: Cli, run: Json, step: Json, values: dict[str, str]) -> bool:
    """Until the step is done or passed over; False to stop the walk."""
    choices = ("[r]un it, " if step["command"] else "") + "[y] as expected, [n] not as expected, [s]kip, [q]uit"
    while True:
        answer = typer.prompt(choices, default="r" if step["command"] else "y").strip().lower()[:1]
        if answer == "q":
            return False
        if answer == "s":
            return True
        if answer in {"y", "n"}:
            cli.ask("runbook.confirm", id=run["id"], step=step["key"], as_expected=answer == "y")
            if answer == "n" and step["if_unexpected"]:
                line(plain(f"THEN: {step['if_unexpected']}"))
            return True
        if answer == "r" and step["command"] and _run(cli, run, step, values):
            return True


def _run(cli: Cli, run: Json, step: Json, values: dict[str, str]) -> bool:
    """Whether the walk may go on; a refusal is said, and the person chooses again."""
    for name in step["needs"]:
        if name not in values:
            values[name] = typer.prompt(f"What is {name}?")
    try:
        done = settled(cli, cli.ask("runbook.execute", id=run["id"], step=step["key"], values=values or None))
    except WatchbillError as refused:
        sys.stderr.write(f"{refused}\n")
        for name in step["needs"]:
            values.pop(name, None)
        return False
    print_execution(done)
    return True
