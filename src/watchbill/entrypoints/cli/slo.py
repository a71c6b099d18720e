"""`slo`: promises, how they stand, and what a log says about one that is not made yet."""

import sys
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.log_report import print_report, show_progress
from watchbill.entrypoints.cli.shown import facts, line, parse_when, pct, table, when
from watchbill.entrypoints.cli.slo_history import add_to as add_history
from watchbill.entrypoints.cli.slo_outward import add_to as add_outward
from watchbill.entrypoints.cli.slo_write import register
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.instants import to_text

__all__ = ["apps", "print_slos"]

NO = 3

app = new_app("Service level objectives: list, show, check, and try one on a log.")
apps = {"slo": app}

Name = Annotated[str, typer.Argument(help="The SLO's name.")]
At = Annotated[str | None, typer.Option("--at", help="Look back to this moment (default: now).")]


register(app)


@verb(app, "list")
def list_all(
    cli: Cli, *, service: Annotated[str | None, typer.Option("--service", help="Only promises of this service.")] = None
) -> None:
    """List SLOs, the worst first."""
    cli.show(cli.ask("slo.list", service=service), print_slos)


@verb(app, "show")
def show(cli: Cli, name: Name, *, at: At = None) -> None:
    """Show how one promise stands, in full."""
    moment = parse_when(at, field="--at")
    cli.show(cli.ask("slo.show", name=name, at=to_text(moment) if moment else None), _print_one)


@verb(app, "check")
def check(cli: Cli, name: Name, *, at: At = None) -> int:
    """Say whether a promise is kept; exit status 3 when it is not, or when nothing is known."""
    moment = parse_when(at, field="--at")
    answer = cli.ask("slo.check", name=name, at=to_text(moment) if moment else None)
    cli.show(
        answer,
        lambda one: line(
            f"{'kept' if one['kept'] else 'not kept' if one['kept'] is False else 'unknown'}: {one['sentence']}"
        ),
    )
    return 0 if answer["kept"] else NO


@verb(app, "nines")
def nines(
    cli: Cli, target: Annotated[str | None, typer.Argument(metavar="[PCT]", help="A further target, eg 99.93.")] = None
) -> None:
    """Show what each target allows in down time."""
    cli.show(
        cli.ask("slo.nines", target_pct=target),
        lambda rows: table(
            ("TARGET", "A MONTH", "28 DAYS", "A YEAR", "FIT FOR"),
            ((pct(row["target_pct"]), row["month"], row["four_weeks"], row["year"], row["fit_for"]) for row in rows),
            empty="",
        ),
    )


@verb(app, "try")
def try_log(
    cli: Cli,
    *,
    log: Annotated[
        list[str],
        typer.Option("--log", help="A log file, a glob, or - for standard input; may be given several times."),
    ],
    good: Annotated[
        str | None, typer.Option("--good", metavar="P", help="What is a good event (default: status < 500).")
    ] = None,
    total: Annotated[
        str | None,
        typer.Option("--total", metavar="P", help="What counts at all (default: everything but health checks)."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="P", help="What is left out of both.")
    ] = None,
    form: Annotated[
        str,
        typer.Option("--format", help="auto, combined, alb, envoy, haproxy, caddy, envoy-json, json, csv or parquet."),
    ] = "auto",
    zone: Annotated[
        str | None, typer.Option("--timezone", help="Where times without a zone are meant, eg Europe/Paris.")
    ] = None,
    max_rejected: Annotated[
        float | None, typer.Option("--max-rejected", metavar="PCT", help="Exit status 3 when more lines are rejected.")
    ] = None,
    per_minute: Annotated[
        bool, typer.Option("--per-minute", help="Add the counts of each minute to the JSON.")
    ] = False,
) -> int:
    """Measure a log as it lies there: what was achieved, and which targets would have held. Needs no server."""
    from watchbill.bootstrap.logs import Attempt
    from watchbill.bootstrap.logs import try_log as measure

    attempt = Attempt(log, good, total, tuple(exclude or ()), form, per_minute, zone)
    answer = measure(attempt, show_progress if sys.stderr.isatty() else None)
    cli.show(answer, print_report)
    return NO if max_rejected is not None and answer["rejected_pct"] > max_rejected else 0


add_history(app)
add_outward(app)


def print_slos(slos: list[dict[str, Any]]) -> None:  # Any: JSON
    """Promises as a table, in the order given."""
    table(
        ("SLO", "SERVICE", "TARGET", "MEASURED", "LEFT", "STATE", "BURN 1H", "DATA"),
        (
            (
                one["slo"],
                one["service"],
                pct(one["target_pct"]),
                pct(None if one["sli_ratio"] is None else one["sli_ratio"] * 100),
                one["budget_remaining"],
                (one["state"] or "unknown") + (", frozen" if one["frozen"] else ""),
                "" if one["burn_rates"]["1h"] is None else f"{one['burn_rates']['1h']:.2f}x",
                one["data_status"],
            )
            for one in slos
        ),
        empty="No SLOs yet: `watchbill slo try --log FILE` shows what a log would say, `watchbill init` writes the first one.",
    )


def _print_one(one: dict[str, Any]) -> None:  # Any: JSON
    line(one["sentence"])
    line()
    facts(
        [
            ("slo", one["slo"]),
            ("service", one["service"]),
            ("target", f"{pct(one['target_pct'])} over {one['window']}"),
            (
                "measured",
                f"{one['good']:,} good of {one['total']:,} ({pct(None if one['sli_ratio'] is None else one['sli_ratio'] * 100)})",
            ),
            ("budget left", one["budget_remaining"]),
            (
                "state",
                (one["state"] or "unknown") + (f", frozen since {when(one['frozen_since'])}" if one["frozen"] else ""),
            ),
            ("forecast", one["forecast"]["sentence"]),
            (
                "data",
                f"{one['data_status']}, {pct(one['coverage_pct'])} of the window{': ' + one['data_reason'] if one['data_reason'] else ''}",
            ),
            ("runbook", one["runbook"]),
            ("now", "; ".join(one["actions"])),
        ]
    )
    line()
    table(
        ("TIER", "ABOVE", "WINDOWS", "BURNS NOW", "FIRING", "WOULD EMPTY THE BUDGET IN"),
        (
            (
                tier["name"],
                f"{tier['burn_rate']:g}x",
                f"{tier['short_window']} and {tier['long_window']}",
                f"{_rate(tier['short_burn'])} and {_rate(tier['long_burn'])}",
                "firing" if tier["firing"] else "",
                tier["exhausts_in"],
            )
            for tier in one["tiers"]
        ),
        empty="No burn tiers.",
    )
    _print_source(one["source"])
    for warning in one["warnings"]:
        line(f"warning: {warning}")


def _print_source(source: dict[str, Any]) -> None:  # Any: JSON
    """What the counts are to be read with: rejects, corrections, other definitions."""
    if source["rejected"]:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in source["reasons"].items())
        line(f"rejected: {source['rejected']:,} lines beside {source['read']:,} events ({reasons})")
    if source["corrections"]:
        line(f"corrected: {source['corrections']:,} past minutes by late events, up to {when(source['corrected_at'])}")
    for note in source["notes"]:
        line(f"note: {note}")


def _rate(rate: float | None) -> str:
    return "unknown" if rate is None else f"{rate:.2f}x"
