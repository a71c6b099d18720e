"""Times to detect, acknowledge, mitigate and resolve, against small tables that can be counted by hand."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.incidents.conftest import NOW, after, incident

from watchbill.incidents.model import Incident, Severity, Status
from watchbill.incidents.rules.metrics import Distribution, GroupBy, Measure, distribution, groups, repeats
from watchbill.kernel.ids import IncidentId

WEEK = timedelta(days=7)


def over(number: int, minutes: float, **changes: object) -> Incident:
    """One that was resolved so many minutes after it was noticed."""
    fields = {"status": Status.RESOLVED, "resolved_at": after(minutes), "mitigated_at": after(minutes / 2), **changes}
    return incident(number, **fields)


def test_a_distribution_is_more_than_its_mean() -> None:
    """One long night moves the mean and neither the median nor the columns of the others."""
    found = distribution(Fraction(minutes) for minutes in (4, 5, 6, 15, 970))

    assert found == Distribution(5, Fraction(200), Fraction(6), Fraction(970), Fraction(970), (2, 2, 0, 0, 1))
    assert distribution([]) is None


@pytest.mark.parametrize(("count", "p90"), [(1, 1), (2, 2), (9, 9), (10, 9), (11, 10), (20, 18), (100, 90)])
def test_nine_tenths_do_not_exceed_the_ninetieth_percentile(count: int, p90: int) -> None:
    """The smallest value that at least nine tenths do not exceed, of 1 to n."""
    found = distribution(Fraction(one) for one in range(1, count + 1))

    assert found is not None
    assert found.p90 == p90
    assert found.median == Fraction(count + 1, 2)


@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=40))
def test_each_incident_is_in_one_column(seconds: list[int]) -> None:
    """Columns add up to the count, and the figures lie between the shortest and the longest."""
    minutes = [Fraction(one, 60) for one in seconds]
    found = distribution(minutes)

    assert found is not None
    assert sum(found.columns) == found.count == len(minutes)
    assert min(minutes) <= found.median <= found.p90 <= found.longest == max(minutes)
    assert min(minutes) <= found.mean <= max(minutes)


def test_each_measure_counts_by_the_moment_of_its_own_milestone() -> None:
    """Resolved in the period although declared before: in the time to resolve, not among the declared; the end is left out."""
    old = over(1, 0, declared_at=NOW - WEEK, detected_at=NOW - WEEK, resolved_at=NOW, mitigated_at=NOW - WEEK)
    late = over(2, 60)

    (whole,) = groups([old, late], NOW, after(60), None)

    assert (whole.declared, set(whole.measures)) == (1, {Measure.MITIGATE, Measure.RESOLVE})
    assert whole.measures[Measure.RESOLVE].mean == WEEK // timedelta(minutes=1)
    assert whole.measures[Measure.MITIGATE].mean == 30


def test_drills_and_merged_ones_do_not_count() -> None:
    """Neither is an emergency of its own."""
    found = groups([over(1, 5, drill=True), incident(2, status=Status.MERGED), over(3, 7)], NOW, after(99), None)

    assert (found[0].declared, found[0].measures[Measure.RESOLVE].count) == (1, 1)


def test_an_unknown_start_is_no_figure_for_detection() -> None:
    """Where nobody knows when it began, nothing is guessed; where it is known, the minutes count."""
    known = over(2, 9, started_at=after(-3))

    (whole,) = groups([over(1, 9), known], NOW, after(99), None)

    assert (whole.measures[Measure.DETECT].count, whole.measures[Measure.DETECT].mean) == (1, Fraction(3))


def test_groups_come_by_severity_service_and_cause() -> None:
    """An incident of two services counts for both; causes are told apart by their words, not by their hands."""
    ones = [
        over(1, 5, root_cause="Expired certificate."),
        over(2, 6, root_cause="expired  certificate", severity=Severity.SEV1),
        over(3, 7, services=("checkout", "payment")),
    ]

    def names(by: GroupBy) -> list[tuple[str, int]]:
        return [(one.name, one.declared) for one in groups(ones, NOW, after(99), by)]

    assert names(GroupBy.SEVERITY) == [("all", 3), ("SEV2", 2), ("SEV1", 1)]
    assert names(GroupBy.SERVICE) == [("all", 3), ("checkout", 3), ("payment", 1)]
    assert names(GroupBy.CAUSE) == [("all", 3), ("expired certificate", 2), ("not noted", 1)]


@pytest.mark.parametrize(("days", "repeated"), [(90, True), (91, False)])
def test_a_repeat_is_of_the_same_service_and_cause_within_ninety_days(days: int, *, repeated: bool) -> None:
    """Exactly ninety days count; the newest before it is named."""
    first = over(1, 5, declared_at=NOW - timedelta(days=days), root_cause="full disk")
    again = over(2, 5, root_cause="Full disk")

    found = repeats([first, again], {}, NOW, after(1))

    assert found == ([(again, first)] if repeated else [])


def test_a_shared_alert_is_a_repeat_and_another_service_is_none() -> None:
    """The alert tells as much as a root cause that nobody has written down."""
    ones = [over(1, 5), over(2, 5), over(3, 5, service="wiki", services=("wiki",))]
    alerts = {one.id: frozenset({"DiskFull"}) for one in ones}

    assert [(one.number, old.number) for one, old in repeats(ones, alerts, NOW, after(1))] == [(2, 1)]
    assert repeats(ones, {IncidentId("inc_1"): frozenset({"DiskFull"})}, NOW, after(1)) == []
