"""What the structured log standard says of a field, and what a line can do wrong."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Exposed", "Field", "Kind", "Weight", "Wrong"]


class Kind(StrEnum):
    """What a field's value must be."""

    TIMESTAMP = "timestamp"  # RFC 3339 with a zone
    LEVEL = "level"
    METHOD = "method"  # an HTTP method, in capitals
    STATUS = "status"  # an HTTP status
    ID = "id"  # text without blanks
    TEXT = "text"
    COUNT = "count"  # a whole number from 0 on
    AMOUNT = "amount"  # a number from 0 on
    WHOLE = "whole"  # a whole number


class Weight(StrEnum):
    """How much a violation matters: an error breaks the standard, advice makes the line more useful."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the standard. `required`: on every line. `place`: it counts for the coverage of every service."""

    name: str
    kind: Kind
    means: str
    example: str | int
    required: bool = False
    place: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """One violation of one line: which rule, at which field, and what to do instead."""

    rule: str
    field: str
    fix: str
    weight: Weight = Weight.ERROR


@dataclass(frozen=True, slots=True)
class Exposed:
    """Something in a line that must not be in a log: what it is, and the line's text around it with the secret masked."""

    what: str
    masked: str
    start: int
    end: int
