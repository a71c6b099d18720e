"""How many incidents took how long: a column for each span, with its number on top. A mean alone would hide the long ones."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from watchbill.entrypoints.web.charts.svg import el, pct, picture

__all__ = ["columns", "columns_words", "spans"]

HIGH, HEAD, FOOT = 64.0, 18.0, 18.0


def spans(bounds: Sequence[int]) -> list[str]:
    """What stands below the columns, from their upper edges in minutes: `to 5 min`, `to 4 h`, `more`."""
    return [*(f"\u2264 {edge} min" if edge < 60 else f"\u2264 {edge // 60} h" for edge in bounds), "more"]  # noqa: PLR2004 - minutes of an hour


def columns(counts: Sequence[int], bounds: Sequence[int], name: str) -> Markup:
    """The picture; the tallest column fills the height."""
    return picture(columns_words(counts, bounds, name), HEAD + HIGH + FOOT, _drawn(counts, bounds))


def columns_words(counts: Sequence[int], bounds: Sequence[int], name: str) -> str:
    """What the picture says."""
    told = ", ".join(
        f"{label.replace(chr(0x2264), 'up to')}: {count}" for label, count in zip(spans(bounds), counts, strict=True)
    )
    return f"{name}, incidents by length, {told}"


def _drawn(counts: Sequence[int], bounds: Sequence[int]) -> Iterator[Markup]:
    most, step = max(*counts, 1), 1 / len(counts)
    low = HEAD + HIGH
    for place, (count, label) in enumerate(zip(counts, spans(bounds), strict=True)):
        middle, height = pct((place + 0.5) * step), HIGH * count / most
        if count:
            yield el(
                "rect",
                class_="f lamp",
                x=pct(place * step + step * 0.14),
                y=low - height,
                width=pct(step * 0.72),
                height=height,
                rx=3,
            )
            yield el("text", str(count), class_="strong mid", x=middle, y=low - height - 5)
        yield el("text", label, class_="mid", x=middle, y=low + 14)
    yield el("line", class_="grid", x1=0, x2="100%", y1=low, y2=low)
