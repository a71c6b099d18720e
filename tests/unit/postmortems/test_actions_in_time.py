"""Reminders of deadlines, who hears of them, and the burn-down."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.postmortems.conftest import NOW, action

from watchbill.postmortems.model import ActionPriority, ActionStatus
from watchbill.postmortems.rules.burndown import burn_down
from watchbill.postmortems.rules.reminding import is_escalated, next_reminder, title

PARIS = ZoneInfo("Europe/Paris")
DUE = date(2026, 12, 10)
P0, P1, P2 = ActionPriority


def test_people_hear_of_it_before_on_and_after_the_deadline() -> None:
    """At nine in the house's zone: three days before, on the day, one, three and seven days after, then every week."""
    item, now, days = action(7, deadline=DUE), NOW, []
    for _ in range(8):
        at = next_reminder(item, now, PARIS)
        assert at is not None
        assert at.astimezone(PARIS).hour == 9
        days.append((at.astimezone(PARIS).date() - DUE).days)
        now = at

    assert days == [-3, 0, 1, 3, 7, 14, 21, 28]


def test_what_is_done_or_has_no_deadline_reminds_nobody() -> None:
    """Nor does it keep a timer."""
    assert next_reminder(action(7), NOW, PARIS) is None
    assert next_reminder(action(7, deadline=DUE, status=ActionStatus.DONE), NOW, PARIS) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_there_is_always_a_next_one_within_a_week_after_the_deadline(now: datetime) -> None:
    """Whatever the moment, also over both changes of the clock: an item that nobody does is not forgotten."""
    at = next_reminder(action(7, deadline=date(2026, 1, 1)), now, PARIS)

    assert at is not None
    assert timedelta() < at - now <= timedelta(days=7, hours=1)


@pytest.mark.parametrize(("priority", "after"), [(P0, 1), (P1, 3), (P2, 7)])
def test_the_lead_hears_of_it_by_priority(priority: ActionPriority, after: int) -> None:
    """A day before that it is the owner's alone."""
    item = action(7, deadline=DUE, priority=priority)

    assert is_escalated(item, DUE + timedelta(days=after))
    assert not is_escalated(item, DUE + timedelta(days=after - 1))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "AI-7 is due in 3 days"),
        (0, "AI-7 is due today"),
        (1, "AI-7 is 1 day overdue"),
        (7, "AI-7 is 7 days overdue"),
    ],
)
def test_the_title_says_how_late(days: int, words: str) -> None:
    """One line for a narrow screen."""
    assert title(action(7, deadline=DUE), DUE + timedelta(days=days)) == words


def test_the_burn_down_counts_the_end_of_each_day() -> None:
    """Added, done, open and late, in the house's days: 23:30 UTC is tomorrow in Paris."""
    items = [
        action(1, created_at=datetime(2026, 11, 20, 12, tzinfo=UTC), deadline=date(2026, 11, 21)),
        action(2, created_at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC)),
        action(
            3,
            created_at=datetime(2026, 11, 1, tzinfo=UTC),
            done_at=datetime(2026, 11, 22, 10, tzinfo=UTC),
            status=ActionStatus.DONE,
        ),
    ]

    found = burn_down(items, date(2026, 11, 22), 3, PARIS)

    assert [(one.day.day, one.open, one.overdue, one.added, one.done) for one in found] == [
        (20, 2, 0, 1, 0),
        (21, 3, 0, 1, 0),
        (22, 2, 1, 0, 1),
    ]
