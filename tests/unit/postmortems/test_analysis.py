"""The chain of whys, the fishbone, the kinds of factors, the agenda and the comparison of versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.postmortems.conftest import NOW, action, after, postmortem

from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import PostmortemId
from watchbill.postmortems.model import ActionType, Bone, FactorKind, FishboneCategory, Moment, Version, Why
from watchbill.postmortems.rules.agenda import MINUTES, agenda, starts
from watchbill.postmortems.rules.analysis import (
    bone_line,
    factor_kind,
    factors_by_kind,
    missing_links,
    read_bone,
    read_why,
    why_line,
)
from watchbill.postmortems.rules.compare import Change, changes

# The playbook's own chain (ph. 6).
CHAIN = (
    Why("Why did users see errors?", "API returned 500s", "https://graphs/1"),
    Why("Why did API return 500s?", "Database connection pool exhausted", "https://graphs/2"),
    Why("Why was pool exhausted?", "Long-running query held connections", "slow log"),
    Why("Why was query long-running?", "Missing index on new column", "EXPLAIN"),
    Why("Why was index missing?", "Migration didn't include index; no query performance review in CI", "PR 842"),
)
WORDS = st.text(st.characters(categories=["L", "N"], include_characters=" ?.,"), min_size=1).map(str.strip).filter(bool)


@given(WORDS, WORDS, st.none() | WORDS)
def test_a_link_reads_back(question: str, answer: str, evidence: str | None) -> None:
    """The one-line form loses nothing."""
    why = Why(question, answer, evidence)

    assert read_why(why_line(why)) == why or question[0].isdecimal()


@pytest.mark.parametrize("line", ["1. Why? \N{RIGHTWARDS ARROW} Because", "Why? => Because", "2) Why?->Because"])
def test_links_may_be_written_as_the_playbook_does(line: str) -> None:
    """With a number, and with any arrow."""
    assert read_why(line) == Why("Why?", "Because")


@pytest.mark.parametrize("line", ["Why?", "-> Because", "Why? -> "])
def test_a_link_needs_both_ends(line: str) -> None:
    """The refusal shows how it is written."""
    with pytest.raises(Invalid, match="no question with an answer"):
        read_why(line)


def test_a_chain_ends_in_a_root_cause_and_an_action() -> None:
    """What it lacks is said, link by link; one that nobody began lacks nothing."""
    whole = postmortem(judged={"whys": CHAIN, "root_cause": "no query check in CI", "root_action": 7})
    bare = postmortem(judged={"whys": (*CHAIN[:1], Why("Why?", "Because"))})

    assert missing_links(whole.judged) == ()
    assert missing_links(postmortem().judged) == ()
    assert missing_links(bare.judged) == (
        "why 2 shows no evidence",
        "the chain does not end in a root cause",
        "no action item answers the root cause",
    )


@pytest.mark.parametrize("category", FishboneCategory)
def test_a_bone_reads_back(category: FishboneCategory) -> None:
    """Each of the six categories."""
    assert read_bone(bone_line(Bone(category, "no index: none"))) == Bone(category, "no index: none")


def test_an_unknown_category_is_refused_with_the_nearest() -> None:
    """A typo cannot hide a cause."""
    with pytest.raises(Invalid) as refused:
        read_bone("technolgy: no index")

    assert refused.value.hint == "did you mean 'technology'?"


def test_factors_stand_under_their_kinds() -> None:
    """All five, in the playbook's order; a factor without a kind is not lost."""
    found = factors_by_kind(("Trigger: a deploy", "night", "detection: no probe", "Note: not a kind"))

    assert list(found) == [*FactorKind, None]
    assert found[FactorKind.TRIGGER] == ("a deploy",)
    assert found[None] == ("night", "Note: not a kind")
    assert factor_kind("Trigger:") == (None, "Trigger:")


def test_the_agenda_is_sixty_minutes_in_four_parts() -> None:
    """Titles and minutes are the playbook's; what this postmortem lacks becomes a point."""
    one = postmortem(
        figures={"timeline": (Moment(NOW, "it broke"), Moment(after(30), "fixed"))}, judged={"whys": CHAIN}
    )
    parts = agenda(one, [action(7), action(8, type=ActionType.DETECT, owner="ann")])

    assert [(part.title, part.minutes) for part in parts] == [
        ("Timeline walk-through", 15),
        ("Root cause deep-dive", 15),
        ("Action item review", 20),
        ("Process improvements", 10),
    ]
    assert sum(MINUTES) == 60
    assert "The longest silence: 30 min after 03:00 UTC. What happened meanwhile?" in parts[0].points
    assert "No action item answers the root cause." in parts[1].points
    assert "AI-7 (prevent, P1): check query plans in CI (open; no owner and no deadline)" in parts[2].points
    assert [(at - NOW).seconds // 60 for at in starts(parts, NOW)] == [0, 15, 30, 50]


def test_versions_are_compared_line_by_line() -> None:
    """What was written and what was taken away; two alike have no line."""
    before, later = postmortem(), postmortem(judged={"root_cause": "no check in CI"})
    versions = [
        Version(PostmortemId("pm_1"), number, NOW, "ann", "changed", one.figures, one.judged)
        for number, one in enumerate((before, later), start=1)
    ]

    found = changes(later, *versions)
    assert [line.text for line in found if line.change is Change.ADDED] == ["no check in CI"]
    (gone,) = [line.text for line in found if line.change is Change.REMOVED]
    assert gone.startswith("[to be judged: Why could it happen?")
    assert changes(later, versions[1], versions[1]) == ()
