"""What each day took of a budget: a row of small bars for lists, and a calendar whose cells say the number.

A day that takes its even share (100 % over the days of the window) is quiet; three times that and more stands out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from markupsafe import Markup

from watchbill.entrypoints.web.charts.svg import el, pct, picture
from watchbill.kernel.units import pct_text

__all__ = ["Day", "calendar", "days_words", "spark"]

HIGH, CELL, HEAD, GAP = 22.0, 38.0, 18.0, 3.0
WEEK, MOST_WEEKS = 7, 14
LOUD = 3  # times the even share
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Day:
    """A local day and the share of the window's budget that it took."""

    on: date
    share_pct: Fraction


def spark(days: Sequence[Day]) -> Markup:
    """A bar a day; heights grow with the square root, so that quiet days can be seen beside bad ones.

    One path for each colour: a list of fifty promises has fourteen hundred bars.
    """
    if not days:
        return Markup("")
    even = _even(days)
    most = float(max(*(day.share_pct for day in days), 4 * even)) ** 0.5
    paths: dict[str, list[str]] = {}
    for place, day in enumerate(days):
        if day.share_pct > 0:
            height = max(1.5, float(day.share_pct) ** 0.5 / most * (HIGH - 2))
            paths.setdefault(_tone(day, even), []).append(
                f"M{place + 0.15:.2f} {HIGH:.0f}v-{height:.1f}h.7v{height:.1f}z"
            )
    bars = [el("path", class_=f"f {tone}", d="".join(drawn)) for tone, drawn in paths.items()]
    ground = el("path", class_="grid", d=f"M0 {HIGH:.0f}H{len(days)}", vector_effect="non-scaling-stroke")
    box = f"0 0 {len(days)} {HIGH:.0f}"
    return el(
        "svg", ground, *bars, class_="spark", width="100%", height=HIGH, viewBox=box, preserveAspectRatio="none",
        role="img", aria_label=days_words(days),
    )  # fmt: skip


def calendar(days: Sequence[Day], *, even: Fraction | None = None, weeks: int = MOST_WEEKS) -> Markup:
    """Weeks below each other; each cell has its day, its share and, by the share, its colour.

    `even`: what a day may take, where the days are not those of the window. A day without data has no cell.
    """
    if not days:
        return Markup("")
    even = even or _even(days)
    shown = [day for day in days if day.on > days[-1].on - timedelta(days=weeks * WEEK)]
    first = shown[0].on - timedelta(days=shown[0].on.weekday())
    rows = (shown[-1].on - first).days // WEEK + 1
    parts = [el("text", name, class_="mid", x=pct((place + 0.5) / WEEK), y=12) for place, name in enumerate(NAMES)]
    for day in shown:
        parts.extend(_cell(day, even, (day.on - first).days))
    return picture(days_words(days, even), HEAD + rows * (CELL + GAP), parts, class_="days")


def days_words(days: Sequence[Day], even: Fraction | None = None) -> str:
    """What the pictures say."""
    even = even or _even(days)
    loud = sorted((day for day in days if _is_loud(day, even)), key=lambda day: -day.share_pct)[:3]
    span = f"{len(days)} days"
    if not loud:
        return f"{span}, no day took much more than its even share of the budget"
    told = ", ".join(f"{_share(day)} on {day.on.day} {day.on:%B}" for day in loud)
    return f"{span}; most of the budget went: {told}"


def _cell(day: Day, even: Fraction, place: int) -> Iterator[Markup]:
    column, top = place % WEEK, HEAD + place // WEEK * (CELL + GAP)
    tone = _tone(day, even)
    inside = [
        el("title", f"{day.on.day} {day.on:%B}: {_share(day)} of the budget"),
        el("rect", class_="bed", x=1.5, y=0, rx=5, width="100%", height=CELL),
        *([] if tone == "dim" else [el("rect", class_=f"f {tone} tint", x=1.5, y=0, rx=5, width="100%", height=CELL)]),
        el("text", f"{day.on.day} {day.on:%b}" if day.on.day == 1 else str(day.on.day), x=8, y=14),
    ]
    if day.share_pct >= 1:
        inside.append(el("text", _share(day), class_="strong", x=8, y=31))
    yield el("svg", *inside, x=pct(column / WEEK), y=top, width=pct(1 / WEEK - 0.006), height=CELL)


def _even(days: Sequence[Day]) -> Fraction:
    return Fraction(100, len(days))


def _is_loud(day: Day, even: Fraction) -> bool:
    return day.share_pct >= LOUD * even


def _tone(day: Day, even: Fraction) -> str:
    if _is_loud(day, even):
        return "dead"
    return "warn" if day.share_pct > even else "dim"


def _share(day: Day) -> str:
    return f"{pct_text(day.share_pct, 0 if day.share_pct >= 10 else 1)}\u00a0%"  # noqa: PLR2004 - a tenth of a large share says nothing
