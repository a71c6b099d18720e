"""An incident from first note to the end with forms alone: no script runs."""

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import PHONE, Stage

pytestmark = pytest.mark.browser


@pytest.fixture
def room(burning: Stage) -> Page:
    """Ana's phone in the room of the incident, scripts off."""
    page = burning.context(PHONE, scripts=False).new_page()
    page.goto("/incidents/2")
    return page


def test_writing_into_the_timeline(room: Page) -> None:
    """A note stands on the timeline, under the name of who wrote it."""
    room.get_by_label("Write into the timeline").fill("Only cards fail")
    room.get_by_label("We know").check()
    room.get_by_role("button", name="Write", exact=True).click()

    assert room.get_by_text("On the timeline.").is_visible()
    assert room.locator("#briefing").get_by_text("Only cards fail").is_visible()


def test_two_taps_set_the_severity(room: Page) -> None:
    """The matrix: what is broken, for how many."""
    room.get_by_role("button", name="Core function down, All users: SEV1").click()

    assert room.locator(".room-title").get_by_text("SEV1").is_visible()


def test_an_update_is_sent(burning: Stage, room: Page) -> None:
    """The draft is filled in; sending it is one press."""
    room.get_by_role("button", name="Take it").click()
    room.get_by_role("button", name="Send internally").click()

    assert room.get_by_text("The update is sent.").is_visible()
    assert room.get_by_text("one\u00a0update sent").is_visible()
    assert burning.world.happened("incident.update-sent") == 1


def test_from_mitigated_to_resolved(room: Page) -> None:
    """Stopped, then over; what is missing is said before, and going on without it leaves a reason."""
    room.get_by_role("button", name="Take it").click()
    room.get_by_label("The bleeding is stopped by").fill("Rolled back to 841")
    room.get_by_role("button", name="Mitigated", exact=True).last.click()
    room.get_by_label("The cause, in one sentence").fill("A retry policy that never gives up")
    room.get_by_label("Send the all-clear in the same step").check()
    room.get_by_label("Why although something is missing").fill("Checked by hand")
    room.get_by_role("button", name="Resolve", exact=True).click()

    assert room.get_by_text("Resolved.", exact=True).is_visible()
    assert room.get_by_role("button", name="Reopen").is_visible()
