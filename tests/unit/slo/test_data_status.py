"""How far numbers can be trusted, and when silence is worth an alarm."""

from datetime import UTC, datetime, timedelta

import pytest

from watchbill.kernel.units import Ratio
from watchbill.slo.model import DataStatus, Slo, SourceState, WindowSum
from watchbill.slo.rules.data import data_status, is_remarkable, silence_limit

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SLO = Slo("checkout-availability", "checkout", "orders", Ratio.percent("99.9"))
WEEKS = 40_320


def source(ago: timedelta | None, reason: str = "") -> SourceState:
    """A source whose newest event is that old."""
    return SourceState(measured=True, reason=reason, newest_at=None if ago is None else AT - ago)


@pytest.mark.parametrize(
    ("counts", "ago", "status", "reason"),
    [
        (WindowSum(WEEKS, 99, 100, WEEKS, 0), timedelta(0), DataStatus.OK, ""),
        (WindowSum(WEEKS, 99, 100, WEEKS, 0), timedelta(minutes=15), DataStatus.OK, ""),
        (
            WindowSum(WEEKS, 99, 100, WEEKS, 0),
            timedelta(minutes=15, seconds=1),
            DataStatus.STALE,
            "no event for 15 min",
        ),
        (WindowSum(WEEKS, 99, 100, 1440, 0), timedelta(0), DataStatus.PARTIAL, "data for 1 d of 28 d (3.6 %)"),
        (WindowSum(WEEKS, 99, 100, 39_917, 0), timedelta(0), DataStatus.OK, ""),  # 99.0005 %
        (WindowSum(WEEKS, 99, 100, 39_916, 0), timedelta(0), DataStatus.PARTIAL, "data for 27 d 17 h of 28 d (99 %)"),
        (WindowSum(WEEKS, 0, 0, 0, 0), None, DataStatus.NO_DATA, "no event has been seen yet"),
        (
            WindowSum(WEEKS, 0, 0, 5, 0),
            timedelta(days=40),
            DataStatus.NO_DATA,
            "no event in the window; the last one came 40 d ago",
        ),
    ],
)
def test_status(counts: WindowSum, ago: timedelta | None, status: DataStatus, reason: str) -> None:
    """Nothing, silence, gaps, all well; a short history is shown and never silently a shorter window."""
    found, why = data_status(SLO, counts, source(ago), AT)

    assert (found, why.replace("\u00a0", " ")) == (status, reason)


def test_what_the_source_says_itself_comes_first() -> None:
    """The adapter's own reason beats the general one."""
    status = data_status(SLO, WindowSum(WEEKS, 0, 0, 0, 0), source(None, "/var/log/x: permission denied"), AT)

    assert status == (DataStatus.NO_DATA, "/var/log/x: permission denied")


@pytest.mark.parametrize(
    ("events", "silent", "alarm"),
    [
        (144_000, timedelta(minutes=16), True),  # 1,600 were to be expected
        (144_000, timedelta(minutes=15), False),  # not past the limit
        (24, timedelta(hours=9), False),  # one an hour: 9 expected, min_events is 10
        (24, timedelta(hours=10), True),
        (0, timedelta(days=30), False),
    ],
)
def test_silence_is_judged_by_what_was_to_be_expected(events: int, silent: timedelta, *, alarm: bool) -> None:
    """A service that is asked once an hour may be quiet for an hour."""
    assert silence_limit(SLO) == timedelta(minutes=15)
    assert is_remarkable(events, silent, SLO) is alarm
