"""Adds up what the lines of logs do against the structured log standard, with bounded memory whatever the lines are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from watchbill.signals.model import Exposed, Weight, Wrong
from watchbill.signals.rules.log_standard import PLACES, Watch, judge_shape, judge_values, watched

__all__ = ["Findings", "LogCheck", "Service", "Spot", "Violation"]

OTHERS = "(others)"
_MOST_SHAPES, _MOST_SERVICES, _MOST_VIOLATIONS = 4_000, 1_000, 1_000
_SAMPLES = 3
UNREADABLE: Mapping[str, str] = {
    "not_json": "every line is one JSON object",
    "not_utf8": "write UTF-8",
    "too_long": "a line is at most 1 MiB",
}


class Spot(NamedTuple):
    """Where something was seen."""

    file: str
    line: int


@dataclass(slots=True)
class Violation:
    """One rule broken at one field: how often, and where first. `spots` says on which lines."""

    wrong: Wrong
    count: int = 0
    spots: list[Spot] = field(default_factory=list)


@dataclass(slots=True)
class Service:
    """How well one service's lines keep to the standard. `places` are the lines that carry each field rightly."""

    name: str | None
    lines: int = 0
    broken: int = 0
    places: Counter[str] = field(default_factory=lambda: Counter({one.name: 0 for one in PLACES}))

    @property
    def coverage_pct(self) -> float:
        """The mean, over the standard's nine general fields, of the share of lines that carry it rightly."""
        return 100 * sum(self.places.values()) / (self.lines * len(PLACES))


@dataclass(frozen=True, slots=True)
class Findings:
    """All of it. `violations` the most frequent first, errors before advice."""

    lines: int
    broken: int
    violations: Sequence[Violation]
    services: Sequence[Service]
    exposed: Mapping[str, tuple[int, Sequence[tuple[Spot, str]]]]

    @property
    def is_clean(self) -> bool:
        """Whether every line keeps to the standard and nothing is exposed; advice alone does no harm."""
        return not self.broken and not self.exposed


@dataclass(slots=True)
class _Shape:
    """What is known of all lines with the same fields of the same types."""

    wrong: tuple[Wrong, ...]
    watches: tuple[Watch, ...]
    places: tuple[str, ...]
    has_error: bool


class LogCheck:
    """`line` for what could be read, `unreadable` for what could not; `findings` at the end."""

    def __init__(self) -> None:
        self._lines = 0
        self._shapes: dict[tuple[object, ...], _Shape] = {}
        self._services: dict[str | None, Service] = {}
        self._violations: dict[tuple[str, str], Violation] = {}
        self._exposed: dict[str, tuple[int, list[tuple[Spot, str]]]] = {}

    def line(self, found: Mapping[str, object], spot: Spot) -> bool:
        """One line that is a JSON object; whether it is among the samples of what is wrong."""
        self._lines += 1
        shape = self._shape(tuple(found), tuple(map(type, found.values())))
        values = judge_values(found, shape.watches)
        service = self._service(found.get("service"))
        service.lines += 1
        service.places.update(shape.places)
        is_sample = False
        for wrong in (*shape.wrong, *values):
            is_sample |= self._add(wrong, spot)
        for wrong in values:
            if wrong.rule != "missing" and wrong.field in shape.places:
                service.places[wrong.field] -= 1
        if shape.has_error or any(wrong.weight is Weight.ERROR for wrong in values):
            service.broken += 1
        return is_sample

    def unreadable(self, rule: str, spot: Spot) -> bool:
        """One line that could not be read (a key of UNREADABLE); nobody knows whose it is. Whether it is a sample."""
        self._lines += 1
        service = self._service(None)
        service.lines += 1
        service.broken += 1
        return self._add(Wrong(rule, "", UNREADABLE[rule]), spot)

    def expose(self, found: Sequence[Exposed], spot: Spot) -> None:
        """Secrets or personal data in a line."""
        for one in found:
            count, samples = self._exposed.get(one.what, (0, []))
            if len(samples) < _SAMPLES:
                samples.append((spot, one.masked))
            self._exposed[one.what] = count + 1, samples

    def findings(self) -> Findings:
        """What it all came to."""
        violations = sorted(
            self._violations.values(), key=lambda one: (one.wrong.weight is Weight.ADVICE, -one.count, one.wrong.field)
        )
        services = sorted(self._services.values(), key=lambda one: (one.coverage_pct, one.name or ""))
        return Findings(
            self._lines, sum(one.broken for one in services), violations, services, dict(sorted(self._exposed.items()))
        )

    def _shape(self, names: tuple[str, ...], types: tuple[type, ...]) -> _Shape:
        known = self._shapes.get((names, types))
        if known is not None:
            return known
        wrong, watches = judge_shape(names, types), watched(names, types)
        right = {name for name, _ in watches}
        places = tuple(one.name for one in PLACES if one.name in right)
        shape = _Shape(wrong, watches, places, any(one.weight is Weight.ERROR for one in wrong))
        if len(self._shapes) < _MOST_SHAPES:
            self._shapes[names, types] = shape
        return shape

    def _service(self, name: object) -> Service:
        key = name if isinstance(name, str) and name else None
        if key not in self._services:
            if len(self._services) >= _MOST_SERVICES:
                key = OTHERS
            self._services.setdefault(key, Service(key))
        return self._services[key]

    def _add(self, wrong: Wrong, spot: Spot) -> bool:
        key = wrong.rule, wrong.field
        if key not in self._violations:
            if len(self._violations) >= _MOST_VIOLATIONS:
                key = wrong.rule, OTHERS
                wrong = Wrong(wrong.rule, OTHERS, "more fields than are told one by one", wrong.weight)
            self._violations.setdefault(key, Violation(wrong))
        one = self._violations[key]
        one.count += 1
        if len(one.spots) >= _SAMPLES:
            return False
        one.spots.append(spot)
        return True
