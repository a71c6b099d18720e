"""Text with a form: names, dates, spans of time, zones, addresses."""

import re
import unicodedata
from datetime import date, datetime, time
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema

from watchbill.adapters.resources.fields.wrong import wrong
from watchbill.kernel.errors import Invalid, near
from watchbill.kernel.units import duration

__all__ = [
    "ClockTime", "Country", "Currency", "Date", "Days", "EmailText", "LocalTime", "LooseName", "Name", "Span", "Title",
    "Wait", "WebUrl", "Zone", "clock_time", "days_of", "local_time",
]  # fmt: skip

# Context of `model_validate` for specs that were checked before they were stored: what is slow is not checked again.
STORED = "stored"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_LOOSE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?")
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_MAX_TITLE = 200


def _name(text: str) -> str:
    return _slug(text, _NAME, "a-z, 0-9 and -")


def _loose_name(text: str) -> str:
    return _slug(text, _LOOSE, "a-z, 0-9, - and _")


def _slug(text: str, form: re.Pattern[str], letters: str) -> str:
    if form.fullmatch(text):
        return text
    shown = ascii(text if len(text) <= 80 else text[:77] + "...")  # noqa: PLR2004 - as long as fits on a line
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    better = re.sub(r"[^a-z0-9_-]" if "_" in letters else r"[^a-z0-9-]", "-", plain).strip("-_")[:64]
    hint = f"write {better!r}" if form.fullmatch(better) else "write a name such as payment-api"
    raise wrong(f"{shown} is not a name: 1 to 64 of {letters}, beginning with a letter or digit", hint)


def _title(text: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co"} for letter in text):
        raise wrong(f"{text!a} holds invisible characters", "remove them")
    if not 1 <= len(text) <= _MAX_TITLE:
        raise wrong(f"a title has 1 to {_MAX_TITLE} characters, not {len(text)}", "put the rest into a description")
    return text


def _date(text: str) -> str:
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat(text)
            return text
        if re.match(r"\d{4}-\d\d-\d\d[T ]", text):
            datetime.fromisoformat(text)
            return text
    except ValueError as why:
        raise wrong(f"{text!r} is not a date: {why}", "write 2026-02-17") from None
    raise wrong(f"{text!r} is not a date", "write 2026-02-17")


def local_time(text: str) -> datetime:
    """A wall time as it was written; the zone stands in a field of its own."""
    return datetime.fromisoformat(text)


def _local(text: str) -> str:
    try:
        if _LOCAL.fullmatch(text):
            local_time(text)
            return text
    except ValueError as why:
        raise wrong(f"{text!r} is not a time: {why}", 'write "2026-01-05T09:00:00"') from None
    zoned = re.search(r"(Z|[+-]\d\d:?\d\d)$", text) is not None and text.count(":") > 0
    hint = "leave the zone out: the resource has a timezone field" if zoned else 'write "2026-01-05T09:00:00"'
    raise wrong(f"{text!r} is not a local time", hint)


def clock_time(text: str) -> time:
    """`09:00`; `24:00` is midnight at the end of the day, which Python writes 00:00."""
    return time.fromisoformat("00:00" if text == "24:00" else text)


def _clock(text: str) -> str:
    match = _CLOCK.fullmatch(text)
    if match is None or (match[1] == "24" and match[2] != "00"):
        raise wrong(f"{text!r} is not a time of day", 'write "09:00"')
    return text


def _span(text: str) -> str:
    return _checked_span(text, allow_zero=False)


def _wait(text: str) -> str:
    return _checked_span(text, allow_zero=True)


def _checked_span(text: str, *, allow_zero: bool) -> str:
    try:
        duration(text, allow_zero=allow_zero)
    except (Invalid, OverflowError) as why:
        reason = why.reason if isinstance(why, Invalid) else f"{text!r} is too long"
        raise wrong(reason, getattr(why, "hint", "")) from None
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(text: str) -> str:
    if text not in _zones():
        close = near(text, _zones())
        raise wrong(
            f"there is no time zone {text!r}", f"did you mean {close!r}?" if close else "write Europe/Paris or UTC"
        )
    return text


@cache
def _countries() -> dict[str, list[str]]:
    from holidays import list_supported_countries  # slow to import; only who names a country needs it

    return list_supported_countries(include_aliases=True)


def _country(text: str, info: ValidationInfo) -> str:
    if info.context == STORED:
        return text
    country, _, part = text.partition("-")
    if country not in _countries():
        close = near(country.upper(), _countries())
        raise wrong(f"no holidays are known for {text!r}", f"did you mean {close!r}?" if close else "write FR or US-CA")
    if part and part not in _countries()[country]:
        known = ", ".join(_countries()[country]) or "none"
        raise wrong(f"no holidays are known for {text!r}", f"subdivisions of {country}: {known}")
    return text


def days_of(words: list[str]) -> frozenset[int]:
    """`[mon-fri, sun]` as numbers, Monday 0; a range may wrap round the week."""
    found: set[int] = set()
    for word in words:
        first, _, last = word.partition("-")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        found |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return frozenset(found)


def _day(text: str) -> str:
    first, dash, last = text.partition("-")
    for word in (first, last) if dash else (first,):
        if word not in WEEKDAYS:
            close = near(word.lower()[:3], WEEKDAYS)
            raise wrong(f"{text!r} is not a day of the week", f"write {close}" if close else "write mon or mon-fri")
    return text


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,255}", text):
        raise wrong(f"{text!r} is not an e-mail address", "write ann@example.org")
    return text


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+[^\s]*", text):
        raise wrong(f"{text!r} is not a web address", "write https://host/path")
    return text


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise wrong(f"{text!r} is not a currency", "write EUR or USD")
    return text


Name = Annotated[str, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$"})]
LooseName = Annotated[
    str, AfterValidator(_loose_name), WithJsonSchema({"type": "string", "pattern": f"^{_LOOSE.pattern}$"})
]
Title = Annotated[str, AfterValidator(_title), Field(json_schema_extra={"minLength": 1, "maxLength": _MAX_TITLE})]
Date = Annotated[str, AfterValidator(_date), Field(examples=["2026-02-17"])]
LocalTime = Annotated[str, AfterValidator(_local), Field(examples=["2026-01-05T09:00:00"])]
ClockTime = Annotated[str, AfterValidator(_clock), Field(examples=["09:00"])]
Span = Annotated[str, AfterValidator(_span), Field(examples=["5m", "1h30m", "28d"])]
Wait = Annotated[str, AfterValidator(_wait), Field(examples=["0s", "5m"])]
Zone = Annotated[str, AfterValidator(_zone), Field(examples=["Europe/Paris", "UTC"])]
Country = Annotated[str, AfterValidator(_country), Field(examples=["FR", "US-CA"])]
Days = list[Annotated[str, AfterValidator(_day)]]
EmailText = Annotated[str, AfterValidator(_email), Field(examples=["ann@example.org"])]
WebUrl = Annotated[str, AfterValidator(_url), Field(examples=["https://example.org/"])]
Currency = Annotated[str, AfterValidator(_currency), Field(examples=["EUR"])]


def month(text: str) -> str:
    """`2026-01`."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise wrong(f"{text!r} is not a month", "write 2026-01")
    return text
