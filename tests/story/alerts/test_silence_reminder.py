"""Whoever set a silence is told before it ends, once, quietly."""

from datetime import timedelta

import pytest
from tests.story.alerts.conftest import Drill

from watchbill.alerts.model import Silence
from watchbill.alerts.rules.matchers import parse_matchers
from watchbill.alerts.rules.silencing import remind_at
from watchbill.alerts.service.silences import NewSilence


def _silence(drill: Drill, *, minutes: int, by: str = "bob", identifier: str = "") -> Silence:
    now = drill.clock.now()
    new = NewSilence(tuple(parse_matchers('service="db"')), now, now + timedelta(minutes=minutes), by, "disk swap", identifier)  # fmt: skip
    with drill.app.transaction() as s:
        return s.silences.set(new)


@pytest.mark.parametrize(("length", "before"), [(11, 2.75), (60, 15), (120, 30), (600, 30)])
def test_the_reminder_comes_half_an_hour_before_or_a_quarter(drill: Drill, length: int, before: float) -> None:
    """A short silence is reminded of later."""
    silence = _silence(drill, minutes=length)

    assert remind_at(silence) == silence.ends_at - timedelta(minutes=before)


def test_ten_minutes_need_no_reminder(drill: Drill) -> None:
    """Nobody has forgotten it by then."""
    assert remind_at(_silence(drill, minutes=10)) is None


def test_its_owner_alone_is_told_once_and_nobody_has_to_answer(drill: Drill) -> None:
    """Two hours of silence over an alert that fires: bob gets one message at half past one, and no walk stays open."""
    drill.fire("Down", service="db", run=False)
    silence = _silence(drill, minutes=120)
    drill.run()
    drill.forward(minutes=89)
    early = drill.called()
    drill.forward(minutes=2)

    [message] = drill.world.ledger

    assert early == []
    assert (message.person, message.urgent) == ("bob", False)
    assert "hides 1 alert that fires now" in message.message.text
    assert f"ends at {silence.ends_at:%Y-%m-%d %H:%M} UTC" in message.message.text
    assert [one.status for one in drill.escalations()] == ["resolved"]


def test_a_longer_silence_is_reminded_of_later(drill: Drill) -> None:
    """It was prolonged before the reminder came: that comes before the new end, once."""
    first = _silence(drill, minutes=60)
    drill.forward(minutes=30)
    _silence(drill, minutes=120, identifier=first.id)
    drill.forward(minutes=85)
    before = drill.called()
    drill.forward(minutes=30)

    assert (before, drill.called()) == ([], ["bob"])


def test_one_that_was_ended_is_not_reminded_of(drill: Drill) -> None:
    """Bob ended it himself."""
    silence = _silence(drill, minutes=60)
    with drill.app.transaction() as s:
        s.silences.expire(silence.id, by="bob")
    drill.forward(minutes=70)

    assert drill.called() == []


def test_an_owner_whom_nobody_knows_is_passed_over(drill: Drill) -> None:
    """Amtool sends the name of the machine's user: nobody is called instead."""
    _silence(drill, minutes=60, by="root")
    drill.forward(minutes=70)

    assert (drill.called(), drill.escalations()) == ([], [])
