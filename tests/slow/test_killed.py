"""Kill -9 of the real server at every named place between acceptance and record, on SQLite and PostgreSQL, and under load.

What was answered 2xx is delivered after the restart; a message is repeated at most once for each death, under the same id;
an acknowledgement that was answered is never lost, and nobody is called after it.
"""

import http.client
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from tests.slow.post import Post
from tests.slow.servers import Answer, Watchbill, ask, until

import watchbill
from watchbill.kernel.crashpoint import CRASH_EXIT
from watchbill.oncall.model import EscalationAcknowledged

pytestmark = [pytest.mark.slow]

# Where the server dies between taking an alert in and knowing that the page arrived. True: the sender had its answer by then,
# or may have had it.
PLACES = (
    "after_receive", "after_inbox_commit", "before_fold_commit", "after_fold_commit", "job.after_claim", "escalation.saved",
    "escalation.started", "escalation.person_paged", "escalation.step_called", "job.before_commit", "job.after_commit",
    "incident.declared", "delivery.after_claim", "delivery.begun", "delivery.before_send",
    "delivery.after_send_before_record", "delivery.recorded", "delivery.after_record",
)  # fmt: skip
# Places that one alert alone visits only on the way of an answer, an end or a second step.
WAYS = ("escalation.step_due", "ack.saved", "web.before_answer", "api.before_answer", "escalation.resolved")
# Not on the way of an alert: the counts store's journal, a followed file and notifications of an Alertmanager file have tests
# of their own, and so have what people have run and what is said in chats (test_matrix.py); what a metrics store was given twice is counted once (tests/contract/counts).
ELSEWHERE = {
    "counts.after_journal", "counts.after_apply", "counts.after_flush", "counts.after_state", "counts.after_send_off",
    "execution.started", "execution.began", "execution.before_record", "counts.after_remote_write", "follow.before_append", "follow.after_append", "receivers.flushed",
    "chat.before_commit", "chat.taken",
}  # fmt: skip
# After these the provider has the message and we do not know it yet: it may come a second time.
REPEATS = {"delivery.after_send_before_record", "delivery.recorded"}

CYCLE_S = 1.0  # a page may be handed over so long after an acknowledgement

Make = Callable[..., Watchbill]


@pytest.fixture(params=["sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Path, post: Post, house: Callable[[str], str]) -> Iterator[Make]:
    """Makes a server of the test's own on either database; killed at the end."""
    database = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    made: list[Watchbill] = []

    def server(wait: str = "5m") -> Watchbill:
        one = Watchbill(
            tmp_path / "server",
            specs=house(wait),
            database=database,
            environment={"WATCHBILL_SMTP_URL": post.url},
        )
        made.append(one)
        return one

    yield server
    for one in made:
        one.kill()


def alert(name: str, **more: object) -> dict[str, object]:
    """One that pages; its name stands in subject and text."""
    return {
        "labels": {"alertname": name, "service": "checkout", "severity": "critical"},
        "annotations": {"summary": f"{name}."},
        **more,
    }


def _try(what: Callable[[], Answer]) -> Answer | None:
    """The answer, or None where the server died before it could give one."""
    try:
        return what()
    except (OSError, http.client.HTTPException):
        return None


@pytest.mark.parametrize("place", PLACES)
def test_an_accepted_alert_is_delivered(make: Make, post: Post, place: str) -> None:
    """Whatever the moment of death: after the restart the page is out within ten seconds, at most twice, under one id."""
    name = f"Dies-{uuid4().hex[:8]}-{place}"
    server = make()
    server.start({"WATCHBILL_CRASHPOINT": place})

    answer = _try(lambda: server.send(alert(name)))
    assert server.ended() == CRASH_EXIT
    accepted = answer is not None and answer.status == 200
    server.start()

    if not accepted:
        assert server.send(alert(name)).status == 200  # what any sender does
    until("the page is out", lambda: post.to("ana@shop.test", f"{name}."), seconds=10)
    until("nothing is under way", lambda: _is_settled(server))
    letters = post.to("ana@shop.test", f"{name}.")
    assert len({one.delivery for one in letters}) == 1, [one.text for one in letters]
    assert len(letters) <= 1 + (place in REPEATS), [one.text for one in letters]
    assert post.to("bob@shop.test", f"{name}.") == []
    calls = server.api("/escalations")["items"]
    assert [(one["kind"], one["status"]) for one in calls] == [("alert", "open")]


def test_the_second_step_is_not_skipped(make: Make, post: Post) -> None:
    """Killed when the timer has fired: after the restart the second person is called, once."""
    name = f"Steps-{uuid4().hex[:8]}"
    server = make("2s")
    server.start({"WATCHBILL_CRASHPOINT": "escalation.step_due"})
    assert server.send(alert(name)).status == 200
    assert server.ended() == CRASH_EXIT
    server.start()

    (_,) = post.wait_for("bob@shop.test", f"{name}.", seconds=12)
    until("ana was told", lambda: post.to("ana@shop.test", f"{name}."), seconds=10)
    assert len({one.delivery for one in post.to("ana@shop.test", f"{name}.")}) == 1


@pytest.mark.parametrize(
    ("place", "way"),
    [("ack.saved", "web"), ("web.before_answer", "web"), ("ack.saved", "api"), ("api.before_answer", "api")],
)
def test_an_acknowledgement(make: Make, post: Post, place: str, way: str) -> None:
    """Before its commit it never was, and the person presses again; after it, it stands, also unanswered, and nobody is called."""
    name = f"Acks-{uuid4().hex[:8]}-{place}-{way}"
    server = make("4s")
    server.start({"WATCHBILL_CRASHPOINT": place})
    assert server.send(alert(name)).status == 200
    (letter,) = post.wait_for("ana@shop.test", f"{name}.")
    escalation = server.api("/escalations")["items"][0]["id"]

    assert _acknowledge(server, way, letter.link, escalation) is None
    assert server.ended() == CRASH_EXIT
    died = time.monotonic()
    server.start()
    assert server.api(f"/escalations/{escalation}")["status"] == ("acknowledged" if place != "ack.saved" else "open")
    again = _acknowledge(server, way, letter.link, escalation)
    assert again is not None
    assert again < 400
    # One that was durable before the death counts from there on.
    answered = time.monotonic() if place == "ack.saved" else died

    shown = server.api(f"/escalations/{escalation}")
    assert shown["status"] == "acknowledged"
    assert _acknowledged(server, escalation) == 1
    time.sleep(5)  # longer than bob's turn is away
    # His turn may have come before the acknowledgement was kept: on a slow machine before the first one, too.
    assert [one for one in post.to("bob@shop.test", f"{name}.") if one.at > answered + CYCLE_S] == []


def _acknowledged(server: Watchbill, escalation: str) -> int:
    """How many events say so: a second answer must not make a second one."""
    address = server.database or f"sqlite:///{server.data}/watchbill.db"
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            wanted = text("SELECT count(*) FROM events WHERE kind = :kind AND subject = :subject")
            found = {"kind": EscalationAcknowledged.kind, "subject": escalation}
            return int(connection.execute(wanted, found).scalar_one())
    finally:
        engine.dispose()


def _acknowledge(server: Watchbill, way: str, link: str, escalation: str) -> int | None:
    """The status, or None where the server died instead of answering."""
    if way == "api":
        try:
            server.api(f"/pages/{escalation}/ack", "POST", {})
        except (OSError, http.client.HTTPException):
            return None
        return 200
    link = re.sub(r"//127\.0\.0\.1:\d+/", f"//127.0.0.1:{server.port}/", link)
    page = ask(link)
    token = re.search(r'name="csrf" value="([^"]+)"', page.body)
    assert token, page
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = _try(lambda: ask(link, "POST", f"act=ack&csrf={token[1]}", headers=form))
    return None if answer is None else answer.status


def test_a_resolve(make: Make, post: Post) -> None:
    """Killed while the end of an alert ends its escalation: it ends after the restart, and nobody else is called."""
    name = f"Ends-{uuid4().hex[:8]}"
    server = make("60s")
    server.start({"WATCHBILL_CRASHPOINT": "escalation.resolved"})
    assert server.send(alert(name, startsAt="2026-01-01T00:00:00Z")).status == 200
    post.wait_for("ana@shop.test", f"{name}.")
    _try(lambda: server.send(alert(name, startsAt="2026-01-01T00:00:00Z", endsAt="2026-01-01T00:00:01Z")))
    assert server.ended() == CRASH_EXIT
    server.start()

    until("the escalation is over", lambda: server.api("/escalations")["items"][0]["status"] == "resolved")
    assert len(post.to("ana@shop.test", f"{name}.")) == 1


def test_sigterm_under_load(make: Make) -> None:
    """Every request under way is answered or refused; the process ends by itself within ten seconds with status 0."""
    server = make()
    server.start()
    stop = threading.Event()
    said: Counter[object] = Counter()
    accepted: list[str] = []

    def sender(number: int) -> None:
        count = 0
        while not stop.is_set():
            count += 1
            name = f"Load{number}-{count}"
            answer = _try(lambda: server.send({"labels": {"alertname": name, "severity": "info"}}))  # noqa: B023 - called at once
            said[answer.status if answer else None] += 1
            if answer is not None and answer.status == 200:
                accepted.append(name)

    threads = [threading.Thread(target=sender, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        until("there is load", lambda: said[200] > 50)
        assert server.process is not None
        server.process.send_signal(signal.SIGTERM)
        status = server.process.wait(10)
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert status == 0
    assert set(said) <= {200, 503, None}
    server.start()
    listed = {one["labels"]["alertname"] for one in ask(f"{server.url}/api/v2/alerts").json}
    assert set(accepted) <= listed


def test_every_named_place_is_tried() -> None:
    """A crash point that no test visits proves nothing; a name here that the source lacks would never be reached."""
    source = Path(watchbill.__file__).parent
    named = {
        name
        for path in source.rglob("*.py")
        for name in re.findall(r'crashpoint\(\s*"([^"]+)"', path.read_text("utf-8"))
    }

    assert named == {*PLACES, *WAYS, *ELSEWHERE}


def _is_settled(server: Watchbill) -> bool:
    """Whether nothing is due, leased or waiting to be sent."""
    said = ask(f"{server.url}/metrics").body
    found = dict(
        re.findall(r'^(watchbill_jobs{state="(?:due|leased)"}|watchbill_deliveries_waiting) (\S+)$', said, re.MULTILINE)
    )
    assert len(found) == 3, said
    return all(float(number) == 0 for number in found.values())
