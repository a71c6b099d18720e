"""Drills: the severity that an incident gets from data, what raises it, and how it is set right."""

import pytest
from tests.story.incidents.conftest import Drill, Json

from watchbill.kernel.errors import Conflict

MORE = """
slo: {service: wiki, sli: wiki-success, name: wiki-availability, target: 99.9, window: 28d, runbook: checkout}
---
sli: {name: wiki-success, service: wiki, type: availability,
      measurement: {good_events: "pages", total_events: "all pages", source: {push: {}}}}
"""
SLA = "slo: {service: checkout, sli: checkout-success, name: checkout-availability, target: 99.9, sla: 99.0, window: 1d, runbook: checkout}"


@pytest.mark.parametrize(
    ("bad", "row", "severity"),
    [(49, "degraded performance", "SEV2"), (50, "core function down", "SEV1"), (100, "core function down", "SEV1")],
)
def test_the_row_comes_from_the_share_that_fails(drill: Drill, bad: int, row: str, severity: str) -> None:
    """Half of the orders failing since it began is a core function down, one in a hundred fewer is degraded performance."""
    drill.traffic(2, good=100 - bad, bad=bad)

    shown = drill.show()
    assert (shown["assessment"]["row"], shown["severity"]) == (row, severity)
    assert shown["provisional"], "nobody has said how many users are affected"
    assert shown["assessment"]["column"] == "25 % of users or more"


def test_a_standard_service_is_non_core_however_much_fails(drill: Drill) -> None:
    """Services below the core tiers are in the non-core row: all of it failing for an unknown number of users is SEV3."""
    started = drill.ask("incident.start", title="the wiki is down", service="wiki")

    assert (started["assessment"]["row"], started["severity"]) == ("non-core feature down", "SEV3")


@pytest.mark.parametrize(
    ("affected", "total", "severity"),
    [(1, 1000, "SEV3"), (249, 1000, "SEV2"), (250, 1000, "SEV1"), (999, 1000, "SEV1"), (1000, 1000, "SEV1")],
)
def test_the_column_comes_from_the_affected_users(drill: Drill, affected: int, total: int, severity: str) -> None:
    """One user, fewer than a quarter, a quarter and more, all: the columns of the matrix with their edges."""
    drill.write("organisation: {name: Shop, timezone: Europe/Paris, currency: USD}")  # no revenue that would raise it
    drill.traffic(1, good=0, bad=100)

    found = drill.ask("incident.severity", id="1", users_affected=affected, users_total=total)

    assert (found["severity"], found["provisional"]) == (severity, False)
    assert drill.texts(1, "severity")[-1].startswith(f"SEV1 → {severity}: " if severity != "SEV1" else "SEV1 stays: ")


def test_the_row_that_data_gave_grows_with_the_outage(drill: Drill) -> None:
    """An outage that was a degradation when it was declared is seen for what it became as soon as somebody looks again."""
    drill.write("organisation: {name: Shop, timezone: Europe/Paris, currency: USD}")
    drill.traffic(3, good=70, bad=30)
    assert drill.show()["assessment"]["row"] == "degraded performance"

    drill.traffic(5, good=0, bad=100)
    found = drill.ask("incident.severity", id="1", users_affected=300, users_total=1000)

    assert (found["assessment"]["row"], found["severity"]) == ("core function down", "SEV1")


def test_what_a_person_says_is_broken_stands_against_data(drill: Drill) -> None:
    """A row that somebody named is not taken back by the counts."""
    drill.write("organisation: {name: Shop, timezone: Europe/Paris, currency: USD}")
    drill.traffic(3, good=0, bad=100)

    drill.ask("incident.severity", id="1", impairment="cosmetic", users_affected=10, users_total=1000)
    drill.traffic(2, good=0, bad=100)
    found = drill.ask("incident.severity", id="1", users_affected=20, users_total=1000)

    assert (found["assessment"]["row"], found["severity"]) == ("cosmetic", "SEV4")


def test_a_severity_that_rests_on_an_assumption_is_asked_about_after_fifteen_minutes(drill: Drill) -> None:
    """The commander is called with the question; an answer in time asks nobody."""
    drill.traffic(1, good=0, bad=100)
    drill.ask("incident.ack", id="1")
    drill.forward(14.9)
    assert drill.kinds("incident.triage-due") == []
    drill.forward(0.1)

    assert drill.kinds("incident.triage-due") == ["incident.triage-due"]
    assert (
        "SEV1 rests on an assumption: how many users are affected?; ann (incident commander) is asked"
        in drill.texts(1, "reminder")
    )
    drill.ask("incident.severity", id="1", users_affected=900, users_total=1000)
    drill.forward(60)
    assert drill.kinds("incident.triage-due") == ["incident.triage-due"]


@pytest.mark.parametrize(
    ("said", "severity", "why"),
    [
        ({"data_loss": True}, "SEV1", "data loss"),
        ({"pii_breach": True}, "SEV1", "personal data exposed"),
        ({"revenue": True}, "SEV2", "revenue is being lost"),
    ],
)
def test_triggers_raise_whatever_the_matrix_says(drill: Drill, said: Json, severity: str, why: str) -> None:
    """Data loss and exposed personal data are SEV1 for a single user, lost revenue is SEV2 at least; and nobody goes below."""
    drill.ask("incident.start", title="one invoice is gone", service="wiki", users_affected=1)

    found = drill.ask("incident.severity", **{"id": "1", **said})

    assert found["severity"] == severity
    assert f"{why}: SEV4 to {severity}" in drill.texts(1, "severity")[-1]
    with pytest.raises(Conflict, match=why):
        drill.ask("incident.severity", id="1", severity="SEV4")
    assert drill.show()["severity"] == severity


def test_an_sla_about_to_break_lifts_by_one_once(drill: Drill) -> None:
    """The forecast says that the SLA's budget lasts less than an hour: one level up, with the reason, and never again."""
    drill.write(SLA)
    drill.write("organisation: {name: Shop, timezone: Europe/Paris, currency: USD}")
    drill.traffic(30, good=70, bad=30)
    shown = drill.show()
    first = [text for text in drill.texts(1, "severity") if "SLA" in text]

    assert shown["impact"]["sla_imminent"] is True
    assert shown["severity"] == "SEV1", "degraded for an unknown number of users is SEV2, and one up"
    assert len(first) == 1
    drill.traffic(15, good=70, bad=30)
    assert [text for text in drill.texts(1, "severity") if "SLA" in text] == first


def test_a_wrong_severity_is_corrected_with_who_and_why(drill: Drill) -> None:
    """Down and up again, each on the timeline; the rhythm of updates follows."""
    drill.ask("incident.start", title="search is slow", severity="SEV1", who="ann")
    assert drill.show()["update_every_minutes"] == 15

    drill.ask("incident.severity", id="1", severity="SEV3", reason="one rack only", who="bob")

    shown = drill.show()
    assert (shown["severity"], shown["update_every_minutes"]) == ("SEV3", 60)
    entry = [one for one in shown["timeline"] if one["source"] == "severity"][-1]
    assert (entry["text"], entry["author"]) == ("SEV1 → SEV3: one rack only", "bob")


def test_counting_tickets_changes_no_severity(drill: Drill) -> None:
    """How many customers wrote in says nothing to the matrix: a severity that somebody set stays as it is."""
    drill.ask("incident.start", title="search is slow", severity="SEV1", service="checkout")

    found = drill.ask("incident.severity", id="1", customer_tickets=12)

    assert (found["severity"], found["provisional"], found["impact"]["customer_tickets"]) == ("SEV1", False, 12)
    assert drill.texts(1, "severity") == ["SEV1: set by ann"]
    assert drill.texts(1, "human") == ["Customer tickets: 12"]
