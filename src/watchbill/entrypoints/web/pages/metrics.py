"""Figures of all incidents: how fast they were noticed, taken, stopped and ended, as distributions; and which came back."""

from datetime import timedelta

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.columns import columns
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.entrypoints.web.words import metrics as words
from watchbill.incidents.rules.metrics import GroupBy
from watchbill.operations import incident_metrics

__all__ = ["index"]

PERIODS = (30, 90, 365)
MOST = 50  # rows of a table that anybody reads; the API gives all


def index(s: Services, visit: Visit) -> Shown:
    """The last 30, 90 or 365 days, all together and by service, severity or what else there is."""
    asked = visit.ask("days") or ""
    days = int(asked) if asked in map(str, PERIODS) else PERIODS[0]
    by = visit.ask("by")
    given = incident_metrics.IncidentMetrics(
        since=visit.local.now - timedelta(days=days),
        until=visit.local.now,
        service=visit.ask("service"),
        by=GroupBy(by) if by in set(GroupBy) else None,
    )
    found = incident_metrics.metrics(s, visit.who, given)
    total, groups = found.groups[0], found.groups[1:]
    return Shown(
        "metrics.html",
        {
            "headline": words.headline(total, days),
            "more": words.more(total, found.repeats),
            "total": total,
            "measures": words.MEASURES,
            "pictures": {
                name: columns(one.columns, found.column_minutes, words.MEASURES[name].name)
                for name in words.MEASURES
                if (one := getattr(total, name)) is not None
            },
            "groups": groups[:MOST],
            "more_groups": max(0, len(groups) - MOST),
            "repeats": found.repeats[:MOST],
            "more_repeats": max(0, len(found.repeats) - MOST),
            "days": days,
            "periods": PERIODS,
            "by": str(given.by or ""),
            "ways": list(GroupBy),
            "service": visit.ask("service") or "",
            "minutes": words.minutes,
        },
    )
