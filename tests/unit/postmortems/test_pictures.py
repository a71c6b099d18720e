"""The fishbone and the one-file page: everything is drawn and said, nothing of people's text becomes markup, nothing is loaded."""

from xml.etree import ElementTree as ET

import pytest

from watchbill.adapters.outward.fishbone import CATEGORIES, fishbone_svg, fishbone_words
from watchbill.adapters.outward.postmortem_page import Pictures, page, pdf

CAUSES = {
    "technology": ["no index on the new column of the orders table, found by nobody", "pool of ten"],
    "testing": ["<script>alert(1)</script>"],
}
TITLE = 'checkout "pool" <exhausted> & slow'


def test_all_six_bones_are_drawn_with_their_causes() -> None:
    """Well-formed, with a name for screen readers; an empty bone is drawn too."""
    drawn = ET.fromstring(fishbone_svg(TITLE, CAUSES))
    texts = [each.text for each in drawn.iter() if each.tag.endswith("text")]

    assert [text for text in texts if text in {name.capitalize() for name in CATEGORIES}] == [
        name.capitalize() for name in CATEGORIES
    ]
    assert "pool of ten" in texts
    assert "<script>alert(1)</script>" in texts
    assert len([each for each in drawn.iter() if each.get("class") == "twig"]) == 3
    assert drawn.get("aria-label") == fishbone_words(TITLE, CAUSES)
    assert fishbone_words("x", {}) == "Fishbone of x. No cause is on it yet."


def test_no_word_leaves_the_picture() -> None:
    """However many causes there are, the picture grows with them, on both sides of the spine."""
    many = {name: [f"cause number {index} of {name}" for index in range(12)] for name in CATEGORIES}
    drawn = ET.fromstring(fishbone_svg(TITLE, many))
    height = float(drawn.get("height", "0"))
    places = [float(each.get("y", "0")) for each in drawn.iter() if each.tag.endswith("text")]

    assert min(places) > 0
    assert max(places) < height
    assert height > float(ET.fromstring(fishbone_svg(TITLE, {})).get("height", "0"))


def _page() -> str:
    markdown = (
        "# Postmortem: x\n\n## Summary\n\n![spy](https://evil.test/x.png) <script>alert(1)</script>\n\n"
        "[click](javascript:alert(1))\n\n## Impact\n\n- much\n\n## Fishbone\n\n- Testing: none\n"
    )
    pictures = Pictures(TITLE, [("unnoticed", 2), ("until mitigated", 10)], [("checkout", 130.04)], CAUSES)
    return page(markdown, pictures)


def test_the_page_needs_and_loads_nothing() -> None:
    """One file: no script, no image, no address that a browser would fetch."""
    html = _page()

    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert html.count("<svg") == 3
    assert "checkout: 130.0 %" in html
    assert "<title>checkout &quot;pool&quot; &lt;exhausted&gt; &amp; slow</title>" in html


def test_the_same_on_paper() -> None:
    """A PDF of at least a page."""
    pytest.importorskip("weasyprint")
    written = pdf(_page())

    assert written.startswith(b"%PDF-")
    assert len(written) > 3_000
