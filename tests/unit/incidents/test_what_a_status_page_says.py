"""Stages, conditions, days and sentences of a status page."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.incidents.model import Severity
from watchbill.incidents.model.status import Bulletin, Component, Condition, Stage, StatusPage
from watchbill.incidents.rules.public import (
    condition_for,
    day_state,
    overall_words,
    published_pct,
    resolved_text,
    standing,
    thread_title,
    threads,
)
from watchbill.kernel.ids import BulletinId, IncidentId

PAGE = StatusPage("public", "Shop", (Component("checkout", "Checkout"), Component("search", "Search")))
AT = datetime(2026, 11, 24, 3, tzinfo=UTC)


def bulletin(number: int, incident: str = "inc_1", stage: Stage = Stage.INVESTIGATING, **how: object) -> Bulletin:
    """One, so many minutes after the start."""
    facts: dict[str, object] = {"condition": Condition.DEGRADED, "services": ("checkout",)} | how
    return Bulletin(
        BulletinId(f"bul_{number}"), "public", IncidentId(incident), stage, title="Problem", text="We look.",
        at=AT + timedelta(minutes=number), by="ana", **facts,  # type: ignore[arg-type]  # facts of the row
    )  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "stage", "condition"),
    [
        (Severity.SEV1, Stage.INVESTIGATING, Condition.MAJOR_OUTAGE),
        (Severity.SEV2, Stage.IDENTIFIED, Condition.PARTIAL_OUTAGE),
        (Severity.SEV3, Stage.INVESTIGATING, Condition.DEGRADED),
        (Severity.SEV4, Stage.INVESTIGATING, Condition.DEGRADED),
        (Severity.SEV1, Stage.MONITORING, Condition.DEGRADED),
        (Severity.SEV1, Stage.RESOLVED, Condition.OPERATIONAL),
    ],
)
def test_a_condition_follows_from_severity_and_stage(severity: Severity, stage: Stage, condition: Condition) -> None:
    """What is mitigated is watched, what is resolved works, everything else is as bad as its severity."""
    assert condition_for(severity, stage) is condition


@pytest.mark.parametrize(
    ("ratio", "state"),
    [
        (Fraction(1), "good"),
        (Fraction(999, 1000), "good"),
        (Fraction(9989, 10_000), "low"),
        (Fraction(9501, 10_000), "low"),
        (Fraction(95, 100), "bad"),
        (None, "none"),
    ],
)
def test_a_day_at_the_edges(ratio: Fraction | None, state: str) -> None:
    """Exactly the promise is kept; exactly five in a hundred is a bad day; nothing measured is neither."""
    assert day_state(ratio, Fraction(1, 1000)) == state


@given(st.fractions(min_value=0, max_value=1))
def test_uptime_is_never_rounded_up(ratio: Fraction) -> None:
    """What is printed is at most what was, and less than a thousandth of a percent below it."""
    shown = published_pct(ratio)
    assert shown is not None
    assert 0 <= ratio * 100 - Fraction(shown) < Fraction(1, 1000)


def test_nearly_always_is_not_always() -> None:
    """99.9996 % does not read 100 %."""
    assert published_pct(Fraction(999_996, 1_000_000)) == "99.999"
    assert published_pct(Fraction(1)) == "100"
    assert published_pct(None) is None


def test_the_worst_condition_is_the_page_s() -> None:
    """Of two threads about a component the worse counts; maintenance comes after trouble; resolved threads say nothing."""
    found = threads([bulletin(1), bulletin(2, "inc_2", condition=Condition.MAJOR_OUTAGE)])

    conditions = standing(PAGE, found, frozenset({"search", "checkout"}))

    assert conditions == {"checkout": Condition.MAJOR_OUTAGE, "search": Condition.MAINTENANCE}
    assert overall_words(PAGE, conditions) == (Condition.MAJOR_OUTAGE, "Checkout is down.")
    assert overall_words(PAGE, standing(PAGE, [], frozenset())) == (Condition.OPERATIONAL, "All systems work.")


def test_threads_are_told_newest_first() -> None:
    """Bulletins of an incident stand together, the newest on top, whatever order they come in."""
    first, second, other = bulletin(1), bulletin(3, stage=Stage.RESOLVED), bulletin(2, "inc_2")

    found = threads([second, other, first])

    assert [[one.id for one in thread.bulletins] for thread in found] == [["bul_3", "bul_1"], ["bul_2"]]
    assert [thread.is_open for thread in found] == [False, True]


def test_words_where_nobody_wrote_any() -> None:
    """They name components as outsiders know them."""
    assert thread_title(PAGE, ("checkout", "search")) == "Problem with Checkout and Search"
    assert resolved_text(PAGE, ("checkout",)) == "Checkout works again. We keep watching."
