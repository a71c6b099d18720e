"""Runs an operation: fields in, answer out. REST and the command line share this, so they read input and say no alike."""

import importlib
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from watchbill.kernel.errors import Fault, Faults, Invalid, near
from watchbill.operations.table import OPERATIONS, Operation

if TYPE_CHECKING:
    from watchbill.bootstrap import Services
    from watchbill.people.model import Actor

__all__ = ["Runnable", "explain", "load_all", "perform", "read_fields", "runnable"]


@dataclass(frozen=True, slots=True)
class Runnable:
    """An operation with its function loaded: the input model, the function, and the adapter that writes the answer."""

    row: Operation
    given: type[BaseModel]
    run: Callable[..., Any]  # Any: each operation has its own input and answer, checked by pydantic at run time
    answer: TypeAdapter[Any]  # Any: as above


@cache
def runnable(row: Operation) -> Runnable:
    """Import the module behind the row; done once, on first use, so that starting is quick."""
    module, _, name = row.run.partition(":")
    function = getattr(importlib.import_module(f"watchbill.operations.{module}"), name)
    hints = typing.get_type_hints(function)
    return Runnable(row, hints["given"], function, TypeAdapter(hints["return"]))


def read_fields(row: Operation, fields: Mapping[str, object], *, text: bool = False) -> BaseModel:
    """The input model; raises Invalid or Faults with near-name hints. `text`: values are strings of a query, numbers included."""
    given = runnable(row).given
    try:
        return given.model_validate(dict(fields), strict=False) if text else given.model_validate(dict(fields))
    except ValidationError as wrong:
        raise explain(wrong, given) from wrong


def perform(s: "Services", who: "Actor", row: Operation, fields: Mapping[str, object]) -> object:
    """Check the role, read the fields, run, and give the answer as JSON-able data."""
    if row.role != "anyone":
        who.require(row.role)
    loaded = runnable(row)
    answer: object = loaded.answer.dump_python(loaded.run(s, who, read_fields(row, fields)), mode="json")
    return answer


def explain(wrong: ValidationError, given: type[BaseModel]) -> Invalid:
    """Pydantic's findings in the product's words: one Invalid, or Faults when there are several."""
    found = [_fault(error, given) for error in wrong.errors(include_url=False)]
    if len(found) == 1:
        return Invalid(found[0].field, found[0].reason, hint=found[0].hint)
    return Faults(found)


def _fault(error: Any, given: type[BaseModel]) -> Fault:  # Any: pydantic's error dict
    field = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        close = near(str(error["loc"][-1]), given.model_fields)
        return Fault("", 0, 0, field, "unknown field", f"did you mean {close!r}?" if close else _fields(given))
    if error["type"] == "missing":
        return Fault("", 0, 0, field, "is required")
    if error["type"] in {"enum", "literal_error"}:
        return _not_one_of(field, error)
    reason = error["msg"].removeprefix("Value error, ")
    return Fault("", 0, 0, field, reason.replace("Input should", "should", 1))


def _not_one_of(field: str, error: Any) -> Fault:  # Any: pydantic's error dict
    """A word that is none of a closed set: the word, the set, and the nearest."""
    known = re.findall(r"'([^']*)'", error["ctx"]["expected"])
    close = near(str(error["input"]), known)
    reason = f"{error['input']!r} is none of {', '.join(known)}" if known else error["msg"]
    return Fault("", 0, 0, field, reason, f"did you mean {close!r}?" if close else "")


def _fields(given: type[BaseModel]) -> str:
    return "known fields: " + ", ".join(sorted(given.model_fields)) if given.model_fields else "this takes no fields"


def load_all() -> None:
    """Import every operation: the server does so at start, that a broken row shows then and not at 3 AM."""
    for row in OPERATIONS:
        runnable(row)
