"""What applying resources would change: steps with the fields that differ, before and after."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from watchbill.adapters.resources.parsed import Parsed
from watchbill.kernel.documents import Document
from watchbill.kernel.errors import Fault

__all__ = ["FieldChange", "Plan", "Step", "planned"]

Json = Any  # Any: JSON has no better type


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; None on the side where it is not set."""

    field: str
    old: Json
    new: Json


@dataclass(frozen=True, slots=True)
class Step:
    """One resource that is created, changed or deleted. `path` and `line` say where it is (or was) written."""

    action: Literal["create", "change", "delete"]
    kind: str
    name: str
    path: str | None
    line: int
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in order, what stays as it is, and the warnings. `moved` stay but stand elsewhere in the files now."""

    steps: tuple[Step, ...]
    unchanged: int
    moved: tuple[Parsed, ...]
    faults: tuple[Fault, ...]


def planned(
    given: Sequence[Parsed],
    stored: Mapping[tuple[str, str], Document],
    drops: Iterable[Document],
    faults: Iterable[Fault],
) -> Plan:
    """Compare what was given with what is stored."""
    steps: list[Step] = []
    moved: list[Parsed] = []
    for one in given:
        old, new = stored.get(one.key), one.written
        if old is not None and old.spec == new:
            if (old.origin, old.line) != (one.path or None, one.line):
                moved.append(one)
            continue
        fields = tuple(_differences(old.spec if old else {}, new, ""))
        steps.append(Step("change" if old else "create", *one.key, one.path or None, one.line, fields))
    unchanged = len(given) - len(steps)
    for document in drops:
        fields = tuple(_differences(document.spec, {}, ""))
        steps.append(Step("delete", *document.key, document.origin, document.line, fields))
    return Plan(tuple(steps), unchanged, tuple(moved), tuple(faults))


def _differences(old: Json, new: Json, field: str) -> Iterator[FieldChange]:
    """Mappings by key, lists of mappings by place, everything else whole."""
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*new, *old]):
            yield from _differences(old.get(key), new.get(key), f"{field}.{key}" if field else str(key))
    elif _is_table(old) and _is_table(new):
        for index in range(max(len(old), len(new))):
            before, after = (side[index] if index < len(side) else None for side in (old, new))
            yield from _differences(before, after, f"{field}[{index}]")
    else:
        yield FieldChange(field, old, new)


def _is_table(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)
