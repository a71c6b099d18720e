"""The schedule page acts by plain forms, says what the API says, and its calendar address needs no login."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from watchbill.bootstrap import App
from watchbill.entrypoints.web import create_web
from watchbill.operations import oncall, swaps
from watchbill.operations.resources import ApplyResources, FileModel, apply
from watchbill.people.model import Actor, Role

OWNER = Actor(name="owner", role=Role.ADMIN, via="test")
HOUSE = """
person: {name: ann, full_name: Ann Lee, email: ann@shop.test, timezone: Europe/Paris, holidays: FR}
---
person: {name: bob, full_name: Bob Ray, email: bob@shop.test, timezone: Asia/Tokyo}
---
schedule:
  name: shop
  timezone: Europe/Paris
  layers: [{name: daily, rotation: daily, start: "2026-01-05T09:00:00", people: [ann, bob]}]
"""


@pytest.fixture
def house(app: App) -> App:
    """Two people who take turns of a day."""
    with app.transaction() as s:
        apply(s, OWNER, ApplyResources(files=[FileModel(path="house.yaml", text=HOUSE)]))
        s.people.set_role("ann", Role.RESPONDER, OWNER)
        s.people.set_role("bob", Role.RESPONDER, OWNER)
    return app


def client(app: App, person: str) -> TestClient:
    """Somebody who is logged in, without scripts."""
    with app.transaction() as s:
        _session, secret = s.people.log_in(s.people.login_link(person, OWNER))
    return TestClient(create_web(app), cookies={"watchbill": secret}, raise_server_exceptions=False)


@pytest.fixture
def ann(house: App) -> Iterator[TestClient]:
    """Ann."""
    with client(house, "ann") as opened:
        yield opened


def token(page: str) -> str:
    """The hidden token of a page's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_a_swap_is_asked_and_accepted_by_forms(house: App, ann: TestClient) -> None:
    """Ann asks bob for her next watch; bob sees the question on the page and takes it; the API says the same."""
    page = ann.get("/oncall/shop").text
    mine = re.findall(r'<option value="(ann@[^"]+)"', page)[1]
    asked = ann.post("/oncall/shop/swap", data={"csrf": token(page), "give": mine, "taker": "bob", "reason": "dentist"})
    with client(house, "bob") as bob:
        seen = bob.get("/oncall/shop").text
        path = re.search(r'action="(/swaps/[^"]+/accept)"', seen)
        assert path
        done = bob.post(path.group(1), data={"csrf": token(seen)})
    with house.reading() as s:
        [swap] = swaps.swaps(s, OWNER, swaps.ListSwaps(schedule="shop"))
        shown = oncall.show(s, OWNER, oncall.Show(schedule="shop", start=swap.start, end=swap.end))

    assert (asked.status_code, done.status_code) == (200, 200)
    assert "Ann Lee asks Bob Ray" in seen
    assert (swap.status, swap.reason) == ("accepted", "dentist")
    assert [one.person for one in shown] == ["bob"]


def test_days_and_clocks_are_part_of_the_address(house: App, ann: TestClient) -> None:
    """A week in December on bob's clock: his midnight, his zone's name, links that keep both."""
    page = ann.get("/oncall/shop?days=7&from=2026-12-21&clock=bob").text

    assert "21\u00a0December to 27\u00a0December" in page
    assert "in Tokyo" in page
    assert "from=2026-12-28&amp;clock=bob" in page
    assert "Noël" in page or "Christmas" in page  # a French holiday on which Ann has the watch


def test_a_bad_day_is_a_sentence(ann: TestClient) -> None:
    """No traceback, and what to write."""
    answer = ann.get("/oncall/shop?from=tomorrow")

    assert answer.status_code == 422
    assert "2026-12-07" in answer.text


def test_leave_is_noted_in_days_of_the_person(house: App, ann: TestClient) -> None:
    """The last day counts, and the watches in it are shown as missing."""
    page = ann.get("/oncall/shop").text
    with house.reading() as s:
        day = (s.now + timedelta(days=4)).date()
    fields = {"csrf": token(page), "schedule": "shop", "first": day.isoformat(), "last": (day + timedelta(days=1)).isoformat(), "note": "sea"}  # fmt: skip
    ann.post("/leave", data=fields)
    after = ann.get("/oncall/shop").text

    assert "Ann Lee</span> is on leave" in after or "Ann Lee is on leave" in after
    assert "sea" in after


def test_a_calendar_address_needs_no_login_and_ends(house: App, ann: TestClient) -> None:
    """Made by a form, read without a cookie, gone after it was taken back."""
    page = ann.get("/oncall/shop").text
    made = ann.post("/calendar-feeds", data={"csrf": token(page), "name": "shop"}).text
    found = re.search(r"/calendar/(fee_[a-z0-9-]+\.ics)", made)
    feed = re.search(r"/calendar-feeds/([^/]+)/revoke", made)
    assert found
    assert feed
    with TestClient(create_web(house), raise_server_exceptions=False) as program:
        read = program.get(f"/calendar/{found.group(1)}")
        ann.post(f"/calendar-feeds/{feed.group(1)}/revoke", data={"csrf": token(made)})
        gone = program.get(f"/calendar/{found.group(1)}")
        forged = program.get("/calendar/fee_x-0000.ics")

    assert read.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:Ann Lee: shop" in read.text
    assert (gone.status_code, forged.status_code) == (404, 404)
