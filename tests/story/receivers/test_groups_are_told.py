"""Receivers of an Alertmanager file are told of groups of alerts as Alertmanager would tell them."""

from datetime import timedelta

import pytest
from tests.story.receivers.conftest import FILE, FileDrill, Open

from watchbill.kernel.errors import Faults
from watchbill.oncall.model import Outcome, Receipt
from watchbill.receivers.model import Telling

RESOLVED_UNWANTED = FILE.replace("'http://team.test/'}", "'http://team.test/', send_resolved: false}")
INHIBITING = (
    FILE
    + """
inhibit_rules:
- source_matchers: [alertname="Blackout"]
  target_matchers: [alertname="Down"]
  equal: [zone]
"""
)
AT_NIGHT = (
    FILE.replace("receiver: nobody\n", "receiver: team\n    mute_time_intervals: [night]\n", 1)
    + """
time_intervals:
- name: night
  time_intervals: [{times: [{start_time: "00:00", end_time: "06:00"}]}]
"""
)


def test_alerts_of_a_group_are_told_together_after_its_wait(file_drill: FileDrill) -> None:
    """Nothing is told for 30 s; then everything that has come in meanwhile is one notification."""
    file_drill.fire(instance="a")
    file_drill.forward(seconds=20)
    file_drill.fire(instance="b")
    file_drill.forward(seconds=9.9)

    assert file_drill.told() == []

    file_drill.forward(seconds=0.1)

    assert file_drill.told() == [("team", "firing", ["+a", "+b"])]


def test_a_late_alert_waits_for_the_interval_and_tells_the_whole_group(file_drill: FileDrill) -> None:
    """What joins a group that was told is told with the others when the interval is over."""
    file_drill.fire(instance="a")
    file_drill.forward(seconds=31)
    file_drill.fire(instance="b")
    file_drill.fresh()
    file_drill.forward(minutes=4, seconds=58)

    assert file_drill.told() == []

    file_drill.forward(seconds=2)

    assert file_drill.told() == [("team", "firing", ["+a", "+b"])]


def test_an_alert_that_has_fired_for_long_is_told_at_once(file_drill: FileDrill) -> None:
    """An alert whose start lies further back than the wait does not wait again."""
    start = file_drill.clock.now() - timedelta(minutes=2)
    with file_drill.app.transaction() as s:
        s.alerts.receive_internal({"alertname": "Old"}, {}, starts_at=start, ends_at=start + timedelta(days=2))
    file_drill.run()

    assert file_drill.told() == [("team", "firing", ["+Old"])]


def test_an_end_is_told_with_the_next_interval_and_the_group_is_gone(file_drill: FileDrill) -> None:
    """Ends are told once; a new occurrence begins a new group with its own wait."""
    file_drill.fire(instance="a")
    file_drill.forward(seconds=31)
    file_drill.resolve(instance="a")
    file_drill.fresh()
    file_drill.forward(minutes=5)
    file_drill.forward(hours=12)

    assert file_drill.fresh() == [("team", "resolved", ["-a"])]

    file_drill.fire(instance="a")
    file_drill.forward(seconds=30)

    assert file_drill.told() == [("team", "firing", ["+a"])]


def test_what_still_fires_is_told_again_after_the_repeat_interval(file_drill: FileDrill) -> None:
    """Four hours after it was told last, at the next look at the group, and not before."""
    file_drill.fire(instance="a")
    file_drill.forward(seconds=30)
    file_drill.fresh()
    file_drill.forward(hours=4)

    assert file_drill.fresh() == []

    file_drill.forward(minutes=5)

    assert file_drill.told() == [("team", "firing", ["+a"])]


def test_ends_are_not_told_where_they_are_not_wanted(opened: Open) -> None:
    """`send_resolved: false` leaves ends out, alone and among others."""
    drill = opened(RESOLVED_UNWANTED)
    drill.fire(instance="a")
    drill.fire(instance="b")
    drill.forward(seconds=30)
    drill.resolve(instance="a")
    drill.forward(minutes=10)
    drill.resolve(instance="b")
    drill.forward(minutes=10)

    assert drill.told() == [("team", "firing", ["+a", "+b"])]


def test_a_silenced_alert_is_not_told_until_the_silence_is_over(file_drill: FileDrill) -> None:
    """A silence holds a notification back; at the first look after it, it is made up for."""
    file_drill.silence('instance="a"', minutes=7)
    file_drill.fire(instance="a")
    file_drill.forward(minutes=6)

    assert file_drill.told() == []

    file_drill.forward(minutes=5)

    assert file_drill.told() == [("team", "firing", ["+a"])]


def test_an_inhibited_alert_is_not_told_while_the_greater_trouble_fires(opened: Open) -> None:
    """Equal labels have to agree: another zone is not inhibited."""
    drill = opened(INHIBITING)
    drill.fire("Blackout", zone="z1", instance="blackout")
    drill.fire(instance="a", zone="z1")
    drill.fire(instance="b", zone="z2")
    drill.forward(seconds=30)

    assert sorted(drill.fresh()) == [("team", "firing", ["+b"]), ("team", "firing", ["+blackout"])]

    drill.resolve("Blackout", zone="z1", instance="blackout")
    drill.forward(minutes=5)

    assert sorted(drill.told()) == [("team", "firing", ["+a", "+b"]), ("team", "resolved", ["-blackout"])]


def test_a_muted_route_says_nothing_until_its_hours_are_over(opened: Open) -> None:
    """At three in the morning the route is muted; the first look after six tells."""
    drill = opened(AT_NIGHT)
    drill.fire(instance="a", severity="info")
    drill.forward(hours=2, minutes=59)

    assert drill.told() == []

    drill.forward(minutes=6)

    assert drill.told() == [("team", "firing", ["+a"])]


def test_a_receiver_that_is_down_is_tried_again_and_told_once(file_drill: FileDrill) -> None:
    """Attempts go on with growing pauses; the group counts as told only when one was taken."""
    file_drill.post.answers = [Receipt(Outcome.TEMPORARY, "HTTP 503", 503)] * 3
    file_drill.fire(instance="a")
    file_drill.forward(minutes=1)

    assert file_drill.told() == [("team", "firing", ["+a"])] * 4
    assert [one.notification.attempts for one in file_drill.post.tellings] == [1, 2, 3, 4]


def test_what_a_receiver_refuses_is_offered_again_at_the_next_look(file_drill: FileDrill) -> None:
    """A refusal ends the attempts, is written down, and the next look at the group begins anew."""
    file_drill.post.answers = [Receipt(Outcome.PERMANENT, "HTTP 400", 400)]
    file_drill.fire(instance="a")
    file_drill.forward(seconds=30)
    file_drill.forward(minutes=4, seconds=59)

    assert len(file_drill.fresh()) == 1
    assert file_drill.events("receiver.failed") == 1

    file_drill.forward(seconds=2)

    assert file_drill.told() == [("team", "firing", ["+a"])]


def test_a_restart_loses_no_group_and_repeats_nothing(opened: Open) -> None:
    """A group that waits is told in time by the next process; one that was told is not told again."""
    first = opened(FILE)
    first.fire("Told", instance="told")
    first.forward(seconds=30)
    first.fire("Waiting", instance="waiting")
    first.forward(seconds=10)
    second = opened(FILE)
    second.forward(seconds=19)

    assert second.told() == []

    second.forward(seconds=1)

    assert second.told() == [("team", "firing", ["+waiting"])]


def test_a_fault_of_the_program_costs_one_notification_and_not_the_group(
    file_drill: FileDrill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be sent for a fault is set aside; the group's next look tells it again."""

    def fault(_telling: Telling) -> Receipt:
        raise RuntimeError("a fault")

    with monkeypatch.context() as broken:
        broken.setattr(file_drill.post, "send", fault)
        file_drill.fire(instance="a")
        file_drill.forward(minutes=5, seconds=29)

    assert file_drill.events("job.parked") == 1

    file_drill.forward(minutes=5)

    assert file_drill.told() == [("team", "firing", ["+a"])]


def test_a_file_that_was_away_takes_up_again(opened: Open) -> None:
    """Started without the file and with it again: what fires is told, unless it was told before."""
    drill = opened(FILE)
    drill.fire("Told", instance="told")
    drill.forward(seconds=30)
    drill.app.receivers.loaded = None
    drill.fire("Since", instance="since")
    drill.forward(minutes=20)
    drill = opened(FILE)
    drill.forward(minutes=20)

    assert drill.told() == [("team", "firing", ["+since"])]


def test_another_file_takes_over_what_fires(file_drill: FileDrill) -> None:
    """After a reload groups are made by the new routes; what the same group was told is remembered."""
    file_drill.fire(instance="a")
    file_drill.forward(minutes=1)
    file_drill.fresh()
    file_drill.rewrite(FILE.replace("repeat_interval: 4h", "repeat_interval: 8h"))
    file_drill.forward(minutes=10)

    assert file_drill.fresh() == []

    file_drill.rewrite(FILE.replace("team", "others"))
    file_drill.forward(minutes=1)

    assert file_drill.told() == [("others", "firing", ["+a"])]


def test_a_wrong_file_changes_nothing(file_drill: FileDrill) -> None:
    """The fault names file and line, and the old file goes on whole."""
    with pytest.raises(Faults) as raised:
        file_drill.rewrite(FILE.replace("receiver: nobody", "receiver: nobodi"))

    assert [str(fault) for fault in raised.value.faults] == [
        f"{file_drill.file}:10:5: error: undefined receiver 'nobodi' used in route"
    ]

    file_drill.fire(instance="a")
    file_drill.forward(seconds=30)

    assert file_drill.told() == [("team", "firing", ["+a"])]


def test_an_alert_that_a_receiver_takes_is_not_unroutable(opened: Open) -> None:
    """Without any policy the alarm for what nobody takes is raised only for what no receiver takes either."""
    drill = opened(FILE)
    drill.write("person: {name: ann, email: ann@shop.test}\n")
    drill.fire("Taken")

    assert drill.events("page.unroutable") == 0

    drill.rewrite("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    drill.fire("Lost")

    assert drill.events("page.unroutable") > 0


def test_watchbills_own_pages_go_on_beside_the_file(file_drill: FileDrill) -> None:
    """An alert with a policy calls people at once, and the receiver is told after its wait."""
    file_drill.fire(instance="a")
    file_drill.forward(seconds=30)

    assert file_drill.called() == ["ann"]
    assert file_drill.told() == [("team", "firing", ["+a"])]


@pytest.mark.parametrize("opened", ["sqlite"], indirect=True)
def test_the_files_resolve_timeout_counts(opened: Open) -> None:
    """An alert whose sender names no end is believed for as long as the file says, and its end is told."""
    drill = opened("global: {resolve_timeout: 1m}\n" + FILE)
    drill.run()  # what fires when a process starts is believed for longer
    with drill.app.transaction() as s:
        s.alerts.receive_internal({"alertname": "Brief"}, {})
    drill.run()
    for _ in range(20):
        drill.forward(seconds=20)  # a longer pause between two looks would count as downtime, which nobody expires in

    assert drill.told() == [("team", "firing", ["+Brief"]), ("team", "resolved", ["-Brief"])]
