"""The 3 AM page on a phone: one screen, little to load, works without scripts, nothing happens twice."""

import re

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import PHONE, Stage

pytestmark = pytest.mark.browser

BUDGET_BYTES = 40 << 10


@pytest.mark.parametrize("after", ["", "ack", "snooze"])
def test_everything_is_on_one_screen(after: str, burning: Stage) -> None:
    """No scrolling at 390x844, before and after the answer; the main action is under the thumb and large enough."""
    page = burning.context(PHONE, person=None).new_page()
    page.goto(burning.world.link())
    if after:
        page.locator(f"button[value={after}]").first.click()

    assert page.evaluate(
        "[document.documentElement.scrollHeight, document.querySelector('#facts').scrollHeight - document.querySelector('#facts').clientHeight]"
    ) == [844, 0]
    assert (
        page.evaluate(
            "[...document.querySelectorAll('main, #facts, #facts *:not(svg *)')].filter(one => one.scrollWidth > 390).length"
        )
        == 0
    )
    box = page.locator(".thumb .btn.main").bounding_box()
    assert box is not None
    assert box["height"] >= 48
    assert box["y"] > 844 / 2


def test_it_loads_little(burning: Stage) -> None:
    """The page with style, font and script stays within 40 KB over the wire."""
    page = burning.context(PHONE, person=None).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(burning.world.link())
    page.wait_for_load_state("networkidle")

    assert len(received) >= 4
    assert sum(received) <= BUDGET_BYTES


def test_it_says_what_is_wrong_and_what_to_do(burning: Stage) -> None:
    """What broke in numbers, what is left, what changed, the first step of the runbook, who is called next and when."""
    page = burning.context(PHONE, person=None).new_page()
    page.goto(burning.world.link())
    words = page.locator("main").inner_text().replace("\u00a0", " ")

    assert "checkout is losing 15 in 100 orders." in words
    assert re.search(r"\d\d % of the budget is left\.|\d\d\.\d % of the budget is left\.", words)
    assert "payments 842 new retry policy was deployed" in words
    assert "Looks like INC-1, 11 d 23 h ago; what helped: Rolled back to 838." in words
    assert "Is the payment gateway answering?" in words
    assert re.search(r"Bob Martin is called in \d:\d\d unless you acknowledge\.", words)


def test_acknowledging_works_without_scripts(burning: Stage) -> None:
    """A POST of a form; nobody else is called; the same spot offers what comes next."""
    page = burning.context(PHONE, person=None, scripts=False).new_page()
    page.goto(burning.world.link())
    page.get_by_role("button", name="Acknowledge").click()

    assert page.get_by_text("Acknowledged. Nobody else is called.").is_visible()
    assert page.get_by_role("button", name="Acknowledge").count() == 0
    assert page.locator(".thumb .btn.main").inner_text() == "Open INC-2"
    page.goto(burning.world.link())
    assert page.get_by_text("Ana Silva has it since").is_visible()


def test_opening_the_link_changes_nothing(burning: Stage) -> None:
    """Mail scanners open links: the page still waits for an answer."""
    link = burning.world.link()
    for _ in range(3):
        burning.context(person=None).new_page().goto(link)

    assert burning.world.unanswered() == 1


def test_acknowledging_twice_is_as_good_as_once(burning: Stage) -> None:
    """Two open copies of the page, both pressed."""
    first, second = (burning.context(PHONE, person=None).new_page() for _ in range(2))
    for page in (first, second):
        page.goto(burning.world.link())
    for page in (first, second):
        page.get_by_role("button", name="Acknowledge").click()
        assert page.get_by_text("Acknowledged. Nobody else is called.").is_visible()

    assert burning.world.unanswered() == 0
    assert burning.world.happened("escalation.acknowledged") == 1


def test_an_answer_can_be_undone(burning: Stage) -> None:
    """Undo opens it again and calls the next in line."""
    page = burning.context(PHONE, person=None).new_page()
    page.goto(burning.world.link())
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_role("button", name="Undo, call the next").click()

    assert page.get_by_text("The next in line is being called.").is_visible()
    assert burning.world.unanswered() == 1


@pytest.mark.parametrize(
    ("button", "says"),
    [
        ("Get help", "The next in line is being called."),
        ("Not me", "Noted. The next in line is being called."),
        ("Snooze 15 min", "Acknowledged for 15 minutes."),
        ("Not actionable", "Marked as not actionable."),
    ],
)
def test_every_other_answer_says_what_it_did(button: str, says: str, burning: Stage) -> None:
    """Each button has one verb and one confirmation."""
    page = burning.context(PHONE, person=None, scripts=False).new_page()
    page.goto(burning.world.link())
    page.get_by_role("button", name=button).click()

    assert page.get_by_role("status").inner_text().startswith(says)


def test_a_forged_or_expired_link_shows_nothing(burning: Stage) -> None:
    """No page for a changed token, and none after its time."""
    link = burning.world.link()
    page = burning.context(PHONE, person=None).new_page()

    forged = page.goto(link[:-4] + "AAAA")
    assert forged is not None
    assert "/login" in page.url
    burning.world.clock.forward(burning.world.LINK_LIFE)
    page.goto(link)
    assert "/login" in page.url


def test_a_form_without_its_hidden_token_is_refused(burning: Stage) -> None:
    """Somebody who knows the link's address but not its page cannot make a browser press the button."""
    context = burning.context(PHONE, person=None)
    answer = context.request.post(burning.world.link(), form={"act": "ack", "csrf": "made.up"})

    assert answer.status == 403
    assert burning.world.unanswered() == 1


def test_the_same_page_opens_for_whoever_is_logged_in(phone: Page, burning: Stage) -> None:
    """Now shows that you are called, before everything else; one press answers."""
    phone.goto("/")
    call = phone.locator(".call")
    assert "calls you since" in call.inner_text()
    call.get_by_role("button", name="Acknowledge").click()

    assert phone.get_by_text("Acknowledged. Nobody else is called.").is_visible()
    assert burning.world.unanswered() == 0


def test_figures_renew_themselves_and_buttons_stay(burning: Stage) -> None:
    """When somebody else answers meanwhile, a line says so; the button under the thumb does not become another one."""
    page = burning.context(PHONE, person=None).new_page()
    page.goto(burning.world.link())
    other = burning.context(PHONE, person=None).new_page()
    other.goto(burning.world.link())
    other.get_by_role("button", name="Acknowledge").click()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    page.get_by_text("This has changed.").wait_for()
    assert page.get_by_role("button", name="Acknowledge").is_visible()
