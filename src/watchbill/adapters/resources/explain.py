"""Pydantic's findings in the product's words: what is wrong with which field, and what would be right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from watchbill.adapters.resources.fields.wrong import FAULT
from watchbill.adapters.resources.reading.nodes import Plain
from watchbill.kernel.errors import near

__all__ = ["Finding", "field_text", "findings"]

_MAX_SHOWN = 60
# pydantic's type of error -> (reason, hint); {name} are its context's words
_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("is required", ""),
    "string_type": ("must be text", "put it in quotes"),
    "list_type": ("must be a list", "write [one, two]"),
    "dict_type": ("must be a mapping of names to values", ""),
    "model_type": ("must be a mapping of fields", ""),
    "model_attributes_type": ("must be a mapping of fields", ""),
    "too_short": ("needs at least {min_length}", ""),
    "string_too_short": ("must not be empty", ""),
    "recursion_loop": ("is nested without end", ""),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault inside a resource, before its place in a file is looked up."""

    loc: tuple[str | int, ...]
    reason: str
    hint: str = ""
    severity: str = "error"


def findings(error: ValidationError, model: type[BaseModel]) -> list[Finding]:
    """All of them, in the order of the model's fields."""
    return [_finding(one, model) for one in error.errors(include_url=False)]


def field_text(loc: Sequence[str | int]) -> str:
    """`dependencies.upstream[0].name`."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _finding(one: ErrorDetails, model: type[BaseModel]) -> Finding:
    # Tags of unions stand in brackets and are no part of the text.
    loc = tuple(part for part in one["loc"] if not (isinstance(part, str) and part.startswith("(")))
    kind, context = one["type"], one.get("ctx", {})
    if kind == FAULT:
        return Finding(loc, str(context["reason"]), str(context["hint"]))
    if kind == "extra_forbidden":
        return _unknown_key(loc, _fields_at(model, one["loc"][:-1]))
    if kind in {"enum", "literal_error"}:
        return _not_one_of(loc, one["input"], _accepted(one))
    if kind in _WORDS:
        reason, hint = _WORDS[kind]
        return Finding(loc, reason.format_map(context), _hint_for(kind, one["input"], hint))
    return Finding(loc, one["msg"].removeprefix("Value error, "))


def _hint_for(kind: str, value: object, hint: str) -> str:
    if kind == "list_type" and isinstance(value, str):
        return f"write [{_shown(value)}]"
    return hint


def _unknown_key(loc: tuple[str | int, ...], fields: Mapping[str, object]) -> Finding:
    close = near(str(loc[-1]), fields)
    return Finding(loc, "unknown field", f"did you mean {close!r}?" if close else f"known fields: {', '.join(fields)}")


def _accepted(one: ErrorDetails) -> list[str]:
    return [word.strip("'") for word in str(one["ctx"]["expected"]).replace(" or ", ", ").split(", ")]


def _not_one_of(loc: tuple[str | int, ...], value: object, accepted: list[str]) -> Finding:
    folded = {word.lower(): word for word in accepted}
    close = near(str(value).lower(), folded) if isinstance(value, str) else None
    hint = f"did you mean {folded[close]!r}? one of: " if close else "one of: "
    return Finding(loc, f"{_shown(value)!r} is not accepted", hint + ", ".join(accepted))


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, str | Plain) else type(value).__name__
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 3] + "..."


def _fields_at(model: type[BaseModel], loc: Sequence[str | int]) -> dict[str, object]:
    """The field names (as written) of the mapping at `loc`."""
    here: Any = model  # Any: whatever annotation a field has
    for part in loc:
        if isinstance(part, str) and (inner := _model_in(here)) is not None:
            by_word = {field.alias or name: field.annotation for name, field in inner.model_fields.items()}
            here = by_word.get(part, here)
    inner = _model_in(here)
    return {field.alias or name: None for name, field in inner.model_fields.items()} if inner else {}


def _model_in(annotation: Any) -> type[BaseModel] | None:  # Any: as above
    """The model that an annotation holds, below lists, unions and Annotated."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is None and get_origin(annotation) is not Union:
        return None
    return next((found for inner in get_args(annotation) if (found := _model_in(inner)) is not None), None)
