"""Fairness, waiting times and few labels, against numbers that were worked by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.kernel.ids import EscalationId, PageId
from watchbill.oncall.model.health import SentPage
from watchbill.oncall.rules.fairness import available, burden, by_expectation, share
from watchbill.oncall.rules.review import median, satisfaction
from watchbill.oncall.rules.waiting import Wait, mean_answered, quantile, waits, wilson_pct

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HALF, NINE_TENTHS = Fraction(1, 2), Fraction(9, 10)


@pytest.mark.parametrize(
    ("loads", "gini", "variation", "largest"),
    [
        ((10, 10, 10, 10, 10), 0.0, 0.0, 0.200),
        ((3, 3, 3, 3, 3, 9), 0.2500, 0.5590, 0.375),
        ((2, 4, 6, 8, 30), 0.6000, 1.0198, 0.600),
        ((0, 0, 0, 0, 50), 1.0000, 2.0000, 1.000),
    ],
)
def test_fairness_of_the_worked_rows(loads: Sequence[int], gini: float, variation: float, largest: float) -> None:
    """The table of burdens, with Gini corrected by n/(n-1)."""
    found = share([Fraction(load) for load in loads])
    assert found.gini is not None
    assert found.largest is not None

    assert float(found.gini) == pytest.approx(gini, abs=5e-5)
    assert found.variation == pytest.approx(variation, abs=5e-5)
    assert float(found.largest) == pytest.approx(largest)


def test_nothing_is_fair_and_one_person_cannot_be_compared() -> None:
    """All zeros give a Gini of 0; a rotation of one has none."""
    assert share([Fraction(0)] * 4).gini == 0
    assert share([Fraction(7)]).gini is None
    assert share([]).gini is None


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=12))
def test_gini_agrees_with_its_definition(loads: list[int]) -> None:
    """The mean difference of all pairs over twice the mean, corrected, and between 0 and 1."""
    count, total = len(loads), sum(loads)
    found = share([Fraction(load) for load in loads]).gini
    pairs = sum(abs(one - other) for one in loads for other in loads)
    expected = Fraction(pairs, 2 * (count - 1) * total) if total else Fraction(0)

    assert found == expected
    assert 0 <= expected <= 1


def test_burden_weighs_the_hour() -> None:
    """A page at work counts 1, in free time 1.5, at night 2."""
    assert burden(2, 4, 3) == 14


def test_whoever_was_there_half_the_time_is_expected_half() -> None:
    """Loads in proportion to presence are perfectly even."""
    adjusted = by_expectation([Fraction(4), Fraction(4), Fraction(2)], [Fraction(1), Fraction(1), HALF])

    assert share(adjusted).gini == 0
    assert adjusted[0] == adjusted[2]


def test_leave_that_overlaps_counts_once_and_only_within_the_period() -> None:
    """Of ten days: two before it, three and an overlapping one within it, one that reaches beyond its end."""
    day = timedelta(days=1)
    away = [(START - 2 * day, START), (START + day, START + 4 * day), (START + 3 * day, START + 5 * day), (START + 9 * day, START + 20 * day)]  # fmt: skip

    assert available(away, START, START + 10 * day) == HALF
    assert available([], START, START + day) == 1
    assert available([(START - day, START + 2 * day)], START, START + day) == 0


def test_unanswered_pages_are_censored_and_not_dropped() -> None:
    """Answers after 1, 2 and 4 minutes beside two escalations at 3: the Kaplan-Meier median is 4, not 2."""
    times = [Wait(Fraction(1), True), Wait(Fraction(2), True), Wait(Fraction(3), False), Wait(Fraction(3), False), Wait(Fraction(4), True)]  # fmt: skip

    assert quantile(times, HALF) == 4
    assert mean_answered(times) == Fraction(7, 3)
    assert quantile(times[:4], NINE_TENTHS) is None


def test_without_censoring_the_estimate_is_the_plain_quantile() -> None:
    """Ten answers after 1 to 10 minutes: median 5, p90 9."""
    times = [Wait(Fraction(minute), True) for minute in range(1, 11)]

    assert quantile(times, HALF) == 5
    assert quantile(times, NINE_TENTHS) == 9


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=30), st.sampled_from([HALF, NINE_TENTHS, Fraction(1, 3)]))  # fmt: skip
def test_runs_of_answers_say_what_single_answers_say(pages: list[tuple[int, bool]], share: Fraction) -> None:
    """The estimate that steps over runs is the product over every single answer, as the textbook has it."""
    still, expected = Fraction(1), None
    ordered = sorted(pages, key=lambda one: (one[0], not one[1]))
    for place, (minutes, answered) in enumerate(ordered):
        still *= Fraction(len(ordered) - place - answered, len(ordered) - place)
        if answered and still <= 1 - share:
            expected = Fraction(minutes, 7)
            break

    assert quantile([Wait(Fraction(minutes, 7), answered) for minutes, answered in pages], share) == expected


def test_a_wait_runs_from_the_first_notification() -> None:
    """Answered after three minutes; cut off after five; answered before the message left: no time at all."""
    waited = waits([_page(1, 3, None), _page(2, None, 5), _page(3, -1, None)])

    assert waited == [Wait(Fraction(3), True), Wait(Fraction(5), False), Wait(Fraction(0), True)]


def test_one_of_eight_is_too_few_to_say() -> None:
    """1 of 8 is 12.5 %, and anything between 2 and 47 %."""
    found = wilson_pct(1, 8)
    assert found is not None

    assert [round(edge) for edge in found] == [2, 47]
    assert wilson_pct(0, 0) is None


def test_satisfaction_needs_three_answers() -> None:
    """Two would tell who said what."""
    assert satisfaction({5: 1, 1: 1}) is None
    assert satisfaction({5: 1, 4: 1, 2: 1}) == Fraction(11, 3)


def test_the_median_of_an_even_number_lies_between() -> None:
    """Of nothing there is none."""
    assert median([Fraction(1), Fraction(4)]) == Fraction(5, 2)
    assert median([]) is None


def _page(number: int, answered: int | None, cut: int | None) -> SentPage:
    return SentPage(
        id=PageId(f"pag_{number}"),
        escalation=EscalationId("esc_1"),
        person="ann",
        at=START,
        service=None,
        acknowledged_at=None if answered is None else START + timedelta(minutes=answered),
        waited_until=START + timedelta(minutes=cut or 0),
        left=False,
        actionable=None,
    )
