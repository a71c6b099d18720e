"""From SLIs to few queries: each SLI gives two expressions, and expressions that only differ in labels are asked as one.

`sum(increase(x{service="a"}[1m]))` of a thousand services becomes one `sum by (service) (increase(x{service=~"a|b|.."}[1m]))`.
What has another shape is put together with `or`, each marked by a label of its own.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import promql_parser as promql

from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration_text
from watchbill.slo.model import Prometheus

__all__ = ["SLOT", "Query", "Wanted", "expressions", "queries"]

SLOT = "watchbill_slot"
_MOST_IN_ONE = 40  # expressions joined by `or`
_MOST_VALUES = 400  # values of labels in one grouped query
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')
_RATE = re.compile(r"\brate(?=\s*\()")
_SELECTOR = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:.]*)\s*(\{.*\})?\s*", re.DOTALL)

One = TypeVar("One")
Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An expression of an SLI; `part` is good, bad, total or value."""

    sli: str
    part: str
    text: str


@dataclass(slots=True)
class Query:
    """What is sent, and who waits for which of the series that come back."""

    text: str
    labels: tuple[str, ...]  # the labels that tell the series apart; empty: SLOT does
    waiting: dict[Labels, list[Wanted]] = field(default_factory=dict)

    @property
    def wanted(self) -> list[Wanted]:
        """Everything that it asks for."""
        return [one for members in self.waiting.values() for one in members]


@dataclass(frozen=True, slots=True)
class _Shape:
    """`sum(increase(metric{equal.., others..}[range]))`; members of a family differ in the values of `equal` only."""

    metric: str
    range_s: int
    labels: tuple[str, ...]
    others: str


def expressions(sli: str, source: Prometheus) -> list[Wanted]:
    """The expressions of a source, with the window put in. `rate` over it becomes `increase`: events, not events a second."""
    window = duration_text(source.window)
    if source.histogram is not None:
        return [Wanted(sli, part, text) for part, text in _histogram(source, window)]
    if source.value is not None:
        return [Wanted(sli, "value", source.value.replace("$window", window))]
    assert source.total is not None
    given = (("good", source.good), ("bad", source.bad), ("total", source.total))
    return [Wanted(sli, part, _counted(text, window)) for part, text in given if text is not None]


def queries(wanted: Iterable[Wanted]) -> list[Query]:
    """As few queries as the shapes of the expressions allow."""
    families: dict[_Shape, dict[Labels, list[Wanted]]] = {}
    rest: list[Wanted] = []
    for one in wanted:
        known = _shape(one.text)
        if known is None:
            rest.append(one)
        else:
            shape, values = known
            families.setdefault(shape, {}).setdefault(values, []).append(one)
    found = []
    for shape, members in families.items():
        if len(members) == 1:
            rest += next(iter(members.values()))
            continue
        pieces = _pieces(sorted(members), _MOST_VALUES)
        found += [_family(shape, {values: members[values] for values in part}) for part in pieces]
    return found + [_joined(part) for part in _pieces(rest, _MOST_IN_ONE)]


def _histogram(source: Prometheus, window: str) -> list[tuple[str, str]]:
    match = _SELECTOR.fullmatch(source.histogram or "")
    if match is None or source.threshold is None:
        raise Invalid("histogram", f"{source.histogram!r} is no metric with matchers", hint='http_seconds{job="shop"}')
    metric, matchers = match[1], (match[2] or "{}").strip()
    bound = f"{float(source.threshold):g}"
    if source.native:
        inner = f"sum(increase({metric}{matchers}[{window}]))"
        return [
            ("good", f"histogram_fraction(0, {bound}, {inner}) * histogram_count({inner})"),
            ("total", f"histogram_count({inner})"),
        ]
    inside = matchers[1:-1].strip().rstrip(",")
    # Client libraries write the same bound as 1 or 1.0.
    bounds = "|".join(
        re.escape(text).replace("\\", "\\\\") for text in dict.fromkeys((bound, str(float(source.threshold))))
    )
    with_bound = ", ".join(filter(None, (inside, f'le=~"{bounds}"')))
    return [
        ("good", f"sum(increase({metric}_bucket{{{with_bound}}}[{window}]))"),
        ("total", f"sum(increase({metric}_count{matchers}[{window}]))"),
    ]


def _counted(text: str, window: str) -> str:
    """`rate(` outside of strings becomes `increase(` where it spans the window, which stands for `$window`."""
    if "$window" not in text:
        return text
    parts, last = [], 0
    for string in _STRING.finditer(text):
        parts += [_RATE.sub("increase", text[last : string.start()]), string[0]]
        last = string.end()
    return "".join([*parts, _RATE.sub("increase", text[last:])]).replace("$window", window)


def _shape(text: str) -> tuple[_Shape, Labels] | None:
    """The family of an expression and its place in it; None for any other shape. Raises nothing: the server has the last word."""
    try:
        tree = promql.parse(text)
    except ValueError:
        return None
    if not isinstance(tree, promql.AggregateExpr) or str(tree.op) != "sum" or tree.modifier is not None:
        return None
    call = tree.expr
    if not isinstance(call, promql.Call) or call.func.name != "increase":
        return None
    matrix = call.args[0]
    if not isinstance(matrix, promql.MatrixSelector):
        return None
    vector = matrix.vector_selector
    if vector.offset is not None or vector.at is not None or vector.name is None or vector.matchers.or_matchers:
        return None
    equal: dict[str, str] = {}
    others = []
    for matcher in vector.matchers.matchers:
        operator = _operator(str(matcher.op))
        if operator == "=" and matcher.name not in equal and matcher.name != "__name__":
            equal[matcher.name] = matcher.value
        else:
            others.append(f"{matcher.name}{operator}{_quoted(matcher.value)}")
    if not equal:
        return None
    places = tuple(sorted(equal.items()))
    range_s = int(matrix.range.total_seconds())
    return _Shape(vector.name, range_s, tuple(name for name, _ in places), ", ".join(sorted(others))), places


def _family(shape: _Shape, members: dict[Labels, list[Wanted]]) -> Query:
    matchers = [shape.others] if shape.others else []
    varying = []
    for place, label in enumerate(shape.labels):
        values = sorted({labels[place][1] for labels in members})
        if len(values) == 1:
            matchers.append(f"{label}={_quoted(values[0])}")
        else:
            varying.append(label)
            matchers.append(f"{label}=~{_quoted('|'.join(re.escape(value) for value in values))}")
    text = f"sum by ({', '.join(varying)}) (increase({shape.metric}{{{', '.join(matchers)}}}[{shape.range_s}s]))"
    waiting = {tuple(one for one in labels if one[0] in varying): wanted for labels, wanted in members.items()}
    return Query(text, tuple(varying), waiting)


def _joined(wanted: Sequence[Wanted]) -> Query:
    """Each expression under a label that says whose it is; the same expression is asked once."""
    by_text: dict[str, list[Wanted]] = {}
    for one in wanted:
        by_text.setdefault(one.text, []).append(one)
    parts: list[str] = []
    waiting: dict[Labels, list[Wanted]] = {}
    for number, (text, members) in enumerate(by_text.items()):
        parts.append(f'label_replace(({text}), "{SLOT}", "{number}", "", "")')
        waiting[(SLOT, str(number)),] = members
    return Query("\nor\n".join(parts), (), waiting)


def _operator(name: str) -> str:
    return {"MatchOp.Equal": "=", "MatchOp.NotEqual": "!=", "MatchOp.Re": "=~", "MatchOp.NotRe": "!~"}[name]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _pieces(items: Sequence[One], size: int) -> list[Sequence[One]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
