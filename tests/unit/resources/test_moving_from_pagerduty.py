"""PagerDuty's set-up as resources: they load, and the final schedule is PagerDuty's own."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchbill.adapters.resources.moving.pagerduty import read
from watchbill.bootstrap.moving import move_in
from watchbill.entrypoints.cli.main import run
from watchbill.kernel.errors import Invalid

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
USERS: list[dict[str, Any]] = [
    {
        "id": f"P{number}", "name": f"{name.title()} Doe", "email": f"{name}@shop.test", "time_zone": "Europe/Paris",
        "teams": [{"id": "T1", "type": "team_reference"}],
        "contact_methods": [
            {"id": f"C{number}", "type": "email_contact_method", "address": f"{name}@shop.test"},
            {"id": f"D{number}", "type": "sms_contact_method", "address": "5551234", "country_code": 33},
        ],
        "notification_rules": [
            {"urgency": "high", "start_delay_in_minutes": 0, "contact_method": {"id": f"D{number}"}},
            {"urgency": "low", "start_delay_in_minutes": 0, "contact_method": {"id": f"C{number}"}},
        ],
    }
    for number, name in enumerate(("ann", "bob", "cleo"))
]  # fmt: skip
EXPORT: dict[str, Any] = {
    "users": USERS,
    "teams": [{"id": "T1", "name": "Shop Team"}],
    "escalation_policies": [
        {
            "id": "E1", "name": "Shop", "num_loops": 2,
            "escalation_rules": [
                {"escalation_delay_in_minutes": 15, "targets": [{"id": "S1", "type": "schedule_reference"}]},
                {"escalation_delay_in_minutes": 30, "targets": [{"id": "P2", "type": "user_reference"}]},
            ],
        }
    ],
    "services": [{"id": "V1", "name": "Checkout", "escalation_policy": {"id": "E1"}, "teams": [{"id": "T1"}]}],
}  # fmt: skip


def _layer(name: str, people: list[int], *, days: float = 7, **fields: Any) -> dict[str, Any]:  # Any: JSON
    return {
        "name": name, "start": "2026-10-05T09:00:00+02:00", "rotation_virtual_start": "2026-10-05T09:00:00+02:00", "end": None,
        "rotation_turn_length_seconds": round(days * 86_400), "restrictions": [],
        "users": [{"user": {"id": f"P{one}", "type": "user_reference"}} for one in people],
    } | fields  # fmt: skip


def _schedule(*layers: dict[str, Any], start: datetime = NOW, days: int = 28) -> dict[str, Any]:
    """A schedule with the rendering that PagerDuty's rules give, minute by minute: no code of ours has a part in it."""
    entries: list[dict[str, Any]] = []
    moment, who = start, _standing(layers, start)
    begun = start
    while moment < start + timedelta(days=days):
        moment += timedelta(minutes=30)
        now = _standing(layers, moment) if moment < start + timedelta(days=days) else "end"
        if now != who:
            if who is not None:
                entries.append({"start": begun.isoformat(), "end": moment.isoformat(), "user": {"id": who}})
            begun, who = moment, now
    rendered = {"rendered_schedule_entries": entries}
    return {"id": "S1", "name": "Shop Primary", "time_zone": "Europe/Paris", "schedule_layers": list(layers), "final_schedule": rendered}  # fmt: skip


def _standing(layers: tuple[dict[str, Any], ...], at: datetime) -> str | None:
    """The first layer that counts at the moment wins; turns go by the wall clock alone, whether or not they count."""
    wall = at.astimezone(PARIS).replace(tzinfo=None)
    for layer in layers:
        phase = datetime.fromisoformat(layer["rotation_virtual_start"]).astimezone(PARIS).replace(tzinfo=None)
        if wall < phase or not _counts(layer["restrictions"], wall):
            continue
        turn = (wall - phase) // timedelta(seconds=layer["rotation_turn_length_seconds"])
        return str(layer["users"][turn % len(layer["users"])]["user"]["id"])
    return None


def _counts(restrictions: list[dict[str, Any]], wall: datetime) -> bool:
    midnight = wall.replace(hour=0, minute=0, second=0)
    for one in restrictions:
        opens = timedelta(hours=int(one["start_time_of_day"][:2]), minutes=int(one["start_time_of_day"][3:5]))
        length = timedelta(seconds=one["duration_seconds"])
        weekly = one["type"] == "weekly_restriction"
        back = (wall.weekday() - (one["start_day_of_week"] - 1)) % 7 if weekly else 0
        every = timedelta(days=7 if weekly else 1)
        begins = midnight - timedelta(days=back) + opens
        if any(begin <= wall < begin + length for begin in (begins, begins - every)):
            return True
    return not restrictions


def _daily(start: str, hours: float) -> dict[str, Any]:
    return {"type": "daily_restriction", "start_time_of_day": f"{start}:00", "duration_seconds": round(hours * 3600)}


def _weekly(day: int, start: str, hours: float) -> dict[str, Any]:
    return _daily(start, hours) | {"type": "weekly_restriction", "start_day_of_week": day}


EXAMPLES = {
    "a weekly rotation": [_layer("week", [0, 1, 2])],
    "12-hour turns": [_layer("half", [0, 1, 2], days=0.5)],
    "two layers, the first wins": [_layer("day", [1], restrictions=[_daily("09:00", 8)]), _layer("all", [0, 2])],
    "nights": [_layer("night", [0, 1], days=1, restrictions=[_daily("20:00", 12)])],
    "daily turns that count on workdays only": [
        _layer("work", [0, 1, 2], days=1, restrictions=[_weekly(day, "09:00", 9) for day in range(1, 6)])
    ],
    "a weekend in one piece": [_layer("end", [0, 1], restrictions=[_weekly(5, "18:00", 63)]), _layer("all", [2])],
    "a phase long ago": [_layer("week", [0, 1, 2], rotation_virtual_start="2020-01-06T09:00:00+01:00")],
}


@pytest.mark.parametrize("layers", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_the_final_schedule_is_theirs(layers: list[dict[str, Any]]) -> None:
    """Over four weeks every hand-off is at the same minute, and no loss is reported."""
    moved = read([EXPORT, {"schedule": _schedule(*layers)}], NOW)

    assert [one for one in moved.losses if one.differs] == []


def test_across_the_change_of_clocks_hand_offs_stay_at_local_time() -> None:
    """25 October 2026, 03:00 becomes 02:00 in Paris."""
    schedule = _schedule(_layer("day", [0, 1, 2], days=1), start=datetime(2026, 10, 20, tzinfo=UTC), days=10)

    assert [one for one in read([EXPORT, {"schedule": schedule}], NOW).losses if one.differs] == []


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 2), min_size=1, max_size=4),
            st.sampled_from([0.5, 1, 2, 7, 14]),
            st.lists(
                st.one_of(
                    st.builds(_daily, st.sampled_from(["00:00", "09:00", "20:30"]), st.sampled_from([1, 8, 12, 24])),
                    st.builds(_weekly, st.integers(1, 7), st.sampled_from(["00:00", "09:00", "18:00"]), st.sampled_from([3, 12, 24, 63])),
                ),
                max_size=3,
            ),
        ),
        min_size=1,
        max_size=3,
    )
)  # fmt: skip
def test_any_layers_render_as_theirs(drawn: list[tuple[list[int], float, list[dict[str, Any]]]]) -> None:
    """Whatever rotations, restrictions and layers there are."""
    layers = [_layer(f"l{place}", people, days=days, restrictions=rules) for place, (people, days, rules) in enumerate(drawn)]  # fmt: skip

    assert [one for one in read([EXPORT, {"schedule": _schedule(*layers, days=15)}], NOW).losses if one.differs] == []


def test_a_rendering_that_differs_is_told_with_the_place() -> None:
    """The export says that somebody else stands watch: the import names the first entry that differs."""
    schedule = copy.deepcopy(_schedule(_layer("week", [0, 1, 2])))
    schedule["final_schedule"]["rendered_schedule_entries"][0]["user"]["id"] = "P0"

    [loss] = [one for one in read([EXPORT, {"schedule": schedule}], NOW).losses if one.differs]

    assert "theirs has ann from 2026-11-24 03:00" in loss.what


def test_people_policies_services_and_routes_load_as_they_are_written() -> None:
    """`validate` finds no error in the result, and what has no counterpart is named."""
    schedule = _schedule(_layer("week", [0, 1, 2]))
    text, losses, faults = move_in("pagerduty", [("x.json", json.dumps([EXPORT, {"schedules": [schedule]}]))], NOW)

    assert [str(fault) for fault in faults if fault.severity == "error"] == []
    assert "notify: [schedule:shop-primary]" in text.replace('"', "")
    assert "address: +335551234" in text.replace('"', "")
    assert {one.what for one in losses} >= {"its key is new: `watchbill token create --intake checkout`"}
    assert not any(one.differs for one in losses)


def test_layers_that_ended_are_left_out_and_those_that_will_end_are_told() -> None:
    """One ended last week, one ends next year."""
    old = _layer("old", [0], end="2026-11-17T09:00:00+01:00")
    soon = _layer("soon", [1], end="2027-11-17T09:00:00+01:00")
    schedule = {"id": "S1", "name": "s", "time_zone": "Europe/Paris", "schedule_layers": [old, soon]}
    moved = read([EXPORT, {"schedule": schedule}], NOW)
    [spec] = [spec for kind, spec in moved.resources if kind == "schedule"]

    assert [one["name"] for one in spec["layers"]] == ["soon"]
    assert [one.what[:15] for one in moved.losses if one.differs] == ["layer soon ends"]


def test_a_target_that_is_not_in_the_export_is_told() -> None:
    """The schedule was not saved: the step is gone, and that is said."""
    moved = read([EXPORT], NOW)

    assert [one.what for one in moved.losses if one.differs] == ["target schedule 'S1' is not in the export"]


@pytest.mark.parametrize("text", ["{", "[]", '{"hello": 1}'])
def test_what_is_no_export_is_refused(text: str) -> None:
    """Broken JSON, and JSON of something else."""
    with pytest.raises(Invalid):
        move_in("pagerduty", [("x.json", text)], NOW)


def test_the_command_writes_yaml_and_losses_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """YAML on standard output, losses on standard error, exit status 3 since the policy's schedule is missing."""
    file = tmp_path / "export.json"
    file.write_text(json.dumps(EXPORT), "utf-8")

    status = run(["import", str(file), "--from", "pagerduty"])
    said = capsys.readouterr()

    assert status == 3
    assert "full_name: Ann Doe" in said.out
    assert "DIFFERS: escalation policy shop" in said.err
