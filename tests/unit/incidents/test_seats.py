"""The seats: who takes which by showing up, who is suggested, and what is wrong with how they are held."""

from datetime import datetime

import pytest
from tests.unit.incidents.conftest import NOW, after, incident, seat

from watchbill.incidents.model import Assignment, IncidentRole, Phase, Severity, Status
from watchbill.incidents.ports import Watch
from watchbill.incidents.rules.command import role_after_ack, suggestions, warnings

IC, COMMS, OPS, SCRIBE = (
    IncidentRole.IC,
    IncidentRole.COMMUNICATIONS,
    IncidentRole.OPERATIONS,
    IncidentRole.SCRIBE,
)
WATCH = Watch("primary", "ann", "bob", None)
LEADS = [("cy", "leads payments"), ("dee", "leads SRE")]


@pytest.mark.parametrize(
    ("roles", "person", "role"),
    [
        ([], "ann", IC),
        ([seat(IC, "ann", accepted=False)], "ann", IC),
        ([seat(IC, "ann", accepted=False)], "bob", IC),
        ([seat(IC, "ann")], "ann", None),
        ([seat(IC, "ann")], "bob", OPS),
        ([seat(IC, "ann"), seat(OPS, "bob")], "cy", None),
        ([seat(IC, "ann"), seat(SCRIBE, "bob")], "bob", None),
    ],
)
def test_showing_up_takes_the_next_seat(roles: list[Assignment], person: str, role: IncidentRole | None) -> None:
    """Command while nobody has accepted it, then operations, so that the commander does not debug; nobody gets two."""
    assert role_after_ack(roles, person) is role


def test_free_seats_get_one_suggestion_each() -> None:
    """The watch first, then leads; nobody twice, and nobody who has a seat."""
    found = suggestions([seat(IC, "ann")], WATCH, "ann", LEADS)

    assert [(one.role, one.person, one.reason) for one in found] == [
        (OPS, "bob", "is second on call for primary"),
        (COMMS, "cy", "leads payments"),
        (SCRIBE, "dee", "leads SRE"),
    ]


def test_who_acknowledged_is_suggested_first() -> None:
    """Somebody who is awake beats somebody who is on call."""
    assert suggestions([], WATCH, "cy", [])[0].person == "cy"


def test_without_candidates_there_is_nothing_to_suggest() -> None:
    """Nobody is invented."""
    assert suggestions([seat(IC, "ann"), seat(OPS, "bob")], WATCH, None, []) == ()


@pytest.mark.parametrize(
    ("roles", "now", "codes"),
    [
        ([], NOW, ["commander-pending"]),
        ([], after(15), ["no-commander", "no-operations"]),
        ([seat(IC, "ann", accepted=False)], after(14.9), ["commander-pending"]),
        ([seat(IC, "ann", accepted=False)], after(15), ["no-commander", "no-operations"]),
        ([seat(IC, "ann")], NOW, []),
        ([seat(IC, "ann"), seat(OPS, "ann")], NOW, ["commander-operates"]),
        ([seat(IC, "ann"), seat(OPS, "bob")], after(60), []),
    ],
)
def test_warnings_about_command(roles: list[Assignment], now: datetime, codes: list[str]) -> None:
    """Nobody in command is a warning, louder once the time for triage is over; a commander at the keyboard is one too."""
    assert [one.code for one in warnings(incident(), roles, WATCH, {}, now)] == codes


def test_a_sev1_has_five_minutes() -> None:
    """The worst are missed sooner."""
    one = incident(severity=Severity.SEV1)

    assert [found.code for found in warnings(one, [], WATCH, {}, after(5))] == ["no-commander", "no-operations"]


def test_a_commander_with_tasks_is_warned() -> None:
    """The commander does not debug."""
    found = warnings(incident(), [seat(IC, "ann")], WATCH, {"ann": 2}, NOW)

    assert [one.code for one in found] == ["commander-debugs"]


def test_a_commander_whose_watch_is_over_is_told() -> None:
    """Somebody else stands watch now; one who took command by hand has no watch that could end."""
    next_watch = Watch("primary", "cy", "dee", None)

    by_watch = warnings(incident(), [seat(IC, "ann", by="watchbill")], next_watch, {}, NOW)
    by_hand = warnings(incident(), [seat(IC, "ann", by="bob")], next_watch, {}, NOW)

    assert [one.code for one in by_watch] == ["commander-off-watch"]
    assert by_hand == ()


def test_an_assumption_is_pointed_out_when_triage_is_over() -> None:
    """Fifteen minutes may pass on a guess, no more."""
    one = incident(provisional=True, phase=Phase.TRIAGE)
    roles = [seat(IC, "ann"), seat(OPS, "bob")]

    assert warnings(one, roles, WATCH, {}, after(14)) == ()
    assert [found.code for found in warnings(one, roles, WATCH, {}, after(15))] == ["provisional"]


def test_nothing_is_wrong_with_what_is_over() -> None:
    """A resolved incident needs no commander."""
    assert warnings(incident(status=Status.RESOLVED), [], WATCH, {}, after(600)) == ()
