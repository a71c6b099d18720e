"""The burn-down of an error budget: what was left, over the window, with thresholds, incidents and deploys named in the picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from markupsafe import Markup

from watchbill.entrypoints.web.charts.svg import Scale, el, num, pct, picture
from watchbill.slo.sentences import remaining_words

__all__ = ["Burndown", "Left", "Mark", "Stretch", "burndown", "burndown_words"]

HEAD, PLOT, FOOT = 30.0, 210.0, 22.0
LETTER = 6.3
# The edges of the playbook's budget states (phase 3), as they are written into the picture.
EDGES: tuple[tuple[int, str, str], ...] = (
    (50, "warn", "warning below 50\u00a0%"),
    (25, "crit", "critical below 25\u00a0%"),
    (0, "dead", "nothing left"),
)


@dataclass(frozen=True, slots=True)
class Left:
    """What was left of the budget at one moment; None where it was not known."""

    at: datetime
    remaining_pct: Fraction | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """An incident on the time axis; no end means that it goes on."""

    start: datetime
    end: datetime | None
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A change on the time axis, eg a deploy."""

    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Burndown:
    """What the picture shows; `gone_at` is the forecast, drawn as far as the axis reaches."""

    start: datetime
    end: datetime
    now: datetime
    zone: ZoneInfo
    line: Sequence[Left]
    incidents: Sequence[Stretch] = ()
    deploys: Sequence[Mark] = ()
    taken: Sequence[Stretch] = ()  # what does not count, for a written reason
    gone_at: datetime | None = None
    width_px: int = 1080


def burndown(shown: Burndown, *, class_: str = "") -> Markup:
    """The picture as SVG."""
    axis, floor = Scale(shown.start, shown.end), _floor(shown)
    low = HEAD + PLOT
    parts = [
        *_days(shown, axis, low),
        *_edges(floor),
        *_taken(shown, axis, low),
        *_incidents(shown, axis, low),
        _area(shown, axis, floor),
        *_deploys(shown, axis, low),
        *_now(shown, axis, floor, low),
    ]
    return picture(burndown_words(shown), low + FOOT, parts, class_=class_)


def burndown_words(shown: Burndown) -> str:
    """What the picture says."""
    known = [one for one in shown.line if one.remaining_pct is not None]
    if not known:
        return "Nothing has been measured yet"

    def day(moment: datetime) -> str:
        local = moment.astimezone(shown.zone)
        return f"{local.day} {local:%B %H:%M}"

    first, last = known[0], known[-1]
    words = f"Budget left: {_pct(first)} on {day(first.at)}, {_pct(last)} on {day(last.at)}"
    least = min(known, key=lambda one: one.remaining_pct or Fraction(0))
    if least not in (first, last):
        words += f", least {_pct(least)} on {day(least.at)}"
    if shown.gone_at and (last.remaining_pct or 0) > 0:
        words += f"; at this rate it is gone on {day(shown.gone_at)}"
    words += "".join(
        f"; {one.label} from {day(one.start)} {'to ' + day(one.end) if one.end else 'and still open'}"
        for one in shown.incidents
    )
    words += "".join(f"; {one.label} on {day(one.at)}" for one in shown.deploys)
    return words + "".join(f"; taken out from {day(one.start)}: {one.label}" for one in shown.taken)


def _pct(one: Left) -> str:
    return remaining_words(one.remaining_pct)


def _floor(shown: Burndown) -> float:
    """The lowest value of the axis in percent: a little below zero, lower where more was spent than there was."""
    least = min((float(one.remaining_pct) for one in shown.line if one.remaining_pct is not None), default=0.0)
    return min(-6.0, least * 1.06)


def _y(value: float, floor: float) -> float:
    return HEAD + PLOT * (100 - min(100.0, max(value, floor))) / (100 - floor)


def _edges(floor: float) -> Iterator[Markup]:
    for value, tone, words in EDGES:
        y = _y(value, floor)
        yield el("line", class_=f"s {tone} {'' if value == 0 else 'dash '}half", x1=0, x2="100%", y1=y, y2=y)
        yield el("text", words, class_=f"f {tone} lab over", x=4, y=y - 5)
    if floor < -20:  # noqa: PLR2004 - below that there is room to shade what was overspent
        yield el(
            "rect", class_="f dead faint", x=0, y=_y(0, floor), width="100%", height=_y(floor, floor) - _y(0, floor)
        )


def _area(shown: Burndown, axis: Scale, floor: float) -> Markup:
    """The line in a nested picture that is stretched to the width; gaps in the data are gaps in the line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for one in shown.line:
        if one.remaining_pct is None:
            runs.append([])
        else:
            runs[-1].append((axis.at(one.at) * 1000, _y(float(one.remaining_pct), floor)))
    zero = _y(0, floor)
    drawn = []
    for run in (run for run in runs if run):
        path = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in run)
        drawn.append(
            el("path", class_="f lamp faint", d=f"{path}L{num(run[-1][0])} {num(zero)}L{num(run[0][0])} {num(zero)}Z")
        )
        drawn.append(el("path", class_="trace s lamp", d=path))
    height = HEAD + PLOT
    return el(
        "svg",
        *drawn,
        viewBox=f"0 0 1000 {num(height)}",
        preserveAspectRatio="none",
        width="100%",
        height=height,
        x=0,
        y=0,
    )


def _taken(shown: Burndown, axis: Scale, low: float) -> Iterator[Markup]:
    """Time that was taken out of the budget: hatched, and named at its foot, where incidents have no label."""
    for one in shown.taken:
        left, right = axis.at(one.start), axis.at(one.end or shown.now)
        if axis.free(one.end or shown.now) < 0:
            continue
        late = left > 0.8  # noqa: PLR2004 - near the edge the label stands on the other side
        yield el(
            "svg",
            el("title", f"taken out: {one.label}"),
            el("rect", class_="taken", width="100%", height=low - HEAD),
            x=pct(left), y=HEAD, width=pct(max(right - left, 0.004)), height=low - HEAD,
        )  # fmt: skip
        yield el(
            "text", "taken out", class_="lab over end" if late else "lab over", x=pct(right if late else left), y=low - 26,
            dx=-4 if late else 4,
        )  # fmt: skip


def _incidents(shown: Burndown, axis: Scale, low: float) -> Iterator[Markup]:
    reach = -1.0
    for one in sorted(shown.incidents, key=lambda each: each.start):
        left, right = axis.at(one.start), axis.at(one.end or shown.now)
        if axis.free(one.end or shown.now) < 0:
            continue
        right = max(right, left + 0.003)
        yield el("rect", class_="f dead tint", x=pct(left), y=HEAD - 6, width=pct(right - left), height=low - HEAD + 6)
        if left > reach:  # a label that would run into its neighbour is left to the list below the picture
            late = left > 0.9  # noqa: PLR2004 - near the edge the label stands on the other side
            yield el(
                "text",
                one.label,
                class_="lab f dead end" if late else "lab f dead",
                x=pct(right if late else left),
                y=HEAD - 11,
            )
            reach = left + (len(one.label) * LETTER + 10) / shown.width_px


def _deploys(shown: Burndown, axis: Scale, low: float) -> Iterator[Markup]:
    reach = -1.0
    for one in sorted(shown.deploys, key=lambda each: each.at):
        if not axis.shows(one.at):
            continue
        x = axis.at(one.at)
        yield el(
            "svg",
            el("path", el("title", one.label), class_="f lamp", d="M0-9l4.5 9h-9z"),
            x=pct(x),
            y=low,
            overflow="visible",
        )
        words = (len(one.label) * LETTER + 14) / shown.width_px
        if x - words / 2 > reach and x + words < 1:
            yield el("text", one.label, class_="lab f lamp", x=pct(x), dx=7, y=low - 3)
            reach = x + words


def _days(shown: Burndown, axis: Scale, low: float) -> Iterator[Markup]:
    days = max(1, round((shown.end - shown.start) / timedelta(days=1)))
    room = max(1, shown.width_px // 90)
    every = next((step for step in (1, 2, 4, 7, 14, 28) if days / step <= room), 30)
    local = shown.start.astimezone(shown.zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    count = 0
    while local < shown.end:
        if count % every == 0:
            x = axis.at(local)
            yield el("line", class_="grid", x1=pct(x), x2=pct(x), y1=HEAD, y2=low)
            if 0.03 < x < 0.97:  # noqa: PLR2004 - labels at the edges would be cut
                yield el("text", f"{local.day} {local:%b}", class_="mid", x=pct(x), y=low + 15)
        count += 1
        local += timedelta(days=1)
    yield el("line", class_="grid", x1=0, x2="100%", y1=low, y2=low)


def _now(shown: Burndown, axis: Scale, floor: float, low: float) -> Iterator[Markup]:
    known = [one for one in shown.line if one.remaining_pct is not None]
    if not known or known[-1].remaining_pct is None:
        return
    x, y = axis.at(known[-1].at), _y(float(known[-1].remaining_pct), floor)
    if shown.gone_at and shown.gone_at > shown.now and known[-1].remaining_pct > 0:
        # As far as the axis reaches: a forecast beyond it is a slope, not a date.
        yield el("line", class_="s lamp dash", x1=pct(x), y1=y, x2=pct(axis.free(shown.gone_at)), y2=_y(0, floor))
    yield el("line", class_="s lamp", x1=pct(x), x2=pct(x), y1=HEAD - 6, y2=low)
    yield el("circle", class_="halo", cx=pct(x), cy=y, r=10)
    yield el("circle", class_="f lamp", cx=pct(x), cy=y, r=4)
    # Below the line on its left, where a falling line leaves room; near the left edge on the other side.
    late = x > 0.15  # noqa: PLR2004 - the label is about this wide
    yield el(
        "text", f"{_pct(known[-1])} left", class_="strong over end" if late else "strong over",
        x=pct(x), dx=-10 if late else 10, y=min(y + 20, low - 6),
    )  # fmt: skip
