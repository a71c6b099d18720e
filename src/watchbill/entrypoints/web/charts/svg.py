"""Writes SVG elements. Pictures use pixels for text and percents for places, so that they fill any width unscaled."""

from collections.abc import Iterable
from datetime import datetime

from markupsafe import Markup, escape

__all__ = ["Scale", "el", "num", "pct", "picture"]


def num(value: float) -> str:
    """At most two decimals, no trailing zeros: half the bytes of a chart are its numbers."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def pct(share: float) -> str:
    """A place between 0 and 1 as a percentage of the picture's width."""
    return f"{num(share * 100)}%"


def el(name: str, *children: str, **attributes: object) -> Markup:
    """One element; `class_` is written as class, underscores become hyphens, None is left out, everything is escaped."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(num(value) if isinstance(value, float) else value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(escape(child) for child in children)
    return Markup(f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>")  # noqa: S704 - every part was escaped above


def picture(words: str, height: float, parts: Iterable[str], *, class_: str = "") -> Markup:
    """A chart as wide as its place; `words` is what a screen reader says instead."""
    names = f"chart {class_}".strip()
    return el("svg", *parts, class_=names, width="100%", height=float(height), role="img", aria_label=words)


class Scale:
    """Places on a time axis: 0 is its start, 1 its end; what lies outside is cut to the edge."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        self._seconds = (end - start).total_seconds()

    def free(self, moment: datetime) -> float:
        """The place of a moment, also outside the axis."""
        return (moment - self.start).total_seconds() / self._seconds

    def at(self, moment: datetime) -> float:
        """The place of a moment, cut to the axis."""
        return min(1.0, max(0.0, self.free(moment)))

    def shows(self, moment: datetime) -> bool:
        """Whether the moment lies on the axis."""
        return self.start <= moment <= self.end
