"""What was left of a budget over its window, as small as a word: for rows of a list. The number stands beside it."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from watchbill.entrypoints.web.charts.burndown import Left
from watchbill.entrypoints.web.charts.svg import el, num
from watchbill.entrypoints.web.words.amounts import percent

__all__ = ["trendline", "trendline_words"]

HIGH, WIDE = 40.0, 200.0
EDGE = 3.0  # so that the line's width is not cut
LEAST = -25.0  # percent; what was overspent further is drawn at the lower edge


def trendline(points: Sequence[Left], tone: str) -> Markup:
    """The line, oldest point on the left, above the line where nothing is left; gaps in the data are gaps."""
    zero = _y(0, points)
    ground = el("path", class_="grid", d=f"M0 {num(zero)}H{num(WIDE)}", vector_effect="non-scaling-stroke")
    return el(
        "svg", ground, *_runs(points, tone or "dim", zero), class_="trendline", width="100%", height=HIGH,
        viewBox=f"0 0 {num(WIDE)} {num(HIGH)}", preserveAspectRatio="none", role="img", aria_label=trendline_words(points),
    )  # fmt: skip


def trendline_words(points: Sequence[Left]) -> str:
    """What the picture says."""
    known = [one.remaining_pct for one in points if one.remaining_pct is not None]
    if not known:
        return "Nothing has been measured yet"
    words = f"Budget left over the window: from {percent(known[0], 0)} to {percent(known[-1], 0)}"
    least = min(known)
    return words if least in (known[0], known[-1]) else f"{words}, least {percent(least, 0)}"


def _runs(points: Sequence[Left], tone: str, zero: float) -> Iterator[Markup]:
    runs: list[list[tuple[float, float]]] = [[]]
    step = WIDE / max(1, len(points) - 1)
    for place, one in enumerate(points):
        if one.remaining_pct is None:
            runs.append([])
        else:
            runs[-1].append((place * step, _y(float(one.remaining_pct), points)))
    for run in (run for run in runs if run):
        path = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in run)
        yield el(
            "path", class_=f"f {tone} faint", d=f"{path}L{num(run[-1][0])} {num(zero)}L{num(run[0][0])} {num(zero)}Z"
        )
        yield el("path", class_=f"trace s {tone}", d=path)


def _y(value: float, points: Sequence[Left]) -> float:
    """Pixels from the top; the axis reaches below zero only where the line does."""
    known = [float(one.remaining_pct) for one in points if one.remaining_pct is not None]
    floor = max(LEAST, min(0.0, *known)) if known else 0.0
    return EDGE + (HIGH - 2 * EDGE) * (100 - min(100.0, max(value, floor))) / (100 - floor)
