"""The background loops, stepped: reactions, timers and deliveries are done once, tried again, or set aside."""

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from watchbill.kernel.errors import Unavailable
from watchbill.kernel.jobs import LEASE_S, MAX_ATTEMPTS, JobParked
from watchbill.oncall.model.delivery import Outcome, Receipt
from watchbill.people.model import Actor, Role
from watchbill.reactions import Timer

if TYPE_CHECKING:
    from tests.entrypoint.worker.conftest import House


def test_every_reaction_to_an_event_runs_once(house: "House") -> None:
    """Both rows of the table, in its order, and never again."""
    worker = house.worker()
    house.ring()
    worker.drain()
    worker.drain()

    assert house.done == ["open bell", "greet bell"]


def test_what_a_reaction_publishes_is_traced_to_its_cause(house: "House") -> None:
    """From the door back to the bell."""
    house.ring()
    house.worker().drain()
    with house.app.reading() as s:
        chain = s.records.trace("door of bell")

    assert [(link.id, link.cause) for link in chain] == [("bell", None), ("door of bell", "bell")]


def test_severe_events_are_worked_first_after_downtime(house: "House") -> None:
    """A backlog is no queue: the P0 that came last goes first."""
    for subject, severity in [("ticket", "P2"), ("urgent", "P1"), ("outage", "P0")]:
        house.ring(subject, severity)
    house.worker().drain()

    assert house.done == [
        f"{what} {subject}" for subject in ("outage", "urgent", "ticket") for what in ("open", "greet")
    ]


def test_a_reaction_that_fails_is_undone_and_tried_again(house: "House") -> None:
    """Nothing of the failed run stays, its neighbour is done at once, and the second try succeeds."""
    house.boom = {"open bell"}
    worker = house.worker()
    house.ring()
    worker.drain()
    before = list(house.done)
    with house.app.reading() as s:
        subjects = {found.recorded.subject for found in s.records.events()}
    house.boom = set()
    house.clock.forward(timedelta(seconds=1))
    worker.drain()

    assert before == ["greet bell"]
    assert subjects == {"bell"}
    assert house.done == ["greet bell", "open bell"]


def test_a_reaction_that_always_fails_is_parked_in_sight(house: "House") -> None:
    """After five attempts it rests, an event says so with the reason, and its neighbours were never held up."""
    house.boom = {"open bell"}
    worker = house.worker()
    house.ring()
    for _ in range(MAX_ATTEMPTS + 2):
        worker.drain()
        house.clock.forward(timedelta(minutes=5))
    with house.app.reading() as s:
        parked = [found.recorded.event for found in s.records.events(kinds=[JobParked.kind])]

    assert house.done == ["greet bell"]
    assert house.depth() == {"waiting": 0, "due": 0, "leased": 0, "parked": 1}
    assert [(event.job_kind, event.attempts, event.error) for event in parked if isinstance(event, JobParked)] == [
        ("reaction:open", 5, "ZeroDivisionError: open bell")
    ]


def test_a_job_that_killed_its_workers_is_parked_without_being_run(house: "House") -> None:
    """Five claims that never came back: the sixth does not try."""
    house.set_timer("deadly")
    for number in range(MAX_ATTEMPTS):
        with house.app.queue() as queue:
            assert len(queue.claim(f"dead{number}")) == 1
        house.clock.forward(timedelta(seconds=LEASE_S))
    house.worker().drain()

    assert house.done == []
    assert house.depth()["parked"] == 1


def test_a_job_of_an_unknown_kind_is_tried_again_and_named(house: "House") -> None:
    """Another version may know it; until then it says what is missing."""
    with house.app.transaction() as s:
        s.jobs.schedule("from the future", "x", s.now)
    house.worker().drain()
    with house.app.queue(reading=True) as queue:
        depth = queue.depth()

    assert depth == {"waiting": 1, "due": 0, "leased": 0, "parked": 0}


def test_what_is_away_for_a_moment_costs_no_attempt(house: "House") -> None:
    """A database that was locked is no fault of the job."""
    fails = iter([True] * 10)
    original = house._tick

    def tick(s: object, job: object) -> None:
        if next(fails, False):
            raise Unavailable("locked", retry_after_s=2)
        original(s, job)  # type: ignore[arg-type]  # passed through as they came

    house.app.timers = (Timer("tick", tick, "it is locked ten times"),)
    worker = house.worker()
    house.set_timer("a")
    for _ in range(11):
        worker.drain()
        house.clock.forward(timedelta(seconds=2))

    assert house.done == ["tick a"]
    assert house.depth()["parked"] == 0


def test_timers_that_came_due_during_downtime_run_once_and_late(house: "House") -> None:
    """Most urgent first, then in the order in which they were due."""
    for key, minutes, priority in [("b", 2, 5), ("a", 1, 5), ("urgent", 3, 0)]:
        house.set_timer(key, timedelta(minutes=minutes), priority)
    house.clock.forward(timedelta(days=1))
    worker = house.worker()
    worker.drain()
    worker.drain()

    assert house.done == ["tick urgent", "tick a", "tick b"]


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=1)])
def test_a_clock_that_jumps_neither_loses_nor_doubles_a_timer(house: "House", jump: timedelta) -> None:
    """Whatever NTP does to the wall clock, the timer fires once when its moment has come."""
    house.set_timer("a", timedelta(minutes=5))
    worker = house.worker()
    house.clock.jump(house.clock.now() + jump)
    worker.drain()
    due = jump >= timedelta(minutes=5)
    fired_at_once = list(house.done)
    house.clock.forward(timedelta(hours=2))
    worker.drain()

    assert fired_at_once == (["tick a"] if due else [])
    assert house.done == ["tick a"]


def test_a_delivery_is_sent_and_recorded_once(house: "House") -> None:
    """And counted for /metrics."""
    worker = house.worker()
    house.send("dlv_1")
    waiting = worker.drain()

    assert waiting == 0
    assert house.providers["post"].ledger == ["dlv_1"]
    assert house.recorded == [("dlv_1", Outcome.DELIVERED)]
    assert worker.sent == {("send:post", "delivered"): 1}


def test_a_delivery_that_is_not_wanted_any_more_is_not_sent(house: "House") -> None:
    """Acknowledged meanwhile: `prepare` says so, and the job is done."""
    house.boom = {"dlv_1"}
    house.send("dlv_1")
    house.worker().drain()

    assert (house.providers["post"].ledger, house.depth()["waiting"]) == ([], 0)


def test_a_delivery_cancelled_after_the_claim_is_not_sent(house: "House") -> None:
    """The lease is looked at once more right before sending."""
    worker = house.worker()
    house.send("dlv_1")
    with house.app.queue() as queue:
        job = queue.claim("w1", lane="send:post")[0]
    with house.app.transaction() as s:
        s.jobs.cancel("deliver", "dlv_1")
    worker._sender._deliver(job, deadline=house.clock.monotonic() + 10)

    assert house.providers["post"].ledger == []


def test_nothing_is_sent_after_the_lease_by_our_own_clock(house: "House") -> None:
    """Cut off from the database we cannot know who has the job now, but we can count seconds."""
    worker = house.worker()
    house.send("dlv_1")
    with house.app.queue() as queue:
        job = queue.claim("w1", lane="send:post")[0]
    worker._sender._deliver(job, deadline=house.clock.monotonic() - 0.001)

    assert house.providers["post"].ledger == []


def test_a_refused_delivery_comes_back_when_its_domain_says_so(house: "House") -> None:
    """The record sets the job again in the same transaction."""
    worker = house.worker()
    house.providers["post"].answer = Receipt(Outcome.TEMPORARY, "busy")
    house.send("dlv_1")
    worker.drain()
    worker.drain()
    house.providers["post"].answer = Receipt(Outcome.DELIVERED, "now")
    house.clock.forward(timedelta(seconds=30))
    worker.drain()

    assert house.recorded == [("dlv_1", Outcome.TEMPORARY), ("dlv_1", Outcome.DELIVERED)]


def test_a_channel_that_is_not_set_up_is_a_permanent_answer(house: "House") -> None:
    """The domain decides what to do about it; the job does not hang."""
    house.send("dlv_1", channel="fax")
    house.worker().drain()

    assert house.recorded == [("dlv_1", Outcome.PERMANENT)]


def test_a_provider_that_hangs_delays_nobody_else(house: "House") -> None:
    """All threads of one lane wait; the other lane goes on."""
    house.providers["pigeon"].before = lambda: house.gate.wait(30)
    worker = house.worker()
    for number in range(house.app.config.send_threads + 3):
        house.send(f"lost{number}", channel="pigeon")
    house.send("quick", channel="post")
    worker.loops["deliveries"].step(house.clock)
    arrived = threading.Event()
    house.providers["post"].before = arrived.set
    house.send("quicker", channel="post")
    worker.loops["deliveries"].step(house.clock)

    assert arrived.wait(10)
    assert house.providers["pigeon"].ledger == []
    house.gate.set()
    worker.drain()
    assert len(house.providers["pigeon"].ledger) == house.app.config.send_threads + 3


def test_without_delivering_the_number_that_waits_is_told(house: "House") -> None:
    """What a command does that works on the files itself."""
    house.ring()
    house.send("dlv_1")
    waiting = house.worker().drain(deliver=False)

    assert (waiting, house.done, house.providers["post"].ledger) == (1, ["open bell", "greet bell"], [])


def test_two_workers_do_each_thing_once(house: "House") -> None:
    """Two workers of one house, in threads, over a hundred events."""
    for number in range(100):
        house.ring(f"b{number:03}")
    workers = [house.worker(f"w{number}") for number in range(2)]
    threads = [threading.Thread(target=worker.drain) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(house.done) == sorted(f"{what} b{number:03}" for what in ("open", "greet") for number in range(100))


def test_tidying_saves_what_readers_noted_and_deletes_what_is_over(house: "House") -> None:
    """Last uses move into the store; done jobs go after their time."""
    with house.app.transaction() as s:
        _, secret = s.people.create_token("t", Role.VIEWER, Actor("root", Role.ADMIN, "test"))
    with house.app.reading() as s:
        token = s.people.token(secret)
    house.set_timer("a")
    worker = house.worker()
    worker.drain()
    with house.app.reading() as s:
        used = s.access.tokens()[0].last_used_at
    house.clock.forward(house.app.config.keep_jobs + timedelta(seconds=1))
    deleted = worker.step("tidy")

    assert used == token.created_at
    assert house.app.uses == {}
    assert deleted == 1
