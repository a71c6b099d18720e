"""Many days of one schedule: a week is seven bands below each other, four weeks are a wall of them, one line a week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from watchbill.entrypoints.web.charts.band import Bar, Row, label_of
from watchbill.entrypoints.web.charts.sky import sky
from watchbill.entrypoints.web.charts.svg import Scale, el, pct, picture

__all__ = ["Wall", "wall", "wall_words"]

WEEK = 7
HEAD, LINE, GAP, TALL = 18.0, 30.0, 4.0, 22.0
EDGE = 0.13  # the share of the width that the names of days take


@dataclass(frozen=True, slots=True)
class Wall:
    """Whole local days from `start` (a local midnight), and the shifts that lie in them."""

    start: datetime
    days: int
    now: datetime
    zone: ZoneInfo
    row: Row
    width_px: int = 1080
    key: str = "wall"


def wall(shown: Wall, *, class_: str = "") -> Markup:
    """Up to seven days: a line a day. More: a line a week."""
    step = 1 if shown.days <= WEEK else WEEK
    lines = [(_plus(shown, index), _plus(shown, index + step)) for index in range(0, shown.days, step)]
    height = HEAD + len(lines) * (LINE + GAP)
    parts: list[Markup] = list(_head(step, shown))
    for index, (start, end) in enumerate(lines):
        parts.append(_line(shown, Scale(start, end), HEAD + index * (LINE + GAP), f"{shown.key}-{index}", step=step))
    return picture(wall_words(shown), height, parts, class_=class_)


def wall_words(shown: Wall) -> str:
    """Who has the watch when, in order."""
    end = _plus(shown, shown.days)

    def said(bar: Bar) -> str:
        local = max(bar.start, shown.start).astimezone(shown.zone)
        return f"{bar.label} from {local:%A} {local.day} {local:%B %H:%M}"

    return "; ".join(said(bar) for bar in shown.row.bars if bar.end > shown.start and bar.start < end) or "nobody"


def _plus(shown: Wall, days: int) -> datetime:
    """Whole local days later: wall-clock arithmetic, so that a line is a day also where the clock changes."""
    return shown.start.astimezone(shown.zone) + timedelta(days=days)


def _head(step: int, shown: Wall) -> Iterator[Markup]:
    labels = (
        [(hour / 24, f"{hour:02d}") for hour in (0, 6, 12, 18)]
        if step == 1
        else [(index / WEEK, f"{_plus(shown, index):%a}") for index in range(WEEK)]
    )
    for place, text in labels:
        yield el("text", text, x=pct(EDGE + place * (1 - EDGE)), y=12, dx=2)


def _line(shown: Wall, axis: Scale, top: float, key: str, *, step: int) -> Markup:
    start, end = axis.start, axis.end
    local = start.astimezone(shown.zone)
    name = f"{local:%a} {local.day}" if step == 1 else f"{local.day} {local:%b}"
    today = start <= shown.now < end
    parts = [
        el("defs", sky(key, start, end, shown.zone)),
        el("rect", x=0, y=0, width="100%", height=LINE, rx=6, fill=f"url(#{key})"),
        el("rect", class_="frame", x=0, y=0, width="100%", height=LINE, rx=6),
        *_grid(step),
        *_bars(shown, axis),
    ]
    if today:
        x = pct(axis.at(shown.now))
        parts += [
            el("line", class_="s lamp", x1=x, x2=x, y1=-2, y2=LINE + 2),
            el("circle", class_="f lamp", cx=x, cy=-1, r=3.5),
        ]
    return el(
        "g",
        el("text", name, class_="f lamp" if today else None, x=0, y=top + LINE / 2 + 4),
        el("svg", *parts, x=pct(EDGE), y=top, width=pct(1 - EDGE), height=LINE, overflow="visible"),
    )


def _grid(step: int) -> Iterator[Markup]:
    count = 4 if step == 1 else WEEK
    for index in range(1, count):
        yield el("line", class_="grid", x1=pct(index / count), x2=pct(index / count), y1=0, y2=LINE)


def _bars(shown: Wall, axis: Scale) -> Iterator[Markup]:
    for bar in shown.row.bars:
        left, right = axis.at(bar.start), axis.at(bar.end)
        if right <= left:
            continue
        box = el(
            "rect", el("title", bar.label), class_=f"shift {bar.kind}", x=1.5, y=0, rx=4, width="100%", height=TALL
        )
        label = label_of(bar, (right - left) * shown.width_px * (1 - EDGE) - 12)
        text = [el("text", label, class_="strong", x=8, y=TALL / 2 + 4.2)] if label else []
        yield el("svg", box, *text, x=pct(left), y=(LINE - TALL) / 2, width=pct(right - left), height=TALL)
