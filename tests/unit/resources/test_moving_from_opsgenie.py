"""Opsgenie's set-up as resources: each rotation is a schedule that renders as its timeline, and escalations call them all."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from watchbill.adapters.resources.moving.opsgenie import read
from watchbill.bootstrap.moving import move_in
from watchbill.kernel.errors import Invalid

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
Json = dict[str, Any]  # Any: JSON
USERS: Json = {
    "data": [
        {
            "id": f"u{number}", "username": f"{name}@shop.test", "fullName": f"{name.title()} Doe", "timeZone": "Europe/Berlin",
            "userContacts": [
                {"contactMethod": "sms", "to": "49-1701234567", "enabled": True},
                {"contactMethod": "email", "to": f"{name}@shop.test", "enabled": True},
                {"contactMethod": "voice", "to": "49-1700000000", "enabled": False},
            ],
        }
        for number, name in enumerate(("ann", "bob", "cleo"))
    ]
}  # fmt: skip
TEAMS: Json = {
    "data": [{"id": "t1", "name": "Shop Team", "members": [{"user": {"id": "u0", "username": "ann@shop.test"}}]}]
}


def _rotation(identifier: str, people: list[int], kind: str = "weekly", **fields: Any) -> Json:  # Any: JSON
    return {
        "id": identifier, "name": f"Rot {identifier}", "startDate": "2026-10-05T07:00:00Z", "type": kind, "length": 1,
        "participants": [{"type": "user", "id": f"u{one}", "username": f"{['ann', 'bob', 'cleo'][one]}@shop.test"} for one in people],
    } | fields  # fmt: skip


def _schedule(*rotations: Json) -> Json:
    return {"data": {"id": "s1", "name": "Shop Primary", "timezone": "Europe/Berlin", "enabled": True, "rotations": list(rotations)}}  # fmt: skip


def _timeline(*rotations: Json, days: int = 21) -> Json:
    """Half hour by half hour, by the wall clock, with no code of ours."""
    rendered = []
    for rotation in rotations:
        periods: list[Json] = []
        moment = NOW
        while moment < NOW + timedelta(days=days):
            after, who = moment + timedelta(minutes=30), _standing(rotation, moment)
            if (
                who
                and periods
                and periods[-1]["recipient"]["id"] == who
                and periods[-1]["endDate"] == moment.isoformat()
            ):
                periods[-1]["endDate"] = after.isoformat()
            elif who:
                periods.append({"startDate": moment.isoformat(), "endDate": after.isoformat(), "recipient": {"type": "user", "id": who}})  # fmt: skip
            moment = after
        rendered.append({"id": rotation["id"], "periods": periods})
    return {"data": {"_parent": {"id": "s1"}, "finalTimeline": {"rotations": rendered}}}


def _standing(rotation: Json, at: datetime) -> str | None:
    wall = at.astimezone(BERLIN).replace(tzinfo=None)
    phase = datetime.fromisoformat(rotation["startDate"]).astimezone(BERLIN).replace(tzinfo=None)
    hours = {"hourly": 1, "daily": 24, "weekly": 168}[rotation["type"]] * rotation["length"]
    if not _counts(rotation.get("timeRestriction"), wall):
        return None
    return str(rotation["participants"][(wall - phase) // timedelta(hours=hours) % len(rotation["participants"])]["id"])


def _counts(restriction: Json | None, wall: datetime) -> bool:
    if restriction is None:
        return True
    minute = wall.hour * 60 + wall.minute
    if restriction["type"] == "time-of-day":
        one = restriction["restriction"]
        opens, closes = one["startHour"] * 60 + one["startMin"], one["endHour"] * 60 + one["endMin"]
        return bool(opens <= minute < closes if opens < closes else minute >= opens or minute < closes)
    names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    here = wall.weekday() * 1440 + minute
    for one in restriction["restrictions"]:
        opens = names.index(one["startDay"]) * 1440 + one["startHour"] * 60 + one["startMin"]
        closes = names.index(one["endDay"]) * 1440 + one["endHour"] * 60 + one["endMin"]
        if opens <= here < closes if opens < closes else here >= opens or here < closes:
            return True
    return False


NIGHT = {"type": "time-of-day", "restriction": {"startHour": 20, "startMin": 30, "endHour": 8, "endMin": 0}}
WEEKEND = {"startDay": "friday", "endDay": "monday", "startHour": 18, "startMin": 0, "endHour": 9, "endMin": 0}
WORKDAYS = [{"startDay": day, "endDay": day, "startHour": 9, "startMin": 0, "endHour": 18, "endMin": 0} for day in ("monday", "tuesday", "wednesday", "thursday", "friday")]  # fmt: skip
ROTATIONS = {
    "weekly": _rotation("r1", [0, 1, 2]),
    "two weeks": _rotation("r1", [0, 1], length=2),
    "twelve hours": _rotation("r1", [0, 1, 2], "hourly", length=12),
    "nights": _rotation("r1", [0, 1], "daily", timeRestriction=NIGHT),
    "a weekend in one piece": _rotation("r1", [2, 1], timeRestriction={"type": "weekday-and-time-of-day", "restrictions": [WEEKEND]}),
    "daily on workdays": _rotation("r1", [0, 1, 2], "daily", timeRestriction={"type": "weekday-and-time-of-day", "restrictions": WORKDAYS}),
}  # fmt: skip


@pytest.mark.parametrize("rotation", ROTATIONS.values(), ids=ROTATIONS.keys())
def test_a_rotation_renders_as_its_timeline(rotation: Json) -> None:
    """Over three weeks every hand-off is at the same minute."""
    moved = read([USERS, _schedule(rotation), _timeline(rotation)], NOW)

    assert [one for one in moved.losses if one.differs] == []


def test_a_timeline_that_says_otherwise_is_told() -> None:
    """The comparison is made: another order of people is found."""
    moved = read([USERS, _schedule(_rotation("r1", [0, 1, 2])), _timeline(_rotation("r1", [1, 0, 2]))], NOW)

    assert [one.what.partition(":")[0] for one in moved.losses if one.differs] == ["rotation Rot r1 is not theirs"]


def test_rotations_that_stand_watch_together_are_schedules_that_are_called_together() -> None:
    """Two rotations: two schedules, and the escalation's step names both; waits are the distances between its delays."""
    rules = [
        {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": delay, "timeUnit": "minutes"}, "recipient": to}
        for delay, to in ((0, {"type": "schedule", "id": "s1"}), (10, {"type": "user", "id": "u2"}), (25, {"type": "team", "id": "t1"}))
    ]  # fmt: skip
    escalation = {"data": [{"id": "e1", "name": "Shop", "rules": rules, "repeat": {"waitInterval": 20, "count": 3}}]}
    given = [USERS, TEAMS, _schedule(_rotation("r1", [0]), _rotation("r2", [1])), escalation]
    moved = read(given, NOW)
    [policy] = [spec for kind, spec in moved.resources if kind == "escalation_policy"]
    text, _, faults = move_in("opsgenie", [("x.json", json.dumps(given))], NOW)

    assert policy["steps"] == [
        {"notify": ["schedule:shop-primary-rot-r1", "schedule:shop-primary-rot-r2"], "wait": "10m"},
        {"notify": ["person:cleo"], "wait": "15m"},
        {"notify": ["team:shop-team"], "wait": "20m"},
    ]
    assert policy["repeat"] == 3
    assert [str(fault) for fault in faults if fault.severity == "error"] == []
    assert "+491701234567" in text
    assert "voice" not in text
    assert [one for one in moved.losses if one.differs] == []


def test_what_cannot_be_carried_over_is_told() -> None:
    """A rotation that ends, a participant that is a team, and a condition that we do not know."""
    rotation = _rotation("r1", [0], endDate="2027-01-01T00:00:00Z")
    rotation["participants"].append({"type": "team", "id": "t1"})
    rule = {"condition": "if-not-closed", "notifyType": "all", "delay": {"timeAmount": 5}, "recipient": {"type": "user", "id": "u0"}}  # fmt: skip
    moved = read([USERS, _schedule(rotation), {"data": [{"id": "e1", "name": "E", "rules": [rule]}]}], NOW)
    told = " / ".join(one.what for one in moved.losses if one.differs)

    assert "ends on 2027-01-01" in told
    assert "names teams, escalations, nobody" in told
    assert "(if-not-closed, all)" in told
    assert "its first rule waits 5m" in told


def test_answers_of_something_else_are_refused() -> None:
    """Nothing in it is Opsgenie's."""
    with pytest.raises(Invalid):
        read([{"data": {"hello": 1}}], NOW)
