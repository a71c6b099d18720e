"""What people do on the pages of Reliability, in a browser without scripts: every step is a form and a redirect."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import DESK, Stage

from watchbill.operations import alerts, budget_kept, checks, gates, reviews, silences, tickets
from watchbill.people.model import Actor, Role

pytestmark = pytest.mark.browser
READER = Actor(name="vic", role=Role.VIEWER, via="test")


@pytest.fixture
def plain(burning: Stage) -> Callable[[str], Page]:
    """A desk without scripts, by the person who sits at it."""
    return lambda person: burning.context(DESK, person=person, scripts=False).new_page()


def test_a_silence_is_shown_before_it_is_set(burning: Stage, plain: Callable[[str], Page]) -> None:
    """The preview changes nothing; the button after it does, and `End it` takes it back."""
    page = plain("bob")
    page.goto(f"/alerts/{burning.world.newest('alert')}")
    page.get_by_role("link", name="Silence", exact=True).click()
    page.get_by_label("Why").fill("We are on it")
    page.get_by_role("button", name="See what it hides").click()

    assert "one alert that is firing" in page.locator("h1").inner_text().replace("\u00a0", " ")
    assert len(_silences(burning)) == 1

    page.get_by_role("button", name="Silence one alert").click()
    assert page.get_by_role("status").inner_text().startswith("Silenced.")
    assert [one.comment for one in _silences(burning) if one.created_by == "bob"] == ["We are on it"]

    burning.world.drain()
    with burning.world.app.reading() as s:
        shown = alerts.show(s, READER, alerts.NamedAlert(id=burning.world.newest("alert")))
    assert shown.silenced_by

    page.get_by_role("row").filter(has_text="We are on it").get_by_role("button").click()
    assert [one.comment for one in _silences(burning)] == ["Flags move to another cluster"]


def test_a_matcher_that_cannot_be_read_is_explained_in_the_form(plain: Callable[[str], Page]) -> None:
    """What was typed stays there, beside what is wrong with it and what would be right."""
    page = plain("bob")
    answer = page.goto("/silences/new?matchers=checkout&duration=2h&comment=later")

    assert answer is not None
    assert answer.status == 422
    assert "bad matcher format" in page.locator(".note.warn").inner_text()
    assert page.get_by_label("Alerts with these labels").input_value() == "checkout"
    assert page.get_by_role("button", name="Silence").count() == 0


def test_a_ticket_is_done_with_a_note(burning: Stage, plain: Callable[[str], Page]) -> None:
    """The list leads to the ticket, its button ends it, and the list of done ones tells what was done."""
    page = plain("bob")
    page.goto("/tickets")
    page.get_by_role("link", name="TKT-2").click()
    page.get_by_label("What was done").fill("A larger disk")
    page.get_by_role("button", name="Done").click()

    with burning.world.app.reading() as s:
        found = tickets.show(s, READER, tickets.NamedTicket(id="2"))
    assert (found.status, found.closed_by, found.note) == ("done", "bob", "A larger disk")
    page.goto("/tickets?status=done")
    assert "A larger disk" in page.locator("#found").inner_text()


def test_a_duty_is_done_where_it_is_read(burning: Stage, plain: Callable[[str], Page]) -> None:
    """The button on the page of a promise leads back to that page."""
    page = plain("bob")
    page.goto("/slos/export-freshness")
    page.get_by_label("What came of: Daily budget review").fill("The exporter was upgraded")
    page.locator("form", has=page.get_by_label("What came of: Daily budget review")).get_by_role("button").click()

    assert page.url.partition("?")[0].endswith("/slos/export-freshness")
    with burning.world.app.reading() as s:
        kept = budget_kept.duties(s, READER, budget_kept.ListDuties(slo="export-freshness"))
    assert [one.outcome for one in kept if one.done_by == "bob"] == ["The exporter was upgraded"]


def test_a_review_and_an_agreement_are_kept(burning: Stage, plain: Callable[[str], Page]) -> None:
    """What was decided and who agreed stand on the page of the promise, and nothing is overdue any more."""
    page = plain("bob")
    page.goto("/slos/checkout-availability")
    page.get_by_role("button", name="Agreed").click()
    page.get_by_text("Write down a review").click()
    page.get_by_label("The target").select_option("tighten")
    page.get_by_label("Why", exact=True).fill("We were far better")
    page.get_by_role("button", name="Keep it").click()

    assert "We were far better" in page.locator("#reviews").inner_text()
    with burning.world.app.reading() as s:
        kept = reviews.history(s, READER, reviews.ReviewedSlo(name="checkout-availability"))
        late = reviews.due(s, READER, reviews.DueReviews(overdue=True))
    assert [one.decision for one in kept.reviews] == ["tighten"]
    assert [one.stakeholder for one in kept.agreements] == ["search"]
    assert late == []


def test_an_editor_takes_time_out_and_puts_it_back(plain: Callable[[str], Page]) -> None:
    """Times are on the viewer's clock; both figures stand on the page until it counts again."""
    page = plain("eve")
    page.goto("/slos/checkout-availability")
    page.get_by_text("Take a stretch of time out").click()
    page.get_by_role("textbox", name="From").fill("2026-11-12T03:00")
    page.get_by_role("textbox", name="To", exact=True).fill("2026-11-12T05:00")
    page.get_by_label("Why it shall not count").fill("A fire drill of the card network")
    page.get_by_role("button", name="Take it out").click()

    assert "with what was taken out by hand" in page.locator(".nums").inner_text()
    page.get_by_role("button", name="Let it count again").click()
    assert "with what was taken out by hand" not in page.locator(".nums").inner_text()
    assert "Put back by" in page.locator("#taken-out").inner_text()


def test_who_may_only_look_sees_no_button(plain: Callable[[str], Page]) -> None:
    """Viewers read the same facts without a form; a responder sees no form for editors."""
    viewer, responder = plain("vic"), plain("bob")
    for path in (
        "/silences",
        "/duties",
        "/checks",
        "/services/checkout",
        "/tickets/2",
        "/slos/export-freshness",
        "/slos/search-latency",
    ):
        viewer.goto(path)
        assert viewer.locator("main form[method=post]").count() == 0
    responder.goto("/slos/search-latency")
    assert responder.get_by_text("Take a stretch of time out").count() == 0
    assert responder.get_by_role("button", name="Let it count again").count() == 0


def _silences(stage: Stage) -> list[silences.SilenceView]:
    with stage.world.app.reading() as s:
        return silences.list_all(s, READER, silences.ListSilences())


def test_a_gate_is_asked_on_the_services_page(burning: Stage, plain: Callable[[str], Page]) -> None:
    """The answer stands on the page with its reasons; who only reads is not offered the form."""
    page = plain("bob")
    page.goto("/services/checkout")
    page.get_by_text("Ask now").click()
    page.get_by_label("Risk").select_option("high")
    page.get_by_role("button", name="Ask the gate").click()

    assert page.get_by_role("status").inner_text().startswith("The gate has decided.")
    with burning.world.app.reading() as s:
        kept = gates.list_all(s, READER, gates.ListDecisions(service="checkout", limit=1)).items[0]
    assert (kept.by, kept.risk, kept.action) == ("bob", "high", "deploy")
    assert kept.reasons[0].replace("\u00a0", " ") in page.locator("#gate").inner_text().replace("\u00a0", " ")


def test_a_probe_is_tried_and_nothing_is_counted(burning: Stage, plain: Callable[[str], Page]) -> None:
    """The page says how it went; the probe's own record stays as it was."""
    with burning.world.app.reading() as s:
        before = checks.probes(s, READER, checks.Nothing())
    page = plain("bob")
    page.goto("/checks")
    page.get_by_role("button", name=f"Try {before[0].name} now").click()

    assert f"{before[0].name} was tried just now" in page.get_by_role("status").inner_text()
    with burning.world.app.reading() as s:
        assert checks.probes(s, READER, checks.Nothing()) == before


def test_the_days_before_are_behind_a_link(plain: Callable[[str], Page]) -> None:
    """The calendar of the SLO page leads to weeks before it, as a picture and as numbers."""
    page = plain("bob")
    page.goto("/slos/checkout-availability")
    page.get_by_role("link", name="Weeks before").click()

    assert "kept the promise" in page.locator("h1").inner_text()
    page.get_by_role("link", name="26 weeks").click()
    assert page.get_by_role("group", name="How far back").locator("[aria-current]").inner_text() == "26 weeks"
