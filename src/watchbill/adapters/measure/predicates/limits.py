"""How large a predicate may be, and where in its text something stands."""

import re

from sqlglot import exp

from watchbill.kernel.errors import Invalid

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "MAX_LIST", "MAX_NODES", "MAX_PATTERN", "check_text", "place", "refuse"]

MAX_LENGTH = 4_000  # characters
MAX_NODES = 600
MAX_DEPTH = 16  # brackets; the parser recurses
MAX_LIST = 200  # items of an IN list
MAX_PATTERN = 500  # characters of a regular expression or LIKE pattern
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_STRING = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")


def check_text(text: str, field: str) -> None:
    """Refuse what must not even reach the parser: too long, too deep (the parser recurses), control characters."""
    if not text.strip():
        raise Invalid(field, "is empty", hint="write a condition such as status < 500")
    if len(text) > MAX_LENGTH:
        raise Invalid(field, f"is {len(text)} characters long, at most {MAX_LENGTH} are read")
    odd = _CONTROL.search(text)
    if odd:
        raise Invalid(field, f"holds the control character {odd[0]!r} at character {odd.start() + 1}")
    if _deepest(text) > MAX_DEPTH:
        raise Invalid(
            field, f"is nested too deeply, at most {MAX_DEPTH} levels are read", hint="use IN (...) for long lists"
        )


def _deepest(text: str) -> int:
    depth = deepest = 0
    for char in _STRING.sub("''", text):
        depth += (char in "([{") - (char in ")]}")
        deepest = max(deepest, depth)
    return deepest


def place(node: exp.Expr) -> tuple[int, int]:
    """Line and column (1-based) of the first thing below the node whose place the parser kept; (1, 1) if none."""
    found = [(part.meta["line"], part.meta["col"], part.meta) for part in node.walk() if "line" in part.meta]
    if not found:
        return 1, 1
    line, last, meta = min(found, key=lambda one: (one[0], one[1]))
    return line, max(1, last - (meta["end"] - meta["start"]))  # the parser keeps the column of a token's end


def refuse(field: str, node: exp.Expr, reason: str, *, hint: str = "") -> Invalid:
    """The error for a node, with its place."""
    line, column = place(node)
    where = f"character {column}" if line == 1 else f"line {line}, character {column}"
    return Invalid(field, f"{reason} (at {where})", hint=hint)
