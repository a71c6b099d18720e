"""When maintenance windows are open."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.alerts.model import MaintenanceWindow
from watchbill.alerts.rules.maintenance import next_change, occurrences, open_now

PARIS = ZoneInfo("Europe/Paris")


def window(starts: datetime, *, rule: str = "", hours: float = 2, zone: ZoneInfo = PARIS) -> MaintenanceWindow:
    """A window of the database's service."""
    return MaintenanceWindow("db", frozenset({"db"}), starts, zone, timedelta(hours=hours), rule)


def at(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day, hour ...


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        (at(2026, 12, 1, 20, 59, 59), False),
        (at(2026, 12, 1, 21), True),
        (at(2026, 12, 1, 22, 59, 59), True),
        (at(2026, 12, 1, 23), False),
    ],
    ids=["before", "first moment", "last moment", "end"],
)
def test_the_edges_of_a_window(moment: datetime, opened: bool) -> None:  # noqa: FBT001 - a table of cases
    """22:00 in Paris is 21:00 UTC in winter; the start belongs to it, the end does not."""
    assert bool(open_now([window(datetime(2026, 12, 1, 22))], moment)) is opened


def test_a_recurring_window_keeps_its_wall_time_over_the_change_of_clocks() -> None:
    """The first Tuesday of each month at 22:00 in Paris: 21:00 UTC in March, 20:00 UTC in April."""
    monthly = window(datetime(2026, 3, 3, 22), rule="FREQ=MONTHLY;BYDAY=1TU")
    found = [one.starts_at for one in occurrences(monthly, at(2026, 3, 1), at(2026, 5, 1))]

    assert found == [at(2026, 3, 3, 21), at(2026, 4, 7, 20)]


def test_its_length_is_real_time_on_the_night_of_the_change() -> None:
    """A window of four hours over the night of 25 October 2026 ends four real hours later."""
    [found] = occurrences(window(datetime(2026, 10, 25, 1), hours=4), at(2026, 10, 24), at(2026, 10, 26))

    assert found.ends_at - found.starts_at == timedelta(hours=4)
    assert found.ends_at.astimezone(PARIS).hour == 4


def test_the_next_change_is_the_start_then_the_end() -> None:
    """What the fold waits for."""
    once = window(datetime(2026, 12, 1, 22))

    assert next_change([once], at(2026, 11, 24)) == at(2026, 12, 1, 21)
    assert next_change([once], at(2026, 12, 1, 21)) == at(2026, 12, 1, 23)
    assert next_change([once], at(2026, 12, 1, 23)) is None


@given(
    zone=st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"]),
    hour=st.integers(0, 23),
    hours=st.integers(1, 30),
    offset=st.integers(0, 60 * 24 * 60),
)
def test_open_now_agrees_with_the_list(zone: str, hour: int, hours: int, offset: int) -> None:
    """A daily window is open exactly at the moments that its occurrences hold."""
    daily = window(datetime(2026, 3, 1, hour), rule="FREQ=DAILY", hours=hours, zone=ZoneInfo(zone))
    moment = at(2026, 3, 10) + timedelta(minutes=offset)
    around = occurrences(daily, moment - timedelta(days=3), moment + timedelta(days=3))

    assert bool(open_now([daily], moment)) is any(one.starts_at <= moment < one.ends_at for one in around)
