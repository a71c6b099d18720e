"""The final schedule: one pure function that pager, web, API and feeds share. Layers, then overrides, then swaps.

Adjoining stretches of one person in one layer are one row. What no layer and no override covers is a gap.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise

from watchbill.oncall.model import Gap, Layer, Override, Rotation, Schedule, Shift
from watchbill.oncall.model.arranged import Swap
from watchbill.oncall.rules.swapping import swapped
from watchbill.oncall.rules.turns import layer_shifts, next_in_layer

__all__ = ["OVERRIDE", "final", "gaps", "keep_apart", "promised", "standing_at"]

OVERRIDE = "override"  # the layer name of a shift that an override made

Span = tuple[datetime, datetime]


def final(
    schedule: Schedule,
    overrides: Sequence[Override],
    start: datetime,
    end: datetime,
    *,
    primaries: Sequence[Sequence[Shift]] = (),
    swaps: Sequence[Swap] = (),
) -> list[Shift]:
    """Who stands watch over [start, end), in order, clipped to it.

    `overrides` are those people made, oldest first; they win over the file's, and newer over older. `swaps` are the accepted
    ones, in the order of their answers. `primaries` are the final shifts (of the same range) of the schedules that this one
    is the secondary of: nobody stands in both at once.
    """
    every = (*schedule.overrides, *overrides)
    sources = [
        *(_override_shift(one) for one in reversed(every)),
        *(_layer_source(schedule, index) for index in range(len(schedule.layers) - 1, -1, -1)),
    ]
    open_spans: list[Span] = [(start, end)]
    found: list[Shift] = []
    for source in sources:
        if not open_spans:
            break
        taken = list(_within(source(open_spans[0][0], open_spans[-1][1]), open_spans))
        found += taken
        open_spans = _uncovered(open_spans, taken)
    shifts = swapped(sorted(found, key=lambda shift: shift.start), swaps)
    if primaries:
        shifts = keep_apart(schedule, shifts, primaries)
    return list(_joined(shifts))


def keep_apart(schedule: Schedule, shifts: Sequence[Shift], primaries: Sequence[Sequence[Shift]]) -> list[Shift]:
    """The secondary's shifts without anybody who is a primary then: replaced by the next in the layer, or by nobody."""
    cuts = sorted({moment for primary in primaries for shift in primary for moment in (shift.start, shift.end)})
    return [kept for shift in shifts for kept in _beside(schedule, shift, primaries, cuts)]


def gaps(shifts: Sequence[Shift], start: datetime, end: datetime, schedule: Schedule | None = None) -> list[Gap]:
    """The stretches of [start, end) in which nobody stands watch; `shifts` is the final schedule of that range.

    With the schedule: only those that lie in the hours which it promises to cover.
    """
    spans = [(start, end)] if schedule is None else promised(schedule, start, end)
    return [
        Gap(*span) for opens, closes in spans for span in _uncovered([(opens, closes)], _between(shifts, opens, closes))
    ]


def promised(schedule: Schedule, start: datetime, end: datetime) -> list[Span]:
    """The stretches of [start, end) in which somebody ought to stand watch: always, unless the schedule names its hours."""
    if not schedule.covers:
        return [(start, end)]
    long_ago = datetime.combine(start.date() - timedelta(days=8), time(0))
    hours = Layer("covers", Rotation.DAILY, long_ago, ("anybody",), restrictions=schedule.covers)
    found: list[Span] = []
    for piece in layer_shifts(hours, schedule.zone, start, end):
        if found and found[-1][1] == piece.start:
            found[-1] = (found[-1][0], piece.end)
        else:
            found.append((piece.start, piece.end))
    return found


def _between(shifts: Sequence[Shift], start: datetime, end: datetime) -> list[Shift]:
    return [
        Shift(max(one.start, start), min(one.end, end), one.person, one.layer)
        for one in shifts
        if one.start < end and one.end > start
    ]


def standing_at(shifts: Sequence[Shift], at: datetime) -> Shift | None:
    """The row that holds the moment."""
    index = bisect_right(shifts, at, key=lambda shift: shift.start) - 1
    return shifts[index] if index >= 0 and at < shifts[index].end else None


def _override_shift(override: Override) -> Callable[[datetime, datetime], Iterable[Shift]]:
    def within(start: datetime, end: datetime) -> Iterable[Shift]:
        begins, ends = max(override.start, start), min(override.end, end)
        return [Shift(begins, ends, override.person, OVERRIDE)] if begins < ends else []

    return within


def _layer_source(schedule: Schedule, index: int) -> Callable[[datetime, datetime], Iterable[Shift]]:
    layer = schedule.layers[index]
    zone = layer.zone or schedule.zone

    def within(start: datetime, end: datetime) -> Iterable[Shift]:
        return layer_shifts(layer, zone, start, end)

    return within


def _within(shifts: Iterable[Shift], spans: Sequence[Span]) -> Iterator[Shift]:
    """The shifts, cut to the spans; both are in order."""
    index = 0
    for shift in shifts:
        while index < len(spans) and spans[index][1] <= shift.start:
            index += 1
        for start, end in spans[index:]:
            if start >= shift.end:
                break
            yield Shift(max(shift.start, start), min(shift.end, end), shift.person, shift.layer)


def _uncovered(spans: Sequence[Span], shifts: Sequence[Shift]) -> list[Span]:
    """What is left of the spans; shifts lie within them, in order."""
    left: list[Span] = []
    rest = iter(shifts)
    shift = next(rest, None)
    for start, end in spans:
        at = start
        while shift is not None and shift.start < end:
            if at < shift.start:
                left.append((at, shift.start))
            at = shift.end
            shift = next(rest, None)
        if at < end:
            left.append((at, end))
    return left


def _joined(shifts: Iterable[Shift]) -> Iterator[Shift]:
    held: Shift | None = None
    for shift in shifts:
        if held and held.end == shift.start and (held.person, held.layer) == (shift.person, shift.layer):
            held = Shift(held.start, shift.end, held.person, held.layer)
            continue
        if held:
            yield held
        held = shift
    if held:
        yield held


def _beside(
    schedule: Schedule, shift: Shift, primaries: Sequence[Sequence[Shift]], cuts: Sequence[datetime]
) -> Iterator[Shift]:
    """One secondary shift, cut wherever a primary changes."""
    inner = cuts[bisect_right(cuts, shift.start) : bisect_left(cuts, shift.end)]
    edges = [shift.start, *inner, shift.end]
    for begins, ends in pairwise(edges):
        on_watch = (standing_at(primary, begins) for primary in primaries)
        avoid = frozenset(primary.person for primary in on_watch if primary)
        person = _stand_in(schedule, shift, avoid) if shift.person in avoid else shift.person
        if person is not None:
            yield Shift(begins, ends, person, shift.layer)


def _stand_in(schedule: Schedule, shift: Shift, avoid: frozenset[str]) -> str | None:
    """The next in the shift's own layer; for an override, in the uppermost layer that knows the person, else its first."""
    named = [layer for layer in schedule.layers if layer.name == shift.layer]
    for layer in named or list(reversed(schedule.layers)):
        if shift.person in layer.people:
            return next_in_layer(layer, shift.person, avoid)
    return next((one for layer in reversed(schedule.layers) for one in layer.people if one not in avoid), None)
