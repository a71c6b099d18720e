"""Keeping alerts quiet from the browser: what it would hide comes first."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import PHONE, Stage

pytestmark = pytest.mark.browser


def test_what_it_would_hide_is_seen_before_it_is_set_and_it_can_be_ended(burning: Stage) -> None:
    """Matchers, a look, the button, the list, and the end of it; on a phone and without scripts."""
    page = burning.context(PHONE, scripts=False).new_page()
    page.goto("/silences")
    page.get_by_label("Which alerts").fill('service="checkout"')
    page.get_by_label("Why").fill("disk swap")
    page.get_by_role("button", name="See what it would hide").click()
    would = page.locator("#preview").inner_text()
    before = page.locator("main code").all_inner_texts()
    page.get_by_role("button", name="Set it until").click()
    held = page.locator("main").inner_text().replace("\u00a0", " ")
    page.get_by_role("button", name="End it now").click()

    assert "It would hide" in would
    assert "of them call" in would
    assert 'service="checkout"' not in before
    assert "silence holds now" in held
    assert "disk swap" in held
    expect(page.locator("main")).to_contain_text("Nothing is silenced.")


def test_a_matcher_that_cannot_be_read_is_told_and_nothing_is_set(burning: Stage) -> None:
    """The fault stands beside the form, with what was typed."""
    page = burning.context(PHONE).new_page()
    page.goto("/silences?match=service%3D~%22(%22")

    expect(page.locator("main").get_by_role("alert")).to_contain_text("matchers")
    assert page.get_by_label("Which alerts").input_value() == 'service=~"("'
    assert page.get_by_role("button", name="Set it until").count() == 0
