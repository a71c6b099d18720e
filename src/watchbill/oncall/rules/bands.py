"""The playbook's table of on-call health (phase 10), literally, and where its edges belong.

Healthy and critical leave their edge out: what lies on a line is a warning. There is no gap between them for any number.
"""

from fractions import Fraction

from watchbill.oncall.model.health import Band, Evenness, Metric

__all__ = ["BANDS", "FEWEST_PEOPLE", "band", "evenness"]

FEWEST_PEOPLE = 5  # playbook ph. 10, best practice 1
# metric: (edge of healthy, edge of critical). Satisfaction is mirrored: more is better.
BANDS: dict[Metric, tuple[int, int]] = {
    Metric.PAGES: (2, 5),
    Metric.OFF_HOURS: (1, 3),
    Metric.ACKNOWLEDGE: (5, 15),
    Metric.MITIGATE: (30, 60),
    Metric.FALSE_POSITIVES: (10, 30),
    Metric.ESCALATIONS: (20, 40),
    Metric.SATISFACTION: (4, 3),
}
_EVEN, _UNEVEN = Fraction(2, 10), Fraction(4, 10)


def band(metric: Metric, value: Fraction | None) -> Band | None:
    """The band of a value; None of None."""
    if value is None:
        return None
    good, bad = BANDS[metric]
    healthy = value < good if good < bad else value > good
    critical = value > bad if good < bad else value < bad
    return Band.HEALTHY if healthy else Band.CRITICAL if critical else Band.WARNING


def evenness(gini: Fraction | None) -> Evenness | None:
    """Below 0.2 balanced, above 0.4 unfair, both edges and between: to be watched."""
    if gini is None:
        return None
    return Evenness.BALANCED if gini < _EVEN else Evenness.UNFAIR if gini > _UNEVEN else Evenness.WATCH
