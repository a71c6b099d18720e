"""Drills: why a severity stands, deadlines that pass, exercises that call, an incident taken out of another, the timeline as a file."""

import csv
import io
import json

import pytest
from tests.story.incidents.conftest import OWNER, Drill

from watchbill.incidents.service.looking import ROOM_ENTRIES
from watchbill.kernel.errors import Conflict, Invalid, NotFound


def test_a_severity_that_somebody_set_stands_for_their_reason_not_for_the_matrix(drill: Drill) -> None:
    """What the matrix derives is the reason while it decides; whoever sets the severity is the reason from then on."""
    drill.traffic(2, good=0, bad=100)
    derived = drill.show()["severity_reason"]
    assert (derived["by_hand"], derived["sentence"]) == (
        False,
        "core function down, 25 % of users or more (assumed): SEV1",
    )

    drill.ask("incident.severity", id="1", severity="SEV3", revenue=False, reason="only the sandbox", who="bob")
    chosen = drill.show()["severity_reason"]
    assert (chosen["by_hand"], chosen["by"], chosen["sentence"]) == (True, "bob", "set by bob: only the sandbox")

    drill.ask("incident.severity", id="1", who="ann")
    assert drill.show()["severity_reason"]["sentence"] == "set by bob: only the sandbox"
    drill.ask("incident.severity", id="1", users_affected=2, users_total=100, who="ann")
    again = drill.show()["severity_reason"]
    assert (again["by_hand"], again["sentence"]) == (False, "core function down, fewer than 25 % of users: SEV2")


def test_a_severity_named_at_the_declaration_was_set_by_hand(drill: Drill) -> None:
    """Unless a trigger lifts it: then that is the reason."""
    plain = drill.ask("incident.start", title="cards are slow", service="payment", severity="SEV3", who="cy")
    lifted = drill.ask("incident.start", title="rows are gone", service="checkout", severity="SEV3", data_loss=True)

    assert plain["severity_reason"]["sentence"] == "set by cy: when it was declared"
    assert lifted["severity"] == "SEV1"
    assert lifted["severity_reason"]["sentence"] == "SEV3 was named, and a trigger raises it (data loss)"


@pytest.mark.parametrize(("severity", "minutes", "called"), [("SEV3", 30, ["ann"]), ("SEV4", 1440, [])])
def test_an_incident_that_nobody_takes_by_its_deadline_is_called_for(
    drill: Drill, severity: str, minutes: int, called: list[str]
) -> None:
    """A SEV3 calls the watch at its 30 minutes and not before; a SEV4 waits for the day and only says so."""
    drill.ask("incident.start", title="search is odd", service="wiki", severity=severity, who="dee")
    drill.forward(minutes - 0.1)
    assert drill.called() == []
    assert drill.kinds("incident.acknowledge-overdue") == []

    drill.forward(0.1)

    assert drill.kinds("incident.acknowledge-overdue") == ["incident.acknowledge-overdue"]
    assert drill.called() == called


def test_an_acknowledgement_in_time_leaves_nothing_overdue(drill: Drill) -> None:
    """Nobody is called for what somebody has."""
    drill.ask("incident.start", title="search is odd", service="wiki", severity="SEV3", who="dee")
    drill.ask("incident.ack", id="1", who="bob")
    drill.forward(31)

    assert drill.kinds("incident.acknowledge-overdue") == []
    assert drill.called() == []


def test_a_drill_that_calls_marks_every_call_as_a_drill(drill: Drill) -> None:
    """Asked to, an exercise wakes people as an emergency would, and says on each page that it is one; it stays out of the figures."""
    drill.ask("incident.start", title="game day", severity="SEV1", service="checkout", drill=True, call=True, who="dee")
    assert drill.called() == ["ann"]
    first = drill.world.ledger[0].message
    assert first.subject.startswith("P0 DRILL: SEV1 INC-1")
    assert "practise" in first.text

    drill.ask("incident.ack", id="1")
    drill.ask("incident.role", id="1", role="communications", person="bob")
    drill.forward(16)
    assert all("DRILL: " in one.message.subject for one in drill.world.ledger)
    assert {"ann", "bob"} <= set(drill.called())
    drill.ask("incident.resolve", id="1", root_cause="a drill", all_clear=True, override="it was a drill")
    assert drill.ask("incident.metrics")["groups"][0]["declared"] == 0


def test_calling_belongs_to_drills_alone(drill: Drill) -> None:
    """A real incident calls by its severity, whatever was ticked."""
    shown = drill.ask("incident.start", title="cards are slow", service="payment", severity="SEV3", call=True)

    assert (shown["drill"], shown["drill_calls"]) == (False, False)
    assert drill.called() == []


def test_an_incident_declared_for_an_alert_begins_with_it(drill: Drill) -> None:
    """The alert gives the service, the moment of detection and the way it was noticed; it belongs to one incident at most."""
    drill.traffic(2, good=0, bad=100)
    alert = drill.show()["alerts"][0]
    drill.ask("incident.close", id="1", reason="we declare it by hand")

    shown = drill.ask("incident.start", title="orders fail", alert=alert["id"], who="ann")

    assert (shown["number"], shown["service"], shown["detected_by"]) == (2, "checkout", "alert")
    assert shown["detected_at"] == alert["starts_at"]
    assert [one["id"] for one in shown["alerts"]] == [alert["id"]]
    with pytest.raises(Conflict, match="belongs to INC-2"):
        drill.ask("incident.start", title="orders fail", alert=alert["id"], confirm=True)
    with pytest.raises(NotFound):
        drill.ask("incident.start", title="orders fail", alert="alr_none")


def test_an_incident_is_taken_out_of_another_with_what_it_brought(drill_anywhere: Drill) -> None:
    """Its alerts, its clocks and its services are its own again; both records tell of it; merging once more works."""
    drill = drill_anywhere
    drill.traffic(3, good=0, bad=100)
    drill.ask("incident.ack", id="1")
    drill.ask("incident.start", title="cards are refused", service="payment", severity="SEV3", who="cy")
    mine = {one["id"] for one in drill.show()["alerts"]}
    drill.ask("incident.merge", id="1", into="2", who="cy")

    back = drill.ask("incident.unmerge", id="1", reason="two different faults", who="cy")

    assert (back["status"], back["merged_into"], {one["id"] for one in back["alerts"]}) == ("open", None, mine)
    assert back["next_update_at"] is not None
    other = drill.show(2)
    assert (other["alerts"], other["services"]) == ([], ["payment"])
    assert drill.texts(1, "state")[-1] == "Taken out of INC-2 again: two different faults"
    assert drill.texts(2, "state")[-1].startswith("INC-1 (")
    assert [one["number"] for one in drill.ask("incident.list", service="checkout")["items"]] == [1]
    with pytest.raises(Conflict, match="not merged"):
        drill.ask("incident.unmerge", id="1", reason="again")
    assert {one["id"] for one in drill.ask("incident.merge", id="1", into="2")["alerts"]} == mine


def test_the_timeline_leaves_as_a_file_with_both_times(drill: Drill) -> None:
    """JSON, CSV and Markdown hold every entry; corrections point at each other; words of people are no formula and no heading."""
    drill.ask("incident.start", title="# cards are slow", service="payment", severity="SEV3", who="cy")
    drill.forward(60)
    drill.ask("incident.note", id="1", text="=HYPERLINK(1)", at="2026-11-24T03:10:00Z", who="bob")
    wrong = drill.show()["timeline"][-1]["sequence"]
    drill.ask("incident.note", id="1", text="*the* link", supersedes=wrong, who="bob")

    data = json.loads(drill.ask("incident.export", id="1", format="json")["content"])
    rows = list(csv.DictReader(io.StringIO(drill.ask("incident.export", id="1", format="csv")["content"])))
    text = drill.ask("incident.export", id="1", format="md")["content"]
    current = json.loads(drill.ask("incident.export", id="1", format="json", current=True)["content"])

    assert [one["sequence"] for one in data["timeline"]] == list(range(1, drill.show()["timeline_total"] + 1))
    late = next(one for one in data["timeline"] if one["sequence"] == wrong)
    assert (late["at"][:16], late["recorded_at"][:16]) == ("2026-11-24T03:10", "2026-11-24T04:00")
    assert late["superseded_by"] == wrong + 1
    assert next(row for row in rows if row["sequence"] == str(wrong))["text"] == "'=HYPERLINK(1)"
    assert text.startswith("# INC-1: \\# cards are slow\n")
    assert (
        f"{wrong}. **03:10:00** ~~=HYPERLINK(1)~~ (_bob, written 2026-11-24 04:00:00_) (corrected by {wrong + 1})"
        in text
    )
    assert f"\\*the\\* link (_bob, written 2026-11-24 04:00:00_) (corrects {wrong})" in text
    assert wrong not in [one["sequence"] for one in current["timeline"]]
    with pytest.raises(Invalid):
        drill.ask("incident.export", id="1", format="pdf")


def test_a_long_timeline_is_shown_from_its_end_and_read_backwards(drill: Drill) -> None:
    """The room holds the newest entries and says how many there are; the briefing and the reason come from the whole record."""
    drill.ask("incident.start", title="cards are slow", service="payment", severity="SEV3", who="cy")
    drill.ask("incident.note", id="1", text="cards of one bank", kind="know", who="cy")
    with drill.app.transaction() as s:
        for number in range(ROOM_ENTRIES):
            s.incidents.note("1", f"look {number}", OWNER)

    shown = drill.show()
    earlier = drill.ask("incident.show", id="1", before=shown["timeline"][0]["sequence"])

    assert len(shown["timeline"]) == ROOM_ENTRIES
    assert shown["timeline_total"] == ROOM_ENTRIES + len(earlier["timeline"])
    assert [one["sequence"] for one in earlier["timeline"]] == list(range(1, shown["timeline"][0]["sequence"]))
    assert [one["text"] for one in shown["briefing"]["know"]] == ["cards of one bank"]
    assert shown["severity_reason"]["sentence"] == "set by cy: when it was declared"
