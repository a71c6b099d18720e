"""Drills: action items live as issues in GitHub, whoever moves which."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.story.incidents.conftest import Drill
from tests.vendors import TOKEN, GitHub, running

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.trackers import read_trackers
from watchbill.kernel.errors import Conflict, NotFound


@pytest.fixture
def github() -> Iterator[GitHub]:
    """GitHub, on this machine."""
    with running(GitHub()) as served:
        assert isinstance(served, GitHub)
        yield served
    assert served.refused == []


@pytest.fixture
def shop(drill_anywhere: Drill, github: GitHub, tmp_path: Path) -> Iterator[Drill]:
    """The shop, whose action items all go to its repository."""
    file = tmp_path / "trackers.toml"
    file.write_text(
        f'[shop]\nkind = "github"\nurl = "{github.url}"\nrepository = "acme/shop"\ntoken = "{TOKEN}"\ntakes = "all"\n'
        '[shop.people]\nann = "ann-gh"\nbob = "bob-gh"\n',
        "utf-8",
    )
    file.chmod(0o600)
    caller = HttpCaller(Fence(("127.0.0.0/8",)), monotonic=drill_anywhere.clock.monotonic)
    drill_anywhere.app.roads.trackers = read_trackers(file, caller)
    yield drill_anywhere
    caller.close()


def test_an_item_and_its_issue_are_one_thing(shop: Drill, github: GitHub) -> None:
    """Made by itself, moved here, assigned and closed there: both say the same, and nothing echoes."""
    shop.ask("action.add", description="check plans in CI", owner="ann", deadline="2026-12-10")
    (issue,) = github.issues
    assert issue["title"] == "AI-1: check plans in CI"
    item = shop.ask("action.show", id="1")
    assert item["ticket"] == issue["html_url"]
    assert shop.ask("action.issue", id="1")["synced_at"] is not None

    shop.ask("action.edit", id="1", status="in-progress")
    assert {"name": "in-progress"} in issue["labels"]

    issue["assignees"] = [{"login": "bob-gh"}]
    issue["state"] = "closed"
    shop.forward(6)
    item = shop.ask("action.show", id="1")
    assert (item["owner"], item["status"]) == ("bob", "done")
    assert len(github.issues) == 1
    asked = len(github.asked)
    shop.forward(60)
    assert len(github.asked) == asked
    assert shop.kinds("action.linked") == ["action.linked"]


def test_a_tracker_that_fails_is_asked_again_and_people_see_why(shop: Drill, github: GitHub) -> None:
    """The item is saved whatever the tracker says."""
    github.script += [(503, {}), (503, {})]
    shop.ask("action.add", description="check plans in CI")
    assert "HTTP 503" in shop.ask("action.issue", id="1")["fault"]
    assert github.issues == []
    shop.forward(5)

    assert len(github.issues) == 1
    assert shop.ask("action.issue", id="1")["fault"] == ""


def test_people_link_and_unlink(shop: Drill, github: GitHub) -> None:
    """To an issue that is there; one item has one issue; a tracker that nobody set up is refused."""
    shop.ask("action.add", description="one")
    shop.ask("action.unlink", id="1")
    shop.ask("action.done", id="1")
    assert github.issues[0]["state"] == "open"
    shop.ask("action.link", id="1", tracker="shop", issue="1")
    assert github.issues[0]["state"] == "closed"
    with pytest.raises(NotFound, match="tracker 'nil'"):
        shop.ask("action.link", id="1", tracker="nil")
    with pytest.raises(Conflict, match="is mirrored in shop already"):
        shop.ask("action.link", id="1", tracker="shop", issue="9")
