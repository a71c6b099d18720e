"""A command as it is written in a runbook becomes the arguments of a program, without a shell.

Placeholders (`{{ service }}`) are filled after the text was split, each into the one argument it stands in, so that no value
can become a second argument, an option or a command. What a value may look like is this table, or the server's settings.
"""

import re
import shlex
from collections.abc import Callable, Mapping, Sequence

from watchbill.kernel.errors import Invalid

__all__ = ["PLACEHOLDERS", "Fits", "fill", "placeholders", "split", "value_fault"]

Fits = Callable[[str], bool]

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\}\}")
_OPERATORS = frozenset("();<>|&")
_MOST_CHARACTERS, _MOST_ARGUMENTS, _LONGEST_VALUE = 8_000, 200, 256


def _like(pattern: str) -> Fits:
    whole = re.compile(pattern, re.ASCII).fullmatch
    return lambda value: whole(value) is not None


_NAME = _like(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_WORD = _like(r"[A-Za-z0-9][A-Za-z0-9._:@+-]*")
_NUMBER = _like(r"[0-9]{1,9}")

# What each placeholder may hold. Settings may add names and patterns of the house's own; none of these can be loosened.
PLACEHOLDERS: Mapping[str, Fits] = {
    "service": _NAME,
    "incident": _like(r"INC-[0-9]{1,9}"),
    "severity": _like(r"SEV[1-4]|P[0-3]"),
    "alert_name": _like(r"[A-Za-z_][A-Za-z0-9_:.-]*"),
    "instance": _like(r"[A-Za-z0-9\[][A-Za-z0-9._:\[\]-]*"),
    "host": _like(r"[A-Za-z0-9][A-Za-z0-9.-]*"),
    "region": _NAME,
    "zone": _NAME,
    "cluster": _NAME,
    "namespace": _NAME,
    "deployment": _NAME,
    "pod": _NAME,
    "container": _NAME,
    "job": _NAME,
    "environment": _NAME,
    "flag": _NAME,
    "dependency": _NAME,
    "database": _NAME,
    "version": _WORD,
    "replicas": _NUMBER,
    "percent": _like(r"100|[0-9]{1,2}"),
    "minutes": _NUMBER,
}


def placeholders(command: str) -> tuple[str, ...]:
    """The names of the placeholders, each once, in order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(command)))


def split(command: str) -> tuple[str, ...]:
    """The words of a command, placeholders still in place. Raises Invalid for what only a shell could do."""
    if len(command) > _MOST_CHARACTERS:
        raise Invalid("command", f"is longer than {_MOST_CHARACTERS} characters")
    if _has_controls(command):
        raise Invalid("command", "holds a line break or another control character", hint="one command, on one line")
    bare = _PLACEHOLDER.sub(lambda found: "{{" + found[1] + "}}", command)
    try:
        words = shlex.split(bare)
        parts = list(shlex.shlex(bare, posix=True, punctuation_chars=True))
    except ValueError as wrong:
        raise Invalid("command", f"cannot be split into words: {wrong}", hint="close every quote") from wrong
    operator = next((part for part in parts if part and set(part) <= _OPERATORS), None)
    if operator is not None and _is_bare(bare, operator):
        raise Invalid("command", f"{operator!r} needs a shell, and there is none", hint="put it into a script that the server's settings allow, or quote it")  # fmt: skip
    if not words:
        raise Invalid("command", "names no program")
    if len(words) > _MOST_ARGUMENTS:
        raise Invalid("command", f"has more than {_MOST_ARGUMENTS} arguments")
    if _PLACEHOLDER.search(words[0]):
        raise Invalid("command", "a placeholder cannot name the program", hint="write the program's name")
    return tuple(words)


def _is_bare(command: str, operator: str) -> bool:
    """Whether the operator stands outside of all quotes: only then would a shell act on it."""
    quote, escaped = "", False
    for index, character in enumerate(command):
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif command.startswith(operator[0], index):
            return True
    return False


def fill(words: Sequence[str], values: Mapping[str, str], fits: Mapping[str, Fits]) -> tuple[str, ...]:
    """The words with every placeholder replaced; raises Invalid that names the placeholder and never guesses."""

    def one(found: "re.Match[str]") -> str:
        name = found[1]
        if name not in fits:
            raise Invalid(name, "is not a placeholder that commands may hold", hint=f"known: {', '.join(sorted(fits))}")
        if name not in values:
            raise Invalid(name, "has no value here", hint=f"say it: --set {name}=VALUE")
        fault = value_fault(name, values[name], fits[name])
        if fault:
            raise Invalid(name, fault, hint="nothing was run")
        return values[name]

    return tuple(_PLACEHOLDER.sub(one, word) for word in words)


def _has_controls(text: str) -> bool:
    return any(character < " " or character == "\x7f" for character in text)


def value_fault(name: str, value: str, fits: Fits) -> str | None:
    """Why a value may not stand in a command, or None. A leading dash would be an option, whatever the pattern says."""
    if len(value) > _LONGEST_VALUE:
        return f"is longer than {_LONGEST_VALUE} characters"
    if value.startswith("-"):
        return f"{value!a} begins with a dash, so a program would take it for an option"
    if _has_controls(value):
        return f"{value!a} holds a control character"
    if not value.isascii() or not fits(value):
        return f"{value!a} is no {name.replace('_', ' ')}"
    return None
