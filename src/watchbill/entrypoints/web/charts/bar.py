"""The budget bar: what is left, with the two edges at which the policy changes. Its number always stands beside it."""

from fractions import Fraction
from typing import Literal

from markupsafe import Markup

from watchbill.entrypoints.web.charts.svg import el, pct

__all__ = ["budget_bar", "meter"]

Tone = Literal["ok", "warn", "crit", "dead", "lamp", "dim"]


def budget_bar(remaining_pct: Fraction | None, tone: Tone) -> Markup:
    """0 to 100 % left; overspent budgets show a hatched bar, unknown ones an empty bed."""
    left = None if remaining_pct is None else min(Fraction(1), max(Fraction(0), remaining_pct / 100))
    parts = [el("rect", class_="bed", x=0, y=0.5, width="100%", height=7, rx=3.5)]
    if remaining_pct is not None and remaining_pct <= 0:
        parts.append(el("rect", x=0, y=0.5, width="100%", height=7, rx=3.5, fill="url(#hatch-dead)"))
    elif left is not None:
        # Never thinner than its rounding: one percent must still be seen.
        parts.append(el("rect", class_=f"f {tone}", x=0, y=0.5, width=pct(max(float(left), 0.035)), height=7, rx=3.5))
    parts.extend(el("line", class_="tick", x1=pct(edge), x2=pct(edge), y1=0.5, y2=7.5) for edge in (0.25, 0.5))
    return el("svg", *parts, class_="bar", width="100%", height=8, aria_hidden="true")


def meter(share: float, tone: Tone, threshold: float | None = None) -> Markup:
    """A plain bar between 0 and 1 with an optional threshold, eg a burn rate against its tier."""
    parts = [
        el("rect", class_="bed", x=0, y=0.5, width="100%", height=7, rx=3.5),
        el("rect", class_=f"f {tone}", x=0, y=0.5, width=pct(min(1.0, max(share, 0.02))), height=7, rx=3.5),
    ]
    if threshold is not None:
        parts.append(el("line", class_="s ink", x1=pct(threshold), x2=pct(threshold), y1=-3, y2=11))
    return el("svg", *parts, class_="bar", width="100%", height=8, aria_hidden="true")
