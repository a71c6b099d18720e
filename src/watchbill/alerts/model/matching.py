"""Label matchers: `name="value"`, `!=`, `=~`, `!~`, as Alertmanager writes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Compiled", "MatchOp", "Matcher", "matches", "quoted"]


class MatchOp(StrEnum):
    """How a matcher compares."""

    EQUAL = "="
    NOT_EQUAL = "!="
    REGEX = "=~"
    NOT_REGEX = "!~"

    @property
    def is_regex(self) -> bool:
        """Whether the value is a pattern; patterns match whole values, never parts."""
        return self in {MatchOp.REGEX, MatchOp.NOT_REGEX}

    @property
    def is_equal(self) -> bool:
        """Whether it asks for likeness rather than for difference."""
        return self in {MatchOp.EQUAL, MatchOp.REGEX}


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label; a label that is absent has the value ""."""

    name: str
    op: MatchOp
    value: str

    def __str__(self) -> str:
        return f"{self.name}{self.op}{quoted(self.value)}"


def quoted(value: str) -> str:
    """The value in double quotes, as matchers are written."""
    if '"' in value or "\\" in value or "\n" in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{value}"'


# A matcher made ready: tells whether a label's value satisfies the condition.
Compiled = Callable[[str], bool]


def matches(conditions: Sequence[tuple[str, Compiled]], labels: Mapping[str, str]) -> bool:
    """Whether the labels satisfy every condition (label name, compiled matcher); no conditions match everything."""
    return all(accepts(labels.get(name, "")) for name, accepts in conditions)
