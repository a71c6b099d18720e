"""On-call: who has the watch and who is next, schedules as bands of a day, a week or four, and a hand for overrides."""

from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.band import Band, Row, band, day_around, hours_around
from watchbill.entrypoints.web.charts.wall import Wall, wall
from watchbill.entrypoints.web.pages.watch import bars_of, leading, rows_of
from watchbill.entrypoints.web.visit import Go, Shown, Visit, moment_of
from watchbill.entrypoints.web.words import oncall as words
from watchbill.kernel.errors import NotFound
from watchbill.operations import oncall, people, resources

__all__ = ["index", "override", "remove_override", "show"]

SPANS = {"1": 1, "7": 7, "28": 28}
SHOWN, FEW = 20, 4  # schedules on a page; up to so many walls are drawn for phones as well


def index(s: Services, visit: Visit) -> Shown:
    """All schedules over a day, a week or four weeks."""
    schedules = leading(oncall.list_all(s, visit.who, oncall.ListSchedules()))
    days = SPANS.get(visit.query.get("days", "1"), 1)
    start = next((place + 1 for place, one in enumerate(schedules) if one.name == visit.ask("after")), 0)
    shown = schedules[start : start + SHOWN]
    following = {one.schedule: one for one in oncall.next_up(s, visit.who, oncall.Next())}
    return Shown(
        "oncall.html",
        {
            "headline": words.headline(schedules, visit),
            "more": words.more(schedules, following, visit),
            "schedules": shown,
            "after": shown[-1].name if start + SHOWN < len(schedules) else None,
            "following": following,
            "pictures": {one.name: _picture(s, visit, one, days, twice=len(shown) <= FEW) for one in shown},
            "days": days,
        },
    )


def show(s: Services, visit: Visit) -> Shown:
    """One schedule: a week as seven bands or four weeks as a wall, its layers, overrides and gaps."""
    one = _schedule(s, visit, visit.params["name"])
    days = SPANS.get(visit.query.get("days", "7"), 7)
    start, _ = day_around(visit.local.now, visit.local.zone)
    shifts = oncall.show(
        s, visit.who, oncall.Show(schedule=one.name, start=visit.local.now, end=start + timedelta(days=days))
    )
    return Shown(
        "schedule.html",
        {
            "one": one,
            "headline": words.headline([one], visit),
            "more": words.more(
                [one],
                {each.schedule: each for each in oncall.next_up(s, visit.who, oncall.Next(schedule=one.name))},
                visit,
            ),
            "picture": _picture(s, visit, one, days),
            "resource": resources.show(s, visit.who, resources.NamedResource(kind="schedule", name=one.name)),
            "days": days,
            "shifts": shifts[:20],
            "overrides": oncall.overrides(s, visit.who, oncall.ListOverrides(schedule=one.name)),
            "people": [person.name for person in people.list_persons(s, visit.who, people.Nothing())],
            "soon": visit.local.at(visit.local.now).strftime("%Y-%m-%dT%H:00"),
            "later": visit.local.at(visit.local.now + timedelta(hours=12)).strftime("%Y-%m-%dT%H:00"),
        },
    )


def override(s: Services, visit: Visit) -> Go:
    """Let somebody else stand watch for a while; times are on the viewer's clock."""
    name = visit.params["name"]
    given = oncall.AddOverride(
        schedule=name,
        person=visit.need("person"),
        start=moment_of(visit, "start"),
        end=moment_of(visit, "end"),
        reason=visit.form.get("reason", ""),
    )
    oncall.override(s, visit.who, given)
    return Go(f"/oncall/{name}", said="saved")


def remove_override(s: Services, visit: Visit) -> Go:
    """Take an override back."""
    gone = oncall.remove_override(s, visit.who, oncall.RemoveOverride(override=visit.params["override"]))
    return Go(f"/oncall/{gone.schedule}", said="removed")


def _schedule(s: Services, visit: Visit, name: str) -> oncall.ScheduleView:
    schedules = oncall.list_all(s, visit.who, oncall.ListSchedules())
    found = next((one for one in schedules if one.name == name), None)
    if found is None:
        raise NotFound("schedule", name, known=[one.name for one in schedules])
    return found


def _picture(s: Services, visit: Visit, one: oncall.ScheduleView, days: int, *, twice: bool = True) -> Markup:
    now, zone = visit.local.now, visit.local.zone
    start, end = day_around(now, zone)
    reach = timedelta(days=2)
    if days == 1:
        rows = rows_of(s, visit, [one], start - reach, end + reach)
        day = Band(start=start, end=end, now=now, zone=zone, rows=rows, key=f"sky-{one.name}")
        first, last = hours_around(now)
        return band(day, class_="far") + band(
            replace(day, start=first, end=last, key=f"{day.key}-near", width_px=358, every_h=2), class_="near"
        )
    end = start + timedelta(days=days)
    bars = bars_of(s, visit, one.name, start - reach, end + reach)
    wide = Wall(start=start, days=days, now=now, zone=zone, row=Row(bars), key=f"sky-{one.name}")
    if not twice:
        return wall(wide)
    return wall(wide, class_="far") + wall(replace(wide, width_px=358, key=f"{wide.key}-near"), class_="near")
