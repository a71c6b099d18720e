"""The background loops in threads: woken by commits, started again when they end, stopped with nothing leased."""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.entrypoint.worker.conftest import House

PATIENCE_S = 20.0


def _eventually(is_true: Callable[[], bool]) -> bool:
    """Look again for a while; the machine may be slow."""
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.02)):
        if is_true():
            return True
        pause.wait(0.02)
    return False


def test_a_commit_wakes_the_loops(house: "House") -> None:
    """An event is reacted to without anybody asking for it."""
    worker = house.worker()
    worker.start()
    house.ring()
    reacted = _eventually(lambda: house.done == ["open bell", "greet bell"])
    worker.stop()

    assert reacted


def test_loops_are_woken_and_do_not_wait_for_the_next_poll(house: "House", monkeypatch: pytest.MonkeyPatch) -> None:
    """With polling switched off the commit alone is enough."""
    monkeypatch.setattr("watchbill.entrypoints.worker.loop.BACKSTOP_S", 3_600.0)
    monkeypatch.setattr("watchbill.entrypoints.worker.reacting.BACKSTOP_S", 3_600.0)
    monkeypatch.setattr("watchbill.entrypoints.worker.sending.BACKSTOP_S", 3_600.0)
    worker = house.worker()
    worker.start()
    _eventually(lambda: worker.loops["jobs"].health.cycles > 0)
    house.ring()
    house.send("dlv_1")
    done = _eventually(lambda: len(house.done) == 2 and house.recorded != [])
    worker.stop()

    assert done


def test_a_loop_that_fails_is_named_and_recovers(house: "House", caplog: pytest.LogCaptureFixture) -> None:
    """/readyz says which and why; the next cycle that succeeds clears it."""
    worker = house.worker()
    broken = threading.Event()
    broken.set()
    cycle = worker.loops["jobs"].cycle

    def fail() -> int:
        if broken.is_set():
            raise ZeroDivisionError("out of coffee")
        return cycle()

    worker.loops["jobs"].cycle = fail
    with caplog.at_level(logging.ERROR):
        worker.start()
        named = _eventually(lambda: worker.faults().get("jobs") == "failed: ZeroDivisionError: out of coffee")
        broken.clear()
        house.ring()
        recovered = _eventually(lambda: worker.faults() == {} and len(house.done) == 2)
        worker.stop()

    assert (named, recovered) == (True, True)


def test_a_thread_that_ends_is_started_again(house: "House", monkeypatch: pytest.MonkeyPatch) -> None:
    """Even what no handler catches does not silence the pager."""
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    worker = house.worker()
    cycle = worker.loops["jobs"].cycle
    deaths = iter([True])

    def die() -> int:
        if next(deaths, False):
            raise SystemExit
        return cycle()

    worker.loops["jobs"].cycle = die
    worker.start()
    house.ring()
    reacted = _eventually(lambda: len(house.done) == 2)
    restarts = worker.loops["jobs"].health.restarts
    worker.stop()

    assert (reacted, restarts) == (True, 1)


def test_a_cycle_that_takes_too_long_is_named(house: "House") -> None:
    """A loop that hangs is no loop."""
    worker = house.worker()
    worker.loops["jobs"].health.started_at = house.clock.monotonic() - 31

    assert worker.faults() == {"jobs": "has been in one cycle for 31 s"}


def test_a_stop_leaves_nothing_leased(house: "House") -> None:
    """What was only claimed is given back, what hangs is given up, and another worker does it."""
    house.providers["pigeon"].before = lambda: house.gate.wait(30)
    for number in range(house.app.config.send_threads + 2):
        house.send(f"d{number}", channel="pigeon")
    worker = house.worker("stopping")
    worker.start()
    _eventually(lambda: house.depth()["leased"] == house.app.config.send_threads)
    worker.stop(timeout_s=0.3)
    left = house.depth()
    house.gate.set()

    assert left == {"waiting": 10, "due": 10, "leased": 0, "parked": 0}
