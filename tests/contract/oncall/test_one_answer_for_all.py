"""The API's list, the API's moment, the range, the calendar feed and the pager name the same person at any instant, overrides, swaps and changes of clocks included."""

import random  # noqa: TID251 - a seeded choice of instants, the same in each run
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from watchbill.adapters.resources.files import SourceFile
from watchbill.bootstrap import App, Services
from watchbill.bootstrap.paging import desk
from watchbill.kernel.clock import ManualClock
from watchbill.oncall.model import Target
from watchbill.oncall.model.arranged import FeedAbout
from watchbill.oncall.rules.final import standing_at
from watchbill.oncall.service import NewOverride
from watchbill.oncall.service.reach import recipients
from watchbill.oncall.service.swaps import NewSwap
from watchbill.operations.run import perform
from watchbill.operations.table import operation
from watchbill.people.model import Actor, Role

OWNER = Actor("owner", Role.ADMIN, "test")
START = datetime(
    2027, 3, 1, tzinfo=UTC
)  # clocks change in New York on the 14th, in Paris on the 28th, on Lord Howe on 4 April
PEOPLE = ("ann", "bob", "cy", "dee")
HOUSE = (
    "---\n".join(f"person: {{name: {name}, email: {name}@shop.test}}\n" for name in PEOPLE)
    + """
---
schedule:
  name: first
  timezone: Australia/Lord_Howe
  layers:
    - {name: nights, rotation: weekly, start: "2027-01-04T02:15:00", people: [ann, bob, cy]}
    - {name: days, rotation: daily, start: "2027-01-04T09:00:00", people: [cy, dee],
       restrictions: [{days: [mon-fri], from: "09:00", to: "17:30"}]}
  secondary: second
---
schedule:
  name: second
  timezone: America/New_York
  layers: [{name: all, rotation: custom, every: 12h, start: "2027-01-04T02:30:00", people: [dee, ann, bob]}]
"""
)


def test_every_way_of_asking_gives_the_same_person(app: App) -> None:
    """A hundred instants, a third of them on a hand-off, each asked in five ways, for both schedules."""
    assert isinstance(app.clock, ManualClock)
    app.clock.jump(START)
    chance = random.Random(20261124)
    with app.transaction() as s:
        s.resources.apply([SourceFile("house.yaml", HOUSE)], OWNER)
    for _ in range(6):
        start = START + timedelta(minutes=chance.randrange(40 * 1440))
        with app.transaction() as s:
            made = NewOverride("first", chance.choice(PEOPLE), start + timedelta(hours=chance.randrange(1, 60)), start)
            s.schedules.override(made, OWNER)
    _swap_some(app, chance)

    with app.reading() as s:
        shifts = {name: s.schedules.final(name, START, START + timedelta(days=41)) for name in ("first", "second")}
        feeds = {name: _by_calendar(s, name) for name in shifts}
    edges = [one.start for one in (*shifts["first"], *shifts["second"]) if one.start > START]
    instants = sorted(
        [START + timedelta(seconds=chance.randrange(40 * 86_400)) for _ in range(67)] + chance.sample(edges, 33)
    )

    for at in instants:
        app.clock.jump(at)
        with app.reading() as s:
            answer = perform(s, OWNER, operation("oncall.now"), {"at": at.isoformat()})
            assert isinstance(answer, list)
            listed = {one["schedule"]: one for one in answer}
            for name, planned_shifts in shifts.items():
                planned = standing_at(planned_shifts, at)
                expected = planned.person if planned else None
                called = [one.name for one in recipients(desk(s), [Target.parse(f"schedule:{name}")])]
                assert feeds[name](at) == expected, (name, at)
                assert (listed[name]["primary"], called) == (expected, [expected] if expected else []), (name, at)
            assert listed["first"]["secondary"] == listed["second"]["primary"], at
            assert listed["first"]["primary"] != listed["first"]["secondary"], at


def _swap_some(app: App, chance: random.Random) -> None:
    """A few swaps of the first schedule, asked and accepted."""
    for _ in range(4):
        with app.transaction() as s:
            ahead = s.schedules.final("first", START, START + timedelta(days=40))
            mine = chance.choice(ahead[2:])
            taker = chance.choice([one for one in PEOPLE if one != mine.person])
            new = NewSwap("first", taker=taker, asker=mine.person, start=mine.start, end=mine.end)
            s.arranged.swaps.accept(s.arranged.swaps.ask(new, OWNER).id, OWNER, person=taker)


def _by_calendar(s: Services, schedule: str) -> Callable[[datetime], str | None]:
    """Who stands watch by the iCalendar feed, as a library reads it."""
    text = s.arranged.calendars.text_of(FeedAbout.SCHEDULE, schedule)
    events = s.arranged.calendars.reader.events(text, START, START + timedelta(days=41))
    held = [(one.start, one.end, one.summary.partition(":")[0]) for one in events]
    return lambda at: next((who for start, end, who in held if start <= at < end and who != "NOBODY"), None)


def test_until_is_the_next_moment_at_which_the_answer_changes(app: App) -> None:
    """From one `until` to the next nothing changes, and at each of them something does."""
    assert isinstance(app.clock, ManualClock)
    app.clock.jump(START)
    with app.transaction() as s:
        s.resources.apply([SourceFile("house.yaml", HOUSE)], OWNER)
    at = START
    with app.reading() as s:
        watches = [s.schedules.on_call("first", at)]
        for _ in range(60):
            assert watches[-1].until is not None
            assert watches[-1].until > at
            before = s.schedules.on_call("first", watches[-1].until - timedelta(microseconds=1))
            assert (before.primary, before.secondary) == (watches[-1].primary, watches[-1].secondary)
            at = watches[-1].until
            watches.append(s.schedules.on_call("first", at))

    assert all((one.primary, one.secondary) != (two.primary, two.secondary) for one, two in pairwise(watches))
