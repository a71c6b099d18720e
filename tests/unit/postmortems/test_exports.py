"""The playbook's template, keys and order exactly, and Markdown that nobody's text can break."""

from datetime import date
from fractions import Fraction

import pytest
from tests.unit.postmortems.conftest import NOW, action, after, postmortem

from watchbill.adapters.resources.emit import document_text
from watchbill.bootstrap import validate_files
from watchbill.incidents.model import DetectedBy
from watchbill.kernel.units import Money
from watchbill.postmortems.model import ActionStatus, BudgetShare, Moment
from watchbill.postmortems.rules.markdown import markdown
from watchbill.postmortems.rules.template import duration_words, file_name, template

FIGURES = {
    "duration_minutes": 18,
    "total_minutes": 114,
    "summary": "It broke and was mended.",
    "users_affected": 1200,
    "revenue": Money.parse("2160.50", "USD"),
    "budget": (BudgetShare("checkout-availability", Fraction(13, 4)), BudgetShare("checkout-latency", None)),
    "data_loss": False,
    "customer_tickets": 7,
    "timeline": (Moment(NOW, "Declared"), Moment(after(5), "ann: cache was full", after(20))),
    "how_detected": DetectedBy.USER_REPORT,
    "minutes_to_detect": 2,
    "how_resolved": "rolled back 842",
    "minutes_to_mitigate": 16,
    "minutes_to_resolve": 112,
}
JUDGED = {
    "authors": ("ann",),
    "reviewers": ("bob",),
    "root_cause": "No plan check in CI.\nSo a missing index went live.",
    "contributing_factors": ("the cache was cold",),
    "could_have_detected_sooner": "a synthetic order",
    "what_went_well": ("the page came in a minute",),
    "what_went_wrong": ("the rollback took ten",),
    "where_we_got_lucky": ("it was night",),
}


def test_the_template_has_the_handbooks_keys_in_its_order() -> None:
    """Top level, and each part."""
    found = template(postmortem(figures=FIGURES, judged=JUDGED), [action(7)])

    assert list(found) == [
        "title", "date", "severity", "duration", "authors", "reviewers", "status", "summary", "impact", "timeline", "root_cause",
        "contributing_factors", "detection", "resolution", "what_went_well", "what_went_wrong", "where_we_got_lucky", "action_items",
    ]  # fmt: skip
    assert found["impact"] == {
        "users_affected": 1200,
        "duration_minutes": 18,
        "revenue_impact_usd": 2160.5,
        "slo_budget_consumed_pct": 3.25,
        "data_loss": False,
        "customer_tickets": 7,
    }
    assert found["detection"] == {
        "how_detected": "user report",
        "time_to_detect_minutes": 2,
        "could_have_detected_sooner": "a synthetic order",
    }
    assert found["resolution"] == {
        "how_resolved": "rolled back 842",
        "time_to_mitigate_minutes": 16,
        "time_to_resolve_minutes": 112,
    }
    assert found["timeline"] == [
        {"time": "2026-11-24T03:00:00Z", "event": "Declared"},
        {"time": "2026-11-24T03:05:00Z", "event": "ann: cache was full"},
    ]


def test_action_items_are_renumbered_within_the_postmortem() -> None:
    """AI-7 and AI-9 of the house are AI-001 and AI-002 here, with all their keys."""
    done = action(9, owner="ann", deadline=date(2026, 12, 8), status=ActionStatus.DONE, ticket="PAY-1")

    items = template(postmortem(), [action(7), done])["action_items"]

    assert items == [
        {"id": "AI-001", "type": "prevent", "description": "check query plans in CI", "owner": "", "priority": "P1", "deadline": "", "status": "open", "ticket": ""},
        {"id": "AI-002", "type": "prevent", "description": "check query plans in CI", "owner": "ann", "priority": "P1", "deadline": "2026-12-08", "status": "done", "ticket": "PAY-1"},
    ]  # fmt: skip


def test_what_nobody_knows_is_null_or_a_marked_question() -> None:
    """Numbers are null, texts are questions; no zero and no invented cause."""
    found = template(postmortem(), [])

    impact = found["impact"]
    assert isinstance(impact, dict)
    assert set(impact.values()) == {None}
    assert str(found["root_cause"]).startswith("[to be judged: ")
    assert [str(line).startswith("[to be judged: ") for line in found["what_went_well"]] == [True]  # type: ignore[attr-defined]  # a list by its key


def test_euros_are_no_dollars() -> None:
    """The template's figure is in US dollars; another currency leaves it open, and Markdown shows what it is."""
    euros = postmortem(figures={"revenue": Money.parse("50.00", "EUR")})

    impact = template(euros, [])["impact"]

    assert isinstance(impact, dict)
    assert impact["revenue_impact_usd"] is None
    assert "- Revenue: 50.00 EUR" in markdown(euros, [])


@pytest.mark.parametrize("full", [True, False])
def test_the_exported_yaml_loads_as_the_postmortem_kind(full: bool) -> None:  # noqa: FBT001 - two whole cases
    """What is exported is a resource as it stands, complete or not."""
    one = postmortem(figures=FIGURES, judged=JUDGED) if full else postmortem()

    text = document_text("postmortem", template(one, [action(7)] if full else []))
    report = validate_files([("postmortem.yaml", text)])

    assert text.startswith("postmortem:\n  title: checkout returns 500s\n")
    assert [str(fault) for fault in report.faults if fault.severity == "error"] == []


@pytest.mark.parametrize(
    ("minutes", "resolved", "words"),
    [(54, True, "54 min"), (114, True, "1 h 54 min"), (54, False, "54 min so far, unresolved"), (None, True, "")],
)
def test_durations_in_words(minutes: int | None, resolved: bool, words: str) -> None:  # noqa: FBT001 - a fact of the row
    """With ordinary spaces, and honest about what goes on."""
    assert duration_words(postmortem(figures={"total_minutes": minutes, "resolved": resolved})) == words


def test_file_names_say_day_and_incident() -> None:
    """Or the SLO, where a spent budget demanded it."""
    assert file_name(postmortem(), "INC-12", "yaml") == "2026-11-24-INC-12.yaml"
    assert (
        file_name(postmortem(incident=None, slo="checkout-availability"), None, "md")
        == "2026-11-24-checkout-availability.md"
    )


def test_markdown_tells_the_whole_story() -> None:
    """Every part of the template stands in it, with the figures of each SLO."""
    text = markdown(postmortem(figures=FIGURES, judged=JUDGED), [action(7, owner="ann")])

    assert text.startswith("# Postmortem: checkout returns 500s\n")
    assert "- Error budget of checkout-availability: 3.25 % consumed" in text
    assert "- Error budget of checkout-latency: not measured" in text
    assert "| 2026-11-24 03:05:00 | ann: cache was full (written down at 03:20) |" in text
    assert "No plan check in CI.\nSo a missing index went live." in text
    assert "| AI-001 | prevent | check query plans in CI | ann | P1 |  | open |  |" in text
    assert "to be judged" not in text


def test_text_of_people_cannot_break_the_markdown() -> None:
    """Tables, tags, headings, rules and fences in it stay text."""
    nasty = postmortem(
        judged={
            "title": "a | b <script>",
            "root_cause": "# not a heading\n---\n```\n<b>bold</b>",
            "what_went_well": ("one\n# two",),
        },
        figures={"timeline": (Moment(NOW, "x | y\n| z"),)},
    )

    text = markdown(nasty, [])

    assert "# Postmortem: a \\| b &lt;script&gt;" in text
    assert "\\# not a heading\n\\---\n\\```\n&lt;b>bold&lt;/b>" in text
    assert "- one # two" in text
    assert "| 2026-11-24 03:00:00 | x \\| y \\| z |" in text
