"""Inhibition: alerts that are not told because a greater trouble explains them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from watchbill.alerts.model import Matcher, matches
from watchbill.alerts.model.matching import Compiled
from watchbill.receivers.model import Inhibition

__all__ = ["Inhibitor"]

_Conditions = tuple[tuple[str, Compiled], ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    source: _Conditions
    target: _Conditions
    equal: tuple[str, ...]
    # The values of the `equal` labels -> sources as (fingerprint, whether the rule's target side matches it as well).
    firing: dict[tuple[str, ...], list[tuple[str, bool]]]


class Inhibitor:
    """The rules over what fires at one moment."""

    def __init__(
        self,
        rules: Iterable[Inhibition],
        compile_matcher: Callable[[Matcher], Compiled],
        firing: Callable[[], Iterable[tuple[str, Mapping[str, str]]]],
    ) -> None:
        """`firing` gives fingerprints and labels; it is asked only where a rule's target matches something."""
        self._given = [
            (
                tuple((one.name, compile_matcher(one)) for one in rule.source),
                tuple((one.name, compile_matcher(one)) for one in rule.target),
                rule.equal,
            )
            for rule in rules
        ]
        self._ask = firing
        self._ready: list[_Rule] | None = None

    def inhibiting(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """Fingerprints of the alerts that keep one with these labels quiet.

        An alert that matches both sides of a rule is not inhibited by alerts that do so as well, itself among them.
        """
        if not any(matches(target, labels) for _, target, _ in self._given):
            return ()
        found = list[str]()
        for rule in self._rules():
            if matches(rule.target, labels):
                both = matches(rule.source, labels)
                same = rule.firing.get(tuple(labels.get(name, "") for name in rule.equal), ())
                found += [source for source, is_target in same if not (both and is_target)]
        return tuple(dict.fromkeys(found))

    def _rules(self) -> list[_Rule]:
        if self._ready is None:
            ready = [_Rule(source, target, equal, {}) for source, target, equal in self._given]
            for fingerprint, labels in self._ask():
                for rule in ready:
                    if matches(rule.source, labels):
                        values = tuple(labels.get(name, "") for name in rule.equal)
                        rule.firing.setdefault(values, []).append((fingerprint, matches(rule.target, labels)))
            self._ready = ready
        return self._ready
