"""Drills of status pages: what is published, who hears of it, what never leaves the house."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from starlette.testclient import TestClient
from tests.slow.post import Post
from tests.story.incidents.conftest import MINUTE, START, Drill

from watchbill.entrypoints.web.app import create_web
from watchbill.incidents.service.status_desk import NewBulletin
from watchbill.kernel.errors import Conflict, NotFound, Unavailable
from watchbill.people.model import Actor, Role

PAGES = """
status_page:
  name: public
  title: Shop
  audience: public
  components: [{service: checkout, title: Checkout}, {service: wiki, title: Help pages}]
---
status_page: {name: partners, title: Partners, audience: token, components: [{service: checkout}]}
---
status_page: {name: inside, title: Inside, audience: team, components: [{service: payment}]}
"""


@pytest.fixture
def shop(drill_anywhere: Drill) -> Drill:
    """The shop with three pages."""
    drill_anywhere.write(PAGES)
    return drill_anywhere


def see(drill: Drill, path: str) -> str:
    """What a visitor without a login is shown; the page is drawn anew."""
    drill.app.status.forget()
    answer = TestClient(create_web(drill.app), base_url="http://127.0.0.1:0").get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def said(drill: Drill, page: str = "public") -> str:
    """The sentence of a page."""
    return str(drill.ask("status.show", page=page)["sentence"])


def test_an_outage_from_first_word_to_last(shop: Drill) -> None:
    """Nothing is said until somebody says it; then the page follows; when the incident is resolved it says so by itself."""
    shop.ask(
        "incident.start", title="checkout returns 500s on db-17", service="checkout", severity="SEV2", confirm=True
    )
    assert said(shop) == "All systems work."

    told = shop.ask("status.publish", id="1", text="Some payments fail. We are looking into it.")
    assert [one["page"] for one in told] == ["partners", "public"]
    assert said(shop) == "Checkout fails for some."

    shop.clock.jump(START + 10 * MINUTE)
    shop.ask("incident.mitigate", id="1", how="rolled back")
    shop.ask("status.publish", id="1", text="A fix is in place.")
    assert said(shop) == "Checkout works, but not as well as it should."

    shop.clock.jump(START + 60 * MINUTE)
    shop.ask("incident.resolve", id="1", root_cause="a bad deploy", override="the drill has no traffic")
    assert said(shop) == "All systems work."
    page = see(shop, "/status/public")
    assert page.index("Checkout works again") < page.index("A fix is in place") < page.index("Some payments fail")
    assert "Published on the status page public (resolved)" in "\n".join(shop.texts(1, "update"))


def test_what_is_written_for_customers_is_published(shop: Drill) -> None:
    """Sending the customers' notice of an incident puts it on the page; an internal update never does."""
    shop.ask("incident.start", title="checkout is slow", service="checkout", severity="SEV3", confirm=True)
    shop.ask("incident.update", id="1", text="db-17 is out of connections, ann looks", send=True)
    assert "db-17" not in see(shop, "/status/public")

    shop.ask("incident.update", id="1", template="customer", text="Paying takes longer than usual.", send=True)

    assert "Paying takes longer than usual." in see(shop, "/status/public")


def test_nothing_internal_is_on_the_page(shop: Drill) -> None:
    """Titles, notes, names of people, services and alerts stay inside: only components and published words leave."""
    shop.traffic(1, good=0, bad=100)
    shop.ask("incident.note", id="1", text="secret-note about host db-17")
    shop.ask("status.publish", id="1", text="We are looking into it.")

    for path in ("", "/feed.atom", "/feed.rss", "/status.json", f"/history/{START:%Y-%m}"):
        shown = see(shop, f"/status/public{path}")
        assert "We are looking into it." in shown
        for word in ("secret-note", "db-17", "SLOBurn", "checkout-availability", "INC-1", "ann", "SEV"):
            assert not re.search(rf"\b{word}\b", shown), (path, word)


def test_words_are_data_wherever_they_stand(shop: Drill) -> None:
    """Markup in a title or a text is shown as it was typed, and carriage returns of a mail header go nowhere."""
    shop.ask("incident.start", title="x", service="checkout", severity="SEV3", confirm=True)
    evil = "<img src=x onerror=alert(1)>"
    shop.ask("status.publish", id="1", title=evil, text=f"{evil}\nBcc: everybody@shop.test")

    assert evil not in see(shop, "/status/public")
    assert evil not in see(shop, "/status/public/feed.atom")
    assert json.loads(see(shop, "/status/public/status.json"))["open"][0]["title"] == evil


def test_who_may_see_which_page(shop: Drill) -> None:
    """A public page is everybody's, a token page of those with its address, a team page of those who are logged in."""
    visitor = TestClient(create_web(shop.app), base_url="http://127.0.0.1:0")
    with shop.app.reading() as s:
        key = s.publishing.key(s.publishing.page("partners"))

    assert visitor.get("/status/public").status_code == 200
    assert visitor.get("/status/partners").status_code == 404
    assert visitor.get("/status/partners?key=partners.1.AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    assert visitor.get(f"/status/partners?key={key}").status_code == 200
    assert visitor.get("/status/inside").status_code == 404
    assert visitor.get(f"/status/inside?key={key}").status_code == 404
    shop.write(PAGES.replace("audience: token,", "audience: token, edition: 2,"))
    assert visitor.get(f"/status/partners?key={key}").status_code == 404


def test_a_visitor_who_has_the_page_is_told_so(shop: Drill) -> None:
    """The second request with the tag of the first gets 304 and no body."""
    visitor = TestClient(create_web(shop.app), base_url="http://127.0.0.1:0")
    first = visitor.get("/status/public")
    again = visitor.get("/status/public", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "public, max-age=15"


def test_two_incidents_that_were_one(shop: Drill) -> None:
    """What was published about the merged one goes on as the other's, and ends with it."""
    for title in ("checkout is down", "payments do not work"):
        shop.ask("incident.start", title=title, service="checkout", severity="SEV2", confirm=True)
    shop.ask("status.publish", id="2", text="We are looking into it.")
    shop.ask("incident.merge", id="2", into="1")
    assert said(shop) == "Checkout fails for some."

    shop.ask("incident.resolve", id="1", root_cause="a bad deploy", override="the drill has no traffic")

    assert said(shop) == "All systems work."


def test_what_cannot_be_published(shop: Drill) -> None:
    """A drill, and an incident that no page shows, unless a page is named."""
    shop.ask("incident.start", title="a trial", service="checkout", severity="SEV3", drill=True, confirm=True)
    with pytest.raises(Conflict, match="drills are not published"):
        shop.ask("status.publish", id="1", text="x", pages=["public"])
    shop.ask("incident.start", title="payments are slow", severity="SEV3", confirm=True)
    with pytest.raises(Conflict, match="no status page shows a service of INC-2"):
        shop.ask("status.publish", id="2", text="x")
    with pytest.raises(NotFound, match="'publik'"):
        shop.ask("status.publish", id="2", text="x", pages=["publik"])


def test_maintenance_stands_on_the_page(shop: Drill) -> None:
    """What is planned within two weeks is announced; while it lasts the component says so."""
    shop.write(
        "maintenance_window: {name: move, services: [wiki], starts: '2026-11-24T05:00:00', timezone: Europe/Paris, duration: 1h}"
    )
    assert "Planned maintenance" in see(shop, "/status/public")
    assert said(shop) == "All systems work."
    shop.clock.jump(START + 61 * MINUTE)  # 05:01 in Paris

    assert said(shop) == "Help pages is under maintenance."


def test_days_of_the_page_are_the_slo_s_days(shop: Drill) -> None:
    """The share of good orders of the day, exact; what was before the first count is not measured."""
    shop.traffic(1, good=50, bad=50)
    days = json.loads(see(shop, "/status/public/status.json"))["components"][0]["days"]

    assert len(days) == 90
    assert {one["state"] for one in days[:-2]} == {"none"}
    # 24 hours lie behind: 23 of them on the 23rd (Paris) and the night's 4 hours, with the bad minute, on the 24th
    assert [one["state"] for one in days[-2:]] == ["good", "low"]
    assert days[-1]["pct"] == "99.792"  # 241 minutes of 100 orders, 50 failed: 24050/24100, cut off


# --- subscribers


@pytest.fixture
def post() -> Iterator[Post]:
    """A real mail server."""
    server = Post()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mailing(shop: Drill, post: Post) -> Drill:
    """The shop with that mail server."""
    object.__setattr__(shop.app.config, "smtp_url", post.url)
    return shop


def _links(post: Post, kind: str) -> list[str]:
    found = (re.search(rf"/status/{kind}/(\S+)", letter.text) for letter in post.letters)
    return [one[1] for one in found if one]


def test_a_subscriber_from_invitation_to_leaving(mailing: Drill, post: Post) -> None:
    """One mail to confirm; looking at its link confirms nothing; then each bulletin once; one click ends it."""
    visitor = TestClient(create_web(mailing.app), base_url="http://127.0.0.1:0")
    form = visitor.get("/status/public/subscribe")
    token = re.search(r'name="csrf" value="([^"]+)"', form.text)
    assert token
    for _ in range(2):  # a second try makes no second mail
        visitor.post("/status/public/subscribe", data={"csrf": token[1], "email": "eve@customer.test"})
    mailing.run()
    (invitation,) = _links(post, "confirm")
    visitor.get(f"/status/confirm/{invitation}")
    mailing.ask("incident.start", title="x", service="checkout", severity="SEV2", confirm=True)
    mailing.ask("status.publish", id="1", text="First.")
    assert len(post.letters) == 1

    assert visitor.post(f"/status/confirm/{invitation}").status_code == 200
    mailing.ask("status.publish", id="1", text="Second.")
    (news,) = [letter for letter in post.letters if "Second." in letter.text]
    assert news.message["Subject"] == "[Shop] Investigating: Problem with Checkout"
    assert news.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (leave,) = _links(post, "leave")
    assert visitor.post(f"/status/leave/{leave}", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    mailing.ask("status.publish", id="1", text="Third.")

    assert len(post.letters) == 2
    assert mailing.ask("status.list")[2]["subscribers"] == 0


def test_a_forged_link_confirms_nobody(mailing: Drill) -> None:
    """A seal for leaving, or of another id, is not found."""
    visitor = TestClient(create_web(mailing.app), base_url="http://127.0.0.1:0")
    assert visitor.post("/status/confirm/sbs_01.AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_many_subscribers_each_hear_once(mailing: Drill) -> None:
    """Four hundred and fifty deliveries are made in three rounds, one for each subscriber."""
    with mailing.app.transaction() as s:
        page = s.publishing.page("public")
        for number in range(450):
            made = s.subscribing.add_webhook(page, f"https://n{number}.customer.test/hook")
            assert made.is_active
    mailing.ask("incident.start", title="x", service="checkout", severity="SEV2", confirm=True)
    with mailing.app.transaction() as s:
        s.publishing.publish("1", NewBulletin("We look."), Actor("ann", Role.RESPONDER, "test"))
    for _ in range(8):
        mailing.worker.step("jobs")

    with mailing.app.queue(reading=True) as queue:
        assert sum(queue.waiting(lane) for lane in queue.lanes("send:status-webhook")) == 450


def test_strangers_cannot_make_us_write_without_end(mailing: Drill) -> None:
    """After two hundred invitations within an hour a page takes no more, and says when to come back."""
    with mailing.app.transaction() as s:
        page = s.publishing.page("public")
        for number in range(200):
            s.subscribing.ask(page, f"n{number}@customer.test")
        with pytest.raises(Unavailable, match="try again in an hour"):
            s.subscribing.ask(page, "one.more@customer.test")


def test_reports_of_visitors_are_kept_and_call_nobody(shop: Drill) -> None:
    """Thirty within ten minutes; then it is known, and visitors are told so."""
    with shop.app.transaction() as s:
        page = s.publishing.page("public")
        for number in range(30):
            s.publishing.report(page, "checkout", f"cannot pay {number}", "eve")
        with pytest.raises(Unavailable, match="it is known"):
            s.publishing.report(page, None, "me too", "")
    shop.run()

    assert shop.ask("status.reports")[0]["text"] == "cannot pay 29"
    assert shop.called() == []


class _Hook(BaseHTTPRequestHandler):
    got: list[tuple[str, bytes]] = []  # noqa: RUF012 - one server in one test

    def do_POST(self) -> None:
        """Keep it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        _Hook.got.append((self.headers["webhook-signature"], body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""


def test_a_webhook_is_told_by_a_signed_post(shop: Drill) -> None:
    """An internal address is refused unless the operator allows it; then each bulletin comes signed."""
    _Hook.got.clear()
    server = HTTPServer(("127.0.0.1", 0), _Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        object.__setattr__(shop.app.config, "allow_internal", ("127.0.0.1/32",))
        with shop.app.transaction() as s:
            s.subscribing.add_webhook(s.publishing.page("public"), url)
        shop.ask("incident.start", title="x", service="checkout", severity="SEV2", confirm=True)
        shop.ask("status.publish", id="1", text="We look.")
        shop.run()
    finally:
        server.shutdown()
        server.server_close()

    ((signature, body),) = _Hook.got
    assert signature.startswith("v1,")
    assert json.loads(body)["text"] == "We look."


def test_the_static_copy_needs_no_server(drill: Drill) -> None:
    """The copy holds page, history, feeds and style; its links stay inside; a second round writes nothing."""
    drill.write(PAGES)
    folder = drill.app.config.data.parent / "copies"
    object.__setattr__(drill.app.config, "status_copies", folder)
    drill.ask("incident.start", title="x", service="checkout", severity="SEV2", confirm=True)
    drill.ask("status.publish", id="1", text="We look.")

    assert drill.app.status.copy_once() == 17
    assert drill.app.status.copy_once() == 0
    assert sorted(one.name for one in folder.iterdir()) == ["public"]  # neither the partners' nor the team's
    page = (folder / "public" / "index.html").read_text()
    assert "We look." in page
    assert 'href="status.css"' in page
    assert f'href="history/{START:%Y-%m}.html"' in page
    assert "We look." in (folder / "public" / "history" / f"{START:%Y-%m}.html").read_text()
