"""What people arrange: swaps with consent, leave, cover that is missing, calendars; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.contract.oncall.conftest import Drill

from watchbill.bootstrap import Services
from watchbill.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized
from watchbill.kernel.ids import SwapId
from watchbill.oncall.model.arranged import FeedAbout, Leave, Swap, SwapStatus
from watchbill.oncall.rules.coverage import MissingKind
from watchbill.oncall.service import NewOverride
from watchbill.oncall.service.coverage import AHEAD
from watchbill.oncall.service.swaps import NewSwap
from watchbill.people.model import Actor, Role

SEVEN = timedelta(days=7)
HOUSE = """
schedule:
  name: duo
  timezone: Europe/Paris
  layers: [{name: weekly, rotation: weekly, start: "2026-11-23T09:00:00", people: [ann, bob, cy]}]
---
service: {name: duo, owner_team: payments, oncall_rotation: duo}
"""
CY = Actor("cy", Role.RESPONDER, "test")


def monday(week: int) -> datetime:
    """A hand-off of the schedule: Monday 09:00 in Paris, which is 08:00 UTC in winter."""
    return datetime(2026, 11, 23, 8, 0, tzinfo=UTC) + week * SEVEN


@pytest.fixture
def duo(drill: Drill) -> Drill:
    """Three people who take turns of a week: ann, bob, cy."""
    drill.write(HOUSE)
    drill.run()
    return drill


def holders(drill: Drill, start: datetime, end: datetime) -> list[tuple[str, str]]:
    """Who stands watch, and by what."""
    with drill.app.reading() as s:
        return [(one.person, one.layer) for one in s.schedules.final("duo", start, end)]


def ask(drill: Drill, who: Actor | None = None, **fields: object) -> Swap:
    """Somebody asks for a swap."""
    with drill.app.transaction() as s:
        found = s.arranged.swaps.ask(NewSwap("duo", **fields), who or drill.bob)  # type: ignore[arg-type]  # fields of the row
    drill.run()
    return found


def answer(drill: Drill, verb: str, swap: str, who: Actor, **fields: str) -> Swap:
    """Somebody answers."""
    with drill.app.transaction() as s:
        found: Swap = getattr(s.arranged.swaps, verb)(swap, who, **fields)
    drill.run()
    return found


def test_nothing_moves_until_the_other_one_agrees(duo: Drill) -> None:
    """Bob asks cy to take his next week; it is cy's from the moment cy says yes, and both were told."""
    swap = ask(duo, taker="cy", reason="wedding")
    before = holders(duo, monday(1), monday(2))
    answer(duo, "accept", swap.id, CY)

    assert (swap.start, swap.end) == (monday(1), monday(2))
    assert before == [("bob", "weekly")]
    assert holders(duo, monday(1), monday(2)) == [("cy", "swap")]
    assert [(one.person, one.urgent) for one in duo.world.ledger] == [("cy", False), ("bob", False)]
    assert "wedding" in duo.world.ledger[0].message.text
    assert duo.kinds("swap.asked", "swap.ended") == ["swap.asked", "swap.ended"]


def test_a_watch_is_given_for_a_watch(duo: Drill) -> None:
    """Bob's week against cy's: both change hands by one yes."""
    swap = ask(duo, taker="cy", back=monday(2) + timedelta(days=1))
    answer(duo, "accept", swap.id, CY)

    assert holders(duo, monday(1), monday(3)) == [("cy", "swap"), ("bob", "swap")]


def test_the_pager_calls_whoever_the_swap_names(duo: Drill) -> None:
    """A page in the swapped week goes to cy, by the same function that shows it."""
    duo.write("escalation_policy: {name: duo, steps: [{notify: ['schedule:duo'], wait: 5m}]}")
    answer(duo, "accept", ask(duo, taker="cy").id, CY)
    duo.clock.jump(monday(1) + timedelta(hours=1))
    duo.world.ledger.clear()

    duo.fire(policy="duo", group="duo", service="duo")

    assert [one.person for one in duo.world.ledger if one.urgent] == ["cy"]


@pytest.mark.parametrize(
    ("verb", "who", "wrong"),
    [
        ("accept", Actor("ann", Role.RESPONDER, "test"), Forbidden),
        ("accept", Actor("bob", Role.RESPONDER, "test"), Forbidden),
        ("decline", Actor("ann", Role.RESPONDER, "test"), Forbidden),
        ("withdraw", Actor("cy", Role.RESPONDER, "test"), Forbidden),
        ("accept", Actor("ghost", Role.RESPONDER, "test"), Invalid),
    ],
)
def test_only_who_was_asked_can_agree(duo: Drill, verb: str, who: Actor, wrong: type[Exception]) -> None:
    """Nobody speaks for another person."""
    swap = ask(duo, taker="cy")

    with pytest.raises(wrong):
        answer(duo, verb, swap.id, who)


def test_an_editor_writes_down_what_somebody_said(duo: Drill) -> None:
    """Cy agreed on the phone: the answer is in cy's name, by the owner."""
    done = answer(duo, "accept", ask(duo, taker="cy").id, duo.owner, person="cy")

    assert (done.status, done.answered_by) == (SwapStatus.ACCEPTED, "cy")


def test_an_offer_to_everybody_goes_to_the_first_who_takes_it(duo: Drill) -> None:
    """All others of the schedule hear of it, one takes it, the next is too late."""
    swap = ask(duo)
    told = sorted(one.person for one in duo.world.ledger)
    answer(duo, "accept", swap.id, CY)

    assert told == ["ann", "cy"]
    with pytest.raises(Conflict):
        answer(duo, "accept", swap.id, duo.ann)
    assert holders(duo, monday(1), monday(2)) == [("cy", "swap")]


def test_a_declined_swap_changes_nothing(duo: Drill) -> None:
    """Bob keeps his week and is told."""
    swap = ask(duo, taker="cy")
    answer(duo, "decline", swap.id, CY)

    assert holders(duo, monday(1), monday(2)) == [("bob", "weekly")]
    assert "stays yours" in duo.world.ledger[-1].message.text
    with pytest.raises(Conflict):
        answer(duo, "accept", swap.id, CY)


def test_a_withdrawn_swap_cannot_be_accepted(duo: Drill) -> None:
    """Bob can come after all."""
    swap = ask(duo, taker="cy")
    answer(duo, "withdraw", swap.id, duo.bob)

    with pytest.raises(Conflict):
        answer(duo, "accept", swap.id, CY)


def test_an_unanswered_swap_ends_by_itself_and_the_asker_is_told(duo: Drill) -> None:
    """After three days bob knows that the watch is still his."""
    swap = ask(duo, taker="cy")
    duo.forward(minutes=3 * 1440 - 1)
    waiting = _status(duo, swap.id)
    duo.forward(minutes=2)

    assert (waiting, _status(duo, swap.id)) == ("asked", "expired")
    assert "Nobody answered in time" in duo.world.ledger[-1].message.text


def test_a_swap_never_waits_beyond_its_beginning(duo: Drill) -> None:
    """What begins tomorrow must be answered by then."""
    start = duo.clock.now() + timedelta(hours=20)
    swap = ask(duo, duo.ann, taker="cy", start=start, end=start + timedelta(hours=4))

    assert swap.expires_at == start


def test_what_is_not_held_any_more_cannot_be_taken(duo: Drill) -> None:
    """An override gave bob's week to ann meanwhile: cy's yes comes too late."""
    swap = ask(duo, taker="cy")
    with duo.app.transaction() as s:
        s.schedules.override(NewOverride("duo", "ann", monday(2), monday(1)), duo.owner)

    with pytest.raises(Conflict, match="no watch any more"):
        answer(duo, "accept", swap.id, CY)


def test_what_one_does_not_have_cannot_be_given(duo: Drill) -> None:
    """Bob has no watch in ann's week, and none to swap with himself."""
    with pytest.raises(Invalid, match="no watch"):
        ask(duo, taker="cy", start=duo.clock.now() + timedelta(hours=1))
    with pytest.raises(Invalid, match="themselves"):
        ask(duo, taker="bob")


def _status(drill: Drill, swap: SwapId) -> str:
    with drill.app.reading() as s:
        return next(one.status for one in s.arranged.swaps.find(schedule="duo") if one.id == swap)


# --- leave and cover


def _leave(drill: Drill, person: str, start: datetime, end: datetime, who: Actor | None = None) -> Leave:
    with drill.app.transaction() as s:
        return s.arranged.leaves.add(person, start, end, who or drill.owner, note="beach")


def _look(drill: Drill) -> int:
    with drill.app.transaction() as s:
        new = s.arranged.coverage.look()
    drill.run()
    return new


def test_a_watch_of_somebody_on_leave_is_told_to_the_team_once(duo: Drill) -> None:
    """Bob goes to the beach in his week: ann, bob and cy of the owning team hear of it, and not again an hour later."""
    _look(duo)  # what the house itself is missing
    duo.world.ledger.clear()
    _leave(duo, "bob", monday(1) + timedelta(days=2), monday(1) + timedelta(days=4))
    first = _look(duo)
    duo.forward(minutes=60)
    second = _look(duo)

    mine = [one for one in duo.world.ledger if "watch of duo" in one.message.text]

    assert (first, second) == (2, 0)  # bob is the second of another schedule as well
    assert sorted(one.person for one in mine) == ["ann", "bob", "cy"]
    assert "bob, who is on leave" in mine[0].message.text
    assert not any(one.urgent for one in duo.world.ledger)


def test_cover_that_is_lost_again_is_told_again(duo: Drill) -> None:
    """An override repaired it; when that goes, the trouble is new."""
    _look(duo)
    _leave(duo, "bob", monday(1) + timedelta(days=2), monday(1) + timedelta(days=4))
    first = _look(duo)
    with duo.app.transaction() as s:
        override = s.schedules.override(NewOverride("duo", "cy", monday(2), monday(1)), duo.owner)
    repaired = _look(duo)
    with duo.app.transaction() as s:
        s.schedules.remove_override(override.id or "", duo.owner)

    assert (first, repaired, _look(duo)) == (2, 0, 1)


def test_gaps_of_two_weeks_are_one_message_and_those_beyond_wait(duo: Drill) -> None:
    """The schedule `nobody` has a gap of years: told once, while its end moves on with the horizon."""
    first = _look(duo)
    duo.forward(minutes=3 * 24 * 60)
    with duo.app.reading() as s:
        moves = s.arranged.coverage.moves()
    again = _look(duo)

    assert first >= 1
    assert moves  # the horizon has moved on: what is told is extended
    assert again == 0


def test_hours_that_nobody_promised_are_no_gap(duo: Drill) -> None:
    """An office-hours schedule that says so has no gaps at night; without its people on Friday it has one."""
    duo.write(
        """
schedule:
  name: office
  timezone: Europe/Paris
  covers: [{days: [mon-fri], from: "09:00", to: "17:00"}]
  layers:
    - {name: days, rotation: daily, start: "2026-11-23T09:00:00", people: [ann, bob], restrictions: [{days: [mon-thu], from: "09:00", to: "17:00"}]}
"""
    )
    with duo.app.reading() as s:
        found = s.arranged.coverage.missing(monday(0), monday(1), "office")

    assert [(one.kind, one.start, one.end) for one in found] == [
        (MissingKind.GAP, datetime(2026, 11, 27, 8, tzinfo=UTC), datetime(2026, 11, 27, 16, tzinfo=UTC))
    ]


def test_people_write_down_their_own_leave_only(duo: Drill) -> None:
    """Ann cannot send bob on leave; an editor can."""
    with pytest.raises(Forbidden):
        _leave(duo, "bob", monday(1), monday(2), duo.ann)

    assert _leave(duo, "ann", monday(1), monday(2), duo.ann).person == "ann"


# --- calendars

LEAVE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//hr//EN
BEGIN:VEVENT
UID:1@hr
DTSTART;VALUE=DATE:20261207
DTEND;VALUE=DATE:20261210
SUMMARY:Bob - vacation
ATTENDEE:mailto:bob@shop.test
END:VEVENT
BEGIN:VEVENT
UID:2@hr
DTSTART;TZID=Europe/Paris:20261201T090000
DTEND;TZID=Europe/Paris:20261201T120000
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:cy: course
END:VEVENT
BEGIN:VEVENT
UID:3@hr
DTSTART:20261215T090000Z
DTEND:20261215T120000Z
SUMMARY:Company party
END:VEVENT
END:VCALENDAR
"""


def _read(s: Services, drill: Drill, text: str) -> tuple[int, int, int, tuple[str, ...]]:
    found = s.arranged.leaves.read(text, drill.owner, name="hr")
    return len(found.added), len(found.removed), found.kept, found.unmatched


def test_a_leave_calendar_is_read_again_and_again(duo: Drill) -> None:
    """All-day events are days of the person's zone, series are expanded, what went is removed, a second look changes nothing."""
    with duo.app.transaction() as s:
        first = _read(s, duo, LEAVE)
    with duo.app.transaction() as s:
        second = _read(s, duo, LEAVE)
        bobs = s.arranged.leaves.between(duo.clock.now(), duo.clock.now() + 4 * SEVEN, ["bob"])
        third = _read(s, duo, LEAVE.replace("COUNT=3", "COUNT=2"))

    assert first == (4, 0, 0, ("Company party",))
    assert second == (0, 0, 4, ("Company party",))
    assert [(one.start, one.end) for one in bobs] == [
        (datetime(2026, 12, 6, 23, tzinfo=UTC), datetime(2026, 12, 9, 23, tzinfo=UTC))
    ]
    assert third == (0, 1, 3, ("Company party",))


def test_a_calendar_of_watches_becomes_overrides(duo: Drill) -> None:
    """Events named after people are overrides of the schedule; reading again follows the calendar."""
    text = LEAVE.replace("Company party", "Ann Lee").replace("Ann Lee", "@ann")
    with duo.app.transaction() as s:
        first = s.arranged.calendars.read_overrides("duo", text, duo.owner, name="rota")
    with duo.app.transaction() as s:
        again = s.arranged.calendars.read_overrides("duo", text.replace("20261215T12", "20261215T13"), duo.owner, name="rota")  # fmt: skip
        shown = holders(duo, datetime(2026, 12, 15, 8, tzinfo=UTC), datetime(2026, 12, 15, 9, tzinfo=UTC))

    assert (len(first.added), first.unmatched) == (5, ())
    assert (len(again.added), len(again.removed), again.kept) == (1, 1, 4)
    assert shown  # somebody stands watch beside it


def test_what_is_no_calendar_is_refused(duo: Drill) -> None:
    """A web page is not a calendar."""
    with duo.app.transaction() as s, pytest.raises(Invalid, match="no iCalendar"):
        s.arranged.leaves.read("<html>", duo.owner, name="x")


def test_an_address_shows_the_calendar_until_it_is_taken_back(duo: Drill) -> None:
    """Asked twice it is the same; forged ones show nothing; after it was taken back neither does it."""
    with duo.app.transaction() as s:
        feed = s.arranged.calendars.make(FeedAbout.PERSON, "ann", duo.ann)
        same = s.arranged.calendars.make(FeedAbout.PERSON, "ann", duo.ann)
        token = s.arranged.calendars.url(feed).rpartition("/")[2]
        _, text = s.arranged.calendars.open(token)

    assert same == feed
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    with duo.app.reading() as s, pytest.raises(Unauthorized):
        s.arranged.calendars.open(token[:-5] + ("1" if token[-5] == "0" else "0") + ".ics")
    with pytest.raises(Forbidden), duo.app.transaction() as s:
        s.arranged.calendars.revoke(feed.id, duo.bob)
    with duo.app.transaction() as s:
        s.arranged.calendars.revoke(feed.id, duo.ann)
    with duo.app.reading() as s, pytest.raises(NotFound):
        s.arranged.calendars.open(token)


def test_a_calendar_of_a_schedule_shows_gaps_and_reads_back(duo: Drill) -> None:
    """What we write, a calendar library reads as the final schedule; nobody is an event of its own."""
    with duo.app.reading() as s:
        text = s.arranged.calendars.text_of(FeedAbout.SCHEDULE, "duo")
        empty = s.arranged.calendars.text_of(FeedAbout.SCHEDULE, "nobody")
        events = s.arranged.calendars.reader.events(text, monday(0), monday(3))
        shifts = s.schedules.final("duo", monday(0), monday(3))

    assert [(one.summary.partition(":")[0], one.start, one.end) for one in events][:3] == [
        (one.person, one.start, one.end) for one in shifts
    ]
    assert "NOBODY: nobody" in empty


def test_the_horizon_is_two_weeks() -> None:
    """A team hears of a gap a fortnight before it."""
    assert timedelta(days=14) == AHEAD
