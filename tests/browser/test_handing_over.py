"""A hand-over and a survey on a phone without scripts and without a login: the link of the message is enough."""

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import PHONE, Stage

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(burning: Stage) -> Page:
    """Somebody's phone, not logged in."""
    return burning.context(PHONE, person=None, scripts=False).new_page()


def test_the_link_of_the_message_edits_and_signs(burning: Stage, phone: Page) -> None:
    """What was written stands there, the button is gone, and whoever is logged in sees the signature."""
    phone.goto(burning.world.told("hof_"))
    phone.get_by_text("Change what it says").click()
    phone.get_by_label("Known Risks").fill("- **Cache** is cold after the deploy")
    phone.get_by_role("button", name="Sign it").click()

    assert phone.get_by_role("status").inner_text().startswith("Signed.")
    assert phone.locator("b").filter(has_text="Cache").count() == 1
    assert phone.get_by_role("button").count() == 0
    with burning.world.app.reading() as s:
        assert any(one.signed_at for one in s.duty.handoffs.list())


def test_one_tap_answers_the_question(burning: Stage, phone: Page) -> None:
    """The page says thanks, and nothing of the answer can be changed."""
    phone.goto(burning.world.told("srv_"))
    phone.get_by_role("button", name="4 good").click()

    assert "Thank you" in phone.locator("h1").inner_text()
    assert phone.get_by_role("button").count() == 0
