"""Values that no schema describes (parameters of a fault's backend): text, numbers and flags as JSON would read them."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from watchbill.adapters.resources.fields.numbers import decimal_of
from watchbill.adapters.resources.reading.nodes import Plain

__all__ = ["OpenValue"]

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def _resolved(value: object) -> object:
    match value:
        case Plain() if value in {"true", "false"}:
            return value == "true"
        case Plain() if _NUMBER.fullmatch(value):
            number = decimal_of(value)
            return int(number) if value.lstrip("-").isdigit() else float(number)
        case str():
            return str(value)
        case bool():
            return value
        case int() | float():
            decimal_of(value)  # what has more digits than JSON keeps, or is no number, is a fault
            return value
        case list():
            return [_resolved(item) for item in value]
        case dict():
            return {str(key): _resolved(item) for key, item in value.items()}
        case _:
            return value


OpenValue = Annotated[Any, BeforeValidator(_resolved), WithJsonSchema({})]  # Any: that is the point of it
