"""The types of resource fields: each reads text by its own grammar, never by YAML's guesses, and explains what is wrong."""

from watchbill.adapters.resources.fields.numbers import Amount, Count, Flag, Number, Percent, Positive, Signed, Target
from watchbill.adapters.resources.fields.open import OpenValue
from watchbill.adapters.resources.fields.spec import Spec, shorthand, word_list
from watchbill.adapters.resources.fields.texts import (
    ClockTime,
    Country,
    Currency,
    Date,
    Days,
    EmailText,
    LocalTime,
    LooseName,
    Name,
    Span,
    Title,
    Wait,
    WebUrl,
    Zone,
)

__all__ = [
    "Amount",
    "ClockTime",
    "Count",
    "Country",
    "Currency",
    "Date",
    "Days",
    "EmailText",
    "Flag",
    "LocalTime",
    "LooseName",
    "Name",
    "Number",
    "OpenValue",
    "Percent",
    "Positive",
    "Signed",
    "Span",
    "Spec",
    "Target",
    "Title",
    "Wait",
    "WebUrl",
    "Zone",
    "shorthand",
    "word_list",
]
