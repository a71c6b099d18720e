"""When somebody works, on their own wall clock."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from watchbill.people.model import WorkHours
from watchbill.people.rules import is_off_hours

PARIS = ZoneInfo("Europe/Paris")  # UTC+1 in November
DAY = WorkHours(time(9), time(18))
NIGHT = WorkHours(time(22), time(6), ("fri",))


@pytest.mark.parametrize(
    ("at", "hours", "off"),
    [
        ("2026-11-24T07:59:59", DAY, True),  # Tuesday, 08:59:59 in Paris
        ("2026-11-24T08:00:00", DAY, False),
        ("2026-11-24T16:59:59", DAY, False),
        ("2026-11-24T17:00:00", DAY, True),
        ("2026-11-28T11:00:00", DAY, True),  # Saturday
        ("2026-11-25T11:00:00", DAY, True),  # a holiday
        ("2026-11-27T21:00:00", NIGHT, False),  # Friday, 22:00
        ("2026-11-28T04:59:59", NIGHT, False),  # still Friday's night
        ("2026-11-28T05:00:00", NIGHT, True),
        ("2026-11-28T21:00:00", NIGHT, True),  # Saturday's night is free
    ],
)
def test_hours_include_their_beginning_and_not_their_end(at: str, hours: WorkHours, off: bool) -> None:  # noqa: FBT001 - a column of the table
    """Edges, weekends, holidays, and nights that pass midnight."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    assert is_off_hours(moment, hours, PARIS, {date(2026, 11, 25)}.__contains__) is off
