"""`alerts`: what machines claim."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli import alert_quality, replay
from watchbill.entrypoints.cli.shown import facts, line, parse_when, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import to_text

__all__ = ["apps", "labels_of"]

app = new_app("Alerts: list, show, send, acknowledge, resolve, review, lint, replay.")
apps = {"alerts": app}
alert_quality.register(app)
replay.register(app)

Id = Annotated[str, typer.Argument(metavar="ID", help="An alert's id, or its fingerprint.")]


@verb(app, "list")
def list_all(
    cli: Cli,
    *,
    status: Annotated[str | None, typer.Option("--status", help="firing, resolved or expired.")] = None,
    severity: Annotated[str | None, typer.Option("--severity", help="P0, P1, P2 or P3.")] = None,
    service: Annotated[str | None, typer.Option("--service", help="Only alerts of this service.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 50,
) -> None:
    """List alerts, newest first."""
    cli.show(cli.every("alerts.list", limit, status=status, severity=severity, service=service), _print_list)


@verb(app, "show")
def show(cli: Cli, identifier: Id) -> None:
    """Show one alert with all that happened around it."""
    cli.show(cli.ask("alerts.show", id=identifier), _print_one)


@verb(app, "send")
def send(
    cli: Cli,
    name: Annotated[str, typer.Argument(help="The alert's name.")],
    labels: Annotated[list[str] | None, typer.Argument(metavar="[LABEL=VALUE]..", help="Further labels.")] = None,
    *,
    service: Annotated[str | None, typer.Option("--service", help="The service it is about.")] = None,
    severity: Annotated[
        str | None, typer.Option("--severity", help="critical, error, warning, info or P0..P3.")
    ] = None,
    summary: Annotated[str | None, typer.Option("--summary", help="One line for people.")] = None,
    annotation: Annotated[
        list[str] | None, typer.Option("--annotation", metavar="NAME=VALUE", help="May be repeated.")
    ] = None,
    starts: Annotated[str | None, typer.Option("--starts-at", help="When it began (default: now).")] = None,
    resolved: Annotated[bool, typer.Option("--resolved", help="Say that it is over.")] = False,
) -> None:
    """Send an alert as a monitoring system would."""
    began = parse_when(starts, field="--starts-at")
    answer = cli.ask(
        "alerts.send", name=name, labels=labels_of(labels or []), annotations=labels_of(annotation or [], "--annotation"),
        service=service, severity=severity, summary=summary, resolved=resolved, starts_at=to_text(began) if began else None,
    )  # fmt: skip
    cli.show(answer, lambda one: line(f"Accepted: {one['fingerprint']}"))


@verb(app, "ack")
def ack(cli: Cli, identifier: Id) -> None:
    """Acknowledge: nobody else is called for it."""
    cli.show(cli.ask("alerts.ack", id=identifier), _print_one)


@verb(app, "resolve")
def resolve(cli: Cli, identifier: Id) -> None:
    """Say that it is over."""
    cli.show(cli.ask("alerts.resolve", id=identifier), _print_one)


@verb(app, "rate")
def rate(
    cli: Cli,
    identifier: Id,
    *,
    actionable: Annotated[
        bool, typer.Option("--actionable/--not-actionable", help="Was there anything to do?")
    ] = False,
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
) -> None:
    """Say whether there was anything to do about it."""
    cli.show(cli.ask("alerts.actionable", id=identifier, actionable=actionable, note=note), _print_one)


def labels_of(pairs: list[str], field: str = "LABEL=VALUE") -> dict[str, str]:
    """`name=value` words as a dict; a word without `=` raises Invalid."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise Invalid(field, f"{pair!r} has no name and value", hint="write team=payments")
        found[name] = value.strip('"')
    return found


def _print_list(alerts: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("SINCE", "SEVERITY", "STATUS", "SERVICE", "ALERT", "ID"),
        (
            (when(one["starts_at"]), one["severity"], one["status"] + (", silenced" if one["silenced_by"] else ""), one["service"], one["title"], one["id"])
            for one in alerts
        ),
        empty="No alerts.",
    )  # fmt: skip


def _print_one(one: dict[str, Any]) -> None:  # Any: JSON
    line(plain(one["summary"] or one["title"]))
    facts(
        [
            ("alert", one["id"]),
            ("status", f"{one['status']} since {when(one['starts_at'])}"),
            ("severity", one["severity"]),
            ("service", one["service"]),
            ("labels", ", ".join(f"{name}={value}" for name, value in sorted(one["labels"].items()))),
            ("acknowledged", one["acknowledged_by"]),
            ("escalation", one["escalation"] and f"{one['escalation']} ({one['escalation_status']})"),
            ("incident", one["incident_number"] and f"INC-{one['incident_number']}"),
            ("runbook", one["runbook_name"] or one["runbook"]),
            ("sender", one["generator_url"]),
        ]
    )
    for event in one["timeline"]:
        line(plain(f"{when(event['at'])}  {event['text']}"))
