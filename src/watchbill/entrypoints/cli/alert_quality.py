"""`alerts review|lint`: are our alerts worth waking somebody for, by what happened and by how they are written?"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, pct, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, verb
from watchbill.kernel.errors import Invalid, NotFound

__all__ = ["register"]

NO = 3
_SUFFIXES = {".yml", ".yaml"}
_FORMATS = ("text", "json", "sarif")


def register(app: typer.Typer) -> None:
    """Add the two verbs to `alerts`."""
    verb(app, "review")(review)
    verb(app, "lint")(lint)


def review(
    cli: Cli,
    *,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="The last so many days.")] = 28,
    service: Annotated[str | None, typer.Option("--service", help="Only alerts of this service.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print it as a document for a meeting.")] = False,
) -> None:
    """Say which alerts are noise, by what really happened, and what to do about each."""
    answer = cli.ask("alerts.review", days=days, service=service)
    if markdown and not cli.as_json:
        from watchbill.entrypoints.cli.noise_document import document

        sys.stdout.write(document(answer))
        return
    cli.show(answer, _print_review)


def lint(
    cli: Cli,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]..", help="Rule files or folders; none: watchbill's own alerts."),
    ] = None,
    *,
    format_: Annotated[str, typer.Option("--format", help="text, json or sarif.")] = "text",
    check_links: Annotated[bool, typer.Option("--check-links", help="Try the addresses of runbooks.")] = False,
) -> int:
    """Check alerts against the six design rules; exit status 3 when there are findings."""
    if format_ not in _FORMATS:
        raise Invalid("--format", f"{format_!r} is not known", hint="write text, json or sarif")
    given = [{"path": str(path), "text": _read(path)} for path in _expanded(files or [])]
    answer = cli.ask("alerts.lint", files=given)
    if check_links and answer["runbook_links"]:
        from watchbill.entrypoints.cli.links import broken

        answer = cli.ask("alerts.lint", files=given, broken_links=broken(answer["runbook_links"]))
    if format_ == "sarif":
        from watchbill.entrypoints.cli.sarif import sarif

        sys.stdout.write(json.dumps(sarif(answer), indent=2) + "\n")
    elif format_ == "json":
        cli.json(answer)
    else:
        cli.show(answer, _print_lint)
    return NO if answer["findings"] else 0


def _expanded(paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(one for one in path.rglob("*") if one.suffix in _SUFFIXES and one.is_file())
        else:
            found.append(path)
    if paths and not found:
        raise NotFound("rule file in", ", ".join(map(str, paths)), hint="files end in .yml or .yaml")
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise NotFound("file", str(path)) from None
    except (OSError, UnicodeDecodeError) as wrong:
        raise Invalid("FILE", f"cannot read {path}: {getattr(wrong, 'strerror', None) or 'it is not UTF-8 text'}") from wrong  # fmt: skip


def _print_lint(answer: dict[str, Any]) -> None:  # Any: JSON
    for one in answer["findings"]:
        place = f"{one['file']}:{one['line']}:{one['column']}"
        about = f"{one['alert']}: " if one["alert"] else ""
        fix = f" ({one['fix']})" if one["fix"] else ""
        line(plain(f"{place}: {one['level']}: {about}{one['message']} [{one['rule']}]{fix}"))
    errors = sum(one["level"] == "error" for one in answer["findings"])
    warnings = len(answer["findings"]) - errors
    alerts = "1 alert" if answer["alerts"] == 1 else f"{answer['alerts']} alerts"
    line(f"{alerts}: {errors} errors, {warnings} warnings." if answer["findings"] else f"{alerts}: nothing to say against them.")  # fmt: skip


def _print_review(answer: dict[str, Any]) -> None:  # Any: JSON
    total = answer["total"]
    line(
        f"{when(answer['since'])} to {when(answer['until'])}: {total['occurrences']} alerts, {total['pages']} pages "
        f"({total['off_hours_pages']} off-hours), not actionable {share(total['not_actionable_ratio'])} of {total['rated']} judged."
    )
    line()
    table(
        ("SERVICE", "PAGES", "A WEEK", "WORST WEEK", f"TARGET < {answer['pages_per_week_target']}", "ALERTS", "OFF-HOURS"),
        (
            (one["service"] or "(none)", one["pages"], f"{one['pages_per_week']:.1f}", one["worst_week"], "met" if one["within_target"] else "MISSED", one["occurrences"], one["off_hours_pages"])
            for one in answer["services"]
        ),
        empty="No alerts in this time.",
    )  # fmt: skip
    if not answer["alerts"]:
        return
    line()
    table(
        ("ALERT", "TIMES", "PAGES", "NOT ACTIONABLE", "ACTED ON", "MEDIAN", "FLAPS", "ADVICE"),
        (
            (one["name"], one["occurrences"], one["pages"], share(one["not_actionable_ratio"]), share(one["acted_on_ratio"]), span(one["median_duration_seconds"]), one["flaps"], "; ".join(f"{told['advice']} ({told['reason']})" for told in one["advice"]))
            for one in answer["alerts"]
        ),
        empty="",
    )  # fmt: skip
    if answer["without_runbook"]:
        line()
        line(plain(f"Without a runbook: {', '.join(answer['without_runbook'])}"))
    if answer["log"]:
        line()
        line("P3 of the last seven days, told to nobody:")
        table(
            ("ALERT", "SERVICE", "TIMES", "LATEST", "TITLE"),
            ((one["name"], one["service"], one["occurrences"], when(one["latest_at"]), one["title"]) for one in answer["log"]),
            empty="",
        )  # fmt: skip


def share(ratio: float | None) -> str:
    """A share as people read it."""
    return "unknown" if ratio is None else pct(round(ratio * 100, 1))


def span(seconds: float | None) -> str:
    """A duration as people read it; empty where unknown."""
    if seconds is None:
        return ""
    from datetime import timedelta

    from watchbill.kernel.units import span_words

    return span_words(timedelta(seconds=seconds))
