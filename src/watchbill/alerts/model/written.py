"""Alerts as their authors wrote them (rule files, promises of watchbill's own), and what a lint finds in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

__all__ = ["Expression", "LintFinding", "Place", "Weight", "WrittenAlert"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is written; lines and columns from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Expression:
    """What a lint has to know of a PromQL expression.

    `metrics`: the names of the series it reads. `windows`: the distinct ranges it looks over. `joined`: whether it holds
    two conditions together by `and`. `compares`: whether anything is compared at all.
    """

    metrics: tuple[str, ...] = ()
    windows: tuple[timedelta, ...] = ()
    joined: bool = False
    compares: bool = False


@dataclass(frozen=True, slots=True)
class WrittenAlert:
    """One alerting rule. `expression` is None where it cannot be read (`fault` says why), or where there is none to read.

    `places` says where its parts are written, by name (`expr`, `labels`, `annotations`).
    """

    name: str
    place: Place
    expr: str = ""
    expression: Expression | None = None
    fault: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    waits: timedelta = timedelta(0)  # `for`
    keeps: timedelta = timedelta(0)  # `keep_firing_for`
    places: Mapping[str, Place] = field(default_factory=dict)
    own: bool = False  # one of watchbill's own

    def at(self, part: str) -> Place:
        """Where a part is written, else where the alert is."""
        return self.places.get(part, self.place)


class Weight(StrEnum):
    """How much a finding weighs, in SARIF's words."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding: the rule it breaks, what is wrong, and the exact thing to write instead."""

    rule: str
    weight: Weight
    alert: str
    place: Place
    message: str
    fix: str
