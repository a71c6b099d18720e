"""What a user's line about events turns out to be: a predicate that can be run, or prose that can only be shown."""

from dataclasses import dataclass

__all__ = ["Predicate", "Prose"]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A condition over an event's columns, checked and ready to run.

    `sql` is DuckDB's, three-valued, and made of nothing but the allow-list. `columns` are the canonical columns it reads,
    `fields` the JSON fields by their own name, `doubts` what looks like a mistake without being one.
    """

    text: str
    sql: str
    columns: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()
    preset: str | None = None

    @property
    def holds(self) -> str:
        """Two-valued: an event for which the condition is not known does not meet it."""
        return f"coalesce({self.sql}, false)"


@dataclass(frozen=True, slots=True)
class Prose:
    """A sentence for people: it excludes nothing. `doubt` says why a text that looks like a predicate is none."""

    text: str
    doubt: str = ""
