"""`chat`: who is who in Slack, Mattermost and Matrix, and whether watchbill is there."""

from typing import Annotated

import typer

from watchbill.entrypoints.cli.shown import line, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

NO = 3

app = new_app("Who is who in Slack, Mattermost and Matrix, and whether watchbill is there.")
apps = {"chat": app}


@verb(app, "show")
def show(cli: Cli) -> int:
    """Ask each provider who we are there; exit status 3 when one does not know us."""
    rows = cli.ask("chat.show")
    cli.show(
        rows,
        lambda found: table(
            ("PROVIDER", "", "DETAIL", "ROOMS FROM", "LISTENS", "TO DO"),
            (
                (one["provider"], "ok" if one["ok"] else "NOT OK", one["detail"], one["rooms"] or "none", "yes" if one["listens"] else "no", one["hint"])
                for one in found
            ),
            empty="No chat is set up (docs/how-to/chat.md).",
        ),
    )  # fmt: skip
    return 0 if all(one["ok"] for one in rows) else NO


@verb(app, "code")
def code(
    cli: Cli,
    person: Annotated[str | None, typer.Argument(help="Whom it links; you, where nobody is named.")] = None,
) -> None:
    """Print a code that says who you are in a chat; it is good once, for a quarter of an hour."""
    cli.show(
        cli.ask("chat.code", person=person),
        lambda one: line(
            f"Say this in the chat, as {one['person']}, before {when(one['expires_at'])}:\n"
            f"  /wb link {one['code']}      (Slack, Mattermost)\n  !wb link {one['code']}      (Matrix)"
        ),
    )


@verb(app, "links")
def links(cli: Cli) -> None:
    """List who is who."""
    cli.show(
        cli.ask("chat.links"),
        lambda rows: table(
            ("PROVIDER", "USER", "PERSON", "SINCE", "BY"),
            (
                (one["provider"], one["user"], one["person"], when(one["linked_at"]) if one["linked_at"] else "", one["linked_by"])
                for one in rows
            ),
            empty="Nobody is linked.",
        ),
    )  # fmt: skip


@verb(app, "unlink")
def unlink(
    cli: Cli,
    provider: Annotated[str, typer.Argument(help="slack, mattermost or matrix.")],
    user: Annotated[str, typer.Argument(help="The user's id there.")],
) -> None:
    """Let a chat user speak for nobody any more."""
    answer = cli.ask("chat.unlink", provider=provider, user=user)
    cli.show(answer, lambda one: line(f"{one['user']} no longer speaks for {one['person']}."))
