"""Drills: two incidents that are one, two that belong together, and the record that both leave."""

from datetime import timedelta

import pytest
from tests.story.incidents.conftest import START, Drill

from watchbill.kernel.errors import Conflict, NotFound


def test_a_merge_goes_on_with_the_alerts_of_both_and_the_worse_severity(drill_anywhere: Drill) -> None:
    """The first is closed as merged, the second has its alerts, its earlier start and its severity; both records stay."""
    drill = drill_anywhere
    drill.traffic(3, good=0, bad=100)
    drill.ask("incident.ack", id="1")
    drill.ask("incident.start", title="cards are refused", service="payment", severity="SEV3", who="cy")
    alerts = {one["id"] for one in drill.show()["alerts"]}

    merged = drill.ask("incident.merge", id="1", into="INC-2", who="cy")

    assert merged["number"] == 2
    assert (merged["severity"], merged["services"]) == ("SEV1", ["payment", "checkout"])
    assert merged["started_at"] == "2026-11-24T03:00:00Z"
    assert {one["id"] for one in merged["alerts"]} == alerts
    gone = drill.show(1)
    assert (gone["status"], gone["merged_into"], gone["alerts"]) == ("merged", 2, [])
    assert [(one["number"], one["merged"]) for one in merged["related"]] == [(1, "into-this")]
    with pytest.raises(Conflict, match="merged"):
        drill.ask("incident.severity", id="1", severity="1")
    with pytest.raises(Conflict, match="merged"):
        drill.ask("incident.reopen", id="1", reason="no")
    with pytest.raises(Conflict, match="merged"):
        drill.ask("postmortem.draft", incident="1")


def test_what_happens_to_a_moved_alert_is_told_in_the_incident_that_goes_on(drill: Drill) -> None:
    """After a merge the end of the alert, and a new one of the service, belong to the second incident."""
    drill.traffic(3, good=0, bad=100)
    drill.ask("incident.ack", id="1")
    drill.ask("incident.start", title="cards are refused", service="payment", severity="SEV3", who="cy")
    drill.ask("incident.merge", id="1", into="2", who="cy")
    before = len(drill.show(1)["timeline"])

    drill.calm(70)

    assert len(drill.show(1)["timeline"]) == before
    assert any(text.startswith("Alert resolved") for text in drill.texts(2, "alert"))
    assert {one["status"] for one in drill.ask("incident.list", open=True)["items"]} == {"open"}
    assert len(drill.ask("incident.list")["items"]) == 2


def test_who_took_the_merged_incident_has_the_one_that_goes_on(drill: Drill) -> None:
    """An acknowledgement is not lost in a merge: the target counts as taken, and commanded, from then on."""
    drill.ask("incident.start", title="cards are refused", service="payment", severity="SEV3", who="dee")
    drill.ask("incident.start", title="orders fail", service="checkout", severity="SEV3", who="dee")
    drill.ask("incident.ack", id="2", who="bob")

    merged = drill.ask("incident.merge", id="2", into="1", who="bob")

    assert (merged["acknowledged_by"], merged["phase"]) == ("bob", "RESPOND")


def test_a_drill_does_not_merge_with_an_emergency(drill: Drill) -> None:
    """Neither way; nor an incident with itself."""
    drill.ask("incident.start", title="game day", severity="SEV4", drill=True)
    drill.ask("incident.start", title="cards are refused", severity="SEV4", confirm=True)

    with pytest.raises(Conflict, match="do not merge"):
        drill.ask("incident.merge", id="1", into="2")
    with pytest.raises(Conflict, match="one incident, not two"):
        drill.ask("incident.merge", id="2", into="INC-2")
    with pytest.raises(NotFound, match="INC-2"):
        drill.ask("incident.merge", id="1", into="9")


def test_related_incidents_both_go_on(drill_anywhere: Drill) -> None:
    """Each names the other on its timeline, once, whichever way round they are related."""
    drill = drill_anywhere
    drill.ask("incident.start", title="cards are refused", severity="SEV4")
    drill.ask("incident.start", title="search is slow", severity="SEV4", confirm=True)

    drill.ask("incident.relate", id="1", to="2")
    drill.ask("incident.relate", id="2", to="1")

    assert drill.texts(1, "human") == ["Belongs together with INC-2: search is slow"]
    assert drill.texts(2, "human") == ["Belongs together with INC-1: cards are refused"]
    assert [(one["number"], one["merged"]) for one in drill.show(1)["related"]] == [(2, None)]


def test_the_timeline_is_corrected_by_superseding_and_never_edited(drill: Drill) -> None:
    """The old entry stays and points to the new; watchbill's own entries cannot be superseded; nor one twice."""
    drill.ask("incident.start", title="search is slow", severity="SEV4")
    first = drill.ask("incident.note", id="1", text="the cache is full", kind="know")
    second = drill.ask("incident.note", id="1", text="the cache is cold", kind="know", supersedes=first["sequence"])

    entries = {one["sequence"]: one for one in drill.show()["timeline"]}
    assert entries[first["sequence"]]["text"] == "the cache is full"
    assert entries[first["sequence"]]["superseded_by"] == second["sequence"]
    assert [one["text"] for one in drill.show()["briefing"]["know"]] == ["the cache is cold"]
    with pytest.raises(Conflict, match="superseded already"):
        drill.ask("incident.note", id="1", text="x", supersedes=first["sequence"])
    with pytest.raises(Conflict, match="watchbill's own record"):
        drill.ask("incident.note", id="1", text="x", supersedes=1)

    drill.ask("incident.note", id="1", supersedes=second["sequence"], withdraw=True)

    assert drill.show()["briefing"]["know"] == []
    current = drill.ask("incident.timeline", id="1", current=True)["items"]
    assert {"the cache is full", "the cache is cold"}.isdisjoint({one["text"] for one in current})


def test_a_late_entry_carries_both_times(drill: Drill) -> None:
    """What is written down an hour later keeps its place in the numbering, and tells when it was and when it was written."""
    drill.ask("incident.start", title="search is slow", severity="SEV4")
    drill.forward(60)

    late = drill.ask("incident.note", id="1", text="the cache was emptied", at=START.isoformat())

    assert (late["at"], late["late"]) == ("2026-11-24T03:00:00Z", True)
    assert late["recorded_at"] == "2026-11-24T04:00:00Z"
    assert late["sequence"] == drill.show()["timeline"][-1]["sequence"]
    with pytest.raises(Exception, match="future"):
        drill.ask("incident.note", id="1", text="x", at=(START + timedelta(hours=2)).isoformat())


def test_a_deploy_in_the_night_stands_on_the_timeline(drill: Drill) -> None:
    """A change of a service that the broken one calls is told at once; one of a stranger is not."""
    drill.traffic(2, good=0, bad=100)
    drill.ask("change.add", service="payment", kind="deploy", version="1.4.2", summary="new client", risk="high")
    drill.ask("change.add", service="wiki", kind="deploy", version="9", summary="new colours")

    assert drill.texts(1, "change") == ["payment: deploy, high risk: new client"]
    assert [one["service"] for one in drill.show()["changes"]] == ["payment"]


def test_the_record_tells_how_fast_it_went_and_what_came_back(drill_anywhere: Drill) -> None:
    """Two incidents with the same cause: medians over both, a group for the cause, and the second named as a repeat."""
    drill = drill_anywhere
    for number, minutes in ((1, 10), (2, 30)):
        drill.ask("incident.start", title=f"search is slow {number}", severity="SEV4", service="wiki", confirm=True)
        drill.forward(minutes)
        drill.ask(
            "incident.resolve",
            id=str(number),
            root_cause="A full disk.",
            all_clear=True,
            reason="alone",
            override="seen",
        )

    found = drill.ask("incident.metrics", by="cause", until=(START + timedelta(days=1)).isoformat())

    whole, cause = found["groups"]
    assert (whole["name"], whole["declared"], whole["acknowledge"]) == ("all", 2, None)
    assert (whole["resolve"]["median_minutes"], whole["resolve"]["columns"]) == (20, [0, 1, 1, 0, 0])
    assert (cause["name"], cause["resolve"]) == ("a full disk", whole["resolve"])
    assert [(one["number"], one["repeats"]) for one in found["repeats"]] == [(2, 1)]
    assert drill.ask("incident.metrics", until=START.isoformat())["groups"][0]["declared"] == 0
