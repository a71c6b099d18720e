"""What a draft knows by itself, and what it leaves open."""

from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from tests.unit.postmortems.conftest import after, entry, impact, person_says, room

from watchbill.incidents.model import DetectedBy, Impact, Severity, Source, Status
from watchbill.kernel.units import Money
from watchbill.postmortems.rules.figures import figures_of, whole_minutes

PARIS = ZoneInfo("Europe/Paris")


def test_every_figure_comes_from_the_incident() -> None:
    """Day, durations, budget, detection and resolution are computed; nobody retypes them."""
    known = Impact(users_affected=1200, data_loss=False, customer_tickets=7)
    lost = Money.parse("2160.00", "USD")

    found = figures_of(
        room(
            impacts=(impact("checkout-availability", "3"), impact("checkout-latency", "7/2")), lost=lost, impact=known
        ),
        after(60),
        PARIS,
    )

    assert (found.date, found.severity, found.resolved) == (date(2026, 11, 24), Severity.SEV2, True)
    assert (found.duration_minutes, found.total_minutes) == (18, 54)
    assert (found.minutes_to_detect, found.minutes_to_mitigate, found.minutes_to_resolve) == (2, 16, 52)
    assert (found.users_affected, found.data_loss, found.customer_tickets, found.revenue) == (1200, False, 7, lost)
    assert found.budget_consumed_pct == Fraction(7, 2)
    assert (found.how_detected, found.how_resolved) == (DetectedBy.ALERT, "rolled back 842")


def test_what_is_not_known_stays_unknown() -> None:
    """No start, no users, no SLO: no zero stands in their place."""
    found = figures_of(room(started_at=None, mitigation=None), after(60), PARIS)

    assert found.minutes_to_detect is None
    assert found.users_affected is None
    assert found.data_loss is None
    assert found.budget_consumed_pct is None
    assert found.how_resolved is None


def test_a_start_after_the_detection_is_no_time_to_detect() -> None:
    """A clock that runs wrong makes no negative figure."""
    assert figures_of(room(started_at=after(3)), after(60), PARIS).minutes_to_detect is None


def test_an_unresolved_incident_is_marked() -> None:
    """Its figures run until now, and say that it goes on."""
    found = figures_of(room(status=Status.OPEN, mitigated_at=None, resolved_at=None), after(30), PARIS)

    assert not found.resolved
    assert (found.duration_minutes, found.total_minutes, found.minutes_to_resolve) == (32, 32, None)
    assert "still going on after 32 min" in found.summary


def test_an_slo_that_measured_nothing_is_no_figure() -> None:
    """The worst known share is the figure, an unknown one is not zero."""
    found = figures_of(room(impacts=(impact("a", None), impact("b", "2"))), after(60), PARIS)

    assert found.budget_consumed_pct == 2
    assert [share.consumed_pct for share in found.budget] == [None, 2]


def test_the_summary_tells_only_what_data_can_tell() -> None:
    """Place, time, course, remedy, events and budget, in sentences."""
    found = figures_of(room(impacts=(impact("checkout-availability", "3.25"),)), after(60), PARIS)

    assert found.summary == (
        "On 2026-11-24 at 03:58 CET: checkout returns 500s (checkout). It was noticed by an alert after 2 min, "
        "mitigated after 18 min and resolved after 54 min. What helped: rolled back 842. "
        "100 of 1,000 events failed by checkout-availability. It took 3.2 % of the error budget of checkout-availability."
    )


def test_the_timeline_is_the_story_in_the_order_of_events() -> None:
    """By event time, corrections applied, reminders left out, late entries with both times, people's words with their name."""
    timeline = (
        entry(1, "Declared: checkout returns 500s"),
        person_says(2, "cache was cold", 5),
        person_says(3, "cache was full", 6, at=after(5), supersedes=2),
        entry(4, "Status update due at 04:15 CET; bob is asked", 15, source=Source.REMINDER),
        person_says(5, "support saw it first", 20, at=after(-1)),
        entry(6, "Status update to internal:\nINC-1\nmore", 25, source=Source.UPDATE, author="bob"),
    )

    moments = figures_of(room(timeline=timeline), after(60), PARIS).timeline

    assert [(one.time, one.event) for one in moments] == [
        (after(-1), "ann: support saw it first"),
        (after(0), "Declared: checkout returns 500s"),
        (after(5), "ann: cache was full"),
        (after(25), "Status update to internal"),
    ]
    assert [one.recorded_at for one in moments] == [after(20), None, None, None]


@pytest.mark.parametrize(
    ("minutes", "whole"), [(Fraction(5, 2), 2), (Fraction(7, 2), 4), (Fraction(9, 4), 2), (None, None)]
)
def test_minutes_are_rounded_once_half_even(minutes: Fraction | None, whole: int | None) -> None:
    """2.5 is 2, 3.5 is 4, unknown is unknown."""
    assert whole_minutes(minutes) == whole
