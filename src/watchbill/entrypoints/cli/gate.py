"""`gate`: may this go out now? Exit status 0: go, 3: stop; the same for people, scripts and pipelines."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

NO = 3

app = new_app("Gates: may a deploy, an experiment or a launch go ahead? Exit status 0 go, 3 stop.")
apps = {"gate": app}

Service = Annotated[str, typer.Argument(help="The service, by name or alias.")]
Kind = Annotated[str, typer.Option("--kind", help="feature or reliability.")]
Risk = Annotated[str, typer.Option("--risk", help="low or high.")]
ApprovedBy = Annotated[str | None, typer.Option("--approved-by", metavar="PERSON", help="The SRE who approved it.")]
Plan = Annotated[str | None, typer.Option("--rollback-plan", metavar="TEXT", help="How to undo it.")]
Exception_ = Annotated[
    str | None, typer.Option("--exception", help="security, regulatory or data-loss; needs --reason.")
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why the exception holds.")]


@verb(app, "deploy")
def deploy(
    cli: Cli, service: Service, *, kind: Kind = "feature", risk: Risk = "low", approved_by: ApprovedBy = None,
    rollback_plan: Plan = None, exception: Exception_ = None, reason: Reason = None,
) -> int:  # fmt: skip
    """Ask whether a deploy may go out now."""
    return _ask(
        cli, service, "deploy", kind=kind, risk=risk, approved_by=approved_by, rollback_plan=rollback_plan,
        exception=exception, reason=reason,
    )  # fmt: skip


@verb(app, "chaos")
def chaos(
    cli: Cli, service: Service, *, risk: Risk = "low", approved_by: ApprovedBy = None, rollback_plan: Plan = None
) -> int:
    """Ask whether an experiment may run now: in healthy budgets only."""
    return _ask(cli, service, "chaos", risk=risk, approved_by=approved_by, rollback_plan=rollback_plan)


@verb(app, "launch")
def launch(
    cli: Cli, service: Service, *, risk: Risk = "low", approved_by: ApprovedBy = None, rollback_plan: Plan = None
) -> int:
    """Ask whether something new may be launched now."""
    return _ask(cli, service, "launch", risk=risk, approved_by=approved_by, rollback_plan=rollback_plan)


@verb(app, "list")
def list_all(
    cli: Cli,
    service: Annotated[
        str | None, typer.Argument(metavar="[SERVICE]", help="Only decisions about this service.")
    ] = None,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 50,
) -> None:
    """List decisions, newest first."""
    cli.show(cli.every("gate.list", limit, service=service), _print_list)


def _ask(cli: Cli, service: str, action: str, **fields: str | None) -> int:
    answer = cli.ask("gate.ask", service=service, action=action, **fields)
    cli.show(answer, _print_one)
    return 0 if answer["allowed"] else NO


def _print_one(one: dict[str, Any]) -> None:  # Any: JSON
    frozen = ", frozen" if one["frozen"] else ""
    line(
        f"{'go' if one['allowed'] else 'stop'}: {one['action']} of {one['service']} ({one['state'] or 'unknown'}{frozen})"
    )
    for reason in one["reasons"]:
        line(f"  {reason}")
    line(f"recorded as {one['id']}")


def _print_list(rows: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("AT", "SERVICE", "ACTION", "ANSWER", "STATE", "BY", "WHY"),
        (
            (when(one["at"]), one["service"], one["action"], "go" if one["allowed"] else "stop", one["state"], one["by"],
             one["reasons"][0] if one["reasons"] else "")
            for one in rows
        ),
        empty="No gate was asked yet: `watchbill gate deploy SERVICE`.",
    )  # fmt: skip
