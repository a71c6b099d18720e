"""The burn-down of action items: how many were open at the end of each day, and how many of those late."""

from collections.abc import Sequence

from markupsafe import Markup

from watchbill.entrypoints.web.charts.svg import el, num, pct, picture
from watchbill.operations.action_items import DayView

__all__ = ["action_burndown", "action_words"]

HEAD, PLOT, FOOT = 16.0, 120.0, 22.0
LABELS = 4


def action_burndown(days: Sequence[DayView]) -> Markup:
    """Two areas, the late ones below in their own tone; the number of today is written at its end."""
    top = max(1, *(day.open for day in days))
    parts = [
        *_grid(days),
        _areas(days, top),
        el("text", f"{days[-1].open} open", class_="strong over end", x="100%", dx=-4, y=HEAD - 4),
    ]
    return picture(action_words(days), HEAD + PLOT + FOOT, parts)


def action_words(days: Sequence[DayView]) -> str:
    """What the picture says."""
    first, last = days[0], days[-1]
    most = max(days, key=lambda day: day.open)
    words = f"Open action items: {first.open} on {first.day:%-d %B}, {last.open} on {last.day:%-d %B}, {last.overdue} of them late"
    return words if most.open in {first.open, last.open} else f"{words}; most {most.open} on {most.day:%-d %B}"


def _areas(days: Sequence[DayView], top: int) -> Markup:
    """Stretched to the width in a picture of its own; a day is a step, for nothing is half done."""
    drawn = []
    for tone, counts in (("lamp", [day.open for day in days]), ("crit", [day.overdue for day in days])):
        if any(counts):
            path = _steps(counts, top)
            drawn.append(el("path", class_=f"f {tone} faint", d=f"{path}V{num(PLOT)}H0Z"))
            drawn.append(el("path", class_=f"trace s {tone}", d=path))
    size = f"0 0 1000 {num(PLOT)}"
    return el("svg", *drawn, viewBox=size, preserveAspectRatio="none", width="100%", height=PLOT, x=0, y=HEAD)


def _steps(counts: Sequence[int], top: int) -> str:
    wide = 1000 / len(counts)
    heights = [num(PLOT - (PLOT - 3) * count / top) for count in counts]
    return f"M0 {heights[0]}" + "".join(f"V{height}H{num(wide * (place + 1))}" for place, height in enumerate(heights))


def _grid(days: Sequence[DayView]) -> list[Markup]:
    low = HEAD + PLOT
    parts = [el("line", class_="grid", x1=0, x2="100%", y1=low, y2=low)]
    every = max(1, len(days) // LABELS)
    for place in range(every // 2, len(days), every):
        day = days[place].day
        x = pct((place + 0.5) / len(days))
        parts.append(el("text", f"{day.day} {day:%b}", class_="mid", x=x, y=low + 15))
    return parts
