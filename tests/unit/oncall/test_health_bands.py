"""The playbook's seven metrics: every edge, and who owns it."""

from fractions import Fraction

import pytest

from watchbill.oncall.model.health import Band, Evenness, Metric
from watchbill.oncall.rules.bands import BANDS, band, evenness

TINY = Fraction(1, 1_000_000)
HEALTHY, WARNING, CRITICAL = Band.HEALTHY, Band.WARNING, Band.CRITICAL


def test_the_table_is_the_playbooks() -> None:
    """Phase 10 prints these numbers."""
    expected = {
        Metric.PAGES: (2, 5),
        Metric.OFF_HOURS: (1, 3),
        Metric.ACKNOWLEDGE: (5, 15),
        Metric.MITIGATE: (30, 60),
        Metric.FALSE_POSITIVES: (10, 30),
        Metric.ESCALATIONS: (20, 40),
        Metric.SATISFACTION: (4, 3),
    }

    assert expected == BANDS
    assert list(BANDS) == list(Metric)


@pytest.mark.parametrize("metric", [one for one in Metric if one is not Metric.SATISFACTION])
def test_what_lies_on_an_edge_is_a_warning(metric: Metric) -> None:
    """Healthy excludes its edge, critical excludes its own, and between them there is no gap."""
    good, bad = BANDS[metric]
    around = [good - TINY, Fraction(good), good + TINY, bad - TINY, Fraction(bad), bad + TINY]

    assert [band(metric, value) for value in around] == [
        HEALTHY, WARNING, WARNING, WARNING, WARNING, CRITICAL,
    ]  # fmt: skip


def test_satisfaction_is_mirrored() -> None:
    """Above 4 is healthy, below 3 critical, 3 and 4 themselves are warnings."""
    around = [4 + TINY, Fraction(4), 4 - TINY, 3 + TINY, Fraction(3), 3 - TINY]

    assert [band(Metric.SATISFACTION, value) for value in around] == [
        HEALTHY, WARNING, WARNING, WARNING, WARNING, CRITICAL,
    ]  # fmt: skip


def test_what_is_not_known_has_no_band() -> None:
    """None is not zero."""
    assert band(Metric.PAGES, None) is None
    assert evenness(None) is None


def test_the_edges_of_fairness_are_to_be_watched() -> None:
    """Below 0.2 is balanced and above 0.4 unfair."""
    values = ["0", "0.1999", "0.2", "0.4", "0.4001"]

    assert [evenness(Fraction(value)) for value in values] == [
        Evenness.BALANCED, Evenness.BALANCED, Evenness.WATCH, Evenness.WATCH, Evenness.UNFAIR,
    ]  # fmt: skip
