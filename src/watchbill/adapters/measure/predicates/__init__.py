"""Users' conditions over events: boolean SQL of a strict allow-list, turned into DuckDB's; prose is recognised as prose."""

from watchbill.adapters.measure.predicates.columns import ALIASES, CANONICAL, Kind, canonical, quoted, text_literal
from watchbill.adapters.measure.predicates.model import Predicate, Prose
from watchbill.adapters.measure.predicates.read import exclusion, predicate

__all__ = [
    "ALIASES",
    "CANONICAL",
    "Kind",
    "Predicate",
    "Prose",
    "canonical",
    "exclusion",
    "predicate",
    "quoted",
    "text_literal",
]
