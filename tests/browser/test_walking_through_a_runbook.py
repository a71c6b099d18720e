"""A runbook is walked through, and an incident looked into, in a browser without scripts: every step is a form and a redirect."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import PHONE, Stage

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(burning: Stage) -> Callable[[str], Page]:
    """A phone without scripts, by the person who holds it."""
    return lambda person: burning.context(PHONE, person=person, scripts=False).new_page()


def test_a_walk_from_the_room_to_its_end(burning: Stage, plain: Callable[[str], Page]) -> None:
    """Begun in the room, a step run, one confirmed, and ended; the timeline tells it."""
    page = plain("bob")
    page.goto("/incidents/2")
    page.get_by_role("button", name="Walk through it: Checkout errors").click()
    page.get_by_role("button", name="Run it (step 1)").click()
    assert page.get_by_role("status").inner_text().startswith("It runs.")
    burning.world.drain()
    page.reload()

    first = page.locator("#step-1")
    assert "not as expected" in first.locator("header").inner_text()
    assert "roll back payments to 841" in first.locator(".note.warn").inner_text()
    assert "-fsS http://gateway" in first.locator("pre").inner_text()

    page.locator("#step-2").get_by_role("button", name="As expected (step 2)", exact=True).click()
    page.get_by_label("What helped, or what was missing").fill("the gateway came back")
    page.get_by_role("button", name="It helped").click()
    burning.world.drain()
    page.goto("/incidents/2")
    log = page.locator("#timeline").inner_text()
    assert "Did anything change in the last hour?: as expected" in log
    assert "Runbook 'Checkout errors' helped: the gateway came back" in log


def test_a_rollback_needs_a_second_person(burning: Stage, plain: Callable[[str], Page]) -> None:
    """Whoever asked is not offered to approve; somebody else is, and then it runs."""
    bob, eve = plain("bob"), plain("eve")
    bob.goto("/incidents/2")
    bob.get_by_role("link", name="Look into it").first.click()
    bob.get_by_role("button", name="Ask for approval: Take payments back to 841").click()
    assert bob.get_by_role("status").inner_text().startswith("Asked for.")
    assert bob.get_by_role("button", name="Approve").count() == 0

    eve.goto("/incidents/2/look")
    eve.get_by_role("button", name="Approve: run it now").click()
    burning.world.drain()
    eve.reload()

    shown = eve.locator("#mitigate").inner_text()
    assert "as expected" in shown
    assert "approved by" in shown


def test_a_hostile_value_runs_nothing(burning: Stage, plain: Callable[[str], Page]) -> None:
    """What is typed for a placeholder is judged before anything is run, and said in words."""
    page = plain("bob")
    page.goto("/incidents/2/look")
    page.get_by_label("replicas for More replicas").fill("3; rm -rf /")
    page.get_by_role("button", name="Ask for approval: More replicas").click()

    assert "nothing was run" in page.locator("body").inner_text()
    with burning.world.app.reading() as s:
        assert not s.acting.executions.store.find()


def test_tracks_have_owners(plain: Callable[[str], Page]) -> None:
    """A track is opened with one owner, and ticked when it is through."""
    page = plain("bob")
    page.goto("/incidents/2/look")
    page.get_by_label("A track to follow").fill("Is it the retry policy?")
    page.get_by_label("Who follows it").fill("eve")
    page.get_by_role("button", name="Open it").click()
    page.get_by_role("button", name="Done: Is it the retry policy?").click()

    assert page.get_by_role("button", name="Done: Is it the retry policy?").get_attribute("aria-pressed") == "true"


def test_a_viewer_sees_and_cannot_act(plain: Callable[[str], Page]) -> None:
    """The pages are there, their buttons are not."""
    page = plain("vic")
    for path in ("/runbooks/checkout-errors", "/incidents/2/look"):
        page.goto(path)
        assert page.locator("main form").count() == 0
