"""One schedule: its watches over any days, on anybody's clock, what is missing, and hands for overrides, swaps and leave."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from markupsafe import Markup

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.band import Band, Row, band, hours_around
from watchbill.entrypoints.web.charts.wall import Wall, wall
from watchbill.entrypoints.web.pages.watch import bars_of, rows_of
from watchbill.entrypoints.web.visit import Go, Shown, Visit, moment_of, zone_of
from watchbill.entrypoints.web.words import oncall as words
from watchbill.entrypoints.web.words import schedule as schedule_words
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.oncall.model.arranged import FeedAbout, SwapStatus
from watchbill.operations import calendars, oncall, people, planning, resources, swaps, watches

__all__ = [
    "SPANS", "accept_swap", "add_leave", "ask_swap", "decline_swap", "make_feed", "override", "picture", "remove_leave",
    "remove_override", "revoke_feed", "show", "withdraw_swap",
]  # fmt: skip

SPANS = {"1": 1, "7": 7, "28": 28}
_REACH = timedelta(days=2)
_AHEAD = timedelta(days=60)  # watches that can be swapped
_SHOWN = 20


def show(s: Services, visit: Visit) -> Shown:
    """The schedule from any day on, for a day, a week or four weeks."""
    one = _schedule(s, visit, visit.params["name"])
    own = visit.local.zone
    visit = _on_the_clock_of(s, visit, one)
    days = SPANS.get(visit.query.get("days", "7"), 7)
    start = _start(visit)
    end = start + timedelta(days=days)
    begins = max(start.astimezone(UTC), visit.local.now) if start <= visit.local.now < end else start
    shifts = oncall.show(s, visit.who, oncall.Show(schedule=one.name, start=begins, end=end))
    following = {each.schedule: each for each in oncall.next_up(s, visit.who, oncall.Next(schedule=one.name))}
    ahead = oncall.show(
        s, visit.who, oncall.Show(schedule=one.name, start=visit.local.now, end=visit.local.now + _AHEAD)
    )
    return Shown(
        "schedule.html",
        {
            "one": one,
            "local": visit.local,
            "t": visit.local.el,
            "clock_of": visit.ask("clock") or "",
            "clocks": schedule_words.clocks(s.people.persons(), one, ahead, own, visit.ask("clock")),
            "headline": words.headline([one], visit),
            "more": words.more([one], following, visit),
            "picture": picture(s, visit, one, days, start=start),
            "range": schedule_words.stretch(start, days, visit),
            "before": (start - timedelta(days=days)).date().isoformat(),
            "after": (start + timedelta(days=days)).date().isoformat(),
            "from_": visit.ask("from") or "",
            "resource": resources.show(s, visit.who, resources.NamedResource(kind="schedule", name=one.name)),
            "days": days,
            "shifts": shifts[:_SHOWN],
            "feasts": schedule_words.feasts(s.arranged.planning.holidays, s.people.persons(), shifts[:_SHOWN], visit),
            "missing": watches.missing(s, visit.who, watches.MissingWatches(schedule=one.name)),
            "findings": [
                each
                for each in planning.lint(s, visit.who, planning.LintSchedules(schedule=one.name))
                if each.rule not in {"gap", "watch-on-leave"}
            ],
            **_arranged(s, visit, one, ahead),
        },
    )


def _arranged(s: Services, visit: Visit, one: oncall.ScheduleView, ahead: list[oncall.ShiftView]) -> dict[str, object]:
    """What people arranged, and what the forms offer."""
    everybody = [person.name for person in people.list_persons(s, visit.who, people.Nothing())]
    mine = visit.who.name in everybody
    on_rota = {person for layer in one.layers for person in layer.people}
    asked = swaps.swaps(s, visit.who, swaps.ListSwaps(schedule=one.name))
    feeds = visit.may("responder")
    return {
        "overrides": oncall.overrides(s, visit.who, oncall.ListOverrides(schedule=one.name)),
        "people": everybody,
        "mates": sorted((on_rota | {shift.person for shift in ahead if shift.person}) - {visit.who.name}),
        "own": schedule_words.watches_of(ahead, visit, own=True) if mine else schedule_words.watches_of(ahead, visit),
        "theirs": schedule_words.watches_of(ahead, visit, own=False),
        "is_mine": mine,
        "open_swaps": [each for each in asked if each.status is SwapStatus.ASKED],
        "past_swaps": [each for each in asked if each.status is not SwapStatus.ASKED][:5],
        "leaves": [
            each for each in calendars.leaves(s, visit.who, calendars.ListLeaves()) if each.person in on_rota
        ],
        "feeds": calendars.feeds(s, visit.who, calendars.ListFeeds(about=FeedAbout.SCHEDULE, name=one.name)) if feeds else [],
        "soon": visit.ask("start") or visit.local.at(visit.local.now).strftime("%Y-%m-%dT%H:00"),
        "later": visit.ask("end") or visit.local.at(visit.local.now + timedelta(hours=12)).strftime("%Y-%m-%dT%H:00"),
    }  # fmt: skip


# --- acting


def override(s: Services, visit: Visit) -> Go:
    """Let somebody else stand watch for a while; times are on the clock that the page showed."""
    name = visit.params["name"]
    visit = _on_the_clock_of(s, visit, _schedule(s, visit, name))
    given = oncall.AddOverride(
        schedule=name,
        person=visit.need("person"),
        start=moment_of(visit, "start"),
        end=moment_of(visit, "end"),
        reason=visit.form.get("reason", ""),
    )
    oncall.override(s, visit.who, given)
    return _back(visit, name, "saved")


def remove_override(s: Services, visit: Visit) -> Go:
    """Take an override back."""
    gone = oncall.remove_override(s, visit.who, oncall.RemoveOverride(override=visit.params["override"]))
    return Go(f"/oncall/{gone.schedule}", said="removed")


def ask_swap(s: Services, visit: Visit) -> Go:
    """Ask for a swap: a watch of one's own for nothing, or for one of theirs. `give` and `take` are PERSON@START."""
    name = visit.params["name"]
    asker, start = _held(visit, "give")
    taker = visit.maybe("taker")
    back = None
    if visit.maybe("take"):
        owner, back = _held(visit, "take")
        if taker not in {None, owner}:
            raise Invalid(
                "take", f"is a watch of {owner}, and {taker} is asked", hint="choose a watch of the same person"
            )
        taker = owner
    given = swaps.AskSwap(
        schedule=name, asker=asker, taker=taker, start=start, back=back, reason=visit.form.get("reason", "")
    )
    swaps.ask_swap(s, visit.who, given)
    return _back(visit, name, "asked")


def accept_swap(s: Services, visit: Visit) -> Go:
    """Agree."""
    done = swaps.accept_swap(s, visit.who, _answer(visit))
    return Go(f"/oncall/{done.schedule}", said="swapped")


def decline_swap(s: Services, visit: Visit) -> Go:
    """Say no."""
    done = swaps.decline_swap(s, visit.who, _answer(visit))
    return Go(f"/oncall/{done.schedule}", said="done")


def withdraw_swap(s: Services, visit: Visit) -> Go:
    """Take it back."""
    done = swaps.withdraw_swap(s, visit.who, _answer(visit))
    return Go(f"/oncall/{done.schedule}", said="removed")


def add_leave(s: Services, visit: Visit) -> Go:
    """Note that somebody will be away: whole days, the last one included."""
    person = visit.maybe("person") or visit.who.name
    zone = s.people.person(person).timezone
    first, last = _day(visit, "first"), _day(visit, "last")
    start = datetime(first.year, first.month, first.day, tzinfo=zone)
    end = datetime(last.year, last.month, last.day, tzinfo=zone) + timedelta(days=1)
    calendars.add_leave(
        s, visit.who,
        calendars.AddLeave(person=person, start=start.astimezone(UTC), end=end.astimezone(UTC), note=visit.form.get("note", "")),
    )  # fmt: skip
    return _back(visit, visit.need("schedule"), "saved")


def remove_leave(s: Services, visit: Visit) -> Go:
    """They will not be away after all."""
    calendars.remove_leave(s, visit.who, calendars.NamedLeave(leave=visit.params["leave"]))
    return _back(visit, visit.need("schedule"), "removed")


def make_feed(s: Services, visit: Visit) -> Go:
    """An address under which calendar programs find a schedule, or one's own watches."""
    about = FeedAbout(visit.form.get("about", FeedAbout.SCHEDULE))
    calendars.make_feed(s, visit.who, calendars.MakeFeed(about=about, name=visit.need("name")))
    return Go(
        "/oncall#calendar" if about is FeedAbout.PERSON else f"/oncall/{visit.need('name')}#calendar", said="linked"
    )


def revoke_feed(s: Services, visit: Visit) -> Go:
    """Let an address end."""
    gone = calendars.revoke_feed(s, visit.who, calendars.NamedFeed(feed=visit.params["feed"]))
    return Go("/oncall" if gone.about is FeedAbout.PERSON else f"/oncall/{gone.name}", said="removed")


# --- pieces


def picture(
    s: Services, visit: Visit, one: oncall.ScheduleView, days: int, *, start: datetime, twice: bool = True
) -> Markup:
    """A day as a band, more of them as a wall; for phones the hours around now, and a narrow wall."""
    now, zone = visit.local.now, visit.local.zone
    if days == 1:
        end = start + timedelta(days=1)
        rows = rows_of(s, visit, [one], start - _REACH, end + _REACH)
        day = Band(start=start, end=end, now=now, zone=zone, rows=rows, key=f"sky-{one.name}")
        first, last = (
            hours_around(now) if start <= now < end else (start + timedelta(hours=6), start + timedelta(hours=18))
        )
        near = replace(day, start=first, end=last, key=f"{day.key}-near", width_px=358, every_h=2)
        return band(day, class_="far") + band(near, class_="near")
    bars = bars_of(s, visit, one.name, start - _REACH, start + timedelta(days=days) + _REACH)
    wide = Wall(start=start, days=days, now=now, zone=zone, row=Row(bars), key=f"sky-{one.name}")
    if not twice:
        return wall(wide)
    return wall(wide, class_="far") + wall(replace(wide, width_px=358, key=f"{wide.key}-near"), class_="near")


def _schedule(s: Services, visit: Visit, name: str) -> oncall.ScheduleView:
    schedules = oncall.list_all(s, visit.who, oncall.ListSchedules())
    found = next((one for one in schedules if one.name == name), None)
    if found is None:
        raise NotFound("schedule", name, known=[one.name for one in schedules])
    return found


def _on_the_clock_of(s: Services, visit: Visit, one: oncall.ScheduleView) -> Visit:
    """All times as somebody else sees them: a person's zone, or the schedule's; nobody named: the viewer's own."""
    wanted = visit.ask("clock") or visit.maybe("clock")
    zone = zone_of(one.timezone) if wanted == "schedule" else None
    if wanted and zone is None:
        zone = next((person.timezone for person in s.people.persons() if person.name == wanted), None)
    return replace(visit, local=replace(visit.local, zone=zone)) if zone else visit


def _start(visit: Visit) -> datetime:
    """The local midnight that the page begins with: of `from`, else of today."""
    day = visit.local.at(visit.local.now).date()
    wanted = visit.ask("from")
    if wanted:
        try:
            day = date.fromisoformat(wanted)
        except ValueError as wrong:
            raise Invalid("from", f"{wanted!r} is not a day", hint="write 2026-12-07") from wrong
    return datetime(day.year, day.month, day.day, tzinfo=visit.local.zone)


def _day(visit: Visit, field: str) -> date:
    try:
        return date.fromisoformat(visit.need(field))
    except ValueError as wrong:
        raise Invalid(field, f"{visit.need(field)!r} is not a day", hint="write 2026-12-07") from wrong


def _held(visit: Visit, field: str) -> tuple[str, datetime]:
    person, at, moment = visit.need(field).partition("@")
    try:
        return person, datetime.fromisoformat(moment if at else "")
    except ValueError as wrong:
        raise Invalid(field, "names no watch", hint="choose one of the list") from wrong


def _answer(visit: Visit) -> swaps.AnswerSwap:
    return swaps.AnswerSwap(swap=visit.params["swap"], person=visit.maybe("person"))


def _back(visit: Visit, schedule: str, said: str) -> Go:
    clock = visit.maybe("clock")
    return Go(f"/oncall/{schedule}?clock={clock}" if clock else f"/oncall/{schedule}", said=said)
