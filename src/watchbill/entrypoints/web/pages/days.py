"""The calendar of one budget: what each local day of the last weeks took, as a picture and as numbers."""

from datetime import timedelta
from fractions import Fraction

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.days import Day, calendar
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.entrypoints.web.words import days as words
from watchbill.operations import dashboard, slos

__all__ = ["show"]

WEEKS = (4, 13, 26, 52)
WORST = 10


def show(s: Services, visit: Visit) -> Shown:
    """The picture, then the days that took most."""
    one = slos.show(s, visit.who, slos.NamedSlo(name=visit.params["name"]))
    asked = visit.ask("weeks") or ""
    weeks = int(asked) if asked in map(str, WEEKS) else WEEKS[1]
    found = dashboard.calendar(s, visit.who, dashboard.CalendarOf(name=one.slo, weeks=weeks))
    known = [day for day in found.days if day.consumed_pct is not None]
    even = Fraction(100, max(1, (one.window_end - one.window_start) // timedelta(days=1)))
    cells = [Day(day.day, Fraction(str(day.consumed_pct))) for day in known]
    return Shown(
        "slo_days.html",
        {
            "one": one,
            "headline": words.headline(known),
            "more": words.more(found.days, found.timezone),
            "picture": calendar(cells, even=even, weeks=weeks),
            "worst": sorted((day for day in known if day.bad), key=lambda day: -(day.consumed_pct or 0))[:WORST],
            "spans": [(f"{each} weeks", f"?weeks={each}", each == weeks) for each in WEEKS],
        },
    )
