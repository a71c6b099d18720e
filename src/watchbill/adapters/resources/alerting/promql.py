"""What a lint has to know of a PromQL expression, from its syntax tree."""

from datetime import timedelta

import promql_parser as promql

from watchbill.alerts.model.written import Expression

__all__ = ["expression_of"]

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_JOINING = "and"


def expression_of(text: str) -> Expression:
    """The facts of an expression; raises ValueError, whose text says what is wrong, where it is no PromQL."""
    metrics, windows = dict[str, None](), set[timedelta]()
    operators = set[str]()

    def look(node: object) -> bool:
        if isinstance(node, promql.VectorSelector):
            metrics[_name(node)] = None
        elif isinstance(node, promql.MatrixSelector):
            metrics[_name(node.vector_selector)] = None
            windows.add(node.range)
        elif isinstance(node, promql.SubqueryExpr) and node.range is not None:
            windows.add(node.range)
        elif isinstance(node, promql.BinaryExpr):
            operators.add(str(node.op))
        return True

    promql.walk(promql.parse(text), look)
    metrics.pop("", None)
    return Expression(
        metrics=tuple(metrics),
        windows=tuple(sorted(windows)),
        joined=_JOINING in operators,
        compares=bool(operators & _COMPARISONS),
    )


def _name(selector: promql.VectorSelector) -> str:
    """The series' name, also where it is written as `{__name__="..."}`."""
    if selector.name:
        return selector.name
    return next((one.value for one in selector.matchers.matchers if one.name == "__name__"), "")
