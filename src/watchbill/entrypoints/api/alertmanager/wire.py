"""The JSON of POST /alerts: a strict reading for what senders send all day, a patient one that finds out what is wrong.

The strict reading is done in C and knows only what needs no second look. Everything else (unknown fields, empty labels,
times without a zone, whatever is malformed) takes the patient way, which gives the original's answers word for word.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from watchbill.alerts.rules.validity import MAX_ANNOTATION_BYTES, MAX_LABELS, MAX_NAME_BYTES, MAX_VALUE_BYTES
from watchbill.entrypoints.api.alertmanager.answers import Refusal

__all__ = ["Postable", "Unreadable", "decode", "encode", "is_address", "loads", "moment_of", "strictly"]

MAX_DEPTH = 64
_TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"

_Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_BYTES // 4)]  # characters; up to four bytes each
_Value = Annotated[str, Meta(min_length=1, max_length=MAX_VALUE_BYTES // 4)]
_Text = Annotated[str, Meta(max_length=MAX_ANNOTATION_BYTES // 4)]
_Moment = Annotated[datetime, Meta(tz=True)] | None


class Unreadable(Exception):
    """The body is not what it has to be; the text says why."""


class Postable(msgspec.Struct, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """An alert as the strict reading takes it; also how alerts are written that took the patient way."""

    labels: Annotated[dict[_Name, _Value], Meta(min_length=1, max_length=MAX_LABELS)]
    annotations: Annotated[dict[_Name, _Text], Meta(max_length=MAX_LABELS)] = {}
    startsAt: _Moment = None  # noqa: N815 - the wire's name
    endsAt: _Moment = None  # noqa: N815 - the wire's name
    generatorURL: str = ""  # noqa: N815 - the wire's name


class _Loose(msgspec.Struct):
    labels: dict[str, str | None] | None = None
    annotations: dict[str, str | None] | None = None
    startsAt: str | None = None  # noqa: N815 - the wire's name
    endsAt: str | None = None  # noqa: N815 - the wire's name
    generatorURL: str | None = None  # noqa: N815 - the wire's name


strictly = msgspec.json.Decoder(list[Postable]).decode
encode = msgspec.json.Encoder().encode
_anything = msgspec.json.Decoder().decode
_patiently = msgspec.json.Decoder(list[_Loose] | None).decode
# Possessive, and an unclosed text reaches to the end: neither must be tried again at each of its quotes.
_TEXTS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
# What the original's reader of times takes besides RFC 3339: no zone (UTC is meant), a space for the T.
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|z|[+-]\d\d:?\d\d)?")
_UNSET_YEAR = 1


def loads(body: bytes) -> object:
    """JSON of any shape; raises Unreadable with the reason where it is none, or nested too deeply."""
    _check_depth(body)
    try:
        return _anything(body)
    except RecursionError as wrong:
        raise Unreadable(_TOO_DEEP) from wrong
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise Unreadable(str(wrong)) from wrong


def decode(body: bytes) -> list[Postable]:
    """The patient reading. Refuses with 400 what cannot be parsed, with 422 what the original's framework finds missing.

    Labels may come back empty or invalid: whether an alert is good is judged one by one, afterwards.
    """
    try:
        _check_depth(body)
        found = [_postable(one) for one in _patiently(body) or ()]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Unreadable) as wrong:
        why = _TOO_DEEP if isinstance(wrong, RecursionError) else wrong
        raise Refusal.framework(400, f'parsing alerts body from "" failed, because {why}') from wrong
    for place, (alert, has_labels) in enumerate(found):
        if alert.generatorURL and not is_address(alert.generatorURL):
            message = f'{place}.generatorURL in body must be of type uri: "{alert.generatorURL}"'
            raise Refusal.framework(422, message, code=601)
        if not has_labels:
            raise Refusal.framework(422, f"{place}.labels in body is required", code=602)
    return [alert for alert, _ in found]


def _postable(loose: _Loose) -> tuple[Postable, bool]:
    labels = {name: value for name, value in (loose.labels or {}).items() if value}
    annotations = {name: value or "" for name, value in (loose.annotations or {}).items()}
    alert = Postable(
        labels=labels,
        annotations=annotations,
        startsAt=moment_of(loose.startsAt),
        endsAt=moment_of(loose.endsAt),
        generatorURL=loose.generatorURL or "",
    )
    return alert, loose.labels is not None


def moment_of(text: str | None) -> datetime | None:
    """A time as the original reads it; None where it is not set. Raises Unreadable."""
    if not text:
        return None
    match = _TIME.fullmatch(text)
    if match is None:
        raise Unreadable(f'parsing time "{text[:64]}" as "2006-01-02T15:04:05Z07:00": cannot parse')
    day, clock, fraction, zone = match.groups()
    zone = "+00:00" if zone in {None, "Z", "z"} else zone
    try:
        found = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}{zone}")
        return None if found.year == _UNSET_YEAR else found.astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
    except ValueError as wrong:
        raise Unreadable(f'parsing time "{text[:64]}": {wrong}') from wrong


@lru_cache(maxsize=8_192)
def is_address(text: str) -> bool:
    """Whether Go's url.ParseRequestURI takes it: absolute, or a path from the root."""
    if _CONTROL.search(text) or _BAD_ESCAPE.search(text):
        return False
    if text.startswith("/"):
        return True
    if not _SCHEME.match(text):
        return False
    try:
        return " " not in urlsplit(text).netloc
    except ValueError:
        return False


def _check_depth(body: bytes) -> None:
    """Take away innermost pairs of brackets, once for each level: what is left of a sound body lies deeper.

    Unsound ones are left to the reader, which says what is wrong with them. In C all along: it runs in the event loop. That a bracket is closed by its own kind is the reader's concern.
    """
    brackets = _TEXTS.sub(b"", body).translate(_ONE_KIND, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        before, brackets = brackets, brackets.replace(b"[]", b"")
        if brackets == before:
            break
    if brackets and brackets.count(b"[") == brackets.count(b"]"):
        raise Unreadable(_TOO_DEEP)
