"""Everything without a mouse: the way through a page, keys that go and act, the palette, and how to switch keys off."""

import pytest
from playwright.sync_api import Page, Request
from tests.browser.conftest import DESK, PHONE, Stage

pytestmark = pytest.mark.browser

# Where the focus is, whether it can be seen, and whether anything lies over it.
LOOK = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1), y = box.top + Math.min(box.height, 40) / 2;
  const over = document.elementFromPoint(x, y);
  return { name: (at.innerText || at.getAttribute("aria-label") || at.name || at.tagName).trim().slice(0, 60),
    body: at === document.body, ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: !!over && (at.contains(over) || over.contains(at)) };
}"""


def is_swap(request: Request) -> bool:
    """Whether a script asks for a part of the page; the stream of events is not meant."""
    return "hx-request" in request.headers and not request.url.endswith("/live")


@pytest.fixture(scope="module")
def desk(gallery: Stage) -> Page:
    """Ana's desk, to look around."""
    return gallery.context(DESK).new_page()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("path", ["/", "/incidents/2", "/slos"])
def test_tab_walks_through_the_whole_page(path: str, size: tuple[int, int], gallery: Stage) -> None:
    """Each stop has a ring, is in view and lies under nothing; the walk ends, so nothing traps it."""
    page = gallery.context(size).new_page()
    page.goto(path)
    stops = []
    for _ in range(160):
        page.keyboard.press("Tab")
        stop = page.evaluate(LOOK)
        if stop["body"]:
            break
        stops.append(stop)
    page.context.close()

    assert stops[0]["name"] == "Skip to content"
    assert 10 < len(stops) < 160
    assert [stop for stop in stops if not (stop["ring"] and stop["seen"])] == []


def test_skip_leads_to_the_content(desk: Page) -> None:
    """The first stop jumps over the navigation."""
    desk.goto("/services")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")

    assert desk.evaluate("document.activeElement.id") == "main"


def test_keys_go_to_sections_and_rows(desk: Page) -> None:
    """The keys g and i lead to the incidents, j to the first row, Enter opens it."""
    desk.goto("/")
    desk.keyboard.press("g")
    desk.keyboard.press("i")
    desk.wait_for_url("**/incidents")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/incidents/2")


def test_keys_rest_while_somebody_types(desk: Page) -> None:
    """The slash leads into the filter; what is typed there is text."""
    desk.goto("/incidents")
    desk.keyboard.press("/")
    desk.keyboard.type("g s")

    assert desk.locator("main input[type=search]").input_value() == "g s"
    assert desk.url.endswith("/incidents") or "q=" in desk.url


def test_the_help_opens_and_closes(desk: Page) -> None:
    """A question mark shows all keys; Escape closes."""
    desk.goto("/services")
    desk.keyboard.press("?")

    assert desk.get_by_role("heading", name="Keyboard").is_visible()
    desk.keyboard.press("Escape")
    assert not desk.get_by_role("heading", name="Keyboard").is_visible()


def test_the_palette_finds_by_part_of_a_name(desk: Page) -> None:
    """Ctrl K, some letters, Enter: the promise is open."""
    desk.goto("/oncall")
    desk.keyboard.press("Control+k")
    desk.locator("#palette input").wait_for()
    desk.keyboard.type("search-lat")
    desk.locator("#palette-hits a", has_text="search-latency").wait_for()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/slos/search-latency")


def test_the_same_search_works_without_scripts(gallery: Stage) -> None:
    """The entry of the palette is a link to a page that does the same."""
    page = gallery.context(DESK, scripts=False).new_page()
    page.goto("/")
    page.locator(".rail .seek").click()
    page.get_by_role("searchbox", name="Find").fill("INC-1")
    page.get_by_role("button", name="Find").click()

    assert page.get_by_role("link", name="INC-1 Checkout returns errors after deploy 839").is_visible()
    page.context.close()


def test_a_acknowledges(burning: Stage) -> None:
    """On Now, where the call stands first."""
    page = burning.context(DESK).new_page()
    page.goto("/")
    page.keyboard.press("a")
    page.get_by_text("Acknowledged. Nobody else is called.").wait_for()

    assert burning.world.unanswered() == 0


def test_keys_can_be_switched_off(gallery: Stage) -> None:
    """WCAG 2.1.4: whoever speaks to the computer must not set off single keys; the choice holds on every page."""
    page = gallery.context(DESK).new_page()
    page.goto("/me")
    page.get_by_label("Single keys do things").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.keyboard.press("?")

    assert page.url.endswith("/")
    assert not page.get_by_role("heading", name="Keyboard").is_visible()
    page.context.close()


def test_nothing_moves_while_somebody_points(burning: Stage) -> None:
    """What is new waits until the pointer has rested; then it comes by itself."""
    page = burning.context(DESK).new_page()
    page.goto("/")
    asked: list[str] = []
    page.wait_for_function("window.htmx")
    page.on("request", lambda request: asked.append(request.url) if is_swap(request) else None)
    page.mouse.move(300, 300)
    page.mouse.move(310, 310)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live-incident'))")
    page.wait_for_timeout(600)

    assert asked == []
    with page.expect_request(is_swap, timeout=20_000):
        pass
