"""How incidents say no in a way of their own."""

from collections.abc import Sequence

from watchbill.incidents.model import SimilarIncident
from watchbill.kernel.errors import Conflict

__all__ = ["SimilarOpen"]


class SimilarOpen(Conflict):
    """What is to be declared looks like something that is open already; `candidates` are those."""

    def __init__(self, candidates: Sequence[SimilarIncident]) -> None:
        self.candidates = tuple(candidates)
        names = "; ".join(
            f"{one.incident.name} {one.incident.title!r} ({one.incident.severity}, {one.why[0]})"
            for one in self.candidates
        )
        first = self.candidates[0].incident
        super().__init__(
            f"this looks like an incident that is open: {names}",
            hint=f"join it: watchbill incident ack {first.number}; or declare another: --yes",
        )
