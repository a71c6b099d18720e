"""Durations as people write them (`5m`, `28d`, `1h30m`, ISO 8601) and as people read them."""

import re
from datetime import timedelta

from watchbill.kernel.errors import Invalid

__all__ = ["duration", "duration_text", "span_words"]

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SHORT = re.compile(r"(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?")
_ISO = re.compile(r"P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?")
_HINT = "write 30s, 5m, 1h, 28d or 1h30m"


def duration(text: str, *, field: str = "duration", allow_zero: bool = False) -> timedelta:
    """Read `5m`, `28d`, `1h30m`, `250ms`, `PT5M`; zero (unless allowed), negatives, bare numbers and `28D` raise Invalid."""
    match = _SHORT.fullmatch(text) or _ISO.fullmatch(text)
    if match is None or not any(match.groups()):
        hint = _HINT + ("; units are lower case" if text.lower() != text and _SHORT.fullmatch(text.lower()) else "")
        raise Invalid(field, f"{text!r} is not a duration", hint=hint)
    parts = [int(part or 0) for part in match.groups()]
    seconds = sum(count * size for count, size in zip(parts, _SECONDS.values(), strict=False))
    result = timedelta(seconds=seconds, milliseconds=parts[5] if len(parts) > len(_SECONDS) else 0)
    if not result and not allow_zero:
        raise Invalid(field, "a duration of zero", hint=_HINT)
    return result


def duration_text(span: timedelta) -> str:
    """The shortest exact form that `duration` reads back: `28d`, `1h30m`, `0s`. Negative spans get a leading minus."""
    if span < timedelta(0):
        return "-" + duration_text(-span)
    seconds, micros = span.days * 86_400 + span.seconds, span.microseconds
    parts = []
    for unit, size in list(_SECONDS.items())[1:]:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    if micros:
        parts.append(f"{round(micros / 1000)}ms")
    return "".join(parts) or "0s"


def span_words(span: timedelta) -> str:
    """For people: the two largest units, with no-break spaces (`46 h 40 min`, `4 d 16 h`, `52 s`)."""
    seconds = int(abs(span).total_seconds())
    units = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
    for index, (name, size) in enumerate(units):
        if seconds >= size or name == "s":
            count, rest = divmod(seconds, size)
            words = f"{count}\u00a0{name}"
            if index + 1 < len(units) and name != "min":
                lower, lower_size = units[index + 1]
                if rest // lower_size:
                    words += f" {rest // lower_size}\u00a0{lower}"
            return words
    return "0\u00a0s"
