"""Grafana OnCall's set-up as resources: shifts become layers that stand watch as theirs, chains become policies."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watchbill.adapters.resources.kinds.schedule import ScheduleSpec
from watchbill.adapters.resources.moving.grafana import read
from watchbill.adapters.resources.moving.moved import Moved
from watchbill.adapters.resources.snapshot.oncall import schedule
from watchbill.bootstrap.moving import move_in
from watchbill.kernel.errors import Invalid
from watchbill.oncall.rules.final import final, standing_at

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
Json = dict[str, Any]  # Any: JSON
USERS: Json = {
    "count": 3,
    "results": [
        {"id": f"U{at}", "username": name, "email": f"{name}@shop.test", "name": name.title(), "timezone": "Europe/Berlin", "teams": ["T1"]}
        for at, name in enumerate(("ann", "bob", "cleo"))
    ],
}  # fmt: skip
WEEKLY: Json = {
    "id": "O1", "name": "weekly", "type": "rolling_users", "level": 0, "start": "2026-10-05T09:00:00", "duration": 604800,
    "frequency": "weekly", "interval": 1, "rolling_users": [["U0"], ["U1"], ["U2"]], "start_rotation_from_user_index": 1,
}  # fmt: skip
DAYS: Json = {
    "id": "O2", "name": "days", "type": "rolling_users", "level": 1, "start": "2026-10-05T09:00:00", "duration": 28800,
    "frequency": "weekly", "interval": 1, "by_day": ["MO", "TU", "WE", "TH", "FR"], "rolling_users": [["U2"], ["U0"]],
}  # fmt: skip
ONCE: Json = {"id": "O3", "name": "party", "type": "single_event", "level": 0, "start": "2026-12-01T10:00:00", "duration": 7200, "users": ["U1"]}  # fmt: skip


def _schedule(*shifts: str, **fields: object) -> Json:
    return {"results": [{"id": "S1", "name": "Shop Primary", "type": "calendar", "time_zone": "Europe/Berlin", "on_call_now": ["U0"], "shifts": list(shifts)} | fields]}  # fmt: skip


def _shifts(*shifts: Json) -> Json:
    return {"results": list(shifts)}


def _at(moved: Moved, when: datetime, name: str = "shop-primary") -> str | None:
    spec = next(spec for kind, spec in moved.resources if kind == "schedule" and spec["name"] == name)
    made = schedule(ScheduleSpec.model_validate(spec), "UTC")
    found = standing_at(final(made, (), when - timedelta(days=1), when + timedelta(days=1)), when)
    return found.person if found else None


def test_rolling_users_turn_by_the_week_from_their_first_index() -> None:
    """Index 1 begins: bob on 5 October, cleo on the 12th, at 09:00 Berlin time, across the change of the clocks."""
    moved = read([USERS, _schedule("O1"), _shifts(WEEKLY)], NOW)

    assert _at(moved, datetime(2026, 10, 5, 7, tzinfo=UTC)) == "bob"
    assert _at(moved, datetime(2026, 10, 12, 6, 59, tzinfo=UTC)) == "bob"
    assert _at(moved, datetime(2026, 10, 12, 7, tzinfo=UTC)) == "cleo"
    assert _at(moved, datetime(2026, 10, 26, 8, tzinfo=UTC)) == "bob"  # winter: 09:00 is 08:00 UTC


def test_the_higher_level_wins_in_its_hours() -> None:
    """Working days have their own people; nights and weekends are the weekly one's. A single event is an override."""
    moved = read([USERS, _schedule("O2", "O1", "O3"), _shifts(DAYS, WEEKLY, ONCE)], NOW)

    assert _at(moved, datetime(2026, 10, 5, 10, tzinfo=UTC)) == "cleo"
    assert _at(moved, datetime(2026, 10, 5, 18, tzinfo=UTC)) == "bob"
    assert _at(moved, datetime(2026, 10, 12, 10, tzinfo=UTC)) == "ann"
    assert _at(moved, datetime(2026, 12, 1, 10, tzinfo=UTC)) == "bob"


def test_people_at_the_same_time_are_schedules_of_their_own() -> None:
    """Two people roll together: two schedules, and whoever escalates calls both."""
    both = WEEKLY | {"rolling_users": [["U0", "U1"], ["U2"]], "start_rotation_from_user_index": None}
    chain: Json = {"results": [{"id": "F1", "name": "default", "team_id": None}]}
    steps: Json = {
        "results": [
            {"id": "E1", "escalation_chain_id": "F1", "position": 0, "type": "notify_on_call_from_schedule", "notify_on_call_from_schedule": "S1"},
            {"id": "E2", "escalation_chain_id": "F1", "position": 1, "type": "wait", "duration": 300},
            {"id": "E3", "escalation_chain_id": "F1", "position": 2, "type": "notify_persons", "persons_to_notify": ["U2"]},
            {"id": "E4", "escalation_chain_id": "F1", "position": 3, "type": "repeat_escalation"},
        ]
    }  # fmt: skip
    moved = read([USERS, _schedule("O1"), _shifts(both), chain, steps], NOW)
    policy = next(spec for kind, spec in moved.resources if kind == "escalation_policy")

    assert policy["steps"] == [
        {"notify": ["schedule:shop-primary", "schedule:shop-primary-2"], "wait": "5m"},
        {"notify": ["person:cleo"], "wait": "5m"},
    ]
    assert policy["repeat"] == 5
    both_on, alone = datetime(2026, 11, 30, 12, tzinfo=UTC), NOW
    assert [_at(moved, both_on, name) for name in ("shop-primary", "shop-primary-2")] == ["ann", "bob"]
    assert [_at(moved, alone, name) for name in ("shop-primary", "shop-primary-2")] == ["cleo", "cleo"]


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ([_schedule("O9"), _shifts(WEEKLY)], "is not in the export"),
        ([_schedule("O1", type="ical", ical_url_primary="https://x"), _shifts(WEEKLY)], "stand in a calendar"),
        ([_schedule("O1"), _shifts(WEEKLY | {"until": "2027-01-01T00:00:00"})], "ends on 2027-01-01"),
        ([_schedule("O1"), _shifts(WEEKLY | {"frequency": "monthly"})], "left out"),
        ([_schedule("O1"), _shifts(WEEKLY | {"rolling_users": [["U0"], ["U9"]]})], "names people who are not in the export"),
        ([_schedule("O1", "O4"), _shifts(WEEKLY, WEEKLY | {"id": "O4", "name": "again"})], "at the same time there"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_over_is_said(documents: list[Json], told: str) -> None:
    """Each loss changes the result, and says so."""
    losses = read([USERS, *documents], NOW).losses

    assert any(told in one.what and one.differs for one in losses), losses


def test_the_result_is_compared_with_their_final_shifts() -> None:
    """Their rendering says ann where ours has somebody else: the first difference is named."""
    shift = {"user_pk": "U0", "user_username": "ann", "shift_start": "2026-11-24T09:00:00Z", "shift_end": "2026-11-25T09:00:00Z"}  # fmt: skip
    losses = read([USERS, _schedule("O1"), _shifts(WEEKLY), {"results": [shift]}], NOW).losses

    assert any("final schedule is not theirs" in one.what for one in losses)


def test_the_yaml_validates() -> None:
    """What is written loads without a fault."""
    files = [("u.json", json.dumps(USERS)), ("s.json", json.dumps(_schedule("O1", "O2"))), ("o.json", json.dumps(_shifts(WEEKLY, DAYS)))]  # fmt: skip
    text, _, faults = move_in("grafana-oncall", files, NOW)

    assert "shop-primary" in text
    assert [fault for fault in faults if fault.severity == "error"] == []


def test_something_else_is_refused() -> None:
    """A file of another product."""
    with pytest.raises(Invalid, match="Grafana"):
        read([{"users": []}], NOW)
