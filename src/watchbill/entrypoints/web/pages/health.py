"""On-call health: the seven metrics, who carries how much, when people are interrupted; and what a month comes to as a sheet."""

import csv
import io

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.hours import hours_of_week
from watchbill.entrypoints.web.visit import Download, Shown, Visit
from watchbill.entrypoints.web.words import health as words
from watchbill.operations import oncall_health

__all__ = ["index", "sheet"]

PERIODS = (28, 90, 365)
_FORMULA = ("=", "+", "-", "@")


def index(s: Services, visit: Visit) -> Shown:
    """All teams of the viewer, or one, over four weeks, a quarter or a year."""
    asked = visit.ask("days") or ""
    days = int(asked) if asked in map(str, PERIODS) else PERIODS[0]
    found = oncall_health.review(s, visit.who, oncall_health.ReviewOncall(team=visit.ask("team"), days=days))
    return Shown(
        "health.html",
        {
            "headline": words.headline(found.teams),
            "teams": found.teams,
            "since": found.since,
            "days": days,
            "periods": PERIODS,
            "team": visit.ask("team") or "",
            "every": [crew.name for crew in s.duty.health.crews()],
            "more": {one.team: words.more(one, days, visit) for one in found.teams},
            "heat": {one.team: hours_of_week(one.heat) for one in found.teams},
            "words": words,
        },
    )


def sheet(s: Services, visit: Visit) -> Download:
    """Hours, off-hours and pages of each person in a month, as CSV; the last whole month where none is named."""
    found = oncall_health.compensation(s, visit.who, oncall_health.Compensation(month=visit.ask("month")))
    written = io.StringIO()
    names = list(oncall_health.StoodView.model_fields)
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["month", *names])
    for row in found.rows:
        writer.writerow([found.month, *(_cell(getattr(row, name)) for name in names)])
    return Download(f"on-call-{found.month}.csv", "text/csv; charset=utf-8", written.getvalue())


def _cell(value: object) -> object:
    """Two decimals of an hour; a text that a spreadsheet would take for a formula is quoted."""
    if isinstance(value, float):
        return f"{value:.2f}"
    return f"'{value}" if str(value).startswith(_FORMULA) else value
