"""From pages, shifts and answers to the figures of a review. Pure arithmetic; every number here can be recounted by hand."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.kernel.ids import EscalationId
from watchbill.oncall.model.health import (
    Band,
    Figure,
    Figures,
    HourClass,
    Interruption,
    KeptShift,
    Metric,
    PersonReview,
    SentPage,
    ShiftReview,
)
from watchbill.oncall.rules.bands import BANDS, band
from watchbill.oncall.rules.fairness import burden
from watchbill.oncall.rules.hours import Calendar
from watchbill.oncall.rules.waiting import Wait, mean_answered, quantile, waits, wilson_pct

__all__ = ["FEWEST_ANSWERS", "figures", "heat", "median", "person_review", "satisfaction", "shift_review", "worst_off_hours"]  # fmt: skip

FEWEST_ANSWERS = 3  # with fewer, a mean would tell who said what
HOURS_A_WEEK = 168
_HALF, _NINE_TENTHS = Fraction(1, 2), Fraction(9, 10)
_TWO_SHIFTS = 2


def median(values: Sequence[Fraction]) -> Fraction | None:
    """Between the two in the middle where their number is even."""
    ordered = sorted(values)
    count = len(ordered)
    return (ordered[(count - 1) // 2] + ordered[count // 2]) / 2 if ordered else None


def heat(felt: Iterable[Interruption]) -> tuple[int, ...]:
    """How many interruptions fell into each hour of the week, on the wall clock of whoever was interrupted."""
    hours = Counter(one.hour_of_week for one in felt)
    return tuple(hours[hour] for hour in range(HOURS_A_WEEK))


def shift_review(shift: KeptShift, felt: Sequence[Interruption]) -> ShiftReview:
    """What one shift was like; `felt` are the person's interruptions that began within it."""
    pages = [page for one in felt for page in one.pages]
    found = band(Metric.PAGES, Fraction(len(felt)))
    assert found is not None
    return ShiftReview(
        shift=shift,
        interruptions=len(felt),
        pages=len(pages),
        off_hours=sum(one.hour_class is not HourClass.BUSINESS for one in felt),
        band=found,
        acknowledge_minutes=quantile(waits(pages), _HALF),
    )


def person_review(
    person: str,
    shifts: Sequence[KeptShift],
    felt: Sequence[Interruption],
    within: tuple[datetime, datetime],
    calendar: Calendar,
) -> PersonReview:
    """One person's load within a period, half-open."""
    since, until = within
    hours = sum((Fraction(one.clipped(since, until) // timedelta(seconds=1), 3600) for one in shifts), Fraction(0))
    classes = Counter(one.hour_class for one in felt)
    outside = classes[HourClass.OFF] + classes[HourClass.SLEEP]
    per_week = outside * HOURS_A_WEEK / hours if hours else None
    pages = [page for one in felt for page in one.pages]
    return PersonReview(
        person=person,
        shifts=len(shifts),
        hours=hours,
        interruptions=len(felt),
        pages=len(pages),
        business=classes[HourClass.BUSINESS],
        off=classes[HourClass.OFF],
        sleep=classes[HourClass.SLEEP],
        nights=len({calendar.night_of(one.at) for one in felt if one.hour_class is HourClass.SLEEP}),
        burden=burden(classes[HourClass.BUSINESS], classes[HourClass.OFF], classes[HourClass.SLEEP]),
        per_week=per_week,
        band=band(Metric.OFF_HOURS, per_week),
        acknowledge_minutes=quantile(waits(pages), _HALF),
    )


def worst_off_hours(people: Iterable[PersonReview]) -> Fraction | None:
    """The rotation is as healthy as its worst person of at least two shifts; where nobody has two, nothing is said."""
    known = [one.per_week for one in people if one.shifts >= _TWO_SHIFTS and one.per_week is not None]
    return max(known, default=None)


def satisfaction(scores: Mapping[int, int]) -> Fraction | None:
    """The mean of answers from 1 to 5; None where fewer than three answered."""
    count = sum(scores.values())
    return Fraction(sum(score * many for score, many in scores.items()), count) if count >= FEWEST_ANSWERS else None


def figures(
    ended: Sequence[ShiftReview],
    people: Sequence[PersonReview],
    felt: Sequence[Interruption],
    mitigated: Sequence[Fraction],
    scores: Mapping[int, int],
) -> Figures:
    """The seven metrics. `ended` are the shifts that ended in the period: one without a page counts."""
    pages = [page for one in felt for page in one.pages]
    times = waits(pages)
    first = [page for page in pages if page.left is not None]
    labels = _labels(pages)
    wrong = sum(label is False for label in labels.values())
    labelled = sum(label is not None for label in labels.values())
    found = [
        _figure(Metric.PAGES, _ratio(sum(one.interruptions for one in ended), len(ended)), len(ended)),
        _figure(Metric.OFF_HOURS, worst_off_hours(people), sum(one.off + one.sleep for one in people)),
        _acknowledged(times),
        _figure(Metric.MITIGATE, median(mitigated), len(mitigated)),
        _figure(Metric.FALSE_POSITIVES, _ratio(100 * wrong, labelled), labelled),
        _figure(Metric.ESCALATIONS, _ratio(100 * sum(page.left is True for page in first), len(first)), len(first)),
        _figure(Metric.SATISFACTION, satisfaction(scores), sum(scores.values())),
    ]
    return Figures(
        by_metric={one.metric: one for one in found},
        acknowledge_p90=quantile(times, _NINE_TENTHS),
        acknowledge_mean=mean_answered(times),
        unanswered=sum(not wait.answered for wait in times),
        labelled=labelled,
        calls=len(labels),
        false_positive_interval=wilson_pct(wrong, labelled),
    )


def _acknowledged(times: Sequence[Wait]) -> Figure:
    """The median; where fewer than half were answered it is not known, only that it is longer than the longest wait."""
    value = quantile(times, _HALF)
    if value is not None or not times:
        return _figure(Metric.ACKNOWLEDGE, value, len(times))
    longest = max(wait.minutes for wait in times)
    judged = Band.CRITICAL if longest >= BANDS[Metric.ACKNOWLEDGE][1] else band(Metric.ACKNOWLEDGE, longest)
    return Figure(Metric.ACKNOWLEDGE, None, None if judged is Band.HEALTHY else judged, len(times))


def _labels(pages: Iterable[SentPage]) -> dict[EscalationId, bool | None]:
    """What was said of each call: that there was something to do wins over that there was nothing."""
    return {page.escalation: page.actionable for page in pages}


def _figure(metric: Metric, value: Fraction | None, count: int) -> Figure:
    return Figure(metric, value, band(metric, value), count)


def _ratio(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
