"""Resources as YAML: the fields in the template's order, text quoted only where a reader might take it for something else."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from watchbill.adapters.resources.kinds import KINDS

__all__ = ["document_text", "file_text"]

Json = Any  # Any: JSON has no better type
_WIDTH = 100  # a list of words up to this long stands on one line
_WORD = r"[A-Za-z0-9_./@+()-]|:(?=[A-Za-z0-9_/])"
_PLAIN = re.compile(rf"[A-Za-z_/](?:{_WORD})*(?: [A-Za-z0-9_./@+(](?:{_WORD})*)*")
# Words that other YAML readers take for flags, nothing or numbers.
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "none", "nan", "inf", "infinity"})
# What our own reader refuses, and line ends that are none to YAML 1.2: spelled out as escapes.
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


def file_text(resources: Iterable[tuple[str, Mapping[str, Json]]]) -> str:
    """Several resources (kind, canonical spec) as one file; kinds that come as lists are written as one list."""
    documents: list[tuple[str, list[Mapping[str, Json]]]] = []
    for kind, spec in resources:
        if KINDS[kind].many and documents and documents[-1][0] == kind:
            documents[-1][1].append(spec)
        else:
            documents.append((kind, [spec]))
    return "---\n".join(_document(kind, specs) for kind, specs in documents)


def document_text(kind: str, spec: Mapping[str, Json]) -> str:
    """One resource as one document."""
    return _document(kind, [spec])


def _document(kind: str, specs: list[Mapping[str, Json]]) -> str:
    value = specs if KINDS[kind].many else specs[0]
    return "\n".join(_entry(kind, value, 0)) + "\n"


def _entry(key: str, value: Json, depth: int) -> Iterator[str]:
    """The lines of `key: value`."""
    pad, name = "  " * depth, _scalar(key, 0)
    if isinstance(value, Mapping) and value:
        yield f"{pad}{name}:"
        for inner, item in value.items():
            yield from _entry(inner, item, depth + 1)
    elif isinstance(value, list | tuple) and value and not _fits(value, len(pad) + len(name)):
        yield f"{pad}{name}:"
        yield from _items(value, depth + 1)
    else:
        yield f"{pad}{name}: {_inline(value, depth + 1)}"


def _items(values: Iterable[Json], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for value in values:
        if isinstance(value, Mapping) and value:
            lines = [line for key, item in value.items() for line in _entry(key, item, depth + 1)]
            lines[0] = f"{pad}- {lines[0].lstrip(' ')}"
            yield from lines
        elif isinstance(value, list | tuple) and value:
            lines = list(_items(value, depth + 1))
            lines[0] = f"{pad}- {lines[0].lstrip(' ')}"
            yield from lines
        else:
            yield f"{pad}- {_inline(value, depth + 1)}"


def _fits(values: Iterable[Json], used: int) -> bool:
    """Whether a list is short words and numbers that read well on one line."""
    texts = [str(value) for value in values]
    simple = all(isinstance(value, str | int | float) and "\n" not in str(value) for value in values)
    return simple and used + sum(len(text) + 2 for text in texts) < _WIDTH and all(len(text) <= 40 for text in texts)  # noqa: PLR2004 - longer ones are sentences


def _inline(value: Json, depth: int) -> str:
    match value:
        case Mapping():
            return "{}"
        case list() | tuple():
            return f"[{', '.join(_scalar(item, None) for item in value)}]"
        case _:
            return _scalar(value, depth)


def _scalar(value: Json, depth: int | None) -> str:
    """One value; `depth` None: inside a list on one line, where commas and brackets mean something."""
    if value is None:
        return "null"  # canonical specs hold none; templates that are exported half filled do
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return f"{Decimal(str(value)):f}"  # without an exponent, which some readers take for text
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if depth and _is_block(value):
        pad = "  " * depth
        body = "\n".join(f"{pad}{line}" if line else "" for line in value.removesuffix("\n").split("\n"))
        return f"{'|' if value.endswith(chr(10)) else '|-'}\n{body}"
    if '"' in value and value.isprintable() and not {"'", "\\"} & set(value):
        return f"'{value}'"
    return _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", json.dumps(value, ensure_ascii=False))


def _is_block(text: str) -> bool:
    """Whether a literal block gives back exactly this text."""
    if "\n" not in text.removesuffix("\n") and not (text.endswith("\n") and len(text) > 1):
        return False
    return not (text[0] in " \n\t" or text.endswith("\n\n") or "\r" in text or "\x85" in text or _ODD.search(text))
