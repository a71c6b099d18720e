"""The watch band from operations: shifts of schedules, pages as ticks, incidents below. Shared by Now and On-call."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from markupsafe import Markup

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.band import Band, Bar, Row, Span, Tick, band, day_around, hours_around
from watchbill.entrypoints.web.visit import Visit
from watchbill.operations import oncall
from watchbill.operations.incident_views import IncidentRow
from watchbill.operations.paging import PageRow

__all__ = ["bars_of", "leading", "rows_of", "watch_pictures"]

# Times of a schedule are asked for a little beyond the band, so that a shift's label says when it really ends.
REACH = timedelta(hours=36)


def leading(schedules: Sequence[oncall.ScheduleView]) -> list[oncall.ScheduleView]:
    """Schedules that are not merely another one's second watch, by name."""
    seconds = {one.secondary for one in schedules if one.secondary}
    return [one for one in schedules if one.name not in seconds]


def rows_of(
    s: Services, visit: Visit, schedules: Sequence[oncall.ScheduleView], start: datetime, end: datetime
) -> tuple[Row, ...]:
    """A tall row for each schedule and a low one for its second watch."""
    rows: list[Row] = []
    for one in schedules:
        name = one.name if len(schedules) > 1 else ""
        rows.append(Row(bars_of(s, visit, one.name, start, end), name=name))
        if one.secondary:
            seconds = bars_of(s, visit, one.secondary, start, end)
            rows.append(
                Row(
                    tuple(replace(bar, label=f"{bar.label}, second") for bar in seconds if bar.kind != "hole"), low=True
                )
            )
    return tuple(rows)


def bars_of(s: Services, visit: Visit, schedule: str, start: datetime, end: datetime) -> tuple[Bar, ...]:
    """The final schedule as bars; gaps are holes, who has the watch now is lit."""
    shifts = oncall.show(s, visit.who, oncall.Show(schedule=schedule, start=start, end=end, gaps=True))
    return tuple(
        Bar(
            shift.start, shift.end, visit.name(shift.person),
            "hole" if shift.person is None else "on" if shift.start <= visit.local.now < shift.end else "shift",
        )
        for shift in shifts
    )  # fmt: skip


def watch_pictures(
    s: Services,
    visit: Visit,
    schedules: Sequence[oncall.ScheduleView],
    pages: Sequence[PageRow],
    incidents: Sequence[IncidentRow],
) -> Markup:
    """The day as a wide band and the hours around now as a narrow one; the style sheet shows the one that fits."""
    now, zone = visit.local.now, visit.local.zone
    start, end = day_around(now, zone)
    rows = rows_of(s, visit, schedules, start - REACH, end + REACH)
    day = Band(
        start=start, end=end, now=now, zone=zone, rows=rows, key="sky-day",
        ticks=tuple(Tick(page.created_at, f"page to {visit.name(page.person)}", "dim" if page.status in {"cancelled", "declined"} else "dead") for page in pages),
        spans=tuple(Span(one.started_at or one.detected_at, one.resolved_at, f"INC-{one.number}", "dead" if one.resolved_at is None else "dim") for one in incidents),
    )  # fmt: skip
    first, last = hours_around(now)
    hours = replace(day, start=first, end=last, key="sky-hours", width_px=358, every_h=2)
    return band(day, class_="far") + band(hours, class_="near")
