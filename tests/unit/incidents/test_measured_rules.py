"""What the rules make of measurements: when it began, whether it is over, what an SLA and a minute are worth."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from tests.unit.incidents.conftest import NOW, after, incident

from watchbill.incidents.model import Impact, Recovery
from watchbill.incidents.ports import Measured, SlaOutlook
from watchbill.incidents.rules.durations import durations, minutes_between
from watchbill.incidents.rules.onset import MinuteCount, onset
from watchbill.incidents.rules.recovery import demands, recovery, unmet
from watchbill.incidents.rules.revenue import revenue_lost, with_revenue
from watchbill.incidents.rules.sla import hours_left, is_imminent
from watchbill.kernel.units import Money, Ratio

TARGET = Ratio.percent("99.9")
ALLOWED = TARGET.complement.value
RATE = Money.parse("120.00", "USD")


def minutes(*good_of_ten: int | None) -> list[MinuteCount]:
    """Minutes that end at NOW, each with so many of ten good events; None had no events."""
    start = NOW - timedelta(minutes=len(good_of_ten))
    return [
        MinuteCount(start + timedelta(minutes=number), good or 0, 0 if good is None else 10)
        for number, good in enumerate(good_of_ten)
    ]


def measured(good: int, total: int, covered: int = 30) -> Measured:
    """Half an hour of checkout."""
    return Measured("checkout-availability", "checkout", TARGET, good, total, 30, covered)


@pytest.mark.parametrize(
    ("series", "minutes_ago"),
    [
        (minutes(10, 10, 0, 0), 2),
        (minutes(0, 0), 2),
        (minutes(10, 9, 10, 0), 3),
        (minutes(0, 10, 10, 10, 10, 10, 0), 7),
        (minutes(0, 10, 10, 10, 10, 10, 10, 0), 1),
        (minutes(10, 0, None, None, None, None, None, None, None, 0), 9),
        (minutes(10, 10, 10), None),
        (minutes(None, None), None),
        ([], None),
    ],
)
def test_the_onset_is_the_start_of_the_last_bad_stretch(series: Sequence[MinuteCount], minutes_ago: int | None) -> None:
    """Up to five good minutes in a row belong to a stretch, six end it; minutes without events do neither."""
    began = onset(series, ALLOWED, NOW)

    assert began == (None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago))


def test_what_came_after_the_detection_does_not_count() -> None:
    """The onset lies before somebody noticed."""
    assert onset(minutes(10, 10, 0), ALLOWED, NOW - timedelta(minutes=2)) is None


@pytest.mark.parametrize(
    ("one", "is_back"),
    [
        (measured(1000, 1000), True),
        (measured(999, 1000), True),
        (measured(998, 1000), False),
        (measured(1000, 1000, covered=29), False),
        (measured(0, 0), False),
    ],
)
def test_recovery_is_measured(one: Measured, is_back: bool) -> None:  # noqa: FBT001 - the expected fact
    """Exactly the target is inside it; a missing minute or no events at all prove nothing."""
    assert [found.is_back for found in recovery([one])] == [is_back]


@pytest.mark.parametrize(
    ("all_clear", "root_cause", "recovered", "missing"),
    [
        (NOW, "a bad index", recovery([measured(1000, 1000)]), []),
        (None, "a bad index", recovery([measured(1000, 1000)]), ["all-clear"]),
        (NOW, None, recovery([measured(1000, 1000)]), ["root-cause"]),
        (NOW, "  ", recovery([measured(1000, 1000)]), ["root-cause"]),
        (NOW, "a bad index", recovery([measured(1000, 1000), measured(900, 1000)]), ["recovered"]),
        (NOW, "a bad index", (), []),
        (None, None, recovery([measured(0, 0)]), ["all-clear", "root-cause", "recovered"]),
    ],
)
def test_the_end_has_its_price(
    all_clear: datetime | None, root_cause: str | None, recovered: Sequence[Recovery], missing: list[str]
) -> None:
    """All-clear, cause and quiet are demanded; where no SLO measures anything, quiet cannot be."""
    asked = demands(incident(all_clear_at=all_clear, root_cause=root_cause), recovered, None)

    assert [demand.code for demand in unmet(asked)] == missing


def test_demands_say_what_is_missing() -> None:
    """The ratio that is behind stands beside its target."""
    details = [demand.detail for demand in demands(incident(), recovery([measured(900, 1000, covered=12)]), None)]

    assert details[-1] == "checkout-availability: 90 % of 99.9 %, only 12 of 30 minutes measured"


@pytest.mark.parametrize(
    ("bad", "lately", "hours"),
    [
        (Fraction(0), Fraction(1), Fraction(336, 100)),  # 672 h x 0.005
        (Fraction(25, 10_000), Fraction(1), Fraction(168, 100)),
        (Fraction(5, 1000), Fraction(0), Fraction(0)),
        (Fraction(6, 1000), None, Fraction(0)),
        (Fraction(1, 1000), Fraction(0), None),
        (Fraction(1, 1000), None, None),
        (None, Fraction(1), None),
    ],
)
def test_an_sla_lasts_as_long_as_its_budget(
    bad: Fraction | None, lately: Fraction | None, hours: Fraction | None
) -> None:
    """What is left of 0.5 % of 28 days, at the last hour's pace; spent is 0, nothing burning is not in sight."""
    assert hours_left(Ratio.percent("99.5"), bad, lately, timedelta(days=28)) == hours


@pytest.mark.parametrize(
    ("hours", "imminent"), [(Fraction(1), True), (Fraction(101, 100), False), (Fraction(0), True), (None, False)]
)
def test_imminent_is_within_the_hour(hours: Fraction | None, imminent: bool) -> None:  # noqa: FBT001 - the expected fact
    """Exactly an hour counts, not knowing does not."""
    assert is_imminent([SlaOutlook("checkout", Ratio.percent("99.5"), hours)]) is imminent


@pytest.mark.parametrize(
    ("impact", "rate", "bad_ratio", "lost"),
    [
        (Impact(), RATE, Fraction(1), "120.00 USD"),
        (Impact(), RATE, Fraction(1, 2), "60.00 USD"),
        (Impact(), RATE, Fraction(49, 100), None),
        (Impact(revenue=True), RATE, Fraction(1, 10), "12.00 USD"),
        (Impact(revenue=True), RATE, None, "120.00 USD"),
        (Impact(revenue=False), RATE, Fraction(1), None),
        (Impact(), None, Fraction(1), None),
        (Impact(), RATE, None, None),
    ],
)
def test_revenue_is_lost_by_the_share_that_fails(
    impact: Impact, rate: Money | None, bad_ratio: Fraction | None, lost: str | None
) -> None:
    """From half of the events on it is lost unless somebody says no; below that only if somebody says so."""
    found = with_revenue(impact, rate, bad_ratio)

    assert (str(found.revenue_per_minute) if found.revenue_per_minute else None) == lost
    assert bool(found.revenue) is (lost is not None)


def test_revenue_adds_up_over_the_minutes() -> None:
    """A rate times minutes; unknown stays unknown."""
    assert revenue_lost(RATE, Fraction(5, 2)) == Money.parse("300.00", "USD")
    assert revenue_lost(None, Fraction(5)) is None
    assert revenue_lost(RATE, None) is None


def test_durations_count_from_detection() -> None:
    """Detection from the start of the trouble, the rest from detection, acknowledging from the declaration."""
    one = incident(
        started_at=after(-6),
        detected_at=after(-2),
        acknowledged_at=after(3),
        mitigated_at=after(20),
        resolved_at=after(58),
    )

    found = durations(one, after(90))

    assert (found.detect, found.acknowledge, found.mitigate, found.resolve, found.total) == tuple(
        map(Fraction, (4, 3, 22, 60, 64))
    )


def test_a_start_after_the_detection_is_no_figure() -> None:
    """Negative times to detect are left out, and so are missing ones."""
    assert durations(incident(started_at=after(5)), after(10)).detect is None
    assert durations(incident(), after(10)).detect is None
    assert minutes_between(after(1), NOW) is None


def test_an_open_incident_runs_until_now() -> None:
    """What was not reached is not known, and the whole runs on."""
    found = durations(incident(), after(90))

    assert (found.mitigate, found.resolve, found.total) == (None, None, Fraction(90))
