"""Drills: the postmortem: figures against a computation by hand, the playbook's template, the review, the action items."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from ruamel.yaml import YAML
from tests.story.incidents.conftest import Drill, Json

from watchbill.kernel.errors import Conflict, Invalid, Refused

# The playbook's template (ph. 6), field by field in its order.
TEMPLATE = [
    "title", "date", "severity", "duration", "authors", "reviewers", "status", "summary", "impact", "timeline", "root_cause",
    "contributing_factors", "detection", "resolution", "what_went_well", "what_went_wrong", "where_we_got_lucky", "action_items",
]  # fmt: skip
PARTS = {
    "impact": [
        "users_affected", "duration_minutes", "revenue_impact_usd", "slo_budget_consumed_pct", "data_loss", "customer_tickets",
    ],
    "detection": ["how_detected", "time_to_detect_minutes", "could_have_detected_sooner"],
    "resolution": ["how_resolved", "time_to_mitigate_minutes", "time_to_resolve_minutes"],
}  # fmt: skip
ACTION = ["id", "type", "description", "owner", "priority", "deadline", "status", "ticket"]


def _read(text: str) -> Json:
    """YAML as plain data."""
    return YAML(typ="safe", pure=True).load(text)


def _without_blanks(value: Json) -> Json:
    """As the house keeps resources: an empty text, and what is not known, are absent."""
    if isinstance(value, dict):
        return {name: _without_blanks(one) for name, one in value.items() if one not in (None, "")}
    return [_without_blanks(one) for one in value] if isinstance(value, list) else value


@pytest.fixture
def over(drill: Drill) -> Drill:
    """An outage of twelve minutes, half of them half bad, mitigated and resolved by its commander."""
    drill.traffic(6, good=0, bad=100)
    drill.ask("incident.ack", id="1")
    drill.ask("incident.severity", id="1", users_affected=900, users_total=1000, data_loss=False, customer_tickets=7)
    drill.traffic(6, good=50, bad=50)
    drill.ask("incident.mitigate", id="1", how="orders are queued")
    drill.calm(48)
    drill.ask("incident.resolve", id="1", root_cause="the provider was down", all_clear=True)
    return drill


def test_the_figures_are_those_of_a_computation_by_hand(over: Drill) -> None:
    """Budget, minutes, users and revenue, each computed anew here from what was pushed."""
    found = over.ask("postmortem.show", id="1")

    bad, minutes = 6 * 100 + 6 * 50, 24 * 60 + 6 + 6 + 48
    budget = Fraction(bad) / (Fraction(1, 1000) * 100 * minutes) * 100
    assert found["impact"]["slo_budget"] == [{"slo": "checkout-availability", "consumed_pct": float(budget)}]
    assert found["impact"]["duration_minutes"] == 12
    assert found["duration"] == "1 h"
    assert found["time_to_detect_minutes"] == 1
    assert found["time_to_mitigate_minutes"] == 11
    assert found["time_to_resolve_minutes"] == 59
    # 120 dollars a minute, all of it failing when it was assessed, for twelve minutes.
    assert found["impact"]["revenue_impact"] == "1,440.00 USD"
    assert (found["impact"]["users_affected"], found["impact"]["customer_tickets"]) == (900, 7)
    assert found["impact"]["data_loss"] is False


def test_it_is_due_in_five_business_days_of_the_house(over: Drill) -> None:
    """Tuesday the 24th and five French working days: Tuesday the 1st; over Christmas the holidays do not count."""
    assert over.ask("postmortem.show", id="1")["due_on"] == "2026-12-01"
    over.clock.jump(datetime(2026, 12, 23, 23, 30, tzinfo=UTC))  # the 24th in Paris already
    over.ask("incident.start", title="search is slow", severity="SEV4")
    over.ask("incident.resolve", id="2", root_cause="x", all_clear=True, reason="alone here")

    # Counted: Thu 24 -> Mon 28, Tue 29, Wed 30, Thu 31, (Fri 1 January is none) Mon 4.
    assert over.ask("postmortem.show", id="2")["due_on"] == "2027-01-04"


def test_the_export_is_the_template_field_by_field_and_loads_again(over: Drill) -> None:
    """Keys and their order are the playbook's; the loader takes the file, and gives back the same document."""
    over.ask(
        "action.add", postmortem="1", description="queue orders", type="prevent", owner="ann", deadline="2026-12-10"
    )
    exported = over.ask("postmortem.export", id="1")
    document = _read(exported["content"])

    assert exported["name"] == "2026-11-24-INC-1.yaml"
    assert list(document) == ["postmortem"]
    told = document["postmortem"]
    assert list(told) == TEMPLATE
    assert {name: list(told[name]) for name in PARTS} == PARTS
    assert list(told["action_items"][0]) == ACTION
    assert all(list(one) == ["time", "event"] for one in told["timeline"])
    assert (told["severity"], told["status"], told["detection"]["how_detected"]) == ("SEV1", "draft", "alert")
    assert told["impact"]["slo_budget_consumed_pct"] == 600
    assert told["impact"]["revenue_impact_usd"] == 1440

    over.write(exported["content"])
    (again,) = over.ask("resources.export", kind="postmortem")["files"]
    assert _read(again["text"]) == _without_blanks(document)
    over.write(again["text"])
    assert over.ask("resources.export", kind="postmortem")["files"] == [again]


def test_what_nobody_has_judged_is_marked_and_never_invented(over: Drill) -> None:
    """The draft asks; a figure that data knows is no question; the marks stand in the export until they are answered."""
    found = over.ask("postmortem.show", id="1")

    assert [one["field"] for one in found["prompts"]] == [
        "contributing_factors", "could_have_detected_sooner", "what_went_well", "what_went_wrong", "where_we_got_lucky",
    ]  # fmt: skip
    content = over.ask("postmortem.export", id="1")["content"]
    assert content.count("[to be judged: ") == 5
    over.ask("postmortem.edit", id="1", what_went_well=["the queue held"])
    assert over.ask("postmortem.export", id="1")["content"].count("[to be judged: ") == 4


def test_markdown_tells_the_same_and_keeps_its_shape(over: Drill) -> None:
    """Words of people start no heading and no table cell of their own."""
    over.ask("postmortem.edit", id="1", root_cause="# not a heading\nthe provider | was <b>down</b>")

    exported = over.ask("postmortem.export", id="1", format="md")

    lines = exported["content"].splitlines()
    assert lines[0] == "# Postmortem: checkout breaks its promise (checkout-availability)"
    assert "- Error budget of checkout-availability: 600 % consumed" in lines
    assert "\\# not a heading" in lines
    assert "the provider | was &lt;b>down&lt;/b>" in exported["content"] or "&lt;b>down&lt;/b>" in exported["content"]
    headings = [line for line in lines if line.startswith("## ")]
    assert headings[:4] == ["## Summary", "## Impact", "## Timeline", "## Root cause"]


def test_the_review_goes_from_draft_to_final_and_locks(over: Drill) -> None:
    """Authors do not approve; every reviewer has to; a change makes approvals void; final is locked."""
    over.ask("postmortem.edit", id="1", reviewers=["bob", "cy"])
    with pytest.raises(Conflict, match="submit it"):
        over.ask("postmortem.approve", id="1", who="bob")
    assert over.ask("postmortem.submit", id="1")["status"] == "in-review"
    with pytest.raises(Refused, match="ann wrote it"):
        over.ask("postmortem.approve", id="1", who="ann")
    over.ask("postmortem.approve", id="1", who="bob")
    over.ask("postmortem.edit", id="1", what_went_well=["the queue held"])
    assert over.ask("postmortem.approve", id="1", who="cy")["status"] == "in-review", "bob approved another text"

    assert over.ask("postmortem.approve", id="1", who="bob")["status"] == "final"

    with pytest.raises(Conflict, match="final and locked"):
        over.ask("postmortem.edit", id="1", title="x")
    version = over.ask("postmortem.show", id="1")["version"]
    assert over.ask("postmortem.draft", incident="1", refresh=True)["version"] == version


def test_a_review_needs_the_root_cause(drill: Drill) -> None:
    """Without it nobody can judge the rest."""
    drill.ask("incident.start", title="search is slow", severity="SEV4")
    drill.ask("postmortem.draft", incident="1")

    with pytest.raises(Refused, match="root_cause"):
        drill.ask("postmortem.submit", id="1")


def test_action_items_are_numbered_over_the_house_and_anew_in_an_export(over: Drill) -> None:
    """AI-2 and AI-3 of the house are AI-001 and AI-002 of their postmortem."""
    over.ask("action.add", description="of no postmortem")
    over.ask("action.add", postmortem="1", description="alert sooner", type="detect", priority="P0")
    over.ask("action.add", postmortem="1", description="queue orders", owner="ann")

    told = _read(over.ask("postmortem.export", id="1")["content"])["postmortem"]["action_items"]

    assert [one["number"] for one in over.ask("action.list")["items"]] == [3, 2, 1]
    assert [(one["id"], one["description"]) for one in told] == [("AI-001", "alert sooner"), ("AI-002", "queue orders")]
    assert over.ask("action.done", id="AI-2")["status"] == "done"
    assert over.ask("action.list", status="open", postmortem="1")["items"][0]["number"] == 3


def test_an_action_item_is_overdue_from_the_day_after_its_deadline(over: Drill) -> None:
    """By the day of the house: in Paris midnight comes at 23:00 UTC."""
    over.ask("action.add", description="queue orders", deadline="2026-11-25")
    over.clock.jump(datetime(2026, 11, 25, 22, 59, tzinfo=UTC))
    assert over.ask("action.list", overdue=True)["items"] == []
    over.clock.forward(timedelta(minutes=1))
    assert [one["number"] for one in over.ask("action.list", overdue=True)["items"]] == [1]
    with pytest.raises(Invalid, match="has passed"):
        over.ask("action.add", description="x", deadline="2026-11-25")


def test_a_budget_that_no_incident_explains_demands_a_postmortem(drill: Drill) -> None:
    """A budget that ends by a slow leak asks for an explanation, once; spent by incidents it explains itself."""
    drill.write("route: {match: ['severity=\"page\"'], escalation_policy: payments, declare_incident: {when: never}}")
    drill.traffic(1, good=0, bad=100)
    drill.traffic(1, good=0, bad=100)

    (demanded,) = drill.ask("postmortem.list")["items"]

    assert (demanded["slo"], demanded["incident"]) == ("checkout-availability", None)
    assert demanded["title"] == "Error budget of checkout-availability spent"
    drill.traffic(5, good=0, bad=100)
    assert len(drill.ask("postmortem.list")["items"]) == 1


def test_a_postmortem_that_two_workers_draft_is_one(over: Drill) -> None:
    """Drafting again opens what is there and overwrites nothing that people wrote; a refresh keeps their words."""
    over.ask("postmortem.edit", id="1", title="The night of the queue")
    again = over.ask("postmortem.draft", incident="INC-1")
    refreshed = over.ask("postmortem.draft", incident="1", refresh=True)

    assert again["title"] == refreshed["title"] == "The night of the queue"
    assert refreshed["version"] == again["version"] + 1
