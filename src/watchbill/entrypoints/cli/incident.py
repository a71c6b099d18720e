"""`incident`: declare and work incidents."""

import sys
from typing import Annotated

import typer

from watchbill.entrypoints.cli import incident_record
from watchbill.entrypoints.cli.executing import read_values, told
from watchbill.entrypoints.cli.incident_shown import print_list, print_metrics, print_room, print_update
from watchbill.entrypoints.cli.investigation_shown import print_investigation
from watchbill.entrypoints.cli.runbook_shown import print_execution
from watchbill.entrypoints.cli.shown import line, parse_when, plain
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import to_text

__all__ = ["apps"]

app = new_app("Declare and work incidents. ID is a number (12), INC-12, or the id itself.")
apps = {"incident": app}
incident_record.add_to(app)

Id = Annotated[str, typer.Argument(metavar="ID")]
_IMPAIRMENTS = {
    "core-down": "core function down",
    "degraded": "degraded performance",
    "non-core": "non-core feature down",
}
Severity = Annotated[str | None, typer.Option("--severity", help="SEV1..SEV4; left out, the matrix decides.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@verb(app, "start")
def start(
    cli: Cli,
    title: Annotated[list[str], typer.Argument(metavar="TEXT", help="What is wrong, in one line.")],
    *,
    severity: Severity = None,
    service: Annotated[str | None, typer.Option("--service", help="The service that is broken.")] = None,
    detected_by: Annotated[
        str, typer.Option("--detected-by", help="alert, user-report or manual-check.")
    ] = "manual-check",
    drill: Annotated[bool, typer.Option("--drill", help="An exercise: nobody outside is told.")] = False,
    call: Annotated[
        bool, typer.Option("--call", help="With --drill: call people, each call marked as a drill.")
    ] = False,
    alert: Annotated[
        str | None, typer.Option("--alert", metavar="ID", help="The alert that it is about; it tells the service.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Declare an incident; similar open ones are shown first."""
    text = " ".join(title)
    likely = [
        one
        for one in cli.ask("incident.similar", title=text, service=service)
        if one["status"] in {"open", "mitigated"}
    ]
    if likely and not yes:
        for one in likely:
            sys.stderr.write(
                plain(f"INC-{one['number']} {one['title']} ({one['status']}): {', '.join(one['why'])}") + "\n"
            )
        if not cli.confirm("Declare another one all the same?", yes=yes):
            raise Invalid(
                "--yes",
                f"INC-{likely[0]['number']} looks like the same",
                hint="join it, or say --yes to declare another one",
            )
    answer = cli.ask(
        "incident.start", title=text, severity=severity, service=service, detected_by=_detected(detected_by), drill=drill, call=call, alert=alert,
        read_text=True, confirm=yes or bool(likely),
    )  # fmt: skip
    cli.show(answer, print_room)


@verb(app, "list")
def list_all(
    cli: Cli,
    *,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that go on.")] = False,
    severity: Severity = None,
    service: Annotated[str | None, typer.Option("--service", help="Only of this service.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 50,
) -> None:
    """List incidents, newest first."""
    cli.show(cli.every("incident.list", limit, open=open_only or None, severity=severity, service=service), print_list)


@verb(app, "metrics")
def metrics(
    cli: Cli,
    *,
    since: Annotated[str | None, typer.Option("--since", help="From this moment; by default 30 days ago.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Up to this moment; by default now.")] = None,
    service: Annotated[str | None, typer.Option("--service", help="Only of this service.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="severity, service or cause.")] = None,
) -> None:
    """Show how fast incidents were noticed, taken, stopped and ended, and which came back."""
    start, end = parse_when(since, field="since"), parse_when(until, field="until")
    answer = cli.ask(
        "incident.metrics", since=to_text(start) if start else None, until=to_text(end) if end else None, service=service, by=by
    )  # fmt: skip
    cli.show(answer, print_metrics)


@verb(app, "show")
def show(cli: Cli, identifier: Id) -> None:
    """Show everything about one incident."""
    cli.show(cli.ask("incident.show", id=identifier), print_room)


@verb(app, "ack")
def ack(cli: Cli, identifier: Id) -> None:
    """Take it: nobody else is called."""
    cli.show(cli.ask("incident.ack", id=identifier), print_room)


@verb(app, "severity")
def severity(
    cli: Cli,
    identifier: Id,
    new: Annotated[
        str | None, typer.Argument(metavar="[SEV]", help="SEV1..SEV4; left out, the matrix decides from what is given.")
    ] = None,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    impairment: Annotated[
        str | None, typer.Option("--impairment", help="core-down, degraded, non-core or cosmetic.")
    ] = None,
    users: Annotated[int | None, typer.Option("--users", min=0, help="How many users are affected.")] = None,
    affected_pct: Annotated[
        str | None, typer.Option("--affected-pct", help="Which share of the users is affected.")
    ] = None,
    data_loss: Annotated[bool | None, typer.Option("--data-loss/--no-data-loss")] = None,
    pii_breach: Annotated[bool | None, typer.Option("--pii-breach/--no-pii-breach")] = None,
    revenue: Annotated[bool | None, typer.Option("--revenue/--no-revenue")] = None,
    users_total: Annotated[int | None, typer.Option("--users-total", min=0, help="How many users there are.")] = None,
    tickets: Annotated[int | None, typer.Option("--tickets", min=0, help="How many customers wrote in.")] = None,
    started: Annotated[str | None, typer.Option("--started", help="When it began to hurt.")] = None,
) -> None:
    """Set the severity, or say what is known of the damage."""
    answer = cli.ask(
        "incident.severity", id=identifier, severity=new, reason=reason, impairment=_IMPAIRMENTS.get(impairment or "", impairment), users_affected=users,
        affected_pct=affected_pct, data_loss=data_loss, pii_breach=pii_breach, revenue=revenue, users_total=users_total, customer_tickets=tickets,
        started_at=to_text(began) if (began := parse_when(started, field="--started")) else None,
    )  # fmt: skip
    cli.show(answer, print_room)


@verb(app, "role")
def role(
    cli: Cli,
    identifier: Id,
    name: Annotated[str, typer.Argument(metavar="ROLE", help="ic, communications, operations, sme or scribe.")],
    person: Annotated[str | None, typer.Argument(metavar="[PERSON]", help="Nobody named takes the role away.")] = None,
    *,
    summary: Annotated[str, typer.Option("--summary", help="What the next holder has to know.")] = "",
) -> None:
    """Give a role, hand it over, or take it away."""
    cli.show(cli.ask("incident.role", id=identifier, role=name, person=person, summary=summary), print_room)


@verb(app, "update")
def update(
    cli: Cli,
    identifier: Id,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]", help="As it shall read; left out, it is drafted from data.")
    ] = None,
    *,
    template: Annotated[str | None, typer.Option("--template", help="Which template to fill.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Send it; without this it is a draft.")] = False,
) -> None:
    """Preview or send a status update."""
    said = " ".join(text) if text else None
    cli.show(cli.ask("incident.update", id=identifier, text=said, template=template, send=send), print_update)


@verb(app, "note")
def note(
    cli: Cli,
    identifier: Id,
    text: Annotated[list[str], typer.Argument(metavar="TEXT")],
    *,
    kind: Annotated[str, typer.Option("--kind", help="note, decision, action, know, dont-know or doing.")] = "note",
    at: Annotated[str | None, typer.Option("--at", help="When it happened, if not now.")] = None,
    supersedes: Annotated[
        int | None, typer.Option("--supersedes", metavar="N", help="The entry that this corrects.")
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="With --supersedes: take the entry back.")] = False,
) -> None:
    """Write into the timeline."""
    moment = parse_when(at, field="--at")
    answer = cli.ask(
        "incident.note", id=identifier, text=" ".join(text), kind=kind.replace("-", "_"), at=to_text(moment) if moment else None, supersedes=supersedes, withdraw=withdraw,
    )  # fmt: skip
    cli.show(answer, lambda entry: line(plain(f"{entry['sequence']}: {entry['text']}")))


@verb(app, "mitigate")
def mitigate(
    cli: Cli,
    identifier: Id,
    *,
    how: Annotated[str | None, typer.Option("--how", help="What stopped the bleeding: it is stopped.")] = None,
    take: Annotated[
        str | None,
        typer.Option("--take", metavar="NAME", help="Take this way to mitigate; `incident investigate` lists them."),
    ] = None,
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="What a placeholder stands for.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Rehearse it, or show what would be run.")] = False,
) -> int:
    """Say that the bleeding is stopped; or, with --take, do something about it."""
    if take is None:
        cli.show(cli.ask("incident.mitigate", id=identifier, how=how), print_room)
        return 0
    values = read_values(sets or [])
    asked = cli.ask(
        "incident.mitigations.take", id=identifier, mitigation=take, values=values or None, dry_run=dry_run or None
    )
    return told(cli, asked)


@verb(app, "investigate")
def investigate(cli: Cli, identifier: Id) -> None:
    """What changed, what burns, what fails, what helped before, and ways to mitigate."""
    cli.show(cli.ask("incident.investigate", id=identifier), print_investigation)


@verb(app, "approve")
def approve(
    cli: Cli, execution: Annotated[str, typer.Argument(metavar="EXECUTION", help="exe_..., as it was proposed.")]
) -> int:
    """Say yes to a command or webhook that another person asked for; it is run at once."""
    return told(cli, cli.ask("execution.approve", id=execution))


@verb(app, "reject")
def reject(
    cli: Cli,
    execution: Annotated[str, typer.Argument(metavar="EXECUTION", help="exe_..., as it was proposed.")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why not.")] = "",
) -> None:
    """Say no; it is not run."""
    cli.show(cli.ask("execution.reject", id=execution, reason=reason), print_execution)


@verb(app, "stop")
def stop(cli: Cli, execution: Annotated[str, typer.Argument(metavar="EXECUTION", help="exe_..., as it runs.")]) -> None:
    """Stop a command that runs, with everything that it started."""
    cli.show(cli.ask("execution.stop", id=execution), print_execution)


@verb(app, "resolve")
def resolve(
    cli: Cli,
    identifier: Id,
    *,
    root_cause: Annotated[str | None, typer.Option("--root-cause", metavar="TEXT", help="One sentence.")] = None,
    override: Annotated[
        str | None, typer.Option("--override", metavar="REASON", help="Resolve although not all demands are met.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why you and not the commander say so.")] = None,
    all_clear: Annotated[bool, typer.Option("--all-clear", help="Send the all-clear in the same step.")] = False,
) -> None:
    """Declare the end; says what is still missing."""
    answer = cli.ask(
        "incident.resolve", id=identifier, root_cause=root_cause, override=override, reason=reason, all_clear=all_clear
    )
    cli.show(answer, print_room)


@verb(app, "close")
def close(cli: Cli, identifier: Id, *, reason: Annotated[str, typer.Option("--reason", help="Why.")] = "") -> None:
    """Close it: nothing more is to be done, or it was a false alarm."""
    cli.show(cli.ask("incident.close", id=identifier, reason=reason), print_room)


@verb(app, "reopen")
def reopen(cli: Cli, identifier: Id, *, reason: Annotated[str, typer.Option("--reason", help="Why.")]) -> None:
    """Say that it was not over."""
    cli.show(cli.ask("incident.reopen", id=identifier, reason=reason), print_room)


def _detected(given: str) -> str:
    """`user report`, `user-report` and `user_report` are the same."""
    return given.strip().replace("-", " ").replace("_", " ")
