"""`page`: call people, see what was tried, acknowledge and hand on."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import facts, line, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid

__all__ = ["apps", "print_escalation"]

app = new_app("Page people, test a pager, see every attempt, acknowledge and hand on.")
apps = {"page": app}

Id = Annotated[str, typer.Argument(metavar="ID", help="A page, escalation, alert or incident.")]
To = Annotated[
    list[str], typer.Argument(metavar="WHOM..", help="person:ann, schedule:NAME, team:NAME; a bare name is a person.")
]


@verb(app, "send")
def send(
    cli: Cli,
    title: Annotated[str, typer.Argument(help="What they should know, in one line.")],
    *,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="person:ann, schedule:NAME, team:NAME; may be repeated.")
    ] = None,
    policy: Annotated[str | None, typer.Option("--policy", help="Walk through this escalation policy.")] = None,
    message: Annotated[str, typer.Option("--message", help="More than one line.")] = "",
    severity: Annotated[str, typer.Option("--severity", help="P0 or P1.")] = "P1",
    service: Annotated[str | None, typer.Option("--service", help="The service it is about.")] = None,
) -> None:
    """Page people by hand."""
    if not (to or policy or service):
        raise Invalid(
            "--to",
            "says whom to page",
            hint="write --to person:ann, --policy NAME, or --service NAME for whom its alerts call",
        )
    answer = cli.ask(
        "page.send", to=to, policy=policy, title=title, message=message, severity=severity, service=service
    )
    cli.show(answer, print_escalation)


@verb(app, "test")
def test(
    cli: Cli,
    person: Annotated[str, typer.Argument(help="Whose pager.")],
    *,
    every: Annotated[bool, typer.Option("--all-channels", help="Over every contact at once.")] = False,
) -> None:
    """Try out a pager."""
    cli.show(cli.ask("page.test", person=person, all_channels=every), print_escalation)


@verb(app, "list")
def list_all(
    cli: Cli,
    *,
    person: Annotated[str | None, typer.Option("--person", help="Only pages to this person.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 50,
) -> None:
    """List pages, newest first."""
    cli.show(
        cli.every("page.list", limit, person=person),
        lambda rows: table(
            ("AT", "ID", "PERSON", "STATUS", "SEVERITY", "SERVICE", "TITLE"),
            ((when(row["created_at"]), row["id"], row["person"], row["status"], row["severity"], row["service"], row["title"]) for row in rows),
            empty="Nobody was paged.",
        ),
    )  # fmt: skip


@verb(app, "show")
def show(cli: Cli, identifier: Id) -> None:
    """Show one page or escalation with every attempt."""
    name = "escalation.show" if identifier.startswith("esc_") else "page.show"
    cli.show(cli.ask(name, id=identifier), print_escalation if name == "escalation.show" else _print_page)


@verb(app, "ack")
def ack(cli: Cli, identifier: Id) -> None:
    """Acknowledge: nobody else is called."""
    cli.show(cli.ask("page.ack", id=identifier), print_escalation)


@verb(app, "escalate")
def escalate(cli: Cli, identifier: Id) -> None:
    """Call the next in line now."""
    cli.show(cli.ask("page.escalate", id=identifier), print_escalation)


@verb(app, "snooze")
def snooze(cli: Cli, identifier: Id, *, minutes: Annotated[int, typer.Option("--minutes", min=1)] = 15) -> None:
    """Acknowledge for a while."""
    cli.show(cli.ask("page.snooze", id=identifier, minutes=minutes), print_escalation)


@verb(app, "reassign")
def reassign(cli: Cli, identifier: Id, to: To) -> None:
    """Call others instead."""
    cli.show(cli.ask("page.reassign", id=identifier, to=to), print_escalation)


@verb(app, "add")
def add(cli: Cli, identifier: Id, to: To) -> None:
    """Call others as well."""
    cli.show(cli.ask("page.add", id=identifier, to=to), print_escalation)


@verb(app, "resolve")
def resolve(cli: Cli, identifier: Id) -> None:
    """Say that it is over: nobody is called any more."""
    cli.show(cli.ask("page.resolve", id=identifier), print_escalation)


def print_escalation(one: dict[str, Any]) -> None:  # Any: JSON
    """An escalation with whom it called and what came of it."""
    line(plain(one["sentence"] or one["title"]))
    facts(
        [
            ("escalation", one["id"]),
            ("status", one["status"]),
            ("severity", one["severity"]),
            ("service", one["service"]),
            ("policy", one["policy"]),
            ("acknowledged", one["acknowledged_at"] and f"{when(one['acknowledged_at'])} by {one['acknowledged_by']}"),
            (
                "next step",
                one["next_step_at"] and f"{when(one['next_step_at'])}: {', '.join(one['next_people']) or 'nobody'}",
            ),
        ]
    )
    for page in one["pages"]:
        _print_page(page)


def _print_page(page: dict[str, Any]) -> None:  # Any: JSON
    line(f"{when(page['created_at'])}  {page['id']}  {page['person']} ({page['reason']}): {page['status']}")
    for delivery in page["deliveries"]:
        tries = len(delivery["attempts"])
        tried = f", {tries} attempt{'s' if tries != 1 else ''}" if tries else ""
        line(
            plain(
                f"    {delivery['channel']} {delivery['address']}: {delivery['status']}{tried} {delivery['answer']}".rstrip()
            )
        )
