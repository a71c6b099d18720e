"""The last minutes of a promise: a bar a minute, the promise as a line, changes as flags. What the 3 AM page shows first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from markupsafe import Markup

from watchbill.entrypoints.web.charts.svg import Scale, el, pct, picture
from watchbill.kernel.units import pct_text

__all__ = ["Flag", "Minute", "Minutes", "minutes", "minutes_words"]

PLOT, HEAD, FOOT = 58.0, 16.0, 18.0


@dataclass(frozen=True, slots=True)
class Minute:
    """Counts of one minute; `total` 0 means that nothing was measured, which is not the same as all good."""

    at: datetime
    good: int
    total: int

    @property
    def bad_ratio(self) -> Fraction | None:
        """The share that failed; None where nothing was measured."""
        return Fraction(self.total - self.good, self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class Flag:
    """A change on the time axis, eg a deploy."""

    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """The counts to draw, oldest first, with the share that the promise allows to fail."""

    rows: Sequence[Minute]
    allowed: Fraction
    zone: ZoneInfo
    flags: Sequence[Flag] = ()
    width_px: int = 358


def minutes(shown: Minutes) -> Markup:
    """The picture; empty where there is nothing to draw."""
    if not shown.rows:
        return Markup("")
    start, end = shown.rows[0].at, shown.rows[-1].at + timedelta(minutes=1)
    axis, top = Scale(start, end), _ceiling(shown)
    low = HEAD + PLOT
    line = low - _high(shown.allowed, top)
    parts = [
        el("rect", class_="bed", x=0, y=HEAD, width="100%", height=PLOT, rx=6),
        *_bars(shown, axis, top, low),
        el("line", class_="s ink dash half", x1=0, x2="100%", y1=line, y2=line),
        el("text", f"promise {pct_text(shown.allowed * 100, 2)}\u00a0%", x=6, y=max(line - 5, HEAD + 10)),
        *_flags(shown, axis, low),
        *_clocks(shown, start, end, low),
    ]
    return picture(minutes_words(shown), low + FOOT, parts)


def minutes_words(shown: Minutes) -> str:
    """What the picture says."""
    measured = [row for row in shown.rows if row.bad_ratio is not None]
    if not measured:
        return f"No data in the last {len(shown.rows)} minutes"

    def clock(moment: datetime) -> str:
        return moment.astimezone(shown.zone).strftime("%H:%M")

    worst = max(measured, key=lambda row: row.bad_ratio or Fraction(0))
    over = next((row for row in measured if (row.bad_ratio or 0) > shown.allowed), None)
    words = f"Share that fails, last {len(shown.rows)} minutes: highest {pct_text((worst.bad_ratio or Fraction(0)) * 100, 2)} % at {clock(worst.at)}"
    words += f", above the promise since {clock(over.at)}" if over else ", never above the promise"
    return words + "".join(f"; {flag.label} at {clock(flag.at)}" for flag in shown.flags)


def _ceiling(shown: Minutes) -> Fraction:
    """The top of the picture: the worst minute, and never less than twice what the promise allows."""
    worst = max((row.bad_ratio or Fraction(0) for row in shown.rows), default=Fraction(0))
    return max(worst, 2 * shown.allowed, Fraction(1, 1_000_000))


def _high(ratio: Fraction, top: Fraction) -> float:
    return float(ratio / top) * (PLOT - 6)


def _bars(shown: Minutes, axis: Scale, top: Fraction, low: float) -> Iterator[Markup]:
    step = 1 / len(shown.rows)
    for row in shown.rows:
        ratio, left = row.bad_ratio, axis.at(row.at)
        if ratio is None:
            yield el("line", class_="s dim half dash", x1=pct(left), x2=pct(left + step), y1=low - 3, y2=low - 3)
            continue
        height = max(_high(ratio, top), 1.5)
        tone = "f dead" if ratio > shown.allowed else "f dim half"
        yield el(
            "rect", class_=tone, x=pct(left + step * 0.12), width=pct(step * 0.76), y=low - height, height=height, rx=1
        )


def _flags(shown: Minutes, axis: Scale, low: float) -> Iterator[Markup]:
    for flag in shown.flags:
        if not axis.shows(flag.at):
            continue
        place = axis.at(flag.at)
        late = place > 0.5  # noqa: PLR2004 - the half of the picture decides on which side there is room
        yield el("line", class_="s lamp", x1=pct(place), x2=pct(place), y1=4, y2=low)
        yield el("circle", class_="f lamp", cx=pct(place), cy=5, r=4)
        yield el(
            "text",
            flag.label,
            class_="lab f lamp end" if late else "lab f lamp",
            x=pct(place),
            dx=-9 if late else 9,
            y=10,
        )


def _clocks(shown: Minutes, start: datetime, end: datetime, low: float) -> Iterator[Markup]:
    for place, moment, side in ((0.0, start, None), (0.5, start + (end - start) / 2, "mid"), (1.0, end, "end")):
        yield el("text", moment.astimezone(shown.zone).strftime("%H:%M"), class_=side, x=pct(place), y=low + 14)
