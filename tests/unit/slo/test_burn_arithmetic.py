"""Burn rates, remaining budget and exhaustion times, with the arithmetic written out."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import Ratio
from watchbill.slo.model import DEFAULT_TIERS, BurnTier, NoData, Slo, TierSeverity, Verdict, WindowSum
from watchbill.slo.rules.burn import burn_rate, can_fire, detects_in, exhausts_in, remaining_pct, stands

FAST, MEDIUM, SLOW = DEFAULT_TIERS
FOUR_WEEKS, MONTH = timedelta(days=28), timedelta(days=30)


def slo(target: str = "99.9") -> Slo:
    """A promise of that target with the playbook's tiers."""
    return Slo("checkout-availability", "checkout", "orders", Ratio.percent(target))


def test_burn_rate_of_the_playbook() -> None:
    """0.5 % bad where 0.1 % is allowed burns at 5x."""
    assert burn_rate(Fraction(5, 1000), slo().allowed) == 5


def test_remaining_is_exact_where_floats_are_not() -> None:
    """500 bad of 1,000,000 at 99.9 %: allowed are 1,000, so exactly 50 % is left (100 - 99.9 is not 0.1 in floats)."""
    assert remaining_pct(Fraction(500, 1_000_000), slo().allowed) == 50
    assert 1 - 0.0005 / (1 - 0.999) != 0.5


def test_budget_below_zero_is_kept() -> None:
    """One hour without any good event spends 60 / 40.32 = 148.8 % of 28 d at 99.9 %, so -48.8 % are left."""
    left = remaining_pct(Fraction(60, 40_320), slo().allowed)

    assert left == 100 * (1 - Fraction(60_000, 40_320))
    assert float(left or 0) == pytest.approx(-48.81, abs=0.005)


@pytest.mark.parametrize(
    ("rate", "hours"),
    [
        (Fraction(144, 10), Fraction(28 * 24 * 10, 144)),  # 46.67 h, where the playbook says 2 hours
        (Fraction(6), Fraction(112)),  # 4.67 d, where the playbook says about 5 hours
        (Fraction(1), Fraction(672)),
    ],
)
def test_exhaustion_time_of_a_tier_is_computed(rate: Fraction, hours: Fraction) -> None:
    """A full 28-day budget lasts 28 d / rate."""
    assert exhausts_in(rate, FOUR_WEEKS) == timedelta(seconds=float(hours * 3600))


@pytest.mark.parametrize(
    ("pct", "long", "period", "rate"),
    [
        ("2", timedelta(hours=1), MONTH, Fraction(144, 10)),  # 2 x 720 h / (100 x 1 h)
        ("5", timedelta(hours=6), MONTH, Fraction(6)),  # 5 x 720 / 600
        ("10", timedelta(days=3), MONTH, Fraction(1)),  # 10 x 30 / 300
        ("2", timedelta(hours=1), FOUR_WEEKS, Fraction(1344, 100)),  # 2 x 672 / 100
        ("5", timedelta(hours=6), FOUR_WEEKS, Fraction(56, 10)),  # 5 x 672 / 600
        ("10", timedelta(days=3), FOUR_WEEKS, Fraction(28, 30)),  # 10 x 28 / 300 = 0.9333...
    ],
)
def test_rate_is_derived_from_a_share_of_the_budget(
    pct: str, long: timedelta, period: timedelta, rate: Fraction
) -> None:
    """Factor = pct x period / (100 x long window): 14.4 / 6 / 1 are factors of 30 days, not of 28."""
    tier = BurnTier("fast", timedelta(minutes=5), long, TierSeverity.PAGE, budget_pct=Fraction(pct))

    assert tier.rate(period) == rate


@pytest.mark.parametrize(
    "given", [{}, {"burn_rate": Fraction(6), "budget_pct": Fraction(2)}, {"burn_rate": Fraction(0)}]
)
def test_tier_gives_its_rate_in_exactly_one_way(given: dict[str, Fraction]) -> None:
    """Neither, both, or a rate of zero is refused."""
    with pytest.raises(Invalid, match="burn_rate"):
        BurnTier("fast", timedelta(minutes=5), timedelta(hours=1), TierSeverity.PAGE, **given)


def test_tier_windows_in_the_wrong_order_are_refused() -> None:
    """The short window is not the longer one."""
    with pytest.raises(Invalid, match="short_window"):
        BurnTier("fast", timedelta(hours=2), timedelta(hours=1), TierSeverity.PAGE, burn_rate=Fraction(6))


@pytest.mark.parametrize(
    ("failing", "seconds"),
    [
        (Fraction(1), 51.84),  # 3600 x 14.4 x 0.001 / 1
        (Fraction(3, 10), 172.8),  # 3600 x 14.4 x 0.001 / 0.3
    ],
)
def test_detection_time(failing: Fraction, seconds: float) -> None:
    """A failure shows after w x F / burn: a full outage after 51.84 s, one of 30 % after 172.8 s."""
    assert detects_in(FAST, slo().allowed, FOUR_WEEKS, failing) == timedelta(seconds=seconds)


def test_failure_below_the_rate_is_never_detected() -> None:
    """1.44 % bad burns at exactly 14.4x at 99.9 %, and the rate must be exceeded."""
    assert detects_in(FAST, slo().allowed, FOUR_WEEKS, Fraction(144, 10_000)) is None


@pytest.mark.parametrize(("target", "fires"), [("99.9", True), ("93.06", True), ("93", False), ("90", False)])
def test_tier_that_can_never_fire(target: str, fires: bool) -> None:  # noqa: FBT001 - a column of the table
    """Even a full outage burns only 1 / (1 - target): 14.4x needs a target above 100 - 100 / 14.4 = 93.056 %."""
    assert can_fire(FAST, slo(target).allowed, FOUR_WEEKS) is fires


def test_target_of_100_has_no_budget() -> None:
    """A target of 100 % would divide by nothing."""
    with pytest.raises(Invalid, match="no error budget"):
        slo("100")


U, F, B, E, A = Verdict


@pytest.mark.parametrize(
    ("short", "long", "firing", "no_data", "expected"),
    [
        (A, A, False, NoData.ALERT, True),
        (A, B, False, NoData.ALERT, False),
        (B, A, False, NoData.ALERT, False),
        (E, A, False, NoData.ALERT, False),  # strictly above: the rate itself is not
        (A, E, True, NoData.ALERT, False),
        (B, A, True, NoData.ALERT, False),  # resolves when either no longer is
        (A, F, False, NoData.ALERT, False),  # fewer than min_events are no evidence
        (A, F, True, NoData.ALERT, False),
        (U, A, True, NoData.ALERT, True),  # no data neither resolves
        (U, A, False, NoData.ALERT, False),  # nor fires
        (U, U, True, NoData.ALERT, True),
        (U, B, True, NoData.ALERT, False),  # the other window knows that it is over
        (U, U, True, NoData.IGNORE, False),  # ignored: as if calm
        (U, U, True, NoData.BAD, True),
    ],
)
def test_when_a_tier_fires(*, short: Verdict, long: Verdict, firing: bool, no_data: NoData, expected: bool) -> None:
    """Both windows strictly above; unknown windows leave it as it is."""
    assert stands(short, long, firing=firing, no_data=no_data) is expected


def test_missing_minutes_count_as_bad_only_where_the_policy_says_so() -> None:
    """60 minutes, 30 covered with 300 events and 3 bad, 30 missing: 1 %, or (3 + 300) / 600 = 50.5 %."""
    window = WindowSum(minutes=60, good=297, total=300, covered=30, missing=30)

    assert window.bad_ratio(NoData.IGNORE) == window.bad_ratio(NoData.ALERT) == Fraction(1, 100)
    assert window.bad_ratio(NoData.BAD) == Fraction(303, 600)


def test_no_events_give_no_ratio() -> None:
    """A rate over no events is not known: neither 0 nor 1, but where missing minutes are bad."""
    assert WindowSum(5, 0, 0, 5, 0).bad_ratio() is None
    assert WindowSum(5, 0, 0, 5, 0).bad_ratio(NoData.BAD) is None
    assert WindowSum(5, 0, 0, 0, 5).bad_ratio(NoData.BAD) == 1


def test_ratios_are_never_averaged() -> None:
    """100,000 good by day and 1 of 4 bad at night: the counts say 0.001 % bad, the mean of the two ratios 12.5 %."""
    day, night = (100_000, 100_000), (3, 4)
    both = WindowSum(2, day[0] + night[0], day[1] + night[1], 2, 0)

    assert both.bad_ratio() == Fraction(1, 100_004)


counts = st.integers(0, 10**12).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
allowed = st.fractions(Fraction(1, 10**6), Fraction(99, 100))


@given(counts, st.integers(0, 10**6), allowed)
def test_more_bad_events_never_leave_more_budget(counted: tuple[int, int], more: int, share: Fraction) -> None:
    """The remaining budget falls with every bad event."""
    good, total = counted
    before = remaining_pct(WindowSum(1, good, total, 1, 0).bad_ratio(), share)
    after = remaining_pct(WindowSum(1, good, total + more, 1, 0).bad_ratio(), share)

    if before is not None:
        assert after is not None
        assert after <= before


@given(counts, allowed)
def test_burn_and_remaining_are_two_sides(counted: tuple[int, int], share: Fraction) -> None:
    """Remaining = 100 - 100 x burn, exactly."""
    good, total = counted
    ratio = WindowSum(1, good, total, 1, 0).bad_ratio()
    burn, left = burn_rate(ratio, share), remaining_pct(ratio, share)

    assert (burn is None) == (left is None)
    if burn is not None:
        assert left == 100 - 100 * burn
