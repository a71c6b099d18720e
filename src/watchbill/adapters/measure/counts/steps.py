"""A series in steps. Long ones are made of whole hours, as the days keep them, and of minutes at their edges only."""

from collections.abc import Mapping

import numpy as np

from watchbill.adapters.measure.counts.day import DAY, DayFile, Rows, days_of

__all__ = ["summed_steps"]

_HOUR = 60
_LONG = 4 * _HOUR  # from here on reading hours is cheaper than reading minutes


def summed_steps(days: Mapping[int, DayFile], column: int | None, first: int, last: int, step: int) -> Rows:
    """(steps, 3): the minutes [first, last) of a column added up by steps, the last of which may be shorter; None: no data."""
    minutes = max(0, last - first)
    steps = -(-minutes // step)
    if column is None or not steps:
        return np.zeros((steps, 3), np.int64)
    if step >= _LONG:
        return _of_hours(days, column, first, last, step)
    padded = np.zeros((steps * step, 3), np.int64)
    for day, lower, upper in days_of(first, last):
        if (file := days.get(day)) is not None:
            padded[lower - first : upper - first] = file.column(column, lower, upper)
    found: Rows = padded.reshape(steps, step, 3).sum(axis=1)
    return found


def _of_hours(days: Mapping[int, DayFile], column: int, first: int, last: int, step: int) -> Rows:
    start, end = first // _HOUR, -(-last // _HOUR)
    hours = np.zeros((end - start + 1, 3), np.int64)
    for day, lower, upper in days_of(start * _HOUR, end * _HOUR):
        if (file := days.get(day)) is not None:
            found = file.hourly(column)[(lower - file.first) // _HOUR : (upper - file.first) // _HOUR]
            hours[1 + lower // _HOUR - start : 1 + upper // _HOUR - start] = found
    before = hours.cumsum(axis=0)
    edges = [*range(first, last, step), last]
    reached = np.stack([before[edge // _HOUR - start] + _begun(days, column, edge) for edge in edges])
    return np.diff(reached, axis=0)


def _begun(days: Mapping[int, DayFile], column: int, edge: int) -> Rows:
    """What the hour that holds the edge had counted before it."""
    file = days.get(edge // DAY) if edge % _HOUR else None
    if file is None:
        return np.zeros(3, np.int64)
    found: Rows = file.column(column, edge // _HOUR * _HOUR, edge).sum(axis=0)
    return found
