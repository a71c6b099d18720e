"""`route test`: where an alert would go, and why."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.alerts import labels_of
from watchbill.entrypoints.cli.shown import line, plain
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

NO = 3

app = new_app("Ask where an alert would go, and why.")
apps = {"route": app}


@app.callback()
def _group() -> None:
    """Ask where an alert would go, and why."""


@verb(app, "test")
def test(
    cli: Cli, labels: Annotated[list[str], typer.Argument(metavar="LABEL=VALUE..", help="As a sender would send them.")]
) -> int:
    """Follow the routing tree; exit status 3 when nobody would be told."""
    answer = cli.ask("route.test", labels=labels_of(labels))
    cli.show(answer, _print_routing)
    return 0 if answer["notify"] else NO


def _print_routing(answer: dict[str, Any]) -> None:  # Any: JSON
    line(plain(answer["sentence"]))
    line()
    for step in answer["steps"]:
        line(
            plain(
                f"{'  ' * step['depth']}{'matched' if step['matched'] else 'passed '} {step['route']}: {step['reason']}"
            )
        )
    line(plain(f"severity {answer['severity']}: {answer['severity_reason']}"))
    line(plain(f"service {answer['service'] or 'unknown'}: {answer['service_reason']}"))
    for target in answer["targets"]:
        incident = ", declares an incident" if target["declares_incident"] else ""
        line(plain(f"-> {target['escalation_policy'] or 'nobody'} as group {target['group_key']}{incident}"))
    line(plain(answer["policy_reason"]))
