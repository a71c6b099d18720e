"""`trace`: what led to what."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps", "print_chain"]

app = new_app("Print the chain of causes that an alert, page, incident, postmortem or action item belongs to.")
apps = {"trace": app}


@verb(app, "trace")
def trace(
    cli: Cli, identifier: Annotated[str, typer.Argument(metavar="ID", help="Any id of the chain, or INC-12.")]
) -> None:
    """Print the chain in order."""
    cli.show(cli.ask("trace", id=identifier), print_chain)


def print_chain(chain: list[dict[str, Any]]) -> None:  # Any: JSON
    """The chain as a table."""
    table(
        ("AT", "KIND", "ID", "BECAUSE OF"),
        ((when(link["at"]), link["kind"], link["id"], link["cause"]) for link in chain),
        empty="Nothing is known of that id.",
    )
