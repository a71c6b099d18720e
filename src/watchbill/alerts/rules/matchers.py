"""Reads matchers as Alertmanager does: the classic form, and quoted names for labels that are not plain words."""

import re

from watchbill.alerts.model import Matcher, MatchOp
from watchbill.kernel.errors import Invalid

__all__ = ["parse_matcher", "parse_matchers"]

_CLASSIC = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)")
# Newer Alertmanagers: a name in quotes may hold anything; a name without may hold any character that is no syntax.
_QUOTED = re.compile(r'(?:"((?:[^"\\]|\\.)+)"|([^\s{}!=~,\\"\'`]+))\s*(=~|=|!=|!~)', re.DOTALL)
_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}


def parse_matcher(text: str, *, field: str = "matcher") -> Matcher:
    """`service="payment-api"`, `severity=~"P0|P1"`, `"my label"!="x"`; anything else raises Invalid(field)."""
    stripped = text.strip()
    found = _CLASSIC.match(stripped)
    if found:
        name, op = found.groups()
    else:
        found = _QUOTED.match(stripped)
        if found is None:
            raise Invalid(field, f"bad matcher format: {text}", hint='write service="payment-api"')
        inner, plain, op = found.groups()
        name = _unescape(inner) if inner else plain
    return Matcher(name, MatchOp(op), _value(stripped[found.end() :].lstrip(), field))


def parse_matchers(text: str, *, field: str = "matchers") -> list[Matcher]:
    """Several, separated by commas outside of quotes, with or without braces around them."""
    inner = text.strip().removeprefix("{").removesuffix("}")
    return [parse_matcher(part, field=field) for part in _split(inner) if part.strip()]


def _split(text: str) -> list[str]:
    parts, part, quoted, escaped = [], "", False, False
    for letter in text:
        if letter == "," and not quoted:
            parts.append(part)
            part = ""
            continue
        if letter == '"' and not escaped:
            quoted = not quoted
        escaped = letter == "\\" and not escaped
        part += letter
    return [*parts, part]


def _value(raw: str, field: str) -> str:
    opened = raw.startswith('"')
    inner = raw[1:] if opened else raw
    closed = opened and inner.endswith('"') and not _ends_escaped(inner)
    inner = inner[:-1] if closed else inner
    if opened != closed or re.search(r'(?<!\\)(?:\\\\)*"', inner):
        raise Invalid(field, f"matcher value contains unescaped double quote: {raw}")
    return _unescape(inner)


def _ends_escaped(text: str) -> bool:
    """Whether the last character is escaped by an odd number of backslashes before it."""
    return (len(text) - 1 - len(text[:-1].rstrip("\\"))) % 2 == 1


def _unescape(text: str) -> str:
    r"""`\\"`, `\\n` and `\\\\`; a backslash before anything else stands for itself."""
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), text, flags=re.DOTALL)
