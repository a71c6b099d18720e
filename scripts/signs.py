"""Draws the two signs that status updates begin with, for machines without an emoji font: a font of two glyphs.

`pip install fonttools brotli && python scripts/signs.py` writes static/signs.woff2. It stands last in the font list: where the
system has emoji of its own, browsers never load it.
"""

import math
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

OUT = Path(__file__).resolve().parents[1] / "src/watchbill/entrypoints/web/static/signs.woff2"
EM, WIDTH = 1000, 1180
CENTRE, MIDDLE, RADIUS = WIDTH / 2, 360.0, 440.0


def circle() -> Glyph:
    """U+1F534: a filled circle, sixteen quadratic arcs."""
    pen, steps = TTGlyphPen(None), 16
    outer = RADIUS / math.cos(math.pi / steps)

    def at(radius: float, turn: float) -> tuple[int, int]:
        angle = -2 * math.pi * turn / steps
        return round(CENTRE + radius * math.cos(angle)), round(MIDDLE + radius * math.sin(angle))

    pen.moveTo(at(RADIUS, 0))
    for step in range(steps):
        pen.qCurveTo(at(outer, step + 0.5), at(RADIUS, step + 1))
    pen.closePath()
    return pen.glyph()


def check() -> Glyph:
    """U+2705: a check mark with straight ends."""
    pen = TTGlyphPen(None)
    points = [(130, 380), (240, 490), (470, 260), (950, 760), (1060, 650), (470, 40)]
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def main() -> None:
    """Write the font."""
    builder = FontBuilder(EM, isTTF=True)
    glyphs = {".notdef": TTGlyphPen(None).glyph(), "circle": circle(), "check": check()}
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({0x1F534: "circle", 0x2705: "check"})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (WIDTH, 0)))
    builder.setupHorizontalHeader(ascent=900, descent=-200)
    builder.setupNameTable({"familyName": "Signs", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=900, sTypoDescender=-200, usWinAscent=900, usWinDescent=200)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0  # the same bytes each time
    builder.font.flavor = "woff2"
    builder.font.save(OUT)


if __name__ == "__main__":
    main()
