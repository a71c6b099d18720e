"""`sli suggest`, and `slo suggest|define|review|agree|reviews`: what to promise, the promise as YAML, and looking at it again."""

import sys
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, pct, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps", "register"]

FAILED = 1

app = new_app("Service level indicators: which ones fit a service.")
apps = {"sli": app}

Service = Annotated[str, typer.Argument(help="The service, by name or alias.")]
Name = Annotated[str, typer.Argument(help="The SLO's name.")]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What was said.")]


@app.callback()
def _group() -> None:
    """Service level indicators: which ones fit a service."""


@verb(app, "suggest")
def suggest_sli(
    cli: Cli,
    service: Service,
    *,
    kind: Annotated[
        str | None, typer.Option("--type", help="api, frontend, pipeline, storage, streaming, batch or ml.")
    ] = None,
    log: Annotated[str | None, typer.Option("--log", metavar="PATH", help="A log to measure them in.")] = None,
    prometheus: Annotated[str | None, typer.Option("--prometheus", metavar="URL", help="A server to ask.")] = None,
    yaml: Annotated[bool, typer.Option("--yaml", help="Print them as YAML, ready to apply.")] = False,
) -> None:
    """Propose SLIs that fit a service, the primary one first."""
    answer = cli.ask("sli.suggest", service=service, type=kind, log=log, prometheus=prometheus)
    if yaml and not cli.as_json:
        sys.stdout.write("---\n".join(one["yaml"] for one in answer))
        return
    cli.show(answer, _print_slis)


def register(slo: typer.Typer) -> None:
    """Add the verbs that write promises to the noun `slo`."""
    for name, command in (
        ("suggest", suggest_slo), ("define", define), ("review", review), ("agree", agree), ("reviews", reviews),
    ):  # fmt: skip
        verb(slo, name)(command)


def suggest_slo(cli: Cli, service: Service) -> None:
    """Propose targets from what was achieved, and show what each further nine would have meant."""
    cli.show(cli.ask("slo.suggest", service=service), _print_targets)


def define(
    cli: Cli,
    service: Service,
    *,
    sli: Annotated[str | None, typer.Option("--sli", help="What measures it.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="The SLO's name (default: SERVICE-SLI).")] = None,
    target: Annotated[
        str | None, typer.Option("--target", metavar="PCT", help="99.9; the suggestion if left out.")
    ] = None,
    window: Annotated[str | None, typer.Option("--window", help="A rolling window (default: 28d).")] = None,
    calendar: Annotated[str | None, typer.Option("--calendar", help="week, month or quarter instead.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Whose midnight the period begins at.")] = None,
    description: Annotated[
        str | None, typer.Option("--description", help="What users notice when it is broken.")
    ] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Who answers for it.")] = None,
    stakeholder: Annotated[
        list[str] | None, typer.Option("--stakeholder", help="Who has to agree; repeatable.")
    ] = None,
    cadence: Annotated[
        str | None, typer.Option("--review-cadence", help="weekly, monthly, quarterly or yearly.")
    ] = None,
    runbook: Annotated[str | None, typer.Option("--runbook", help="A runbook's name, or an address.")] = None,
    sla: Annotated[str | None, typer.Option("--sla", metavar="PCT", help="What a contract promises.")] = None,
    external: Annotated[str | None, typer.Option("--external-target", metavar="PCT", help="What is published.")] = None,
    no_data: Annotated[str | None, typer.Option("--no-data", help="alert, ignore or bad.")] = None,
    min_events: Annotated[int | None, typer.Option("--min-events", help="Fewer in a window alert nobody.")] = None,
    slice_good: Annotated[
        str | None, typer.Option("--slice-good", metavar="PCT", help="Count minutes: good from this share on.")
    ] = None,
    group_by: Annotated[list[str] | None, typer.Option("--group-by", help="A budget per value; repeatable.")] = None,
) -> int:
    """Write an SLO as YAML on standard output, with a target from history; asks for what is missing on a terminal."""
    answers: dict[str, Any] = {  # Any: JSON
        "sli": sli, "name": name, "target": target, "window": window, "calendar": calendar, "timezone": timezone,
        "description": description, "owner": owner, "stakeholders": stakeholder, "review_cadence": cadence,
        "runbook": runbook, "sla": sla, "external_target": external, "no_data": no_data, "min_events": min_events,
        "slice_good_pct": slice_good, "group_by": group_by,
    }  # fmt: skip
    if sys.stdin.isatty() and sys.stderr.isatty() and not cli.as_json:
        _ask_missing(cli, service, answers)
    answer = cli.ask("slo.define", service=service, **answers)
    cli.show(answer, _print_defined)
    return 0 if answer["valid"] else FAILED


def review(
    cli: Cli,
    name: Name,
    *,
    decision: Annotated[str, typer.Option("--decision", help="keep, tighten or loosen.")],
    note: Note = None,
) -> None:
    """Record what a review of a promise came to."""
    answer = cli.ask("slo.review", name=name, decision=decision, note=note)
    cli.show(
        answer, lambda one: line(f"{one['slo']} reviewed by {one['by']}: {one['decision']}; recorded as {one['id']}")
    )


def agree(
    cli: Cli,
    name: Name,
    stakeholder: Annotated[str, typer.Argument(help="Who agrees, as the SLO names them.")],
    *,
    note: Note = None,
) -> None:
    """Record that a stakeholder agrees to the present target."""
    answer = cli.ask("slo.agree", name=name, stakeholder=stakeholder, note=note)
    cli.show(answer, lambda one: line(f"{one['stakeholder']} agrees to {pct(one['target_pct'])} for {one['slo']}"))


def reviews(
    cli: Cli, *, overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False
) -> None:
    """Show where reviews stand, the longest overdue first."""
    cli.show(
        cli.ask("slo.reviews.due", overdue=overdue or None),
        lambda rows: table(
            ("SLO", "OWNER", "CADENCE", "LAST", "DECISION", "DUE", "HAS NOT AGREED"),
            (
                (one["slo"], one["owner"] or "", one["review_cadence"] or "", when(one["last_at"]) or "never", one["last_decision"] or "",
                 ("overdue" if one["overdue"] else when(one["due_at"])), ", ".join(one["missing_agreement"]))
                for one in rows
            ),
            empty="No review is due.",
        ),
    )  # fmt: skip


def _ask_missing(cli: Cli, service: str, answers: dict[str, Any]) -> None:  # Any: JSON
    """Prompts on standard error, so that standard output stays the YAML; Enter takes the proposal."""
    if answers["target"] is None:
        draft = cli.ask("slo.define", service=service, sli=answers["sli"])
        typer.echo(f"{draft['slo']}: {draft['because']}", err=True)
        answers["target"] = typer.prompt("Target in percent", default=draft["target"], err=True)
    for key, question, default in (
        ("window", "Rolling window", "28d"),
        ("description", "What do users notice when it is broken", ""),
        ("owner", "Who answers for it", ""),
        ("runbook", "Runbook (name or address)", ""),
    ):
        if answers[key] is None and not (key == "window" and answers["calendar"]):
            answers[key] = typer.prompt(question, default=default, show_default=bool(default), err=True) or None


def _print_slis(rows: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("SLI", "RANK", "TYPE", "GOOD", "TARGET", "WHAT IT SAYS"),
        (
            (one["name"] + (" (there)" if one["exists"] else ""), one["rank"], one["type"],
             one["good"] or one["prometheus_good"] or one["otherwise"], pct(one["target_pct"]), one["description"])
            for one in rows
        ),
        empty="",
    )  # fmt: skip
    line("`--yaml` prints them ready to apply.")


def _print_targets(rows: list[dict[str, Any]]) -> None:  # Any: JSON
    for one in rows:
        said = pct(one["suggested_pct"]) if one["suggested_pct"] is not None else "no target yet"
        line(f"{one['sli']}: {said} ({one['because']})")
        line(
            f"achieved {pct(one['achieved_28d_pct'])} over 28 days, {pct(one['achieved_90d_pct'])} over 90 ({one['days_known']} days known)"
        )
        line(f"its tier's default is {pct(one['tier_default_pct'])}; {one['cost']}")
        table(
            ("TARGET", "KEPT 28D", "KEPT 90D", "DAYS MISSED", "ALLOWS IN 28D", "FIT FOR"),
            (
                (pct(each["target_pct"]), _KEPT[each["kept_28d"]], _KEPT[each["kept_90d"]],
                 f"{each['breached_days_28d']} of 28, {each['breached_days_90d']} of 90", each["allowed_28d"],
                 each["fit_for"] + (" (dependencies do not allow it)" if each["capped_by_dependencies"] else ""))
                for each in one["candidates"]
            ),
            empty="",
        )  # fmt: skip
        line()


_KEPT = {None: "unknown", True: "kept", False: "missed"}


def _print_defined(one: dict[str, Any]) -> None:  # Any: JSON
    sys.stdout.write(one["yaml"])
    for text in (f"target: {one['because']}", *one["faults"]):
        typer.echo(f"# {text}", err=True)
