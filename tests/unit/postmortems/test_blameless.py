"""The blameless check: what it flags, what it leaves alone, and where it points."""

import pytest
from tests.unit.postmortems.conftest import postmortem

from watchbill.postmortems.model import Why
from watchbill.postmortems.rules.blameless import ROWS, blame_in, blame_in_judgement

NAMES = ("ana", "Ana Silva", "bob")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("It was human error.", "human error"),
        ("An operator mistake at 03:12", "operator mistake"),
        ("Ana forgot the index", "Ana forgot"),
        ("@bob didn't check the plan", "bob didn't check"),
        ("bob didn\u2019t check the plan", "bob didn\u2019t check"),
        ("The engineer failed to follow the runbook", "The engineer failed"),
        ("The on-call engineer ignored the page", "The on-call engineer ignored"),
        ("He should have asked", "He should have"),
        ("They could have looked", "They could have"),
        ("It is the fault of the database team", "fault of"),
        ("Somebody was careless", "Somebody was careless"),
        ("A careless rollout", "careless"),
        ("It was obvious", "obvious"),
        ("We have to be more careful", "be more careful"),
        ("Remind everyone to read it", "Remind everyone"),
        ("The outage was caused by Ana Silva", "caused by Ana Silva"),
        ("who is the culprit", "culprit"),
    ],
)
def test_blame_is_flagged_where_it_stands(text: str, quote: str) -> None:
    """Each finding quotes the text, says why it does harm and what to ask of the system."""
    (found,) = blame_in("root_cause", text, NAMES)

    assert found.quote == quote
    assert (found.line, text[found.column - 1 :].startswith(quote)) == (1, True)
    assert "" not in {found.why, found.suggestion}


@pytest.mark.parametrize(
    "text",
    [
        "The health check failed to run.",
        "We could have detected it by a probe on the queue.",
        "The blameless culture helped; nobody is blameless here",
        "The deploy caused by a merge to main broke checkout.",
        "Ana rolled back 842 and told the customers.",
        "No guard kept a query without an index out of production.",
        "bobsled ignored",
        "",
    ],
)
def test_facts_are_left_alone(text: str) -> None:
    """What a system did, and what a person did without a verdict, is what a postmortem is made of."""
    assert list(blame_in("summary", text, NAMES)) == []


def test_lines_and_places_count_from_one() -> None:
    """Two places in one text are two findings, in order."""
    found = list(blame_in("x", "fine\n  human error, and bob forgot it", NAMES))

    assert [(one.line, one.column) for one in found] == [(2, 3), (2, 20)]


def test_every_field_of_people_is_read() -> None:
    """The chain's answers, the lists and the title; questions may ask anything."""
    one = postmortem(
        judged={
            "title": "human error",
            "what_went_wrong": ("fine", "bob forgot it"),
            "whys": (Why("Why was bob careless?", "he ignored the page"),),
        }
    )

    assert [found.field for found in blame_in_judgement(one.judged, NAMES)] == ["title", "what_went_wrong", "five_whys"]


def test_without_people_no_name_is_flagged() -> None:
    """A house that has described nobody has no names; words of blame are found all the same."""
    assert list(blame_in("x", "Ana forgot")) == []
    assert len(list(blame_in("x", "human error"))) == 1
    assert len(ROWS) == 7
