"""JSON lines: one object a line, above all the playbook's structured log standard. Every top-level field is a column."""

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import ClassVar, NoReturn

from watchbill.adapters.measure.formats.fields import ALWAYS, STANDARD, Layout, as_column, judge, ok, times
from watchbill.adapters.measure.formats.shape import MAX_LINE, Event, Need, Reject, Relation
from watchbill.adapters.measure.predicates import quoted, text_literal
from watchbill.kernel.errors import Invalid

__all__ = ["JsonLines"]

_Tree = dict[str, "str | _Tree"]  # a field's DuckDB type by name, or the fields inside it


class JsonLines:
    """One JSON object a line. A time without a zone names no moment and is rejected."""

    gives: ClassVar[frozenset[str] | None] = None
    own: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, layout: Layout = STANDARD) -> None:
        self._layout = layout
        self.name = layout.name

    def recognises(self, line: str) -> bool:
        """An object, with the fields that mark the layout."""
        found = _parse(line)
        return isinstance(found, dict) and all(_value(found, (mark,)) is not None for mark in self._layout.marks)

    def relations(self, need: Need, *, careful: bool) -> tuple[Relation, ...]:  # noqa: ARG002 - backslashes mean nothing special here
        """Only the fields that are asked for are taken out of the objects."""
        layout, wanted = self._layout, {*ALWAYS, *need.columns}
        tree: _Tree = {}
        for key in sorted({key for column in wanted for key in layout.keys_of(column)} | need.fields):
            _plant(tree, _steps(layout, key))
        _refuse_twins(sorted(tree))
        found = {column: _first([_sql(_steps(layout, key)) for key in layout.keys_of(column)]) for column in wanted}
        stamp, status, duration = (found[column] for column in ALWAYS)
        second = layout.second(stamp)
        columns = {quoted(column): as_column(layout, column, found[column], second) for column in sorted(need.columns)}
        columns |= {quoted(name, own=True): _sql(_steps(layout, name)) for name in sorted(need.fields)}
        spelled = ", ".join(f"{text_literal(name)}: {text_literal(_type(inside))}" for name, inside in tree.items())
        options = (
            "format='newline_delimited', auto_detect=false, ignore_errors=true,"
            f" maximum_object_size={2 * MAX_LINE}, columns={{{spelled}}}"
        )
        names = ", ".join(f'"{_raw(name)}"' for name in tree)
        return tuple(
            Relation(
                reader="read_json",
                options=options,
                names=names,
                ok=ok(layout, timing.form, status, duration),
                key=timing.key,
                second=timing.second,
                hour=timing.hour,
                hour_second=timing.hour_second,
                columns=columns,
            )
            for timing in times(layout, stamp)
        )

    def read(self, line: str, need: Need) -> Event | Reject:
        """One line, parsed exactly; NaN and the like are no JSON."""
        found = _parse(line)
        if not isinstance(found, dict):
            return Reject.BAD_JSON
        values = {column: _value(found, self._layout.keys_of(column)) for column in {*ALWAYS, *need.columns}}
        own = {name: _value(found, (name,)) for name in need.fields}
        return judge(self._layout, values, need, own)

    def is_whole(self, line: str, before: str | None) -> bool:  # noqa: ARG002 - an object says itself where it ends
        """What could be read as an object is one."""
        return True


def _steps(layout: Layout, key: str) -> list[str]:
    """The way to a field. In the standard a dot is part of a name: its fields are all top-level."""
    return [key] if layout is STANDARD or not layout.marks else key.split(".")


def _plant(tree: _Tree, steps: Sequence[str]) -> None:
    """Add a field to the types that are asked for."""
    first, *rest = steps
    kind: str | _Tree = {} if rest else "VARCHAR[]" if first.endswith("[]") else "VARCHAR"
    inside = tree.setdefault(first.removesuffix("[]"), kind)
    if type(inside) is not type(kind):
        raise Invalid("fields", f"{first!r} cannot be read whole and in parts", hint=f'write "{first}.NAME" everywhere')
    if not isinstance(inside, str):
        _plant(inside, rest)


def _type(inside: "str | _Tree") -> str:
    if isinstance(inside, str):
        return inside
    parts = ", ".join(f'"{name}" {_type(deeper)}' for name, deeper in inside.items())
    return f"STRUCT({parts})"


def _sql(steps: Sequence[str]) -> str:
    """The field as SQL; a list gives its first item."""
    first, *rest = steps
    inside = "".join(f'."{name.removesuffix("[]")}"' for name in rest)
    return f'"{_raw(first)}"{inside}{"[1]" if steps[-1].endswith("[]") else ""}'


def _refuse_twins(names: Sequence[str]) -> None:
    """DuckDB's names ignore case, JSON's do not: of two that differ by nothing else only one can be read."""
    for first, second in itertools.pairwise(sorted(names, key=lambda name: (name.lower(), name))):
        if first.lower() == second.lower():
            raise Invalid("fields", f"{first!r} and {second!r} differ only by case", hint="use one of them in one log")


def _raw(name: str) -> str:
    return f"raw_{name.encode().hex()}"


def _first(parts: list[str]) -> str:
    """The first that is there; a column that the layout has not is NULL."""
    if not parts:
        return "NULL::VARCHAR"
    return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def _parse(line: str) -> object:
    try:
        return json.loads(line, object_pairs_hook=_pairs, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of a key that is there twice the first counts, as it does for DuckDB."""
    return dict(reversed(pairs))


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _value(found: Mapping[str, object], keys: Sequence[str]) -> object:
    """The first of these fields that is there."""
    return next((value for key in keys if (value := _inside(found, key)) is not None), None)


def _inside(found: Mapping[str, object], key: str) -> object:
    if key in found:
        return found[key]
    value: object = found
    for step in key.removesuffix("[]").split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if key.endswith("[]"):
        return value[0] if isinstance(value, list) and value else None
    return value
