"""From a template's text to its tree. What is not understood raises TemplateError with the words that it stumbled over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Block", "Call", "Field", "Include", "Literal", "Node", "Pipe", "TemplateError", "Word", "parse"]


class TemplateError(ValueError):
    """The template asks for something that is not understood here."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text or a number."""

    value: str | int


@dataclass(frozen=True, slots=True)
class Field:
    """`.A.B`; no names: the dot itself. `of_root`: written `$.A`."""

    names: tuple[str, ...]
    of_root: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; a value alone has no function."""

    function: str
    arguments: tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """Calls, each of which gets the value of the one before as its last argument."""

    calls: tuple[Call, ...]


Operand: TypeAlias = Literal | Field | Pipe


@dataclass(frozen=True, slots=True)
class Include:
    """`template "name" pipe`."""

    name: str
    pipe: Pipe


@dataclass(slots=True)
class Block:
    """`if`, `with` or `range`."""

    word: str
    pipe: Pipe
    then: list["Node"] = field(default_factory=list)
    other: list["Node"] = field(default_factory=list)


Node: TypeAlias = str | Pipe | Include | Block

_ACTION = re.compile(
    r"\{\{(?:(- )|)\s*(/\*.*?\*/|(?:\"(?:[^\"\\]|\\.)*\"|`[^`]*`|[^\"`}]|\}(?!\}))*?)\s*(?:( -)|)\}\}", re.DOTALL
)
_WORD = re.compile(
    r'\s*(?:("(?:[^"\\]|\\.)*")|(`[^`]*`)|(-?\d+)|(\$?(?:\.[A-Za-z_]\w*)+|\$|\.)|([A-Za-z_]\w*)|([()|]))'
)
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_OPENING = ("if", "with", "range")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an action, with its sort: text, number, field, name or sign."""

    sort: str
    value: str


def parse(text: str) -> list[Node]:
    """The tree of a template; raises TemplateError."""
    parts = _Parts(_split(text))
    found, end = parts.nodes()
    if end:
        raise TemplateError(f"{{{{ {end} }}}} without a beginning")
    return found


def _split(text: str) -> Iterator[tuple[bool, str]]:
    """Texts (False) and actions (True) in turn, with the spaces gone that `{{-` and `-}}` ask to be trimmed."""
    at, trim = 0, False
    for found in _ACTION.finditer(text):
        before = text[at : found.start()]
        before = before.lstrip() if trim else before
        yield False, before.rstrip() if found[1] else before
        if not found[2].startswith("/*"):
            yield True, found[2].strip()
        at, trim = found.end(), bool(found[3])
    rest = text[at:]
    if "{{" in rest:
        raise TemplateError(f"{rest[rest.index('{{') :][:40]!r} is not closed")
    yield False, rest.lstrip() if trim else rest


class _Parts:
    def __init__(self, parts: Iterator[tuple[bool, str]]) -> None:
        self._parts = parts

    def nodes(self) -> tuple[list[Node], str]:
        """Nodes up to an `else` or `end` of somebody above, and that word ("" at the end of the text)."""
        found: list[Node] = []
        for is_action, text in self._parts:
            if not is_action:
                found.append(text)
                continue
            word = text.split(None, 1)[0] if text else ""
            if word in {"else", "end"}:
                return found, text
            found.append(self._action(word, text))
        return found, ""

    def _action(self, word: str, text: str) -> Node:
        if word in _OPENING:
            return self._block(word, text.removeprefix(word))
        if word == "template":
            words = _words(text.removeprefix(word))
            if not words or words[0].sort != "text":
                raise TemplateError(f"{{{{ {text} }}}} names no template")
            return Include(words[0].value, _pipe(words[1:], text) if words[1:] else Pipe(()))
        if word in {"define", "block", "break", "continue"}:
            raise TemplateError(f"{{{{ {word} }}}} is not supported")
        return _pipe(_words(text), text)

    def _block(self, word: str, condition: str) -> Block:
        block = Block(word, _pipe(_words(condition), condition.strip()))
        block.then, end = self.nodes()
        if end.startswith("else"):
            rest = end.removeprefix("else").strip()
            if rest.startswith("if "):
                block.other = [self._block("if", rest.removeprefix("if"))]
                return block
            if rest:
                raise TemplateError(f"{{{{ {end} }}}} is not supported")
            block.other, end = self.nodes()
        if end != "end":
            raise TemplateError(f"{{{{ {word} }}}} has no end")
        return block


def _words(text: str) -> list[Word]:
    found, at = list[Word](), 0
    sorts = ("text", "raw", "number", "field", "name", "sign")
    while at < len(text.rstrip()):
        match = _WORD.match(text, at)
        if match is None:
            raise TemplateError(f"{text.strip()!r} is not supported")
        sort = sorts[(match.lastindex or 1) - 1]
        value = match[match.lastindex or 1]
        if sort == "text":
            value = re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[0]), value[1:-1])
        elif sort == "raw":
            sort, value = "text", value[1:-1]
        found.append(Word(sort, value))
        at = match.end()
    return found


def _pipe(words: list[Word], text: str) -> Pipe:
    calls, at = list[Call](), 0
    while True:
        arguments, at = _arguments(words, at, text)
        if not arguments:
            raise TemplateError(f"{text.strip()!r} lacks a value")
        head = arguments[0]
        if isinstance(head, Word):
            if any(isinstance(one, Word) for one in arguments[1:]):
                raise TemplateError(f"{text.strip()!r} is not supported")
            calls.append(Call(head.value, tuple(one for one in arguments[1:] if not isinstance(one, Word))))
        elif len(arguments) == 1 and not calls:
            calls.append(Call("", (head,)))
        else:
            raise TemplateError(f"{text.strip()!r} is not supported")
        if at >= len(words) or words[at].value != "|" or words[at].sort != "sign":
            break
        at += 1
    if at != len(words):
        raise TemplateError(f"{text.strip()!r} is not supported")
    return Pipe(tuple(calls))


def _arguments(words: list[Word], at: int, text: str) -> tuple[list[Operand | Word], int]:
    """Operands up to a sign that ends them; a bare name stays a word."""
    found: list[Operand | Word] = []
    while at < len(words):
        word = words[at]
        if word.sort == "sign" and word.value == "(":
            end = _closing(words, at, text)
            found.append(_pipe(words[at + 1 : end], text))
            at = end + 1
            continue
        if word.sort == "sign":
            break
        found.append(_operand(word))
        at += 1
    return found, at


def _operand(word: Word) -> Operand | Word:
    if word.sort == "text":
        return Literal(word.value)
    if word.sort == "number":
        return Literal(int(word.value))
    if word.sort == "field":
        names = tuple(name for name in word.value.removeprefix("$").split(".") if name)
        return Field(names, of_root=word.value.startswith("$"))
    return word


def _closing(words: list[Word], at: int, text: str) -> int:
    depth = 0
    for place in range(at, len(words)):
        if words[place].sort == "sign":
            depth += {"(": 1, ")": -1}.get(words[place].value, 0)
            if depth == 0:
                return place
    raise TemplateError(f"{text.strip()!r}: a parenthesis is not closed")
