"""`logs`: do the logs of services keep to the structured log standard? Needs no server."""

import sys
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.log_report import show_progress
from watchbill.entrypoints.cli.shown import line, pct, plain, table
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

FAILED, NO = 1, 3
_MOST_SERVICES = 50
_ALL_PCT = 100

app = new_app("Logs against the structured log standard: check, schema.")
apps = {"logs": app}


@verb(app, "check")
def check(
    cli: Cli,
    files: Annotated[list[str], typer.Argument(metavar="FILE..", help="JSON lines: files, globs, or - for standard input; packed ones as they are.")],
    *,
    min_coverage: Annotated[
        float | None, typer.Option("--min-coverage", metavar="PCT", min=0, max=100, help="Exit status 3 when a service's coverage is below.")
    ] = None,
) -> int:  # fmt: skip
    """Check logs against the standard; exit status 3 for violations, secrets or personal data, 1 for a damaged file."""
    from watchbill.bootstrap.logs import check_logs

    answer = check_logs(files, show_progress if sys.stderr.isatty() else None)
    cli.show(answer, _print_check)
    if answer["damages"]:
        return FAILED
    low = min_coverage is not None and any(one["coverage_pct"] < min_coverage for one in answer["services"])
    return NO if low or not answer["ok"] else 0


@verb(app, "schema")
def schema(cli: Cli) -> None:
    """Print the JSON Schema of one line."""
    from watchbill.signals.rules.log_schema import log_schema

    cli.json(log_schema())


def _print_check(answer: dict[str, Any]) -> None:  # Any: JSON
    line(_sentence(answer))
    for damage in answer["damages"]:
        line(plain(f"warning: {damage}"))
    for one in answer["violations"]:
        line()
        what = f"{one['field']}: {one['rule']}" if one["field"] else one["rule"]
        advice = " (advice)" if one["weight"] == "advice" else ""
        line(plain(f"{one['count']:,} x {what}{advice}: {one['fix']}"))
        for sample in one["samples"][:2]:
            line(plain(f"    {sample['file']}:{sample['line']}: {sample['text'][:100]}"))
    for one in answer["exposed"]:
        line()
        line(f"{one['count']:,} x exposed: {one['what']}")
        for sample in one["samples"][:2]:
            line(plain(f"    {sample['file']}:{sample['line']}: {sample['text']}"))
    if answer["services"]:
        line()
        table(
            ("SERVICE", "LINES", "KEEP THE STANDARD", "COVERAGE", "WEAKEST FIELDS"),
            (_row(one) for one in answer["services"][:_MOST_SERVICES]),
            empty="",
        )
        if len(answer["services"]) > _MOST_SERVICES:
            line(
                f"and {len(answer['services']) - _MOST_SERVICES:,} more services with better coverage (--json has all)"
            )


def _sentence(answer: dict[str, Any]) -> str:  # Any: JSON
    if not answer["lines"]:
        return "There is no line to check."
    said = f"{answer['lines'] - answer['broken']:,} of {answer['lines']:,} lines keep to the log standard"
    exposed = sum(one["count"] for one in answer["exposed"])
    if not exposed:
        return f"{said}; no secret or personal data was found by pattern."
    return f"{said}; {exposed:,} {'place shows' if exposed == 1 else 'places show'} secrets or personal data."


def _row(one: dict[str, Any]) -> tuple[str, ...]:  # Any: JSON
    weak = sorted((share, name) for name, share in one["fields"].items() if share < _ALL_PCT)[:3]
    return (
        plain(one["service"] or "(not said)"),
        f"{one['lines']:,}",
        pct(one["conforming_pct"]),
        pct(one["coverage_pct"]),
        ", ".join(f"{name} {share:.0f} %" for share, name in weak),
    )
