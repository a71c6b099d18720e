"""Names: the channel of an incident, what a sentence says about it, and how people refer to one."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from watchbill.incidents.model import Severity
from watchbill.kernel.errors import Invalid

__all__ = ["ReadText", "channel_name", "read_text", "reference_number", "text_block", "title_line"]

_MAX_SLUG, _MAX_TITLE = 48, 200
_WORD = re.compile(r"[a-z0-9]+")
_SEVERITY = re.compile(r"\bsev[ -]?([1-4])\b", re.IGNORECASE)
_NUMBER = re.compile(r"#?(?:INC[-_ ]?)?(\d{1,9})", re.IGNORECASE)
_MAX_TEXT = 8_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def title_line(text: str, *, field: str = "title") -> str:
    """One line without control characters; text of users is data, whatever it holds. Raises Invalid where nothing is left."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    if not line:
        raise Invalid(field, "is empty", hint='say what is wrong: "checkout returns 500s"')
    if len(line) > _MAX_TITLE:
        raise Invalid(field, f"is longer than {_MAX_TITLE} characters", hint="put the rest into a note")
    return line


def text_block(text: str, *, field: str) -> str:
    """Words of people for the record, lines kept, other control characters dropped. Raises Invalid where nothing is left."""
    lines = [_CONTROL.sub(" ", line).rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    block = "\n".join(lines).strip()
    if not block:
        raise Invalid(field, "is empty")
    if len(block) > _MAX_TEXT:
        raise Invalid(field, f"is longer than {_MAX_TEXT} characters")
    return block


def channel_name(title: str, at: datetime) -> str:
    """`inc-2026-11-24-checkout-returns-500s`: the UTC day and a slug that Slack, Matrix and Mattermost all accept."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = ""
    for word in _WORD.findall(plain):
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > _MAX_SLUG:
            break
        slug = longer
    if not slug:  # a first word that is too long, or a title without a Latin letter
        slug = (_WORD.findall(plain) or ["incident"])[0][:_MAX_SLUG]
    return f"inc-{at:%Y-%m-%d}-{slug}"


@dataclass(frozen=True, slots=True)
class ReadText:
    """What a title says about the incident; None where it does not, or says two things."""

    severity: Severity | None
    service: str | None


def read_text(title: str, names: Collection[str]) -> ReadText:
    """`sev1`..`sev4` and the one known service name in a title; never invented, never fuzzy, two of a kind count as none."""
    severities = {Severity(f"SEV{digit}") for digit in _SEVERITY.findall(title)}
    lower = title.lower()
    found = {name for name in names if re.search(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", lower)}
    # `payment-api` names payment-api even where a service is called `payment`: the look-around above sees to that.
    return ReadText(
        severity=severities.pop() if len(severities) == 1 else None,
        service=found.pop() if len(found) == 1 else None,
    )


def reference_number(text: str) -> int | None:
    """12 for `12`, `INC-12`, `inc12` and `#12`; None for anything else."""
    match = _NUMBER.fullmatch(text.strip())
    return int(match.group(1)) if match else None
