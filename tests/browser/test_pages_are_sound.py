"""Every page in Chromium: no error, no axe finding, nothing inline, nothing wider than the phone; light and dark."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.browser.conftest import DESK, PHONE, Stage

pytestmark = pytest.mark.browser

TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PAGES = {
    "now": "/", "incidents": "/incidents", "room": "/incidents/2", "old-room": "/incidents/1", "declare": "/incidents/new",
    "services": "/services", "service": "/services/checkout", "bare-service": "/services/flags", "oncall": "/oncall",
    "oncall-week": "/oncall?days=7", "schedule": "/oncall/shop?days=28", "slos": "/slos", "slo": "/slos/checkout-availability",
    "frozen-slo": "/slos/export-freshness", "alerts": "/alerts", "silences": "/silences?match=severity%3D~%22.%2B%22", "alert": "ALERT", "page": "PAGE", "link": "LINK",
    "postmortems": "/postmortems", "postmortem": "POSTMORTEM", "me": "/me", "design": "/design", "login": "/login",
    "nowhere": "/nowhere",
}  # fmt: skip
EMPTY = ("/", "/incidents", "/services", "/oncall", "/slos", "/alerts", "/silences", "/postmortems")
INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)|\sstyle=["']|<style|\son[a-z]+=["']|href=["']javascript:""", re.IGNORECASE
)


def address(stage: Stage, name: str) -> str:
    """The path of a page, looked up where it names a record."""
    path = PAGES[name]
    if path == "LINK":
        return stage.world.link()
    if path == "ALERT":
        return f"/alerts/{stage.world.newest('alert')}"
    if path == "PAGE":
        return f"/pages/{stage.world.newest('page')}"
    return f"/postmortems/{stage.world.newest('postmortem')}" if path == "POSTMORTEM" else path


def listen(page: Page) -> list[str]:
    """What the console complains about from now on; a missing page is reported there as well and is fine."""
    heard: list[str] = []
    page.on(
        "console",
        lambda said: heard.append(said.text) if said.type in {"error", "warning"} and "404" not in said.text else None,
    )
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def check(page: Page) -> list[str]:
    """Everything that is wrong with a page that is open."""
    found = [
        f"{violation['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for violation in Axe().run(page, options=TAGS).response["violations"]
        for node in violation["nodes"]
    ]
    found += [f"inline: {match}" for match in INLINE.findall(page.content())]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([f"{wide} px wider than the window"] if wide > 0 else [])


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_sound(name: str, gallery: Stage) -> None:
    """During a fire, on a phone and a desk, light and dark."""
    path = address(gallery, name)
    wrong: list[str] = []
    for size in (PHONE, DESK):
        for scheme in ("light", "dark"):
            context = gallery.context(size, scheme=scheme)
            page = context.new_page()
            heard = listen(page)
            page.goto(path)
            wrong += [f"{size[0]} {scheme} {one}" for one in check(page) + heard]
            context.close()

    assert wrong == []


@pytest.mark.parametrize("path", EMPTY)
def test_each_empty_page_does_the_next_step(path: str, stage: Callable[[str], Stage]) -> None:
    """On a first run nothing breaks, and every page says what to do next."""
    page = stage("empty").context(PHONE).new_page()
    heard = listen(page)
    page.goto(path)

    assert check(page) + heard == []
    assert page.locator(".empty, .steps").count() > 0


def test_a_good_day_is_calm(stage: Callable[[str], Stage]) -> None:
    """One sentence first, no alarm colour for what is well."""
    page = stage("calm").context().new_page()
    page.goto("/")

    assert page.locator(".call").count() == 0
    assert "Ana Silva" in page.locator(".say").inner_text()
    assert page.get_by_text("No incident is open.").is_visible()
