"""Reads users' conditions over events: `status < 500`, `path NOT IN ('/healthz', '/readyz')`, `duration_ms <= 300`."""

from collections.abc import Sequence
from dataclasses import replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from watchbill.adapters.measure.predicates.limits import MAX_NODES, check_text, refuse
from watchbill.adapters.measure.predicates.model import Predicate, Prose
from watchbill.adapters.measure.predicates.render import Renderer
from watchbill.kernel.errors import Invalid
from watchbill.slo.rules.exclusions import preset_for

__all__ = ["exclusion", "predicate"]

_LOOKS_LIKE_ONE = ("=", "<", ">", "'", "!~")


def predicate(text: str, *, field: str = "predicate") -> Predicate:
    """The condition, checked against the allow-list; raises Invalid with the place and what is allowed."""
    check_text(text, field)
    try:
        return _checked(text, sqlglot.parse(text, read="postgres"), Renderer(field), field)
    except SqlglotError as wrong:
        raise Invalid(field, f"is not a condition: {_first(wrong)}", hint="write status < 500") from wrong
    except RecursionError as wrong:
        raise Invalid(field, "is nested too deeply", hint="use IN (...) for long lists") from wrong


def _checked(text: str, statements: Sequence[object], renderer: Renderer, field: str) -> Predicate:
    tree = statements[0] if len(statements) == 1 else None
    if not isinstance(tree, exp.Expr):
        raise Invalid(field, "is one condition, not several statements", hint="join them with AND or OR")
    if sum(1 for _ in tree.walk()) > MAX_NODES:
        raise refuse(field, tree, f"has more than {MAX_NODES} parts", hint="use IN (...) for long lists")
    sql = renderer.condition(tree)
    return Predicate(text, sql, frozenset(renderer.columns), frozenset(renderer.fields), tuple(renderer.doubts))


def exclusion(text: str, *, field: str = "exclusions") -> Predicate | Prose:
    """A predicate as it stands, one of the playbook's sentences by its machine form, or prose, which excludes nothing."""
    doubt = ""
    try:
        # A single word is a word: `maintenance` is prose, `maintenance = true` is a condition.
        if not text.strip().isidentifier():
            return predicate(text, field=field)
    except Invalid as wrong:
        doubt = str(wrong) if any(sign in text for sign in _LOOKS_LIKE_ONE) else ""
    preset = preset_for(text)
    if preset is None:
        return Prose(text, doubt)
    return replace(predicate(preset.predicate, field=field), text=text, preset=preset.id)


def _first(wrong: Exception) -> str:
    """What the parser stumbled over first, with its place."""
    errors = getattr(wrong, "errors", None)
    if not errors:
        return "it cannot be read as SQL"
    first = errors[0]
    line, column = first.get("line"), first.get("col")
    near_text = (first.get("highlight") or "").strip()
    at = f" at {f'line {line}, ' if line and line > 1 else ''}character {column}" if column else ""
    return f"it cannot be read{at}{f', near {near_text!r}' if near_text else ''}"
