"""`action`: what is to be done so that it does not happen again."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

app = new_app("Action items of postmortems.")
apps = {"action": app}


@verb(app, "list")
def list_all(
    cli: Cli,
    *,
    status: Annotated[str | None, typer.Option("--status", help="open, in-progress or done.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Only this person's.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their deadline.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 50,
) -> None:
    """List action items, newest first."""
    cli.show(cli.every("action.list", limit, status=status, owner=owner, overdue=overdue or None), _print_list)


@verb(app, "add")
def add(
    cli: Cli,
    description: Annotated[list[str], typer.Argument(metavar="TEXT")],
    *,
    postmortem: Annotated[str | None, typer.Option("--postmortem", help="Its id, or its incident.")] = None,
    kind: Annotated[str, typer.Option("--type", help="prevent, detect, mitigate or process.")] = "prevent",
    owner: Annotated[str | None, typer.Option("--owner", help="Who does it.")] = None,
    priority: Annotated[str, typer.Option("--priority", help="P0, P1 or P2.")] = "P1",
    deadline: Annotated[str | None, typer.Option("--deadline", metavar="DATE", help="2026-12-01")] = None,
    ticket: Annotated[str | None, typer.Option("--ticket", help="Where it is tracked outside.")] = None,
) -> None:
    """Add an action item."""
    answer = cli.ask(
        "action.add", description=" ".join(description), postmortem=postmortem, type=kind, owner=owner, priority=priority,
        deadline=deadline, ticket=ticket,
    )  # fmt: skip
    cli.show(answer, lambda one: _print_list([one]))


@verb(app, "edit")
def edit(
    cli: Cli,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="7, AI-7 or the id.")],
    *,
    description: Annotated[str | None, typer.Option("--description", help="What is to be done.")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="prevent, detect, mitigate or process.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help='Who does it; "" for nobody.')] = None,
    priority: Annotated[str | None, typer.Option("--priority", help="P0, P1 or P2.")] = None,
    deadline: Annotated[str | None, typer.Option("--deadline", metavar="DATE", help="2026-12-01")] = None,
    status: Annotated[str | None, typer.Option("--status", help="open, in-progress or done.")] = None,
    ticket: Annotated[str | None, typer.Option("--ticket", help="Where it is tracked outside.")] = None,
) -> None:
    """Change an action item; what is not named stays."""
    answer = cli.ask(
        "action.edit", id=identifier, description=description, type=kind, owner=owner, priority=priority, deadline=deadline,
        status=status, ticket=ticket,
    )  # fmt: skip
    cli.show(answer, lambda one: _print_list([one]))


@verb(app, "board")
def board(
    cli: Cli,
    *,
    owner: Annotated[str | None, typer.Option("--owner", help="Only this person's.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="Only those of a team's members.")] = None,
) -> None:
    """Show what is to be done across postmortems, by status, the most urgent first."""

    def people(one: dict[str, Any]) -> None:  # Any: JSON
        line(f"{one['overdue']} overdue, {one['without_owner']} without an owner, {one['without_deadline']} without a deadline")  # fmt: skip
        for status in ("open", "in_progress", "done"):
            line(f"\n{status.replace('_', ' ')}")
            _print_list(one[status])

    cli.show(cli.ask("action.board", owner=owner, team=team), people)


@verb(app, "burndown")
def burndown(cli: Cli, *, days: Annotated[int, typer.Option("--days", min=2, max=730)] = 28) -> None:
    """Show how many were open, and how many of those late, at the end of each day."""
    cli.show(
        cli.ask("action.burndown", days=days),
        lambda rows: table(
            ("DAY", "OPEN", "OVERDUE", "ADDED", "DONE"),
            ((row["day"], row["open"], row["overdue"], row["added"], row["done"]) for row in rows),
            empty="",
        ),
    )


@verb(app, "link")
def link(
    cli: Cli,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="7, AI-7 or the id.")],
    tracker: Annotated[str, typer.Argument(metavar="TRACKER", help="Its name in the trackers file.")],
    *,
    issue: Annotated[str | None, typer.Option("--issue", help="An issue that is there; else one is made.")] = None,
) -> None:
    """Mirror it as an issue in GitHub, GitLab or Jira."""
    cli.show(cli.ask("action.link", id=identifier, tracker=tracker, issue=issue), _print_link)


@verb(app, "unlink")
def unlink(cli: Cli, identifier: Annotated[str, typer.Argument(metavar="ID", help="7, AI-7 or the id.")]) -> None:
    """Mirror it no more; the issue stays."""
    cli.show(cli.ask("action.unlink", id=identifier), _print_link)


@verb(app, "issue")
def issue(cli: Cli, identifier: Annotated[str, typer.Argument(metavar="ID", help="7, AI-7 or the id.")]) -> None:
    """Show the issue that mirrors it, and whether the two are alike."""
    cli.show(cli.ask("action.issue", id=identifier), _print_link)


def _print_link(one: dict[str, Any]) -> None:  # Any: JSON
    if one["tracker"] is None:
        line(f"AI-{one['action']} is mirrored nowhere.")
        return
    where = one["url"] or "an issue that is to be made"
    line(plain(f"AI-{one['action']} is mirrored in {one['tracker']}: {where}"))
    line(plain(one["fault"] or (f"alike since {when(one['synced_at'])}" if one["synced_at"] else "not met yet")))


@verb(app, "done")
def done(cli: Cli, identifier: Annotated[str, typer.Argument(metavar="ID", help="7, AI-7 or the id.")]) -> None:
    """Finish an action item."""
    cli.show(cli.ask("action.done", id=identifier), lambda one: _print_list([one]))


def _print_list(actions: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("NO.", "PRIORITY", "STATUS", "TYPE", "OWNER", "DEADLINE", "WHAT"),
        (
            (
                f"AI-{one['number']}",
                one["priority"],
                one["status"],
                one["type"],
                one["owner"],
                (one["deadline"] or "") + (" (overdue)" if one["overdue"] else ""),
                one["description"],
            )
            for one in actions
        ),
        empty="No action items.",
    )
