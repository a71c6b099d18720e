"""Drills: mitigated, resolved, closed, reopened: what each asks for and what follows."""

import pytest
from tests.story.incidents.conftest import Drill

from watchbill.kernel.errors import Conflict, Refused


@pytest.fixture
def worked(drill: Drill) -> Drill:
    """An outage that Ann commands and has mitigated."""
    drill.traffic(2, good=0, bad=100)
    drill.ask("incident.ack", id="1")
    drill.ask("incident.severity", id="1", users_affected=900, users_total=1000)
    drill.ask("incident.mitigate", id="1", how="orders are queued")
    return drill


def test_mitigation_drafts_the_update_that_says_so(worked: Drill) -> None:
    """The draft waits with its gaps filled from data; sent, it stands on the timeline and starts the rhythm anew."""
    shown = worked.show()
    (draft,) = shown["updates"]
    assert (draft["template"], draft["sent_at"], draft["gaps"]) == ("mitigated", None, [])
    assert "the impact is mitigated, the search for the cause goes on" in draft["text"]
    assert "What helped: orders are queued" in draft["text"]

    worked.ask("incident.update", id="1", draft=draft["id"], send=True)

    assert worked.texts(1, "update")[0].startswith("Notice that the impact is mitigated to internal:\n")
    with pytest.raises(Conflict, match="sent already"):
        worked.ask("incident.update", id="1", draft=draft["id"], send=True)
    assert worked.show()["next_draft"]["template"] == "resolution"


def test_the_end_is_refused_until_every_demand_is_met(worked: Drill) -> None:
    """All-clear, root cause and half an hour inside the target: each is named while it is missing, none is skipped."""
    with pytest.raises(Refused) as told:
        worked.ask("incident.resolve", id="1")
    assert all(words in str(told.value) for words in ("all-clear", "root cause", "30 minutes"))

    worked.ask("incident.update", id="1", template="resolution", send=True)
    with pytest.raises(Refused) as told:
        worked.ask("incident.resolve", id="1", root_cause="the provider was down")
    assert "all-clear" not in str(told.value)
    assert worked.show()["root_cause"] is None, "a refusal changes nothing"

    worked.calm(29)
    with pytest.raises(Refused, match=r"96\.667 % of 99\.9 %"):
        worked.ask("incident.resolve", id="1", root_cause="the provider was down")
    worked.traffic(1)
    over = worked.ask("incident.resolve", id="1", root_cause="the provider was down")

    assert (over["status"], over["override"]) == ("resolved", None)


def test_half_an_hour_of_quiet_is_noticed(worked: Drill) -> None:
    """When the SLI has been inside its target for 30 minutes the timeline says so, so that nobody has to watch a graph."""
    worked.traffic(29)
    assert [text for text in worked.texts(1, "metrics") if "inside their targets" in text] == []
    worked.traffic(7)

    assert worked.texts(1, "metrics")[-1] == "The SLIs have been inside their targets for 30 minutes"


def test_minutes_without_data_do_not_prove_that_it_is_over(worked: Drill) -> None:
    """No traffic at all for half an hour is not known, and not known is not quiet."""
    worked.forward(40)

    with pytest.raises(Refused, match="nothing was measured"):
        worked.ask("incident.resolve", id="1", root_cause="x", all_clear=True)


def test_the_override_is_recorded_with_what_was_missing(worked: Drill) -> None:
    """Whoever overrides says why, and the record keeps both."""
    over = worked.ask("incident.resolve", id="1", root_cause="x", all_clear=True, override="seen on the tills")

    assert over["override"] == "seen on the tills"
    assert "Overridden (not yet: the SLIs were inside their targets for 30 minutes" in worked.texts(1, "state")[-2]


def test_anybody_but_the_commander_needs_a_reason(worked: Drill) -> None:
    """The commander alone declares the end; a reason of blanks is none; a given one is on the record."""
    worked.calm(40)
    worked.ask("incident.update", id="1", template="resolution", send=True)
    worked.ask("incident.note", id="1", text="x")

    for reason in (None, "   "):
        with pytest.raises(Refused, match="ann commands INC-1 and declares its end; bob does not"):
            worked.ask("incident.resolve", id="1", root_cause="x", who="bob", reason=reason)
    worked.ask("incident.resolve", id="1", root_cause="x", who="bob", reason="ann's phone is dead")

    assert worked.texts(1, "state")[-2] == "Resolved by bob in the commander's place: ann's phone is dead"


def test_a_reopened_incident_has_to_earn_its_end_anew(worked: Drill) -> None:
    """Reopening runs the clocks again and drops the all-clear; the second end brings the draft up to date, as a version."""
    worked.ask("incident.resolve", id="1", root_cause="x", all_clear=True, override="it looks fine")
    before = worked.ask("postmortem.show", id="1")

    again = worked.ask("incident.reopen", id="1", reason="orders fail again", who="bob")
    assert (again["status"], again["phase"], again["reopened"]) == ("open", "RESPOND", 1)
    assert (again["resolved_at"], again["all_clear_at"], again["mitigated_at"]) == (None, None, None)
    assert again["next_update_at"] is not None
    with pytest.raises(Refused, match="all-clear"):
        worked.ask("incident.resolve", id="1")
    worked.traffic(10, good=0, bad=100)
    worked.ask("incident.resolve", id="1", all_clear=True, override="now it is")

    after = worked.ask("postmortem.show", id="1")
    assert (before["id"], before["version"] + 1) == (after["id"], after["version"])
    assert after["impact"]["slo_budget_consumed_pct"] > before["impact"]["slo_budget_consumed_pct"]
    with pytest.raises(Conflict, match="is resolved"):
        worked.ask("incident.ack", id="1")


def test_a_false_alarm_is_closed_with_a_reason_and_leaves_no_clock(worked: Drill) -> None:
    """Without a reason it is refused; closed, nothing comes due any more and no postmortem is drafted."""
    with pytest.raises(Refused, match="never resolved"):
        worked.ask("incident.close", id="1")
    worked.ask("incident.close", id="1", reason="the probe was broken")
    calls = len(worked.called())

    worked.forward(300)

    assert worked.show()["status"] == "closed"
    assert worked.show()["postmortem"] is None
    assert len(worked.called()) == calls
    assert worked.kinds("incident.update-overdue") == []


def test_phases_are_skipped_forward_and_never_back(drill: Drill) -> None:
    """DETECT goes straight to MITIGATE; TRIAGE is shown as skipped; back is refused; the last two have verbs of their own."""
    drill.traffic(1, good=0, bad=100)

    moved = drill.ask("incident.phase", id="1", phase="MITIGATE")

    assert [(one["phase"], one["state"]) for one in moved["steps"]] == [
        ("DETECT", "done"), ("TRIAGE", "skipped"), ("RESPOND", "skipped"), ("MITIGATE", "now"),
        ("RESOLVE", "ahead"), ("REVIEW", "ahead"),
    ]  # fmt: skip
    with pytest.raises(Conflict, match="forward only"):
        drill.ask("incident.phase", id="1", phase="TRIAGE")
    with pytest.raises(Conflict, match="mitigated"):
        drill.ask("incident.phase", id="1", phase="RESOLVE")
    drill.ask("incident.ack", id="1")
    assert drill.show()["phase"] == "MITIGATE", "an acknowledgement does not take it back"


def test_an_end_stops_the_calls_for_the_incident(drill: Drill) -> None:
    """Resolving an incident that people declared ends the walk that called for it."""
    drill.ask("incident.start", title="payments are slow", severity="SEV2", service="payment", who="cy")
    drill.ask("incident.resolve", id="1", root_cause="x", all_clear=True, override="it passed", who="cy")
    called = len(drill.called())

    drill.forward(60)

    assert len(drill.called()) == called
    assert {one["status"] for one in drill.ask("escalation.list")["items"]} == {"resolved"}
