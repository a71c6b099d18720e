"""`budget adjust|adjustments|restore|duties|done`: what people decide about budgets, and what budgets ask of them."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, parse_when, pct, table, when
from watchbill.entrypoints.cli.verbs import Cli, verb
from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import to_text

__all__ = ["register"]

Slo = Annotated[str, typer.Argument(metavar="SLO", help="The SLO's name.")]
AnySlo = Annotated[str | None, typer.Argument(metavar="[SLO]", help="The SLO's name; nothing for all.")]


def register(app: typer.Typer) -> None:
    """Add these verbs to the noun."""
    verb(app, "adjust")(adjust)
    verb(app, "withdraw")(withdraw)
    verb(app, "adjustments")(adjustments)
    verb(app, "duties")(duties)
    verb(app, "done")(done)


def adjust(
    cli: Cli,
    slo: Slo,
    *,
    start: Annotated[str, typer.Option("--from", metavar="WHEN", help="The first moment that is not to count.")],
    end: Annotated[str, typer.Option("--to", metavar="WHEN", help="The first moment that counts again.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept for good.")],
) -> None:
    """Take a stretch of time out of a budget; both figures stay in sight."""
    answer = cli.ask("budget.adjust", slo=slo, start=_moment(start, "--from"), end=_moment(end, "--to"), reason=reason)
    cli.show(answer, _print_adjusted)


def withdraw(
    cli: Cli, adjustment: Annotated[str, typer.Argument(metavar="ID", help="The adjustment: adj_...")]
) -> None:
    """Let what was taken out count again."""
    cli.show(cli.ask("budget.adjust.withdraw", adjustment=adjustment), _print_adjusted)


def adjustments(cli: Cli, slo: AnySlo = None) -> None:
    """List everything that was ever taken out of budgets."""
    cli.show(
        cli.ask("budget.adjustments", slo=slo),
        lambda rows: table(
            ("ID", "SLO", "FROM", "TO", "BY", "REASON", "PUT BACK"),
            (
                (one["id"], one["slo"], when(one["start"]), when(one["end"]), one["by"], one["reason"],
                 when(one["withdrawn_at"]))
                for one in rows
            ),
            empty="Nothing was ever taken out of a budget.",
        ),
    )  # fmt: skip


def duties(
    cli: Cli,
    slo: AnySlo = None,
    *,
    open_: Annotated[bool, typer.Option("--open", help="Only what is still to do.")] = False,
) -> None:
    """List steps and tasks of budgets: changes to look through, daily reviews, escalations."""
    cli.show(
        cli.ask("budget.duties", slo=slo, open=open_ or None),
        lambda rows: table(
            ("ID", "AT", "SLO", "KIND", "WHAT", "TOLD", "OUTCOME"),
            (
                (one["id"], when(one["at"]), one["slo"], one["kind"], one["text"], ", ".join(one["told"]),
                 "open" if one["open"] else one["outcome"])
                for one in rows
            ),
            empty="Budgets ask nothing of anybody.",
        ),
    )  # fmt: skip


def done(
    cli: Cli,
    duty: Annotated[str, typer.Argument(metavar="ID", help="The task: dut_...")],
    *,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What came of it.")] = None,
) -> None:
    """Say that a task is done."""
    cli.show(cli.ask("budget.duty.done", duty=duty, note=note), lambda one: line(f"{one['id']}: {one['outcome']}"))


def _moment(text: str, field: str) -> str:
    moment = parse_when(text, field=field)
    if moment is None:
        raise Invalid(field, "is empty", hint="write 2026-11-24T03:00:00Z")
    return to_text(moment)


def _print_adjusted(one: dict[str, Any]) -> None:  # Any: JSON
    what = "counts again" if one["withdrawn_at"] else "no longer counts"
    line(f"{when(one['start'])} to {when(one['end'])} {what} for {one['slo']}")
    line(f"budget left: {pct(one['before_pct'])} before, {pct(one['after_pct'])} now")
    line(f"recorded as {one['id']}, by {one['by']}: {one['reason']}")
