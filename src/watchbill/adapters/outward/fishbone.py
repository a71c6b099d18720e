"""A fishbone (Ishikawa diagram) as SVG: the effect is the head, six categories are bones, each cause is a line of words on its bone.

Only classes and `currentColor`, so that the page or file around it decides the colours.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from html import escape

__all__ = ["CATEGORIES", "fishbone_svg", "fishbone_words"]

# In the playbook's order (ph. 6): three above the spine, three below it.
CATEGORIES = ("people", "process", "technology", "environment", "monitoring", "testing")
_WIDTH, _HEAD, _EDGE = 1060, 190, 24
_BONE = (_WIDTH - _HEAD - _EDGE) / 3  # room for one bone of either side
_LINE, _CHARACTERS, _SLANT, _LABEL = 17, 27, 70, 26
_LEAST = 3  # lines of words for which a bone has room in any case


def fishbone_svg(title: str, causes: Mapping[str, Sequence[str]]) -> str:
    """The picture; `causes` by category. Bones without causes are drawn too: an empty one is a question."""
    rows = [_wrapped(causes.get(name, ())) for name in CATEGORIES]
    tall = [max(_LEAST, *(len(lines) for lines in side)) * _LINE + _LABEL + 34 for side in (rows[:3], rows[3:])]
    spine, height = tall[0], tall[0] + tall[1]
    parts = [
        f'<line class="spine" x1="{_EDGE}" y1="{spine}" x2="{_WIDTH - _HEAD}" y2="{spine}" stroke="currentColor" stroke-width="3"/>',
        *(part for place in range(6) for part in _bone(place, rows[place], spine, height)),
        *_head(title, spine),
    ]
    words = escape(fishbone_words(title, causes), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="fishbone" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
        f' role="img" aria-label="{words}" font-family="sans-serif" font-size="13">{"".join(parts)}</svg>'
    )


def fishbone_words(title: str, causes: Mapping[str, Sequence[str]]) -> str:
    """What the picture says."""
    told = [f"{name}: {'; '.join(causes[name])}" for name in CATEGORIES if causes.get(name)]
    return f"Fishbone of {title}. " + (". ".join(told) if told else "No cause is on it yet.")


def _wrapped(causes: Sequence[str]) -> list[tuple[str, bool]]:
    """Lines of words, each with whether it begins a cause."""
    lines: list[tuple[str, bool]] = []
    for cause in causes:
        pieces = textwrap.wrap(cause, _CHARACTERS) or [""]
        lines += [(piece, index == 0) for index, piece in enumerate(pieces)]
    return lines


def _bone(place: int, lines: Sequence[tuple[str, bool]], spine: float, height: float) -> Iterator[str]:
    above = place < len(CATEGORIES) // 2
    foot = _EDGE + _BONE * (place % 3 + 1)
    top, label = (_LABEL, _LABEL - 9) if above else (height - _LABEL, height - 9)
    x = foot - _SLANT
    yield f'<line class="bone" x1="{x:g}" y1="{top:g}" x2="{foot:g}" y2="{spine:g}" stroke="currentColor" stroke-width="2"/>'
    yield f'<text class="bone-name" x="{x:g}" y="{label:g}" text-anchor="middle" font-weight="700" fill="currentColor">{CATEGORIES[place].capitalize()}</text>'
    first = top + _LINE + 4 if above else spine + _LINE + 10
    for index, (text, begins) in enumerate(lines):
        y = first + index * _LINE
        edge = x + (foot - x) * (y - top) / (spine - top)  # where the bone is at this height
        if begins:
            yield f'<line class="twig" x1="{edge - 12:g}" y1="{y - 4:g}" x2="{edge:g}" y2="{y - 4:g}" stroke="currentColor"/>'
        yield f'<text class="cause" x="{edge - 16:g}" y="{y:g}" text-anchor="end" fill="currentColor">{escape(text)}</text>'


def _head(title: str, spine: float) -> Iterator[str]:
    left, lines = _WIDTH - _HEAD, textwrap.wrap(title, 23, max_lines=4, placeholder=" \N{HORIZONTAL ELLIPSIS}")
    high = len(lines) * _LINE + 22
    yield f'<rect class="head" x="{left}" y="{spine - high / 2:g}" width="{_HEAD - 4}" height="{high}" rx="8" fill="none" stroke="currentColor" stroke-width="2"/>'
    for index, text in enumerate(lines):
        y = spine - (len(lines) - 1) * _LINE / 2 + index * _LINE + 4.5
        yield f'<text class="effect" x="{left + _HEAD / 2 - 2:g}" y="{y:g}" text-anchor="middle" font-weight="700" fill="currentColor">{escape(text)}</text>'
