"""`status`: what outsiders are told."""

from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Conflict

__all__ = ["apps"]

app = new_app("Status pages: what outsiders are told, and who hears of it.")
apps = {"status": app}
Page = Annotated[str, typer.Argument(metavar="PAGE", help="The name of a status_page resource.")]
Number = Annotated[str, typer.Argument(metavar="INCIDENT", help="12, INC-12 or the id.")]


@verb(app, "list")
def list_all(cli: Cli) -> None:
    """List status pages and how they stand."""
    cli.show(cli.ask("status.list"), _print_pages)


@verb(app, "show")
def show(cli: Cli, page: Page) -> None:
    """Show a status page as outsiders see it."""
    cli.show(cli.ask("status.show", page=page), _print_page)


@verb(app, "link")
def link(cli: Cli, page: Page) -> None:
    """Print the address of a page, with its secret where it has one."""
    cli.show(cli.ask("status.link", page=page), lambda one: line(one["address"]))


@verb(app, "publish")
def publish(
    cli: Cli,
    incident: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What outsiders are to read.")],
    *,
    title: Annotated[str | None, typer.Option("--title", help="The heading; kept from the bulletin before.")] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help="investigating, identified, monitoring or resolved.")
    ] = None,
    condition: Annotated[
        str | None, typer.Option("--condition", help="operational, degraded, partial_outage or major_outage.")
    ] = None,
    page: Annotated[list[str] | None, typer.Option("--page", help="Only on this page; may be repeated.")] = None,
) -> None:
    """Tell outsiders about an incident, on every page that shows its service."""
    answer = cli.ask(
        "status.publish", id=incident, text=text, title=title, stage=stage, condition=condition, pages=page
    )
    cli.show(answer, _print_bulletins)


@verb(app, "bulletins")
def bulletins(cli: Cli, incident: Number) -> None:
    """List what outsiders were told about an incident."""
    cli.show(cli.ask("status.bulletins", id=incident), _print_bulletins)


@verb(app, "subscribers")
def subscribers(cli: Cli, page: Page) -> None:
    """List who hears of a page's bulletins."""
    cli.show(cli.ask("status.subscribers", page=page), _print_subscribers)


@verb(app, "subscribe")
def subscribe(
    cli: Cli,
    page: Page,
    *,
    email: Annotated[str | None, typer.Option("--email", help="An address to invite.")] = None,
    webhook: Annotated[str | None, typer.Option("--webhook", metavar="URL", help="A program to tell.")] = None,
) -> None:
    """Invite an e-mail address, or add a webhook."""
    cli.show(cli.ask("status.subscribe", page=page, email=email, webhook=webhook), _print_subscribed)


@verb(app, "unsubscribe")
def unsubscribe(cli: Cli, identifier: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Take a subscriber off."""
    cli.show(cli.ask("status.unsubscribe", id=identifier), lambda one: _print_subscribers([one]))


@verb(app, "reports")
def reports(cli: Cli, *, page: Annotated[str | None, typer.Option("--page", help="Only this page's.")] = None) -> None:
    """List what visitors reported within a day."""
    cli.show(cli.ask("status.reports", page=page), _print_reports)


@verb(app, "export")
def export(
    cli: Cli, page: Page, folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.")]
) -> None:
    """Write the static copy of a page: files for any web server, which needs no watchbill."""
    made = cli.ask("status.files", page=page)
    written = []
    for one in made:
        path = folder / one["path"]
        if not path.resolve().is_relative_to(folder.resolve()):
            raise Conflict(f"the server names a file outside of the folder: {one['path']}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one["content"], encoding="utf-8")
        written.append(str(path))
    cli.show({"page": page, "files": written}, lambda told: line(f"Wrote {len(told['files'])} files to {folder}."))


def _print_pages(pages: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("PAGE", "FOR", "NOW", "SUBSCRIBERS", "ADDRESS"),
        ((one["name"], one["audience"], one["sentence"], one["subscribers"], one["address"]) for one in pages),
        empty="No status pages. Apply a status_page resource.",
    )


def _print_page(page: dict[str, Any]) -> None:  # Any: JSON
    line(plain(f"{page['title']}: {page['sentence']}"))
    table(
        ("COMPONENT", "NOW", "90 DAYS", "BAD DAYS"),
        (
            (one["title"], one["condition"].replace("_", " "), f"{one['uptime_90d_pct']} %" if one["uptime_90d_pct"] else "not measured", one["bad_days"])
            for one in page["lines"]
        ),
        empty="",
    )  # fmt: skip
    if page["bulletins"]:
        _print_bulletins(page["bulletins"])


def _print_bulletins(said: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("AT", "PAGE", "STAGE", "TITLE", "TEXT", "BY"),
        ((when(one["at"]), one["page"], one["stage"], one["title"], one["text"], one["by"]) for one in said),
        empty="Outsiders were told nothing.",
    )


def _print_subscribers(found: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("ID", "BY", "ADDRESS", "STATE"),
        ((one["id"], one["via"], one["address"], _state(one)) for one in found),
        empty="No subscribers.",
    )


def _state(one: dict[str, Any]) -> str:  # Any: JSON
    if one["ended_at"]:
        return f"ended {when(one['ended_at'])}"
    return f"since {when(one['confirmed_at'])}" if one["confirmed_at"] else "invited, not confirmed"


def _print_subscribed(one: dict[str, Any]) -> None:  # Any: JSON
    _print_subscribers([one])
    if one["secret"]:
        line(plain(f"Messages are signed with {one['secret']} (Standard Webhooks)."))


def _print_reports(found: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("AT", "PAGE", "SERVICE", "WHAT", "CONTACT"),
        ((when(one["at"]), one["page"], one["service"] or "", one["text"], one["contact"]) for one in found),
        empty="No reports.",
    )
