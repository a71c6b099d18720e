"""GoAlert's set-up as resources: each target of a schedule stands watch as there, policies call all of them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watchbill.adapters.resources.kinds.schedule import ScheduleSpec
from watchbill.adapters.resources.moving.goalert import read
from watchbill.adapters.resources.moving.moved import Moved
from watchbill.adapters.resources.snapshot.oncall import schedule
from watchbill.bootstrap.moving import move_in
from watchbill.kernel.errors import Invalid
from watchbill.oncall.rules.final import final, standing_at

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday
Json = dict[str, Any]  # Any: JSON
ALL_DAYS, WORKDAYS = [True] * 7, [False, True, True, True, True, True, False]  # from Sunday on
USERS: Json = {
    "data": {
        "users": {
            "nodes": [
                {
                    "id": f"u{at}", "name": f"{name.title()} Doe", "email": f"{name}@shop.test",
                    "contactMethods": [{"id": f"c{at}", "type": "SMS", "value": "+33123456789", "disabled": False}],
                    "notificationRules": [{"delayMinutes": 0, "contactMethodID": f"c{at}"}],
                }
                for at, name in enumerate(("ann", "bob", "cleo"))
            ]
        }
    }
}  # fmt: skip
ROTATION: Json = {
    "id": "r1", "name": "Weekly", "timeZone": "America/Chicago", "start": "2026-10-05T14:00:00Z", "type": "weekly",
    "shiftLength": 1, "activeUserIndex": 2, "userIDs": ["u0", "u1", "u2"],
}  # fmt: skip
POLICY: Json = {
    "id": "e1", "name": "Default", "repeat": 2,
    "steps": [{"id": "x", "delayMinutes": 5, "targets": [{"id": "s1", "type": "schedule", "name": "Primary"}]}, {"id": "y", "delayMinutes": 15, "targets": [{"id": "u0", "type": "user", "name": "Ann"}]}],
}  # fmt: skip


def _house(*targets: tuple[str, str, list[bool], str, str], policy: Json = POLICY, **fields: object) -> list[Json]:
    made = [
        {"target": {"id": identifier, "type": sort, "name": identifier}, "rules": [{"weekdayFilter": days, "start": start, "end": end}]}
        for sort, identifier, days, start, end in targets
    ]  # fmt: skip
    one = {"id": "s1", "name": "Primary", "timeZone": "America/Chicago", "targets": made} | fields
    return [
        USERS,
        {"data": {"rotations": {"nodes": [ROTATION]}, "schedules": {"nodes": [one]}, "escalationPolicies": {"nodes": [policy]}}},
    ]  # fmt: skip


ALWAYS = ("rotation", "r1", ALL_DAYS, "00:00", "00:00")


def _at(moved: Moved, when: datetime, name: str = "primary") -> str | None:
    spec = next(spec for kind, spec in moved.resources if kind == "schedule" and spec["name"] == name)
    made = schedule(ScheduleSpec.model_validate(spec), "UTC")
    found = standing_at(final(made, (), when - timedelta(days=1), when + timedelta(days=1)), when)
    return found.person if found else None


def test_who_is_active_now_stands_watch_now_and_the_next_follows() -> None:
    """Index 2 is cleo; the hand-off is Monday 09:00 in Chicago, which is 15:00 UTC in winter."""
    moved = read(_house(ALWAYS), NOW)

    assert _at(moved, NOW) == "cleo"
    assert _at(moved, datetime(2026, 11, 30, 14, 59, tzinfo=UTC)) == "cleo"
    assert _at(moved, datetime(2026, 11, 30, 15, tzinfo=UTC)) == "ann"


def test_targets_at_the_same_time_are_schedules_of_their_own() -> None:
    """A rotation and a person on working days: the policy calls both."""
    moved = read(_house(ALWAYS, ("user", "u1", WORKDAYS, "09:00", "17:00")), NOW)
    policy = next(spec for kind, spec in moved.resources if kind == "escalation_policy")

    assert policy["steps"][0] == {"notify": ["schedule:primary-r1", "schedule:primary-u1"], "wait": "5m"}
    assert policy["steps"][1] == {"notify": ["person:ann"], "wait": "15m"}
    assert policy["repeat"] == 2
    assert _at(moved, datetime(2026, 11, 25, 16, tzinfo=UTC), "primary-u1") == "bob"
    assert _at(moved, datetime(2026, 11, 29, 16, tzinfo=UTC), "primary-u1") is None


def test_a_policy_may_call_a_rotation_by_itself() -> None:
    """It becomes a schedule of its own."""
    policy = POLICY | {"steps": [{"delayMinutes": 5, "targets": [{"id": "r1", "type": "rotation", "name": "Weekly"}]}]}
    moved = read(_house(ALWAYS, policy=policy), NOW)

    assert next(spec for kind, spec in moved.resources if kind == "escalation_policy")["steps"][0]["notify"] == ["schedule:weekly"]  # fmt: skip
    assert _at(moved, NOW, "weekly") == "cleo"


def test_a_temporary_schedule_becomes_overrides() -> None:
    """Bob stands in for a day."""
    span = {"start": "2026-11-25T00:00:00Z", "end": "2026-11-26T00:00:00Z"}
    moved = read(_house(ALWAYS, temporarySchedules=[span | {"shifts": [span | {"userID": "u1"}]}]), NOW)

    assert _at(moved, datetime(2026, 11, 25, 12, tzinfo=UTC)) == "bob"


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        (_house(("rotation", "r9", ALL_DAYS, "00:00", "00:00")), "nobody is in it"),
        (_house(ALWAYS, policy=POLICY | {"steps": [{"targets": [{"id": "c", "type": "slackChannel", "name": "#ops"}]}]}), "no counterpart"),
        (_house(ALWAYS, shifts=[{"userID": "u0", "start": "2026-11-24T12:00:00Z", "end": "2026-11-25T12:00:00Z"}]), "not theirs"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_over_is_said(documents: list[Json], told: str) -> None:
    """Each loss changes the result, and says so."""
    assert any(told in one.what and one.differs for one in read(documents, NOW).losses)


def test_the_yaml_validates() -> None:
    """What is written loads without a fault."""
    files = [(f"{at}.json", json.dumps(one)) for at, one in enumerate(_house(ALWAYS))]
    text, _, faults = move_in("goalert", files, NOW)

    assert "escalation_policy" in text
    assert [fault for fault in faults if fault.severity == "error"] == []


def test_something_else_is_refused() -> None:
    """A file of another product."""
    with pytest.raises(Invalid, match="GoAlert"):
        read([{"users": []}], NOW)
