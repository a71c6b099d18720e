"""Heartbeats: a job that stays away makes bad minutes and an alert, once; one that reports in ends both."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchbill.adapters.measure.checking import Beats
from watchbill.adapters.measure.counts import CountsStore
from watchbill.kernel.clock import ManualClock
from watchbill.slo.model import BeatRule, Heartbeat, Ping, Sli
from watchbill.slo.model import Beats as Measure

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULE = BeatRule("export", "shop", timedelta(minutes=30), timedelta(minutes=10), max_duration=timedelta(minutes=5))
FRESH = Sli("fresh", source=Heartbeat("export"))
WENT = Sli("went", source=Heartbeat("export", Measure.SUCCESS))
QUICK = Sli("quick", source=Heartbeat("export", Measure.DURATION))
SLIS = (FRESH, WENT, QUICK)


@pytest.fixture
def clock() -> ManualClock:
    """On the hour."""
    return ManualClock(NOW)


@pytest.fixture
def counts(tmp_path: Path, clock: ManualClock) -> Iterator[CountsStore]:
    """An empty store."""
    opened = CountsStore(tmp_path / "counts", clock)
    yield opened
    opened.close()


@pytest.fixture
def beats(counts: CountsStore, clock: ManualClock) -> Beats:
    """Waiting since the hour."""
    beats = Beats(counts, clock)
    beats.cycle([RULE], SLIS)
    return beats


def _run(beats: Beats, clock: ManualClock, minutes: int) -> list[tuple[int, str | None]]:
    """So many minutes of cycles; (minute, why) of the alerts that were sent or ended."""
    told = []
    for _ in range(minutes):
        clock.forward(MINUTE)
        for call in beats.cycle([RULE], SLIS):
            told.append(((clock.now() - NOW) // MINUTE, call.why))
            beats.told(call)
    return told


def _sum(counts: CountsStore, sli: str, clock: ManualClock) -> tuple[int, int]:
    found = counts.sums(sli, [600], clock.now())[0]
    return found.good, found.total


def test_a_job_that_stays_away_is_alerted_and_comes_back(beats: Beats, counts: CountsStore, clock: ManualClock) -> None:
    """Exactly at every + grace it is still fine; a minute later it is missed, said again each five minutes, and ended by a run."""
    beats.ping(RULE, Ping(), SLIS)
    told = _run(beats, clock, 47)

    assert told == [(41, "it did not report in"), (46, "it did not report in")]
    assert _sum(counts, "fresh", clock) == (40, 47)

    beats.ping(RULE, Ping(), SLIS)

    assert _run(beats, clock, 3) == [(48, None)]
    assert _sum(counts, "fresh", clock) == (43, 50)


def test_a_job_that_never_came_is_missed_as_well(beats: Beats, clock: ManualClock) -> None:
    """The first run is waited for as long as every other."""
    assert _run(beats, clock, 41) == [(41, "it has never reported in")]


def test_a_failed_run_is_told_at_once_and_is_no_sign_of_life(
    beats: Beats, counts: CountsStore, clock: ManualClock
) -> None:
    """Failure alerts without waiting, and its minutes are bad until a good run."""
    beats.ping(RULE, Ping(), SLIS)
    clock.forward(MINUTE)
    beats.ping(RULE, Ping(ok=False, said="disk full"), SLIS)
    calls = beats.cycle([RULE], SLIS)

    assert [call.why for call in calls] == ["its last run failed: disk full"]
    assert _sum(counts, "fresh", clock) == (0, 1)
    assert _sum(counts, "went", clock) == (1, 2)


def test_runs_are_counted_for_success_and_duration(beats: Beats, counts: CountsStore, clock: ManualClock) -> None:
    """A run is one event; exactly at max_duration it is quick; one without a duration says nothing about it."""
    for took_s, ok in ((300.0, True), (301.0, True), (10.0, False), (None, True)):
        beats.ping(RULE, Ping(ok=ok, took_s=took_s), SLIS)

    assert _sum(counts, "went", clock) == (3, 4)
    assert _sum(counts, "quick", clock) == (1, 3)


def test_the_same_run_counts_once(beats: Beats, counts: CountsStore, clock: ManualClock) -> None:
    """A job that retries its ping is not counted twice."""
    assert beats.ping(RULE, Ping(run="r1"), SLIS) is True
    assert beats.ping(RULE, Ping(run="r1"), SLIS) is False
    assert _sum(counts, "went", clock) == (1, 1)


def test_our_own_downtime_is_nobodys_fault(beats: Beats, counts: CountsStore, clock: ManualClock) -> None:
    """Nobody could report in while we were down: those minutes have no data, and for five minutes more nobody is called."""
    beats.ping(RULE, Ping(), SLIS)
    _run(beats, clock, 10)
    clock.forward(timedelta(hours=3))
    again = Beats(counts, clock)

    assert again.cycle([RULE], SLIS) == []
    told = _run(again, clock, 7)

    assert [minute for minute, _ in told] == [10 + 180 + 6]
    assert _sum(counts, "fresh", clock) == (15, 17)


def test_what_was_missed_before_the_downtime_stays_missed(
    beats: Beats, counts: CountsStore, clock: ManualClock
) -> None:
    """A restart does not silence an alert that was there before it."""
    _run(beats, clock, 42)
    clock.forward(timedelta(hours=1))

    assert [call.why for call in Beats(counts, clock).cycle([RULE], SLIS)] == ["it has never reported in"]
