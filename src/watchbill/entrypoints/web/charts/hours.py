"""The hours of a week as a wall of cells: when people are torn out of what they do. The number stands in the cell."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from watchbill.entrypoints.web.charts.svg import el, pct, picture

__all__ = ["hours_of_week", "hours_words"]

NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CELL, GAP, HEAD, SIDE = 22.0, 2.0, 18.0, 0.085  # pixels, and the part of the width where the names of days stand
HOURS, WEEK = 24, 168
_FAINT, _FULL = 0.18, 0.5  # of the colour: the number on top keeps its contrast
_EVENING, _MORNING = 22, 8


def hours_of_week(counts: Sequence[int]) -> Markup:
    """Seven rows of 24 hours from Monday; nights stand on darker ground."""
    return picture(hours_words(counts), HEAD + len(NAMES) * (CELL + GAP), _drawn(counts), class_="hours")


def hours_words(counts: Sequence[int]) -> str:
    """What the picture says."""
    total = sum(counts)
    if not total:
        return "Interruptions by hour of the week: none"
    worst = max(range(WEEK), key=lambda hour: counts[hour])
    night = sum(count for hour, count in enumerate(counts) if _is_night(hour % HOURS))
    return (
        f"Interruptions by hour of the week: {total}, {night} of them at night; most ({counts[worst]}) on "
        f"{NAMES[worst // HOURS]} from {worst % HOURS:02}:00"
    )


def _drawn(counts: Sequence[int]) -> Iterator[Markup]:
    most, step = max(*counts, 1), (1 - SIDE) / HOURS
    for hour in range(0, HOURS, 3):
        yield el("text", f"{hour:02}", class_="mid", x=pct(SIDE + (hour + 0.5) * step), y=12)
    for day, name in enumerate(NAMES):
        yield el("text", name, x=0, y=HEAD + day * (CELL + GAP) + 15)
    for place, count in enumerate(counts):
        day, hour = divmod(place, HOURS)
        box = {
            "x": pct(SIDE + (hour + 0.05) * step),
            "y": HEAD + day * (CELL + GAP),
            "width": pct(step * 0.9),
            "height": CELL,
            "rx": 3,
        }
        yield el("rect", class_="bed night" if _is_night(hour) else "bed", **box)
        if count:
            strength = _FAINT + (_FULL - _FAINT) * count / most
            yield el("rect", class_="f lamp", fill_opacity=strength, **box)
            middle = pct(SIDE + (hour + 0.5) * step)
            yield el("text", str(count), class_="strong mid", x=middle, y=HEAD + day * (CELL + GAP) + 15.5)


def _is_night(hour: int) -> bool:
    return hour >= _EVENING or hour < _MORNING
