"""Bad events of an incident, above the baseline before it; sums never exceed the total."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from watchbill.budget.rules.attribution import Span, charge, pieces

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NONE = Fraction(0)


def span(first: int, last: int, baseline: Fraction = NONE) -> Span:
    """Minutes [first, last) after 03:00."""
    return Span(START + timedelta(minutes=first), START + timedelta(minutes=last), baseline)


def counted(spans: list[Span], bad: list[int], total: list[int]) -> list[Fraction]:
    """Charge spans against counts by minute."""
    found = []
    for piece in pieces(spans):
        first, last = ((moment - START) // timedelta(minutes=1) for moment in (piece.start, piece.end))
        found.append(replace(piece, bad=Fraction(sum(bad[first:last])), total=sum(total[first:last])))
    return charge(spans, found)


def test_baseline_is_taken_off() -> None:
    """10 min with 100 events each, 30 bad in all, 1 % bad before: 30 - 10 = 20 are the incident's."""
    assert counted([span(0, 10, Fraction(1, 100))], [3] * 10, [100] * 10) == [20]


def test_better_than_before_costs_nothing() -> None:
    """Below the baseline the charge is 0, not negative."""
    assert counted([span(0, 10, Fraction(1, 2))], [3] * 10, [100] * 10) == [0]


def test_overlapping_incidents_share() -> None:
    """Minutes 0-10 and 5-15 with 2 bad a minute: 10 + 10/2 each."""
    assert counted([span(0, 10), span(5, 15)], [2] * 15, [100] * 15) == [15, 15]


def test_gap_between_incidents_is_charged_to_nobody() -> None:
    """What failed between them is not theirs."""
    assert counted([span(0, 5), span(10, 15)], [2] * 15, [100] * 15) == [10, 10]


minutes = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=30, max_size=30)
spans_of = st.lists(
    st.tuples(st.integers(0, 29), st.integers(1, 30), st.fractions(0, 1)).map(
        lambda one: span(one[0], min(30, one[0] + one[1]), one[2])
    ),
    min_size=1,
    max_size=6,
)


@given(minutes, spans_of)
def test_sums_never_exceed_the_total(by_minute: list[tuple[int, int]], spans: list[Span]) -> None:
    """For any spans, overlapping as they like: the charges add up to at most the bad events that they cover."""
    bad = [one for one, _ in by_minute]
    total = [one + more for one, more in by_minute]
    covered = {
        minute for one in spans for minute in range(30) if one.start <= START + timedelta(minutes=minute) < one.end
    }
    charged = counted(spans, bad, total)

    assert all(one >= 0 for one in charged)
    assert sum(charged) <= sum(bad[minute] for minute in covered)
