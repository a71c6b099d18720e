"""A postmortem from draft to final with forms alone: no script runs."""

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import PHONE, Stage

pytestmark = pytest.mark.browser


@pytest.fixture
def written(burning: Stage) -> Page:
    """Ana's phone on the postmortem of INC-1, scripts off."""
    page = burning.context(PHONE, scripts=False).new_page()
    page.goto("/postmortems/INC-1")
    return page


def test_a_field_is_written_in_place(written: Page) -> None:
    """Blame is pointed at beside the words; other words take it away."""
    part = written.locator("#what_went_wrong")
    assert part.get_by_text("it judges a person").is_visible()
    part.get_by_text("Change it").click()
    part.get_by_role("textbox").fill("No check found the missing index")
    part.get_by_role("button", name="Save").click()

    assert written.get_by_text("Saved.", exact=True).is_visible()
    assert written.locator("#what_went_wrong .blame").count() == 0


def test_a_cause_is_put_on_the_fishbone_and_taken_off(written: Page) -> None:
    """Drawn at once."""
    written.goto("/postmortems/INC-1/fishbone")
    written.get_by_label("A cause under monitoring").fill("No alert on the pool")
    written.get_by_role("button", name="Add under monitoring").click()
    assert written.locator("svg.fishbone").get_by_text("No alert on the pool").count() == 1
    written.get_by_role("button", name="Take it off No alert on the pool").click()

    assert written.get_by_text("No alert on the pool").count() == 0


def test_the_file_keeps_what_was_typed_when_it_is_wrong(written: Page) -> None:
    """The fault is named with its line, and nothing is lost; mended, it is saved."""
    written.goto("/postmortems/INC-1/file")
    box = written.get_by_label("YAML, version 2")
    text = box.input_value()
    box.fill(text.replace("root_cause:", "root_casue:", 1))
    written.get_by_role("button", name="Save").click()
    assert written.get_by_text("Nothing was saved.").is_visible()
    assert "root_casue" in written.locator(".note.dead").inner_text()
    mended = written.get_by_label("YAML, version 2").input_value()
    written.get_by_label("YAML, version 2").fill(mended.replace("root_casue:", "root_cause:").replace("No automated", "There is no automated"))  # fmt: skip
    written.get_by_role("button", name="Save").click()

    assert written.locator("#root_cause").get_by_text("There is no automated check").first.is_visible()


def test_an_item_is_moved_on_the_board(written: Page) -> None:
    """Begun and done, each with one press."""
    written.goto("/actions")
    written.get_by_role("button", name="Begin AI-2").click()
    written.get_by_role("button", name="Done AI-2").click()

    assert written.get_by_role("button", name="Open again AI-2").is_visible()


def test_review_comment_and_approval(burning: Stage, written: Page) -> None:
    """Asked for, given back with a reason, asked again; ana, who did not write it, makes it final."""
    written.get_by_role("button", name="Ask for review").click()
    written.get_by_text("Give it back").first.click()
    written.get_by_label("What has to change").fill("Why is no plan checked?")
    written.get_by_role("button", name="Give it back").click()
    assert written.locator("#comments").get_by_text("Why is no plan checked?", exact=True).first.is_visible()
    written.get_by_role("button", name="It is settled Why is no plan checked?").click()
    written.get_by_role("button", name="Ask for review").click()
    written.get_by_role("button", name="Approve").click()

    assert written.get_by_role("button", name="Approve").count() == 0
    assert burning.world.happened("postmortem.approved") == 1


def test_words_are_found(written: Page) -> None:
    """With the place that holds them marked."""
    written.goto("/postmortems")
    written.get_by_label("Search postmortems").fill('"query plans" migration')
    written.get_by_role("button", name="Search").click()

    assert written.locator("mark").first.is_visible()
    assert written.get_by_role("link", name="Checkout returns errors after deploy 839").is_visible()
