"""Which events count for one SLI, and which of them are good."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchbill.adapters.measure.formats import Format, Need
from watchbill.adapters.measure.predicates import Predicate
from watchbill.kernel.errors import Invalid, near

__all__ = ["Selection", "need_of"]


@dataclass(frozen=True, slots=True)
class Selection:
    """An event counts where `total` holds and no exclusion does; it is good where `good` holds as well (not known: bad)."""

    name: str
    good: Predicate
    total: Predicate
    exclusions: tuple[Predicate, ...] = ()

    @property
    def counts(self) -> str:
        """SQL: whether the event counts."""
        left_out = " OR ".join(one.holds for one in self.exclusions)
        return f"{self.total.holds} AND NOT ({left_out})" if left_out else self.total.holds

    @property
    def predicates(self) -> tuple[Predicate, ...]:
        """All of them."""
        return (self.good, self.total, *self.exclusions)

    @property
    def need(self) -> Need:
        """The columns that they read."""
        return need_of(self.predicates)

    def check(self, log_format: Format) -> None:
        """Raise Invalid where the format has no such column; with JSON lines any name may be a field."""
        gives = log_format.gives
        if gives is None:
            return
        known = gives | log_format.own
        for name in sorted(self.need.columns - gives) + sorted(self.need.fields - log_format.own):
            close = near(name, known)
            hint = f"did you mean {close!r}? " if close else ""
            raise Invalid(
                "predicate",
                f"{name!r} is no column of {log_format.name} logs",
                hint=f"{hint}columns: {', '.join(sorted(known))}",
            )


def need_of(predicates: Sequence[Predicate]) -> Need:
    """The columns that these read together."""
    columns: frozenset[str] = frozenset().union(*(one.columns for one in predicates))
    return Need(columns, frozenset().union(*(one.fields for one in predicates)))
