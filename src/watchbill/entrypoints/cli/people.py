"""`user`, `token`, `login`, `audit`: who may do what, and what they did."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

NO = 3

user_app = new_app("People and their roles.")
token_app = new_app("API tokens.")
login_app = new_app("Print a one-time login link.")
audit_app = new_app("The audit log, and whether its chain holds.")
apps = {"user": user_app, "token": token_app, "login": login_app, "audit": audit_app}


@verb(user_app, "add")
def add(
    cli: Cli,
    name: Annotated[str, typer.Argument(help="The handle, eg ann.")],
    *,
    role: Annotated[str, typer.Option("--role", help="viewer, responder, editor or admin.")] = "responder",
) -> None:
    """Give a person an account, or another role."""
    cli.show(cli.ask("person.add", name=name, role=role), lambda one: _print_people([one]))


@verb(user_app, "list")
def list_people(cli: Cli) -> None:
    """List who is on a rota or has an account."""
    cli.show(cli.ask("person.list"), _print_people)


@verb(user_app, "disable")
def disable(cli: Cli, name: Annotated[str, typer.Argument(help="The handle.")]) -> None:
    """Take the account away; open logins end at once."""
    cli.show(cli.ask("person.disable", name=name), lambda one: _print_people([one]))


@verb(token_app, "create")
def create(
    cli: Cli,
    *,
    role: Annotated[str, typer.Option("--role", help="viewer, responder, editor or admin.")] = "viewer",
    name: Annotated[str, typer.Option("--name", help="What it is for.")] = "",
    expires_in: Annotated[str | None, typer.Option("--expires-in", help="For how long it is good, eg 90d.")] = None,
    intake: Annotated[
        str | None, typer.Option("--intake", help="A key that only sends alerts, as this integration.")
    ] = None,
) -> None:
    """Make a token, or an intake key; its secret is shown this once."""
    answer = cli.ask("token.create", role=role, name=name, expires_in=expires_in, intake=intake)
    cli.show(answer, lambda one: line(one["token"]))


@verb(token_app, "list")
def list_tokens(cli: Cli) -> None:
    """List tokens, without their secrets."""
    cli.show(
        cli.ask("token.list"),
        lambda rows: table(
            ("NAME", "STARTS WITH", "ROLE", "MADE BY", "MADE", "EXPIRES", "LAST USED", "REVOKED"),
            (
                (row["name"], row["prefix"], row["role"], row["created_by"], *(when(row[key]) for key in ("created_at", "expires_at", "last_used_at", "revoked_at")))
                for row in rows
            ),
            empty="No tokens.",
        ),
    )  # fmt: skip


@verb(token_app, "revoke")
def revoke(cli: Cli, token: Annotated[str, typer.Argument(help="Its id, name or first characters.")]) -> None:
    """Make a token useless."""
    cli.show(cli.ask("token.revoke", token=token), lambda one: line(f"{one['name']} is revoked."))


@verb(login_app, "login")
def login(cli: Cli, person: Annotated[str, typer.Argument(help="Whom the link logs in.")]) -> None:
    """Print a link that logs the person in once, within a short time."""
    cli.show(cli.ask("login.link", person=person), lambda one: line(one["login_url"]))


@verb(audit_app, "verify")
def verify(
    cli: Cli,
    *,
    head: Annotated[
        str | None, typer.Option("--head", help="The hash of an earlier run: shows rows cut off the end.")
    ] = None,
) -> int:
    """Recompute the chain; exit status 3 when it does not hold."""
    answer = cli.ask("audit.verify", head=head)
    cli.show(answer, _print_verdict)
    return 0 if answer["ok"] else NO


@verb(audit_app, "list")
def list_audit(
    cli: Cli,
    *,
    after: Annotated[int, typer.Option("--after", min=0, help="Rows after this number.")] = 0,
    subject: Annotated[str | None, typer.Option("--subject", help="Only rows about this record.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 100,
) -> None:
    """Read the audit log, oldest first."""
    cli.show(
        cli.ask("audit.list", after=after, subject=subject, limit=limit),
        lambda rows: table(
            ("NO.", "AT", "WHO", "DID", "TO"),
            ((row["sequence"], when(row["at"]), row["actor"], row["action"], row["subject"]) for row in rows),
            empty="Nothing is recorded.",
        ),
    )


def _print_people(people: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("NAME", "FULL NAME", "E-MAIL", "TEAMS", "ROLE"),
        (
            (
                one["name"],
                one["full_name"],
                one["email"],
                ", ".join(one["teams"]),
                "disabled" if one["disabled"] else one["role"] or "no account",
            )
            for one in people
        ),
        empty="Nobody is here yet: `watchbill user add NAME`.",
    )


def _print_verdict(verdict: dict[str, Any]) -> None:  # Any: JSON
    if verdict["ok"]:
        line(f"The chain of {verdict['entries']} entries holds. Head: {verdict['head']}")
    else:
        line(f"The chain is broken: {verdict['fault']}")
