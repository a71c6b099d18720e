"""`oncall review`, `oncall compensation`, `oncall handoff`, `oncall survey`: how watches were, and passing them on."""

import sys
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import facts, line, parse_when, pct, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, verb
from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import to_text

__all__ = ["UNITS", "register"]

# What each metric is called, and how its value reads.
UNITS: dict[str, tuple[str, str]] = {
    "pages_per_shift": ("Interruptions per shift", ""),
    "off_hours_pages_per_week": ("Off-hours per week, worst person", ""),
    "acknowledge_minutes": ("Time to acknowledge, median", " min"),
    "mitigate_minutes": ("Time to mitigate, median", " min"),
    "false_positive_pct": ("False positives", " %"),
    "escalation_pct": ("Escalated", " %"),
    "satisfaction": ("Satisfaction", " of 5"),
}
_FEW_LABELS = 20  # below this many labels the interval is said as well
_COLUMNS = (
    "person", "schedule", "compensation", "shifts", "hours", "off_hours", "night_hours", "pages", "interruptions",
    "off_hours_interruptions",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the four verbs to `oncall`."""
    for command in (review, compensation, handoff, survey):
        verb(app, command.__name__)(command)


def review(
    cli: Cli,
    team: Annotated[
        str | None, typer.Argument(metavar="[TEAM]", help="A team or a schedule; nothing for yours, or all.")
    ] = None,
    *,
    days: Annotated[int, typer.Option("--days", help="How many days back.")] = 28,
    until: Annotated[str | None, typer.Option("--until", help="Up to this moment (default: now).")] = None,
) -> None:
    """Review how healthy the watch is."""
    moment = parse_when(until, field="--until")
    found = cli.ask("oncall.review", team=team, days=days, until=to_text(moment) if moment else None)
    cli.show(found, _print_review)


def compensation(
    cli: Cli,
    month: Annotated[
        str | None, typer.Argument(metavar="[MONTH]", help="2026-10; nothing for the last whole month.")
    ] = None,
    *,
    team: Annotated[str | None, typer.Option("--team", help="Only its members.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, for a spreadsheet.")] = False,
) -> None:
    """Report hours, off-hours and pages of each person in a month."""
    found = cli.ask("oncall.compensation", month=month, team=team)
    cli.show(found, _write_csv if as_csv else _print_compensation)


def handoff(
    cli: Cli,
    which: Annotated[
        str | None, typer.Argument(metavar="[SCHEDULE|ID]", help="Of a schedule its newest; nothing for a list.")
    ] = None,
    *,
    preview: Annotated[bool, typer.Option("--preview", help="What would be drafted now.")] = False,
    edit: Annotated[
        str | None,
        typer.Option(
            "--edit",
            metavar="HEADING",
            help="open_issues, recent_changes, known_risks, scheduled_maintenance or runbook_updates.",
        ),
    ] = None,
    text: Annotated[
        str, typer.Option("--text", help="The new text under the heading; - reads it from standard input.")
    ] = "-",
    sign: Annotated[bool, typer.Option("--sign", help="Sign it: the watch was yours.")] = False,
    ack: Annotated[bool, typer.Option("--ack", help="Acknowledge it: the watch is yours now.")] = False,
) -> None:
    """Read, edit, sign and acknowledge hand-overs."""
    if which is None:
        if preview or edit or sign or ack:
            raise Invalid("SCHEDULE|ID", "is required", hint="name a schedule, or the id of a hand-over")
        cli.show(cli.ask("handoff.list")["items"], _print_handoffs)
        return
    if edit is not None:
        written = sys.stdin.read() if text == "-" else text
        found = cli.ask("handoff.edit", id=which, texts={edit: written})
    elif sign or ack:
        found = cli.ask("handoff.sign" if sign else "handoff.ack", id=which)
    elif preview:
        found = cli.ask("handoff.preview", schedule=which)
    else:
        found = cli.ask("handoff.show", id=which)
    cli.show(found, _print_document)


def survey(
    cli: Cli,
    which: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Which question; nothing for those that wait for you.")
    ] = None,
    *,
    score: Annotated[int | None, typer.Option("--score", help="From 1 (bad) to 5 (good).")] = None,
) -> None:
    """Say how a watch was; nobody sees who said what."""
    if which is None:
        cli.show(
            cli.ask("survey.list"),
            lambda rows: table(
                ("ID", "SCHEDULE", "WATCH ENDED"),
                ((row["id"], row["schedule"], when(row["ends_at"])) for row in rows),
                empty="No question waits for you.",
            ),
        )
        return
    if score is None:
        raise Invalid("--score", "is required", hint="--score 4")
    cli.show(
        cli.ask("survey.answer", id=which, score=score), lambda _: line("Thank you. Nothing remembers who said it.")
    )


def _print_review(found: dict[str, Any]) -> None:  # Any: JSON
    line(f"{found['days']} days up to {when(found['until'])}, against the {found['days']} before.")
    if not found["teams"]:
        line("Nobody stands watch yet: a schedule resource says who does.")
    for team in found["teams"]:
        line()
        _print_team(team)


def _print_team(team: dict[str, Any]) -> None:  # Any: JSON
    line(
        f"{plain(team['team'])} ({', '.join(team['schedules'])}): {team['interruptions']} interruptions from {team['pages']} pages"
    )
    table(
        ("METRIC", "VALUE", "BAND", "BEFORE", "OF"),
        (
            (name, _value(one["value"], unit), one["band"] or "not known", _value(one["previous"], unit), one["count"])
            for one in team["metrics"]
            for name, unit in [UNITS[one["metric"]]]
        ),
        empty="",
    )
    burden, hours = team["burden"], team["hours"]
    interval = team["false_positive_interval_pct"]
    facts([
        ("Acknowledged", _waits(team)),
        ("False positives", f"{team['labelled']} of {team['calls']} calls labelled" + (f", 95 % interval {interval[0]:.0f} to {interval[1]:.0f} %" if interval and team["labelled"] < _FEW_LABELS else "")),
        ("Burden", _evenness(burden)),
        ("Hours", _evenness(hours)),
        ("Too small", f"fewer than {team['fewest_people']} people take turns" if team["too_small"] else None),
    ])  # fmt: skip
    table(
        ("PERSON", "SHIFTS", "HOURS", "INTERRUPTIONS", "OFF-HOURS", "NIGHTS", "OFF-HOURS/WEEK", "BAND", "ACK"),
        (
            (
                one["person"], one["shifts"], f"{one['hours']:.0f}", one["interruptions"], one["off_hours"] + one["sleep"],
                one["nights"], _value(one["off_hours_per_week"], ""), one["band"], _value(one["acknowledge_minutes"], " min"),
            )
            for one in team["people"]
        ),
        empty="Nobody stood watch in this time.",
    )  # fmt: skip
    for title, count in team["noisiest"]:
        line(f"{count:>5} pages  {plain(title)}")


def _waits(team: dict[str, Any]) -> str | None:  # Any: JSON
    """What stands beside the median; None where nobody was called."""
    if not team["pages"]:
        return None
    slow = _value(team["acknowledge_p90_minutes"], " min")
    mean = _value(team["avg_ack_time_min"], " min")
    return f"9 in 10 within {slow}; mean of those answered {mean}; {team['unanswered']} of {team['pages']} not answered by who was called"


def _evenness(share: dict[str, Any]) -> str | None:  # Any: JSON
    if share["gini"] is None:
        return "fewer than two people to compare"
    largest = (
        f", the most loaded carries {pct(100 * share['largest_share'])}" if share["largest_share"] is not None else ""
    )
    return f"{share['evenness']}, Gini {share['gini']:.2f}{largest}"


def _value(value: float | None, unit: str) -> str:
    return "not known" if value is None else f"{value:.1f}".removesuffix(".0") + unit


def _print_handoffs(rows: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("ID", "SCHEDULE", "STATUS", "FROM", "TO", "WATCH ENDED"),
        (
            (
                row["id"],
                row["schedule"],
                row["status"],
                row["outgoing"],
                row["incoming"] or "nobody",
                when(row["ends_at"]),
            )
            for row in rows
        ),
        empty="No watch has been passed on yet. `watchbill oncall handoff SCHEDULE --preview` shows what would be handed over.",
    )


def _print_document(one: dict[str, Any]) -> None:  # Any: JSON
    for each in one["markdown"].rstrip("\n").split("\n"):
        line(plain(each))


def _print_compensation(found: dict[str, Any]) -> None:  # Any: JSON
    line(f"{found['month']}, {when(found['since'])} to {when(found['until'])}")
    table(
        [column.replace("_", " ").upper() for column in _COLUMNS],
        ([_cell(row[column]) for column in _COLUMNS] for row in found["rows"]),
        empty="Nobody stood watch in this month.",
    )


def _write_csv(found: dict[str, Any]) -> None:  # Any: JSON
    import csv  # of all commands only this one writes a sheet

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("month", *_COLUMNS))
    writer.writerows((found["month"], *(_cell(row[column]) for column in _COLUMNS)) for row in found["rows"])


def _cell(value: object) -> str:
    """Hours to the minute's hundredth; a text that a spreadsheet would take for a formula is quoted."""
    if isinstance(value, float):
        return f"{value:.2f}"
    text = plain(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
