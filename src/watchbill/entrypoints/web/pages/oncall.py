"""On-call: who has the watch and who is next, schedules as bands of a day, a week or four, and when it is your turn."""

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.band import day_around
from watchbill.entrypoints.web.pages.schedule import SPANS, picture
from watchbill.entrypoints.web.pages.watch import leading
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.entrypoints.web.words import oncall as words
from watchbill.kernel.errors import NotFound
from watchbill.oncall.model.arranged import FeedAbout
from watchbill.operations import calendars, oncall, swaps, watches

__all__ = ["index"]

SHOWN, FEW = 20, 4  # schedules on a page; up to so many walls are drawn for phones as well
OWN = 5  # watches of one's own


def index(s: Services, visit: Visit) -> Shown:
    """All schedules over a day, a week or four weeks."""
    schedules = leading(oncall.list_all(s, visit.who, oncall.ListSchedules()))
    days = SPANS.get(visit.query.get("days", "1"), 1)
    start = next((place + 1 for place, one in enumerate(schedules) if one.name == visit.ask("after")), 0)
    shown = schedules[start : start + SHOWN]
    following = {one.schedule: one for one in oncall.next_up(s, visit.who, oncall.Next())}
    midnight, _ = day_around(visit.local.now, visit.local.zone)
    return Shown(
        "oncall.html",
        {
            "headline": words.headline(schedules, visit),
            "more": words.more(schedules, following, visit),
            "schedules": shown,
            "after": shown[-1].name if start + SHOWN < len(schedules) else None,
            "following": following,
            "pictures": {
                one.name: picture(s, visit, one, days, start=midnight, twice=len(shown) <= FEW) for one in shown
            },
            "days": days,
            **_own(s, visit),
        },
    )


def _own(s: Services, visit: Visit) -> dict[str, object]:
    """The viewer's own watches, what they are asked, and their calendar; nothing for who is on no rota."""
    try:
        mine = watches.when(s, visit.who, watches.When())
    except NotFound:
        return {"own": None, "asked": [], "own_feeds": []}
    asked = swaps.swaps(s, visit.who, swaps.ListSwaps(person=visit.who.name))
    own = FeedAbout.PERSON
    return {
        "own": mine[:OWN],
        "asked": [one for one in asked if one.status == "asked" and one.asker != visit.who.name],
        "own_feeds": calendars.feeds(s, visit.who, calendars.ListFeeds(about=own, name=visit.who.name)),
    }
