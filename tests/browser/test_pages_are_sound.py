"""Every page in Chromium: no error, no axe finding, nothing inline, nothing wider than the phone; light and dark."""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Error, Page
from tests.browser.conftest import DESK, PHONE, Kept, Stage, staged

pytestmark = pytest.mark.browser

TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PAGES = {
    "now": "/", "incidents": "/incidents", "room": "/incidents/2", "old-room": "/incidents/1", "declare": "/incidents/new",
    "services": "/services", "service": "/services/checkout", "bare-service": "/services/flags", "oncall": "/oncall",
    "oncall-week": "/oncall?days=7", "schedule": "/oncall/shop?days=28", "slos": "/slos", "slo": "/slos/checkout-availability",
    "frozen-slo": "/slos/export-freshness", "alerts": "/alerts", "alert": "ALERT", "page": "PAGE", "link": "LINK",
    "postmortems": "/postmortems", "postmortem": "POSTMORTEM", "me": "/me", "contacts": "/me/contacts", "offline": "/offline", "find": "/find?q=check", "design": "/design", "login": "/login",
    "budgets": "/budgets", "spent-budgets": "/budgets?state=exhausted", "composite": "/slos/buying",
    "adjusted-slo": "/slos/search-latency?hours=24", "tickets": "/tickets", "ticket": "/tickets/1",
    "old-tickets": "/tickets?status=all", "silences": "/silences", "silence": "/silences/new",
    "silence-preview": "/silences/new?matchers=service%3D%22checkout%22&duration=2h", "duties": "/duties",
    "checks": "/checks", "figures": "/incidents/metrics?by=service", "service-in-maintenance": "/services/search",
    "status": "/status", "status-page": "/status/public", "status-month": "/status/public/history/2026-11", "status-subscribe": "/status/public/subscribe",
    "status-report": "/status/public/report", "runbooks": "/runbooks", "runbook": "/runbooks/checkout-errors", "walk": "WALK", "looking": "/incidents/2/look",
    "calendar": "/slos/checkout-availability/calendar", "long-calendar": "/slos/checkout-availability/calendar?weeks=52",
    "written": "/postmortems/INC-1", "postmortem-file": "/postmortems/INC-1/file", "fishbone": "/postmortems/INC-1/fishbone",
    "meeting": "/postmortems/INC-1/meeting", "versions": "/postmortems/INC-1/versions?before=1", "actions": "/actions",
    "found": "/postmortems?q=connections", "recurring": "/postmortems/recurring", "health": "/oncall-health",
    "handoffs": "/handoffs", "handoff": "HANDOFF", "handoff-link": "hof_", "survey-link": "srv_", "nowhere": "/nowhere",
}  # fmt: skip
EMPTY = (
    "/", "/incidents", "/incidents/metrics", "/services", "/oncall", "/slos", "/budgets", "/alerts", "/tickets", "/silences",
    "/duties", "/checks", "/postmortems", "/postmortems/recurring", "/actions", "/status", "/runbooks", "/oncall-health", "/handoffs",
)  # fmt: skip
INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)|\sstyle=["']|<style|\son[a-z]+=["']|href=["']javascript:""", re.IGNORECASE
)


def address(stage: Stage, name: str) -> str:
    """The path of a page, looked up where it names a record."""
    path = PAGES[name]
    if path == "LINK":
        return stage.world.link()
    if path == "WALK":
        return stage.world.walk()
    if path in {"hof_", "srv_"}:
        return stage.world.told(path)
    if path == "HANDOFF":
        return f"/handoffs/{stage.world.handoff()}"
    if path == "ALERT":
        return f"/alerts/{stage.world.newest('alert')}"
    if path == "PAGE":
        return f"/pages/{stage.world.newest('page')}"
    return f"/postmortems/{stage.world.newest('postmortem')}" if path == "POSTMORTEM" else path


@contextlib.contextmanager
def listening(page: Page) -> Iterator[list[str]]:
    """What the console complains about meanwhile; a missing page is reported there as well and is fine."""
    heard: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and "404" not in said.text:
            heard.append(said.text)

    def fail(error: Error) -> None:
        heard.append(str(error))

    page.on("console", hear)
    page.on("pageerror", fail)
    yield heard
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", fail)


def accessible(page: Page, rules: Mapping[str, object]) -> list[str]:
    """What axe finds."""
    found = page.evaluate("rules => axe.run(document, rules).then(found => found.violations)", rules)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for violation in found
        for node in violation["nodes"]
    ]


def check(page: Page) -> list[str]:
    """Everything that is wrong with a page that is open, light and dark. The theme changes colours only: the second look is for them."""
    page.evaluate(AXE_SCRIPT)
    page.emulate_media(color_scheme="light")
    found = accessible(page, TAGS)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in accessible(page, {"runOnly": ["color-contrast"]})]
    found += [f"inline: {match}" for match in INLINE.findall(page.content())]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([f"{wide} px wider than the window"] if wide > 0 else [])


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_sound(name: str, gallery: Stage, viewers: dict[tuple[int, int], Page]) -> None:
    """During a fire, on a phone and a desk, light and dark."""
    path = address(gallery, name)
    wrong: list[str] = []
    for (width, _height), page in viewers.items():
        with listening(page) as heard:
            page.goto(path)
            wrong += [f"{width} {one}" for one in check(page)]
        wrong += heard

    assert wrong == []


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_palette_is_sound(size: tuple[int, int], viewers: dict[tuple[int, int], Page]) -> None:
    """The open dialog has a name, a place for the eye and enough contrast."""
    page = viewers[size]
    page.goto("/services")
    page.locator("[data-palette]:visible").click()
    page.get_by_role("link", name="Declare an incident do").wait_for()

    assert check(page) == []


@pytest.fixture(scope="module")
def newcomer(
    kept_worlds: dict[str, Kept], tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Page]:
    """The phone of somebody who has just installed watchbill."""
    with staged(kept_worlds["empty"], tmp_path_factory.mktemp("empty") / "world", chromium) as stage:
        yield stage.context(PHONE).new_page()


@pytest.mark.parametrize("path", EMPTY)
def test_each_empty_page_does_the_next_step(path: str, newcomer: Page) -> None:
    """On a first run nothing breaks, and every page says what to do next."""
    with listening(newcomer) as heard:
        newcomer.goto(path)
        found = check(newcomer)

    assert found + heard == []
    assert newcomer.locator(".empty, .steps").count() > 0


def test_a_good_day_is_calm(stage: Callable[[str], Stage]) -> None:
    """One sentence first, no alarm colour for what is well."""
    page = stage("calm").context().new_page()
    page.goto("/")

    assert page.locator(".call").count() == 0
    assert "Ana Silva" in page.locator(".say").inner_text()
    assert page.get_by_text("No incident is open.").is_visible()
