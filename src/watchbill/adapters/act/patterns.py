"""Patterns of people, with RE2: they cost time in proportion to the text, and never more."""

from functools import lru_cache

import re2

from watchbill.kernel.errors import Invalid

__all__ = ["fits", "occurs"]

_MAX_BYTES = 1 << 20  # of memory, for one compiled pattern


def occurs(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text; `^` and `$` mean lines. Raises Invalid where it is none."""
    return _compiled(f"(?m){pattern}").search(text) is not None


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text, line breaks included, is what the pattern describes."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> "re2._Regexp[str]":
    options = re2.Options()
    options.log_errors = False  # RE2 writes to standard error by itself otherwise
    options.max_mem = _MAX_BYTES
    try:
        return re2.compile(pattern, options)
    except re2.error as wrong:
        said = wrong.args[0] if wrong.args else str(wrong)
        reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise Invalid("pattern", f"error parsing regexp: {reason}", hint="patterns are RE2") from wrong
