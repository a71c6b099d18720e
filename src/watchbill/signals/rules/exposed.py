"""Secrets and personal data in a log, by pattern. What is found is only ever shown masked.

A pattern finds what has a form: it is a net with meshes, and no proof that a log is clean. Addresses of computers are not
looked for: access logs are made of them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from watchbill.signals.model import Exposed

__all__ = ["ANY", "PATTERNS", "exposed_in", "masked"]

_CARD = "payment card"
_SHOWN = 3  # characters of a secret that are shown, so that its owner can tell which it is
_AROUND = 24
_CARD_DIGITS = range(13, 20)
_MOST = 20  # of one line
_BEFORE = 24
# An id of 16 digits is no card: trace and span ids are hexadecimal, and some happen to have no letter.
_AN_ID = re.compile(r"(?i)id\\?\"?\s*[:=]\s*\\?\"?$")


@dataclass(frozen=True, slots=True)
class _Pattern:
    what: str
    text: str  # both Python's and RE2's syntax; group 1, where there is one, is the secret
    holds: Callable[[str], bool] = bool


def _is_card(text: str) -> bool:
    """Luhn's sum, over 13 to 19 digits that are not all alike."""
    digits = [int(one) for one in text if one.isdigit()]
    doubled = [sum(divmod(2 * one, 10)) for one in digits[-2::-2]]
    return len(digits) in _CARD_DIGITS and len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    """ISO 7064: the country moved to the end, letters as numbers, modulo 97 is 1."""
    plain = text.replace(" ", "")
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def _is_kept_back(text: str) -> bool:
    """Whether somebody masked it already: stars, [redacted], null."""
    return bool(re.fullmatch(r"[*•x.]+|null|none|true|false|\W*(redacted|masked|filtered|removed|hidden)\W*", text, re.IGNORECASE))  # fmt: skip


PATTERNS: tuple[_Pattern, ...] = (
    _Pattern("private key", r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[A-Za-z0-9+/=\\\s-]*"),
    _Pattern("AWS access key", r"\b((?:AKIA|ASIA)[0-9A-Z]{16})\b"),
    _Pattern("GitHub token", r"\b(gh[pousr]_[A-Za-z0-9]{36,255})\b"),
    _Pattern("Slack token", r"\b(xox[abeprs]-[A-Za-z0-9-]{10,250})"),
    _Pattern("Google API key", r"\b(AIza[0-9A-Za-z_-]{35})"),
    _Pattern("Stripe key", r"\b([rs]k_live_[0-9A-Za-z]{16,250})\b"),
    _Pattern("JSON web token", r"\b(eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)"),
    _Pattern("authorization header", r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9+/_.~-]{16,}={0,2})"),
    _Pattern("password in an address", r"://[^/\s:@\"]{1,200}:([^/\s:@\"]{1,200})@", lambda text: not _is_kept_back(text)),
    _Pattern(
        "password or secret",
        r"(?i)(?:password|passwd|pwd|secret|api_?key|access_?token|refresh_?token|private_?key)\\?\"?\s*[=:]\s*\\?\"?([^\s\"\\',;&}]{3,200})",
        lambda text: not _is_kept_back(text),
    ),
    _Pattern("e-mail address", r"\b([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24})\b"),
    _Pattern(_CARD, r"\b([3-6]\d{3}(?:[ -]?\d{2,7}){2,4})\b", _is_card),
    _Pattern("bank account (IBAN)", r"\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\b", _is_iban),
    _Pattern("social security number", r"\b(\d{3}-\d{2}-\d{4})\b", lambda text: text[:3] not in {"000", "666"} and text[0] != "9"),
    _Pattern("telephone number", r"(?:^|[\s\":])(\+\d{1,3}[ -]?\d(?:[ -]?\d){6,12})\b"),
)  # fmt: skip
# One expression that is cheap to ask first: a line that it does not match holds nothing of these.
ANY = "|".join(f"(?:{one.text})" for one in PATTERNS)
_COMPILED = tuple((one, re.compile(one.text)) for one in PATTERNS)


def exposed_in(text: str) -> list[Exposed]:
    """What stands in the text that should not, in order; of two that overlap the more specific one."""
    found: list[Exposed] = []
    for one, pattern in _COMPILED:
        for match in pattern.finditer(text):
            start, end = match.span(match.lastindex or 0)
            if one.what == _CARD and _AN_ID.search(text[max(0, start - _BEFORE) : start]):
                continue
            if one.holds(text[start:end]) and not any(start < other.end and other.start < end for other in found):
                found.append(Exposed(one.what, "", start, end))
            if len(found) >= _MOST:
                break
    found.sort(key=lambda one: one.start)
    whole = _mask(text, found)
    return [Exposed(one.what, _around(whole, one.start, one.end), one.start, one.end) for one in found]


def masked(text: str) -> str:
    """The text, as long as it was, with all of that starred out."""
    return _mask(text, exposed_in(text))


def _mask(text: str, found: list[Exposed]) -> str:
    for one in found:
        shown = min(_SHOWN, (one.end - one.start) // 4)
        text = text[: one.start + shown] + "*" * (one.end - one.start - shown) + text[one.end :]
    return text


def _around(text: str, start: int, end: int) -> str:
    last = min(end, start + _SHOWN + 9)
    return f"{'…' if start > _AROUND else ''}{text[max(0, start - _AROUND) : last]}{'…' if last < len(text) else ''}"
