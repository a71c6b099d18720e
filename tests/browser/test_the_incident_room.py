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


def test_ones_own_words_are_corrected_and_the_old_ones_stay(room: Page) -> None:
    """The entry is edited in the composer; the record shows both, the old one as corrected."""
    room.get_by_label("Write into the timeline").fill("Only cards of one bank fail")
    room.get_by_role("button", name="Write", exact=True).click()
    room.get_by_role("link", name="Correct: Only cards of one bank fail").click()
    room.get_by_label("The corrected words").fill("Only cards of two banks fail")
    room.get_by_role("button", name="Correct", exact=True).click()

    log = room.locator("#timeline")
    assert log.get_by_text("Only cards of two banks fail").is_visible()
    assert log.locator("li.gone").get_by_text("Only cards of one bank fail").is_visible()


def test_a_severity_set_by_hand_is_explained_by_who_set_it(room: Page) -> None:
    """After two taps the reason is the person and the cell, and that cell is the pressed one."""
    room.get_by_role("button", name="Cosmetic or minor, one user: SEV4").click()

    pressed = room.locator(".matrix button[aria-pressed=true]")
    assert pressed.count() == 1
    assert (pressed.get_attribute("value") or "").startswith("cosmetic|one user")
    assert room.get_by_text("Set by ana: cosmetic, one user").is_visible()


def test_two_incidents_are_merged_and_taken_apart_again(burning: Stage, room: Page) -> None:
    """The merged one leads to the one that goes on, and comes back with a reason."""
    room.goto("/incidents/new?title=Cards%20are%20refused")
    room.get_by_role("button", name="Declare", exact=True).click()
    number = room.url.partition("?")[0].rpartition("/")[2]
    room.goto("/incidents/2")
    room.get_by_text("It was a false alarm, or the same as another").click()
    room.get_by_label("The incident that goes on").fill(f"INC-{number}")
    room.get_by_role("button", name="Merge into it").click()
    assert room.get_by_text("This is the same as").is_visible()
    room.get_by_label("Why it is another one after all").fill("Two faults at once")
    room.get_by_role("button", name="Take it out again").click()

    assert room.locator("#timeline").get_by_text("Two faults at once").first.is_visible()
    assert burning.world.happened("incident.unmerged") == 1


def test_the_timeline_is_taken_along_as_a_file(room: Page) -> None:
    """Markdown, CSV and JSON are one tap away."""
    for name, start in (("Markdown", "# INC-2"), ("CSV", "sequence,at"), ("JSON", "{")):
        with room.expect_download() as saved:
            room.locator("#timeline").get_by_role("link", name=name).click()

        assert saved.value.suggested_filename.startswith("INC-2-timeline.")
        assert saved.value.path().read_text("utf-8").startswith(start)
