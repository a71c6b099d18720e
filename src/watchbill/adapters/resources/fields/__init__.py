"""The types of resource fields: each reads text by its own grammar, never by YAML's guesses, and explains what is wrong."""

from watchbill.adapters.resources.fields.numbers import Amount, Count, Flag, Number, Percent, Positive, Signed
from watchbill.adapters.resources.fields.open import OpenValue
from watchbill.adapters.resources.fields.spec import Spec, shorthand, word_list
from watchbill.adapters.resources.fields.texts import (
    Address,
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
    Target,
    Title,
    WebUrl,
    Zone,
)

__all__ = [
    "Address",
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
    "WebUrl",
    "Zone",
    "shorthand",
    "word_list",
]
