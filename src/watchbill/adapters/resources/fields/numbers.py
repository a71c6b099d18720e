"""Numbers and flags by JSON's grammar: `010`, `1_000`, `12:30:45`, `.nan` and `yes` are no numbers and no flags here."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from watchbill.adapters.resources.fields.wrong import wrong
from watchbill.adapters.resources.reading.nodes import Plain

__all__ = ["Amount", "Count", "Flag", "Number", "Percent", "Positive", "Signed", "Target", "decimal_of"]

_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_MAX_TEXT, _MAX_DIGITS, _MAX_SIZE, _MIN_SIZE = 40, 15, Decimal(10) ** 15, Decimal(10) ** -12
# Six nines leave 2.4 seconds in 28 days; nothing measured by the minute can keep more.
_MIN_TARGET, _MAX_TARGET = Decimal(1), Decimal("99.9999")
_FLAGS = {"true": True, "false": False}


def decimal_of(value: object) -> Decimal:
    """The exact number; raises a fault for everything that JSON would not call a number, and past 15 digits."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise wrong("must be a number", "write 10 or 99.9")
    text = repr(value) if isinstance(value, float) else str(value)
    if isinstance(value, str) and not isinstance(value, Plain):
        raise wrong(f"{_short(text)} is text, not a number", _hint(text))
    if len(text) > _MAX_TEXT or not _JSON_NUMBER.fullmatch(text):
        raise wrong(f"{_short(text)} is not a number", _hint(text))
    number = Decimal(text)
    if number and abs(number) < _MIN_SIZE:
        raise wrong(f"{_short(text)} is too small", "write 0")
    if abs(number) >= _MAX_SIZE or len(number.normalize().as_tuple().digits) > _MAX_DIGITS:
        raise wrong(f"{_short(text)} has more than {_MAX_DIGITS} digits", "write fewer digits")
    return Decimal(f"{number:f}")


def _short(text: str) -> str:
    return repr(text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 3] + "...")


def _hint(text: str) -> str:
    if len(text) > _MAX_TEXT:
        return "write fewer digits"
    bare = text.strip().removesuffix("%").strip().replace("_", "").replace(",", "")
    if not _JSON_NUMBER.fullmatch(bare):
        bare = bare.lstrip("0") if bare.isascii() and bare.isdigit() and bare.strip("0") else ""
    return (
        f"write {bare}" if bare and bare != text else (f"write {bare} without quotes" if bare else "write 10 or 99.9")
    )


def _not_negative(value: object) -> Decimal:
    number = decimal_of(value)
    if number.is_signed():
        raise wrong(f"{number} is below 0", "write 0 or more")
    return number


def _positive(value: object) -> Decimal:
    number = decimal_of(value)
    if number <= 0:
        raise wrong(f"{number} is not above 0", "write more than 0")
    return number


def _percent(value: object) -> Decimal:
    number = _not_negative(value)
    if number > 100:  # noqa: PLR2004 - percent
        raise wrong(f"{number} is more than 100 percent", "percentages go from 0 to 100")
    return number


def _target(value: object) -> Decimal:
    if isinstance(value, str) and value.strip().endswith("%"):
        bare = value.strip().removesuffix("%").strip()
        raise wrong(f"{_short(value)} is not a number", f"write {bare}: the field is in percent already")
    number = decimal_of(value)
    if number == 100:  # noqa: PLR2004 - percent
        raise wrong("100 percent leaves no error budget", "one failure would break it for good; 99.9 allows 0.1 %")
    if 0 < number <= _MIN_TARGET:
        meant = f"; did you mean {(number * 100).normalize():f}?" if number < _MIN_TARGET else ""
        raise wrong(f"{number} would be {number} percent", f"a target is a percentage from 1 to {_MAX_TARGET}{meant}")
    if not _MIN_TARGET < number <= _MAX_TARGET:
        raise wrong(
            f"{number} is not a possible target", f"a target is a percentage from 1 to {_MAX_TARGET}, as in 99.9"
        )
    return number


def _whole(value: object) -> int:
    number = _not_negative(value)
    if number != number.to_integral_value():
        raise wrong(f"{number} is not a whole number", f"write {int(number)} or {int(number) + 1}")
    return int(number)


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, Plain) and value in _FLAGS:
        return _FLAGS[value]
    hint = {"yes": "write true", "on": "write true", "no": "write false", "off": "write false"}
    raise wrong(
        f"{value!r} is neither true nor false", hint.get(str(value).lower(), "write true or false, without quotes")
    )


def _plain_number(number: Decimal) -> int | float:
    # 15 digits survive the way through a float and its shortest text.
    return int(number) if number == number.to_integral_value() else float(number)


def _amount(value: object) -> str:
    text = repr(value) if isinstance(value, float) else str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,2})?", text):
        raise wrong(f"{text!r} is not an amount of money", 'write "120.00"')
    return text


def _schema(**words: Any) -> WithJsonSchema:  # Any: JSON Schema keywords
    return WithJsonSchema(words)


_NUMBER = PlainSerializer(_plain_number)
Number = Annotated[Decimal, BeforeValidator(_not_negative), _NUMBER, _schema(type="number", minimum=0)]
Signed = Annotated[Decimal, BeforeValidator(decimal_of), _NUMBER, _schema(type="number")]
Positive = Annotated[Decimal, BeforeValidator(_positive), _NUMBER, _schema(type="number", exclusiveMinimum=0)]
Percent = Annotated[Decimal, BeforeValidator(_percent), _NUMBER, _schema(type="number", minimum=0, maximum=100)]
Count = Annotated[int, BeforeValidator(_whole), _schema(type="integer", minimum=0)]
Flag = Annotated[bool, BeforeValidator(_flag), _schema(type="boolean")]
Amount = Annotated[str, BeforeValidator(_amount), _schema(type=["string", "number"], examples=["120.00"])]
Target = Annotated[
    Decimal, BeforeValidator(_target), _NUMBER, _schema(type="number", exclusiveMinimum=1, maximum=float(_MAX_TARGET))
]


def whole_between(low: int, high: int) -> BeforeValidator:
    """A whole number from low to high, both included."""

    def read(value: object) -> int:
        number = _whole(value)
        if not low <= number <= high:
            raise wrong(f"{number} is not between {low} and {high}")
        return number

    return BeforeValidator(read)
