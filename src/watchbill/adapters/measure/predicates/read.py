"""The way to users' conditions; the parser behind it (10 MB, a tenth of a second) is loaded with the first condition."""

from watchbill.adapters.measure.predicates.model import Predicate, Prose

__all__ = ["exclusion", "predicate"]


def predicate(text: str, *, field: str = "predicate") -> Predicate:
    """The condition, checked against the allow-list; raises Invalid with the place and what is allowed."""
    from watchbill.adapters.measure.predicates import parsing

    return parsing.predicate(text, field=field)


def exclusion(text: str, *, field: str = "exclusions") -> Predicate | Prose:
    """A predicate as it stands, one of the playbook's sentences by its machine form, or prose, which excludes nothing."""
    from watchbill.adapters.measure.predicates import parsing

    return parsing.exclusion(text, field=field)
