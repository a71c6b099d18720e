"""Matchers made ready, with RE2: a pattern of a user can cost time in proportion to the text, and never more."""

from functools import lru_cache

import re2

from watchbill.alerts.model import Matcher, MatchOp
from watchbill.alerts.model.matching import Compiled
from watchbill.kernel.errors import Invalid

__all__ = ["Re2Matchers"]

_MAX_BYTES = 1 << 20  # of memory, for one compiled pattern


class Re2Matchers:
    """alerts.ports.Matchers."""

    def compile(self, matcher: Matcher) -> Compiled:
        """The matcher as a predicate over a label's value; raises Invalid where its pattern is none."""
        return _compiled(matcher)


@lru_cache(maxsize=4_096)
def _compiled(matcher: Matcher) -> Compiled:
    value = matcher.value
    match matcher.op:
        case MatchOp.EQUAL:
            return value.__eq__
        case MatchOp.NOT_EQUAL:
            return value.__ne__
    whole = _pattern(value).fullmatch
    if matcher.op is MatchOp.REGEX:
        return lambda given: whole(given) is not None
    return lambda given: whole(given) is None


def _pattern(text: str) -> "re2._Regexp[str]":
    options = re2.Options()
    options.log_errors = False  # RE2 writes to standard error by itself otherwise
    options.max_mem = _MAX_BYTES
    try:
        return re2.compile(text, options)
    except re2.error as wrong:
        said = wrong.args[0] if wrong.args else str(wrong)
        reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise Invalid(
            "pattern", f"error parsing regexp: {reason}", hint="patterns are RE2: no look-around, no back-references"
        ) from wrong
