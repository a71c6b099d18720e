"""`contact`: ways to a person, proving them, and the browsers that take pages."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.page import print_escalation
from watchbill.entrypoints.cli.shown import line, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid

__all__ = ["apps"]

app = new_app("Ways to a person: list, verify, and the browsers that take pages.")
apps = {"contact": app}

Who = Annotated[str, typer.Argument(metavar="PERSON", help="The person's handle.")]
Which = Annotated[str, typer.Argument(metavar="DEVICE", help="Its id, as `contact devices` shows it.")]
_HOW = {"file": "yes, written in the resources", "device": "yes, added on the device", "answered": "yes", "none_needed": "needs none"}  # fmt: skip


@verb(app, "list")
def list_all(cli: Cli, person: Who) -> None:
    """List all ways to a person, and what a page takes."""
    cli.show(cli.ask("contact.list", person=person), _print_contacts)


@verb(app, "verify")
def verify(
    cli: Cli,
    person: Who,
    channel: Annotated[str, typer.Argument(help="Which contact: sms, email, slack...")],
    *,
    number: Annotated[int, typer.Option("--number", min=1, help="Which, where a channel has several addresses.")] = 1,
) -> None:
    """Send a code over one contact; `contact confirm` gives it back."""
    cli.show(cli.ask("contact.verify", person=person, channel=channel, number=number), print_escalation)


@verb(app, "confirm")
def confirm(cli: Cli, person: Who, code: Annotated[str, typer.Argument(help="The code of the message.")]) -> None:
    """Give the code back: the contact pages from now on."""
    answer = cli.ask("contact.confirm", person=person, code=code)
    if not answer["confirmed"]:
        raise Invalid("code", "is not one of the last 15 minutes", hint=f"`watchbill contact verify {person} CHANNEL`")
    cli.show(answer, lambda one: line(plain(one["sentence"])))


@verb(app, "devices")
def devices(cli: Cli, person: Who) -> None:
    """List the browsers that take a person's pages."""
    cli.show(
        cli.ask("device.list", person=person),
        lambda rows: table(
            ("ID", "NAME", "ADDED", "LAST SHOWN", "STATE"),
            ((row["id"], row["name"], when(row["added_at"]), when(row["shown_at"]), row["gone_because"] or "takes pages") for row in rows),
            empty="No browser takes pages for this person: open /me/contacts on the phone and turn on push.",
        ),
    )  # fmt: skip


@verb(app, "test-device")
def test_device(cli: Cli, device: Which) -> None:
    """Send a test to one browser."""
    cli.show(cli.ask("device.test", device=device), print_escalation)


@verb(app, "remove-device")
def remove_device(cli: Cli, device: Which) -> None:
    """Let a browser take no pages any more."""
    cli.show(
        cli.ask("device.remove", device=device), lambda one: line(plain(f"{one['name']} takes no pages any more."))
    )


def _print_contacts(one: dict[str, Any]) -> None:  # Any: JSON
    table(
        ("CHANNEL", "ADDRESS", "REACHES THEM", "SINCE", "FAULT"),
        (
            (row["channel"], row["address"], _HOW.get(row["how"], "not proved: last resort"), when(row["proved_at"]), row["fault"] or "")
            for row in one["contacts"]
        ),
        empty="No contact at all: nobody can page this person.",
    )  # fmt: skip
    for step in one["plan"]:
        line(plain(f"A page goes out {step}."))
    if one["quiet_hours"]:
        line(plain(f"What can wait does so from {one['quiet_hours']}; pages never do."))
