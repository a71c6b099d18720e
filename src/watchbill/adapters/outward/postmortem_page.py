"""A postmortem as one HTML file that needs nothing else, and as PDF: the Markdown with its pictures.

Text of people is Markdown without HTML and without images, so that opening the file loads nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NoReturn

from markdown_it import MarkdownIt

from watchbill.adapters.outward.fishbone import fishbone_svg
from watchbill.kernel.errors import Invalid

__all__ = ["Pictures", "page", "pdf"]

_WIDE = 680
_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#59626d;--line:#d5dae1;--paper:#fff;--a:#b3410c;--b:#c98a00;--c:#2f6f4f}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--dim:#a3acb8;--line:#3a424d;--paper:#14181d;--a:#ff9466;--b:#e8b84a;--c:#74c69d}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:46rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;display:block;overflow-x:auto}td,th{border-bottom:1px solid var(--line);padding:.3rem .6rem .3rem 0;text-align:left;vertical-align:top}
thead:has(th:empty){display:none}
figure{margin:1rem 0;overflow-x:auto}figure svg{max-width:100%;height:auto}figcaption{color:var(--dim);font-size:.85rem}
.a{fill:var(--a)}.b{fill:var(--b)}.c{fill:var(--c)}.t{fill:var(--ink)}.d{fill:var(--dim)}.r{fill:var(--line)}
a{color:inherit}
@page{size:A4;margin:18mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif;color:#59626d}}
@media print{body{font-size:10.5pt}main{max-width:none;padding:0}h2{break-after:avoid}tr,figure{break-inside:avoid}table{display:table}}
"""


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is drawn: how long each stage took in minutes, percent of each SLO's budget, causes by category."""

    title: str
    stages: Sequence[tuple[str, int]]
    budget: Sequence[tuple[str, float]]
    causes: Mapping[str, Sequence[str]]


def page(markdown: str, pictures: Pictures) -> str:
    """The whole document."""
    render = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image").render
    body = "".join(
        render(section) + "".join(_figures(section, pictures)) for section in re.split(r"(?m)^(?=## )", markdown)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(pictures.title)}</title><style>{_STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def pdf(html: str) -> bytes:
    """The same on paper; raises Invalid where the extra is not installed. Nothing outside of the document is loaded."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as missing:
        raise Invalid(
            "format", f"pdf needs WeasyPrint and Pango, which are not installed here ({type(missing).__name__})",
            hint="pip install 'watchbill[pdf]' and the system's libpango, or take html and print it",
        ) from missing  # fmt: skip
    written: bytes = HTML(string=html, url_fetcher=_refuse).write_pdf()
    return written


def _refuse(url: str, *_given: object, **_named: object) -> NoReturn:
    """A postmortem's file never loads anything."""
    raise ValueError(f"{url} is not loaded")


def _figures(section: str, pictures: Pictures) -> Iterator[str]:
    if section.startswith("## Impact"):
        if pictures.stages:
            yield _figure(_course(pictures.stages), "How long each stage took, in minutes")
        if pictures.budget:
            yield _figure(_budget(pictures.budget), "Share of each error budget that it took")
    if section.startswith("## Fishbone"):
        yield _figure(fishbone_svg(pictures.title, pictures.causes), "Causes by where they were looked for")


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _course(stages: Sequence[tuple[str, int]]) -> str:
    """One bar: undetected, until it was mitigated, until it was resolved."""
    total = sum(minutes for _, minutes in stages) or 1
    parts, x = [], 0.0
    for (name, minutes), tone in zip(stages, "abc", strict=False):
        wide = _WIDE * minutes / total
        parts.append(f'<rect class="{tone}" x="{x:.1f}" y="0" width="{wide:.1f}" height="26"><title>{escape(name)}: {minutes} min</title></rect>')  # fmt: skip
        x += wide
    for index, ((name, minutes), tone) in enumerate(zip(stages, "abc", strict=False)):
        left = index * _WIDE / 3
        parts.append(f'<rect class="{tone}" x="{left:.1f}" y="38" width="12" height="12"/>')
        parts.append(f'<text class="t" x="{left + 18:.1f}" y="49" font-size="13">{escape(name)}: {minutes} min</text>')
    words = ", ".join(f"{name} {minutes} minutes" for name, minutes in stages)
    return _svg(words, 58, parts)


def _budget(budget: Sequence[tuple[str, float]]) -> str:
    """A bar for each SLO, full at 100 %; what passes it is said in its number."""
    parts = []
    for index, (slo, consumed) in enumerate(budget):
        y = index * 44
        wide = _WIDE * min(max(consumed, 0), 100) / 100
        parts += [
            f'<text class="t" x="0" y="{y + 14}" font-size="13">{escape(slo)}: {consumed:.1f} %</text>',
            f'<rect class="r" x="0" y="{y + 20}" width="{_WIDE}" height="12"/>',
            f'<rect class="a" x="0" y="{y + 20}" width="{wide:.1f}" height="12"/>',
        ]
    words = ", ".join(f"{slo} {consumed:.1f} %" for slo, consumed in budget)
    return _svg(words, len(budget) * 44, parts)


def _svg(words: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {height}" width="{_WIDE}" height="{height}" role="img"'
        f' aria-label="{escape(words, quote=True)}" font-family="sans-serif">{"".join(parts)}</svg>'
    )
