"""The lint of schedules: each practice has a schedule that breaks it and one that keeps it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from watchbill.oncall.model import Layer, Restriction, Rotation, Schedule
from watchbill.oncall.rules.coverage import Missing, MissingKind
from watchbill.oncall.rules.final import final
from watchbill.oncall.rules.lint import Looked, Rule, lint

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
END = START + timedelta(weeks=12)
FIVE = ("ann", "bob", "cy", "dee", "eve")
PARIS = ZoneInfo("Europe/Paris")


def looked(schedule: Schedule, **changed: object) -> Looked:
    """A schedule about which everything else is well."""
    good = Looked(
        schedule=schedule,
        shifts=final(schedule, [], START, END),
        start=START,
        end=END,
        zones=dict.fromkeys(schedule.people, PARIS),
        missing=[],
        second=False,
        handed_off=True,
    )
    return replace(good, **changed)  # type: ignore[arg-type]  # columns of the table


def weekly(*people: str, **fields: object) -> Schedule:
    """Turns of a week with a second watch and pay."""
    layer = Layer("weekly", Rotation.WEEKLY, datetime(2026, 1, 5, 9), people)
    good = Schedule("shop", "Europe/Paris", (layer,), secondary="second", compensation="pay")
    return replace(good, **fields)  # type: ignore[arg-type]  # as above


def rules(found: Looked) -> list[Rule]:
    """What is found."""
    return [one.rule for one in lint(found)]


def test_a_good_schedule_has_no_finding() -> None:
    """Five people, a second watch, pay, hand-offs, no gap."""
    assert rules(looked(weekly(*FIVE))) == []


def test_four_people_are_too_few_and_five_are_enough() -> None:
    """One week on, four off."""
    assert rules(looked(weekly(*FIVE[:4]))) == [Rule.FEW_PEOPLE]


def test_two_weeks_running_are_found_with_their_first_day() -> None:
    """Ann stands twice in a row in the list."""
    [finding] = lint(looked(weekly("ann", "ann", *FIVE[1:])))

    assert finding.rule is Rule.BACK_TO_BACK
    assert "ann has back-to-back weeks from Mon" in finding.what


def test_days_that_go_round_are_no_back_to_back_weeks() -> None:
    """Nobody of a daily rotation holds most of a week."""
    layer = Layer("daily", Rotation.DAILY, datetime(2026, 1, 5, 9), FIVE)

    assert rules(looked(weekly(*FIVE, layers=(layer,)))) == []


@pytest.mark.parametrize(
    ("fields", "around", "rule"),
    [
        ({"secondary": None}, {}, Rule.NO_SECONDARY),
        ({"compensation": ""}, {}, Rule.NO_COMPENSATION),
        ({}, {"handed_off": False}, Rule.NO_HANDOFF),
        ({}, {"missing": [Missing("shop", MissingKind.GAP, "", START, END)]}, Rule.GAP),
        ({}, {"missing": [Missing("shop", MissingKind.LEAVE, "ann", START, END)]}, Rule.LEAVE),
    ],
)
def test_each_practice(fields: dict[str, object], around: dict[str, object], rule: Rule) -> None:
    """One thing is wrong, one finding says so and what to do."""
    [finding] = lint(looked(weekly(*FIVE, **fields), **around))

    assert finding.rule is rule
    assert finding.fix


def test_a_second_watch_needs_no_second_watch() -> None:
    """It backs up others; and where nothing has ended, nothing was to be handed over."""
    assert rules(looked(weekly(*FIVE, secondary=None), second=True, handed_off=None)) == []


def test_nights_that_another_zone_could_have_are_found() -> None:
    """Dee lives in Sydney and is up while Paris sleeps."""
    zones = dict.fromkeys(FIVE, PARIS) | {"dee": ZoneInfo("Australia/Sydney")}
    [finding] = lint(looked(weekly(*FIVE), zones=zones))

    assert finding.rule is Rule.NIGHT
    assert "woken at night" in finding.what


def test_following_the_sun_has_no_avoidable_night() -> None:
    """Each zone has its own day, on its own clock."""
    day = (Restriction(start=time(8), end=time(20)),)
    layers = (
        Layer("europe", Rotation.WEEKLY, datetime(2026, 1, 5), ("ann", "bob", "cy"), restrictions=day),
        Layer("asia", Rotation.WEEKLY, datetime(2026, 1, 5), ("dee", "eve"), restrictions=day, timezone="Asia/Tokyo"),
    )
    zones = dict.fromkeys(FIVE, PARIS) | dict.fromkeys(("dee", "eve"), ZoneInfo("Asia/Tokyo"))

    assert rules(looked(weekly(*FIVE, layers=layers), zones=zones)) == []
