"""Drills: a postmortem is written, discussed, reviewed and compared; its action items are chased until they are done."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.story.incidents.conftest import Drill, Json

from watchbill.kernel.errors import Conflict, Faults, Invalid, Refused
from watchbill.kernel.units import duration

CHAIN = [
    {"question": "Why did users see errors?", "answer": "the API answered 500", "evidence": "https://graphs/1"},
    {"question": "Why did it?", "answer": "the connection pool was exhausted", "evidence": "slow log"},
]


def _ended(drill: Drill) -> Drill:
    """A quiet incident that was declared by hand and is over."""
    drill.ask("incident.start", title="checkout pool exhausted", service="checkout", severity="SEV2")
    drill.forward(5)
    drill.ask("incident.mitigate", id="1", how="restarted the pool")
    drill.ask("incident.resolve", id="1", root_cause="no plan check in CI", all_clear=True, override="drilled")
    return drill


@pytest.fixture
def over(drill: Drill) -> Drill:
    """The shop after it."""
    return _ended(drill)


@pytest.fixture
def over_anywhere(drill_anywhere: Drill) -> Drill:
    """The same on either database."""
    return _ended(drill_anywhere)


def _lines(over: Drill, before: int | None = None, after: int | None = None) -> list[str]:
    return [
        line["text"]
        for line in over.ask("postmortem.diff", id="1", before=before, after=after)["lines"]
        if line["change"] == "added"
    ]


def test_the_analysis_ends_in_an_action_and_stands_in_every_file(over: Drill) -> None:
    """Whys with evidence, six bones, kinds of factors: in the view, the YAML and the Markdown."""
    item = over.ask("action.add", postmortem="1", description="check plans in CI", owner="ann", deadline="2026-12-10")
    bones = [{"category": "testing", "cause": "no load test"}, {"category": "people", "cause": "night shift of one"}]
    found = over.ask(
        "postmortem.edit", id="1", five_whys=CHAIN, root_cause_action=f"AI-{item['number']}", fishbone=bones,
        contributing_factors=["Trigger: deploy 842"],
    )  # fmt: skip

    assert found["chain_lacks"] == []
    assert found["root_cause_action"] == item["number"]
    assert found["fishbone"] == bones
    yaml = over.ask("postmortem.export", id="1")["content"]
    assert "five_whys:" in yaml
    assert 'root_cause_action: "AI-001"' in yaml or "root_cause_action: AI-001" in yaml
    md = over.ask("postmortem.export", id="1", format="md")["content"]
    assert "2. Why did it? the connection pool was exhausted (slow log)" in md
    assert "- Testing: no load test" in md


def test_the_exported_file_changed_by_people_is_taken_back(over: Drill) -> None:
    """Unchanged it changes nothing; judgements, a remembered moment and items are taken; what is computed stays, and it is said."""
    over.ask("action.add", postmortem="1", description="check plans in CI")
    over.ask("postmortem.edit", id="1", five_whys=CHAIN)
    before = over.ask("postmortem.show", id="1")
    content = over.ask("postmortem.export", id="1")["content"]

    same = over.ask("postmortem.write", id="1", content=content, version=before["version"])
    assert (same["postmortem"], same["notes"]) == (before, [])

    changed = (
        content.replace("severity: SEV2", "severity: SEV1")
        .replace("what_went_well:\n    - ", "what_went_well:\n    - the queue held #")
        .replace("description: check plans in CI", "description: check plans of migrations")
        .replace("timeline:\n", 'timeline:\n    - {time: "2026-11-24T03:01:00Z", event: Ann saw the graph}\n')
    )
    written = over.ask("postmortem.write", id="1", content=changed)
    now = written["postmortem"]
    assert written["notes"] == ["severity is computed and stays SEV2; the file says SEV1"]
    assert now["what_went_well"] == ["the queue held"]
    assert now["action_items"][0]["description"] == "check plans of migrations"
    assert [at["event"] for at in now["timeline"] if at["remembered"]] == ["Ann saw the graph"]
    assert now["summary"] == before["summary"]
    assert now["version"] == before["version"] + 1
    with pytest.raises(Conflict, match="changed meanwhile"):
        over.ask("postmortem.write", id="1", content=changed.replace("queue", "cache"), version=before["version"])


def test_a_file_that_is_none_is_refused_with_its_places(over: Drill) -> None:
    """Nothing of it is written."""
    version = over.ask("postmortem.show", id="1")["version"]
    with pytest.raises(Faults) as refused:
        over.ask("postmortem.write", id="1", content="postmortem:\n  title: x\n  root_casue: y\n  oops: z\n")
    assert [(one.line, one.field) for one in refused.value.faults] == [
        (3, "postmortem.root_casue"),
        (4, "postmortem.oops"),
    ]
    with pytest.raises(Invalid, match="is not one postmortem"):
        over.ask("postmortem.write", id="1", content="team: {name: x}\n")

    assert over.ask("postmortem.show", id="1")["version"] == version


def test_versions_can_be_compared(over: Drill) -> None:
    """The newest with the one before, or any two."""
    over.ask("postmortem.edit", id="1", what_went_wrong=["nobody watched"])
    over.ask("postmortem.edit", id="1", what_went_wrong=["no probe watched"])

    assert _lines(over) == ["- no probe watched"]
    assert "- no probe watched" in _lines(over, before=1, after=3)


def test_blame_is_found_before_a_reviewer_finds_it(over: Drill) -> None:
    """Names are those of the house; the finding says what to write instead."""
    assert over.ask("postmortem.lint", id="1") == []
    over.ask("postmortem.edit", id="1", what_went_wrong=["bob forgot the index"])
    over.ask("action.add", postmortem="1", description="remind everyone to be careful")

    assert [(one["field"], one["quote"]) for one in over.ask("postmortem.lint", id="1")] == [
        ("what_went_wrong", "bob forgot"),
        ("AI-1", "remind everyone"),
        ("AI-1", "be careful"),
    ]
    assert [one["quote"] for one in over.ask("postmortem.lint", text="cy ignored it")] == ["cy ignored"]
    with pytest.raises(Invalid):
        over.ask("postmortem.lint")


def test_a_reviewer_gives_it_back_with_a_reason(over_anywhere: Drill) -> None:
    """It is a draft again, the reason is an open comment; then it goes through, and is locked."""
    over = over_anywhere
    over.ask("postmortem.edit", id="1", reviewers=["bob"], authors=["ann"])
    with pytest.raises(Conflict, match="only what is in review"):
        over.ask("postmortem.return", id="1", who="bob", reason="thin")
    over.ask("postmortem.submit", id="1")
    assert over.ask("postmortem.return", id="1", who="bob", reason="why is no plan checked?")["status"] == "draft"
    (remark,) = over.ask("postmortem.comments", id="1")
    assert (remark["by"], remark["text"], remark["settled_at"]) == ("bob", "why is no plan checked?", None)
    assert over.ask("postmortem.comment.settle", id=remark["id"])["settled_by"] == "ann"
    over.ask("postmortem.comment", id="1", text="graph?", field="timeline")
    with pytest.raises(Invalid, match="no field"):
        over.ask("postmortem.comment", id="1", text="x", field="nonsense")
    over.ask("postmortem.submit", id="1")
    assert over.ask("postmortem.approve", id="1", who="bob")["status"] == "final"
    with pytest.raises(Conflict, match="locked"):
        over.ask("postmortem.edit", id="1", root_cause="other")
    with pytest.raises(Conflict, match="locked"):
        over.ask("postmortem.return", id="1", reason="late")


def test_the_meeting_is_written_down_and_its_decisions_are_done(over_anywhere: Drill) -> None:
    """An agenda with clock times, who came, what was said; a decision becomes an action item once."""
    over = over_anywhere
    assert over.ask("postmortem.agenda", id="1")["minutes"] == 60
    held: Json = {
        "held_at": over.clock.now().isoformat(),
        "attendees": ["ann", "bob"],
        "minutes": ["read", "agreed", "two more", "probe"],
        "decisions": [{"text": "add a probe", "type": "detect", "owner": "bob", "deadline": "2026-12-01"}],
    }
    over.ask("postmortem.meeting.hold", id="1", **held)
    again = over.ask("postmortem.meeting.hold", id="1", **held)

    assert again["attendees"] == ["ann", "bob"]
    assert [part["said"] for part in again["agenda"]["parts"]] == held["minutes"]
    assert [(one["text"], one["action"]["owner"]) for one in again["decisions"]] == [("add a probe", "bob")]
    assert len(over.ask("postmortem.show", id="1")["action_items"]) == 1
    starts = [datetime.fromisoformat(part["starts_at"]) for part in again["agenda"]["parts"]]
    assert starts[-1] - starts[0] == duration("50m")


def test_words_find_it_and_its_like(over_anywhere: Drill) -> None:
    """Everything that is said is searched at once, with its place; stems match, signs are no operators."""
    over = over_anywhere
    over.ask("postmortem.edit", id="1", contributing_factors=["Trigger: the nightly export held connections"])
    over.ask("incident.start", title="search pool exhausted by connections", service="wiki", severity="SEV3")
    over.ask("incident.resolve", id="2", root_cause="exports hold connections at night", all_clear=True, override="x")
    over.ask("action.add", postmortem="2", description="stagger the exports")
    over.ask("postmortem.comment", id="2", text="see also zebra")

    def names(query: str) -> list[str]:
        return [one["postmortem"]["incident"] for one in over.ask("postmortem.search", q=query)]

    assert sorted(names("connection")) == ["INC-1", "INC-2"]
    assert names("stagger") == ["INC-2"]
    assert names("zebras") == ["INC-2"]
    assert names('"nightly export"') == ["INC-1"]
    assert names('"export nightly"') == []
    assert names("title:zebra OR -stagger NEAR(") == []
    (found,) = over.ask("postmortem.search", q="stagger")
    assert [piece["text"] for piece in found["excerpt"] if piece["hit"]] == ["stagger"]
    (like,) = over.ask("postmortem.similar", id="1")
    assert like["postmortem"]["incident"] == "INC-2"
    assert 0 < like["score"] < 1


def test_what_recurs_is_named(over: Drill) -> None:
    """Two postmortems with the same cause, and the kinds of their factors."""
    over.ask("postmortem.edit", id="1", contributing_factors=["Trigger: exports hold connections at night"])
    over.ask("incident.start", title="wiki is slow", service="wiki", severity="SEV3")
    over.ask("incident.resolve", id="2", root_cause="exports hold connections", all_clear=True, override="x")
    found = over.ask("postmortem.recurring")

    assert found["compared"] == 2
    (cluster,) = found["clusters"]
    assert [row["incident"] for row in cluster["postmortems"]] == ["INC-1", "INC-2"]
    assert {one["kind"]: one["postmortems"] for one in found["factors"]}["trigger"] == 1
    assert len(found["fishbone"]) == 6


def test_an_item_is_chased_until_it_is_done(over: Drill) -> None:
    """The owner hears of it before and after the deadline, the team's lead once it is late; done ends it."""
    over.ask("action.add", postmortem="1", description="add a probe", owner="bob", priority="P0", deadline="2026-11-27")
    over.world.ledger.clear()
    over.forward(60 * 24 * 3 + 60 * 8)  # Friday the 27th, after nine in Paris
    assert over.called() == ["bob"] * 2
    over.forward(60 * 24)
    assert over.called()[2:] == ["bob", "cy"]
    over.ask("action.edit", id="AI-1", deadline="2026-12-10", owner="ann")
    over.ask("action.done", id="AI-1")
    over.world.ledger.clear()
    over.forward(60 * 24 * 30)

    assert over.called() == []
    assert "action.reminded" in over.kinds("action.reminded")


def test_the_board_shows_what_is_to_be_done_everywhere(over: Drill) -> None:
    """By status, the most urgent first, with what lacks an owner or a deadline; the burn-down agrees."""
    over.ask("action.add", postmortem="1", description="later", priority="P2", owner="bob", deadline="2026-12-24")
    over.ask("action.add", description="now", priority="P0")
    over.ask("action.add", description="soon", owner="ann", deadline="2026-11-30")
    over.ask("action.edit", id="3", status="in-progress")
    over.ask("action.done", id="1")
    board = over.ask("action.board")

    assert [one["description"] for one in board["open"]] == ["now"]
    assert [one["description"] for one in board["in_progress"]] == ["soon"]
    assert [one["description"] for one in board["done"]] == ["later"]
    assert (board["overdue"], board["without_owner"], board["without_deadline"]) == (0, 1, 1)
    assert over.ask("action.board", team="payments", owner="ann")["open"] == []
    *_, today = over.ask("action.burndown", days=7)
    assert (today["open"], today["added"], today["done"]) == (2, 3, 1)
    over.clock.jump(datetime(2026, 12, 2, tzinfo=UTC) + timedelta(hours=1))
    assert over.ask("action.board")["overdue"] == 1


def test_who_answers_for_an_item_is_known_without_an_owner(over: Drill) -> None:
    """Nobody owns it: the lead of the service's team hears of the deadline."""
    over.ask("action.add", postmortem="1", description="add a probe", deadline="2026-11-27")
    over.world.ledger.clear()
    over.forward(60 * 24 * 3 + 60 * 8)

    assert set(over.called()) == {"cy"}


def test_an_item_keeps_what_it_is(over: Drill) -> None:
    """Unknown owners are refused, an unchanged edit says nothing."""
    over.ask("action.add", description="x", owner="ann")
    before = len(over.kinds("action.changed"))
    over.ask("action.edit", id="1", owner="ann")
    assert len(over.kinds("action.changed")) == before
    with pytest.raises(Exception, match="zoe"):
        over.ask("action.edit", id="1", owner="zoe")
    assert over.ask("action.edit", id="1", owner=None)["owner"] is None
    over.ask("postmortem.edit", id="1", root_cause="")
    with pytest.raises(Refused, match="root_cause"):
        over.ask("postmortem.submit", id="1")
