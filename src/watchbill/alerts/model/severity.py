"""How soon somebody has to look."""

from enum import StrEnum

__all__ = ["Severity"]


class Severity(StrEnum):
    """How soon somebody has to look (playbook ph. 4): P0 pages, P1 is urgent, P2 becomes a ticket, P3 is logged."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"

    @property
    def rank(self) -> int:
        """0 for P0, rising as it matters less."""
        return int(self.value[1])

    @property
    def pages(self) -> bool:
        """Whether people are called for it: P0 and P1."""
        return self.rank <= Severity.P1.rank
