"""The watch: a band of hours with night shaded, shifts as bars, pages as ticks, incidents below and now as the lantern line.

It is the picture that recurs everywhere: Now, on-call, an incident's length.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from markupsafe import Markup

from watchbill.entrypoints.web.charts.sky import sky, stars
from watchbill.entrypoints.web.charts.svg import Scale, el, pct, picture

__all__ = [
    "LETTER", "Band", "Bar", "Row", "Span", "Tick", "band", "band_words", "day_around", "hours_around", "initials", "label_of",
]  # fmt: skip

Kind = Literal["on", "shift", "second", "hole"]
Tone = Literal["ok", "warn", "crit", "dead", "lamp", "dim"]

TOP, SKY, PAD, GAP, LANE = 24.0, 20.0, 7.0, 4.0, 18.0
TALL, LOW = 26.0, 18.0
LETTER = 6.3  # average width of a letter of a label in pixels


@dataclass(frozen=True, slots=True)
class Bar:
    """One person's time; `hole` is time that nobody covers."""

    start: datetime
    end: datetime
    label: str
    kind: Kind = "shift"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of shifts, eg a schedule's primaries; `name` stands behind a label where there are several."""

    bars: tuple[Bar, ...]
    name: str = ""
    low: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that happened at one moment, eg a page."""

    at: datetime
    label: str
    tone: Tone = "dead"


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasts, eg an incident; no end means that it goes on."""

    start: datetime
    end: datetime | None
    label: str
    tone: Tone = "dead"


@dataclass(frozen=True, slots=True)
class Band:
    """What the band shows, and how wide it will roughly be (labels are placed by it)."""

    start: datetime
    end: datetime
    now: datetime
    zone: ZoneInfo
    rows: tuple[Row, ...] = ()
    ticks: tuple[Tick, ...] = ()
    spans: tuple[Span, ...] = ()
    width_px: int = 1080
    every_h: int = 4
    key: str = "sky"


def day_around(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The local day that holds `now`."""
    start = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def hours_around(now: datetime, hours: int = 12) -> tuple[datetime, datetime]:
    """The hours around `now`, from a full hour: what fits on a phone."""
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours // 2)
    return start, start + timedelta(hours=hours)


def band(shown: Band, *, class_: str = "") -> Markup:
    """The band as SVG."""
    axis = Scale(shown.start, shown.end)
    inner = sum(LOW if row.low else TALL for row in shown.rows) + GAP * max(0, len(shown.rows) - 1)
    height = SKY + max(inner, TALL) + PAD
    lanes = list(_lanes(shown, axis))
    bottom = TOP + height + (LANE * (1 + max((lane for lane, _ in lanes), default=0)) if lanes else 0) + 6
    parts: list[Markup] = [
        el("defs", sky(shown.key, shown.start, shown.end, shown.zone)),
        el("rect", x=0, y=TOP, width="100%", height=height, rx=9, fill=f"url(#{shown.key})"),
        *stars(shown.start, shown.end, shown.zone, top=TOP, height=SKY, count=shown.width_px // 14),
        *_hours(shown, axis, TOP + height),
        el("rect", class_="frame", x=0, y=TOP, width="100%", height=height, rx=9),
        *_rows(shown, axis),
        *_ticks(shown, axis, TOP + height),
        *(_span(shown, axis, span, TOP + height + 8 + lane * LANE) for lane, span in lanes),
        *_lantern(shown, axis, bottom),
    ]
    return picture(band_words(shown), bottom, parts, class_=class_)


def band_words(shown: Band) -> str:
    """What the band says, in one sentence a row."""

    def clock(moment: datetime) -> str:
        return moment.astimezone(shown.zone).strftime("%H:%M")

    found = [f"{clock(shown.start)} to {clock(shown.end)}, now {clock(shown.now)}"]
    for row in shown.rows:
        bars = [bar for bar in row.bars if bar.end > shown.start and bar.start < shown.end]
        shifts = ", ".join(f"{bar.label} until {clock(min(bar.end, shown.end))}" for bar in bars)
        if shifts:
            found.append(f"{row.name}: {shifts}" if row.name else shifts)
    for span in shown.spans:
        until = f"to {clock(span.end)}" if span.end else "and still open"
        found.append(f"{span.label} from {clock(span.start)} {until}")
    found.extend(f"{tick.label} at {clock(tick.at)}" for tick in shown.ticks)
    return "; ".join(found)


def _hours(shown: Band, axis: Scale, low: float) -> Iterator[Markup]:
    local = shown.start.astimezone(shown.zone).replace(minute=0, second=0, microsecond=0)
    while local <= shown.end:
        place = axis.free(local)
        if 0 <= place <= 1 and local.hour % shown.every_h == 0:
            if 0 < place < 1:
                yield el("line", class_="grid", x1=pct(place), x2=pct(place), y1=TOP, y2=low)
            if abs(place - axis.at(shown.now)) * shown.width_px > 40 or not axis.shows(shown.now):  # noqa: PLR2004 - half the lantern's label and a space
                side = "mid" if 0.01 < place < 0.99 else "end" if place > 0.5 else None  # noqa: PLR2004 - the outermost labels stay inside
                text = "24" if place >= 1 and local.hour == 0 else f"{local.hour:02d}"
                yield el("text", text, class_=side, x=pct(place), y=15)
        local += timedelta(hours=1)


def label_of(bar: Bar, room_px: float) -> str:
    """As much of a label as fits: all of it, a person's initials, or nothing; never a word cut in two."""
    shorter = (bar.label,) if bar.kind == "hole" else (bar.label, initials(bar.label))
    return next((text for text in shorter if len(text) * LETTER <= room_px), "")


def initials(name: str) -> str:
    """Two letters: `AL` for Ann Lee, `AN` for ann."""
    words = [word for word in name.replace(".", " ").replace("-", " ").split() if word]
    letters = words[0][0] + words[-1][0] if len(words) > 1 else (words[0][:2] if words else "?")
    return letters.upper()


def _rows(shown: Band, axis: Scale) -> Iterator[Markup]:
    top = TOP + SKY
    for row in shown.rows:
        height = LOW if row.low else TALL
        placed = [
            (bar, axis.at(bar.start), axis.at(bar.end)) for bar in row.bars if axis.at(bar.end) > axis.at(bar.start)
        ]
        named = _named(row, [(bar, (right - left) * shown.width_px - 20) for bar, left, right in placed])
        for bar, left, right in placed:
            words = [label_of(bar, (right - left) * shown.width_px - 14), row.name if bar is named else ""]
            yield _bar(bar, row, (left, right), (top, height), [word for word in words if word])
        top += height + GAP


def _named(row: Row, rooms: Sequence[tuple[Bar, float]]) -> Bar | None:
    """The bar behind whose label the row's name stands: the watch of now if there is room, else the first that has it."""
    if not row.name:
        return None
    wide = [bar for bar, room in rooms if (len(bar.label) + len(row.name) + 1) * LETTER <= room]
    return next((bar for bar in wide if bar.kind == "on"), next(iter(wide), None))


def _bar(bar: Bar, row: Row, across: tuple[float, float], down: tuple[float, float], words: Sequence[str]) -> Markup:
    """A nested picture keeps neighbours two pixels apart; a shift too short for its label says it under the pointer."""
    (left, right), (top, height) = across, down
    spans = [
        el("tspan", word, dx=7 if place else None, class_="lab" if row.low or place else "strong")
        for place, word in enumerate(words)
    ]
    kind = f"shift {bar.kind}{' second' if row.low and bar.kind != 'hole' else ''}"
    box = el("rect", el("title", bar.label), class_=kind, x=2, y=0.5, rx=5, width="100%", height=height - 1)
    text = [el("text", *spans, x=11, y=height / 2 + 4.2)] if spans else []
    return el("svg", box, *text, x=pct(left), y=top, width=pct(right - left), height=height)


def _ticks(shown: Band, axis: Scale, low: float) -> Iterator[Markup]:
    for tick in shown.ticks:
        if axis.shows(tick.at):
            yield el(
                "rect",
                el("title", tick.label),
                class_=f"f {tick.tone}",
                x=pct(axis.at(tick.at)),
                y=low - 7,
                width=2.5,
                height=11,
                rx=1,
            )


def _lanes(shown: Band, axis: Scale) -> Iterator[tuple[int, Span]]:
    """Each span with the first lane in which neither bar nor label runs into an earlier one."""
    ends: list[float] = []
    for span in sorted(shown.spans, key=lambda one: one.start):
        left, right = axis.at(span.start), axis.at(span.end or shown.now)
        if axis.free(span.end or shown.now) < 0 or axis.free(span.start) > 1:
            continue
        reach = max(right, left) + (len(span.label) * LETTER + 14) / shown.width_px
        lane = next((index for index, end in enumerate(ends) if end <= left), len(ends))
        ends[lane : lane + 1] = [reach]
        yield lane, span


def _span(shown: Band, axis: Scale, span: Span, top: float) -> Markup:
    left, right = axis.at(span.start), max(axis.at(span.end or shown.now), axis.at(span.start) + 0.004)
    fits = right + (len(span.label) * LETTER + 14) / shown.width_px < 1
    place = {"x": pct(right), "dx": 7} if fits else {"x": pct(left), "dx": -7, "class_": "end"}
    tone = str(place.pop("class_", ""))
    return el(
        "g",
        el("rect", class_=f"f {span.tone}", x=pct(left), y=top, width=pct(right - left), height=7, rx=3),
        el("text", span.label, class_=f"lab f {span.tone} {tone}".strip(), y=top + 7.5, **place),
    )


def _lantern(shown: Band, axis: Scale, bottom: float) -> Iterator[Markup]:
    """Now: a line, its light and the time."""
    if not axis.shows(shown.now):
        return
    x = pct(axis.at(shown.now))
    yield el("line", class_="s lamp", x1=x, x2=x, y1=18, y2=bottom)
    yield el("circle", class_="halo", cx=x, cy=TOP, r=11)
    yield el("circle", class_="f lamp", cx=x, cy=TOP, r=4)
    text = shown.now.astimezone(shown.zone).strftime("%H:%M")
    # The label moves aside at the edges instead of being cut.
    edge = min(max(axis.at(shown.now), 22 / shown.width_px), 1 - 22 / shown.width_px)
    yield el("svg", _pill(text), x=pct(edge), y=0, overflow="visible")


def _pill(text: str) -> Markup:
    return el(
        "g",
        el("rect", class_="f lamp", x=-21, y=0, width=42, height=18, rx=9),
        el("text", text, class_="mid on-lamp", x=0, y=13),
    )
