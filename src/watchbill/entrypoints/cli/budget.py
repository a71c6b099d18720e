"""`budget`: what is left of the error budgets."""

from typing import Annotated

import typer

from watchbill.entrypoints.cli.budget_kept import register
from watchbill.entrypoints.cli.slo import print_slos
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

NO = 3

app = new_app("Error budgets: what is left and how fast it burns.")
apps = {"budget": app}


@app.callback()
def _group() -> None:
    """Error budgets: what is left and how fast it burns."""


register(app)


@verb(app, "show")
def show(
    cli: Cli,
    service: Annotated[str | None, typer.Argument(metavar="[SERVICE]", help="Name or alias; nothing for all.")] = None,
    *,
    gate: Annotated[bool, typer.Option("--gate", help="Exit status 3 when a budget is exhausted or frozen.")] = False,
) -> int:
    """Show budgets, the worst first."""
    answer = cli.ask("budget.show", service=service)
    cli.show(answer, print_slos)
    spent = any(one["frozen"] or one["state"] == "exhausted" for one in answer)
    return NO if gate and spent else 0
