"""What is due when, who is asked for it, and how the asking grows rarer."""

from datetime import timedelta

import pytest
from tests.unit.incidents.conftest import NOW, after, incident

from watchbill.incidents.model import IncidentRole, Phase, Severity
from watchbill.incidents.rules.cadence import (
    again_after,
    next_update_at,
    phase_due_at,
    reminder_for,
    triage_within,
)

IC, COMMS = IncidentRole.IC, IncidentRole.COMMUNICATIONS


@pytest.mark.parametrize(
    ("severity", "minutes"), [(Severity.SEV1, 15), (Severity.SEV2, 30), (Severity.SEV3, 60), (Severity.SEV4, 1440)]
)
def test_updates_are_due_by_severity(severity: Severity, minutes: int) -> None:
    """Every 15, 30 and 60 minutes, and daily."""
    assert next_update_at(severity, NOW) == after(minutes)


@pytest.mark.parametrize(
    ("severity", "minutes"), [(Severity.SEV1, 5), (Severity.SEV2, 15), (Severity.SEV3, 15), (Severity.SEV4, 15)]
)
def test_triage_time_is_shorter_for_the_worst(severity: Severity, minutes: int) -> None:
    """A SEV1 has five minutes to find its commander, the others fifteen."""
    assert triage_within(severity) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("phase", "minutes"), [(Phase.DETECT, 5), (Phase.TRIAGE, 15), (Phase.RESPOND, None), (Phase.MITIGATE, None)]
)
def test_the_first_phases_have_deadlines(phase: Phase, minutes: int | None) -> None:
    """A SEV2 is acknowledged within 5 minutes and triaged within 15; repair takes as long as it takes."""
    assert phase_due_at(incident(), phase) == (None if minutes is None else after(minutes))


@pytest.mark.parametrize(
    ("step", "holders", "person", "again"),
    [
        (0, {IC: "ann", COMMS: "bob"}, "bob", 5),
        (1, {IC: "ann", COMMS: "bob"}, "ann", 15),
        (2, {IC: "ann", COMMS: "bob"}, "ann", 30),
        (0, {IC: "ann"}, "ann", 15),
        (0, {IC: "ann", COMMS: "ann"}, "ann", 15),
        (0, {COMMS: "bob"}, "bob", 5),
        (1, {COMMS: "bob"}, "bob", 15),
        (0, {}, None, 15),
    ],
)
def test_communications_are_asked_first_then_the_commander(
    step: int, holders: dict[IncidentRole, str], person: str | None, again: int
) -> None:
    """The ladder skips free seats, and does not ask one person twice in a row under two names."""
    reminder = reminder_for(step, holders, Severity.SEV1, NOW)

    assert (reminder.person, reminder.again_at) == (person, after(again))


@pytest.mark.parametrize(("step", "times"), [(0, 1), (1, 1), (2, 2), (3, 4), (7, 64), (50, 64)])
def test_asking_grows_rarer(step: int, times: int) -> None:
    """The interval doubles from the second time on, sixty-four times at most."""
    assert again_after(step, timedelta(minutes=15)) == timedelta(minutes=15) * times


def test_asking_never_waits_longer_than_a_day_or_the_interval() -> None:
    """An hourly rhythm is capped at a day; a daily one stays daily."""
    assert again_after(20, timedelta(minutes=60)) == timedelta(days=1)
    assert again_after(20, timedelta(days=1)) == timedelta(days=1)
