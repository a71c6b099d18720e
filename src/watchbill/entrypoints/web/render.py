"""Turns facts into HTML: one Jinja environment, autoescaping always, undefined names are errors."""

import functools
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from watchbill import __version__
from watchbill.entrypoints.web.assets import asset_url
from watchbill.entrypoints.web.charts.band import initials
from watchbill.entrypoints.web.charts.bar import budget_bar, meter
from watchbill.entrypoints.web.nav import NAV, SAID, section_of
from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.amounts import counted, percent, times
from watchbill.entrypoints.web.words.duties import decision_words
from watchbill.entrypoints.web.words.phrase import Sentence, plain
from watchbill.entrypoints.web.words.promise import promise_words
from watchbill.entrypoints.web.words.states import TONES, tone_of

__all__ = ["environment", "render"]


@functools.cache
def environment() -> Environment:
    """The environment of all pages, made once."""
    made = Environment(
        loader=PackageLoader("watchbill.entrypoints.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {
        "asset": asset_url,
        "nav": NAV,
        "section_of": section_of,
        "version": __version__,
        "counted": counted,
        "decision_words": decision_words,
        "promise_words": promise_words,
        "tones": TONES,
        "budget_bar": _bar,
        "meter": meter,
    }
    made.filters |= {
        "percent": percent,
        "times": times,
        "tone": tone_of,
        "said": _sentence,
        "plain": plain,
        "initials": initials,
        "path": lambda text: quote(str(text), safe=""),
    }
    return made


def render(
    template: str, visit: Visit, facts: Mapping[str, Any], csrf: Callable[[], str]
) -> str:  # Any: each template has its own facts
    """The page as text. `csrf` makes the hidden token, in pages that have a form."""
    return (
        environment()
        .get_template(template)
        .render(
            {
                "visit": visit,
                "theme": visit.prefs.theme,
                "local": visit.local,
                "t": visit.local.el,
                "csrf": csrf,
                "said_now": SAID.get(visit.query.get("said", "")),
                **facts,  # a page may show another clock than the viewer's
            }
        )
    )


def _bar(remaining_pct: float | Fraction | None, state: str | None) -> Markup:
    exact = (
        None
        if remaining_pct is None
        else Fraction(str(remaining_pct))
        if isinstance(remaining_pct, float)
        else Fraction(remaining_pct)
    )
    return budget_bar(exact, tone_of(state) or "dim")


def _sentence(sentence: Sentence) -> Markup:
    """A sentence with its tones and links as HTML."""
    shown = []
    for part in sentence:
        words = Markup("{}").format(part.text)
        if part.tone:
            words = Markup('<b class="{}">{}</b>').format("nowrap" if part.tone == "strong" else part.tone, words)
        shown.append(Markup('<a href="{}">{}</a>').format(part.href, words) if part.href else words)
    return Markup("").join(shown)
