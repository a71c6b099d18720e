"""What is asked of the record of incidents, and how alerts belong to them."""

from dataclasses import dataclass
from datetime import datetime

from watchbill.incidents.model.incident import Severity, Status
from watchbill.kernel.ids import AlertId, IncidentId

__all__ = ["WORDS_REACH", "Attached", "Search"]

WORDS_REACH = 20_000


@dataclass(frozen=True, slots=True)
class Search:
    """Which incidents to list, newest number first; `before` is the last number of the page before.

    Words are looked for in `WORDS_REACH` numbers at a time, so that no search reads a million titles; `bottom` of the
    answer's page is where the next one goes on.
    """

    statuses: tuple[Status, ...] = ()
    severities: tuple[Severity, ...] = ()
    service: str | None = None
    drill: bool | None = None
    text: str | None = None
    since: datetime | None = None
    before: int | None = None
    limit: int = 50

    def bottom(self, newest: int) -> int | None:
        """The lowest number that a search by words looks at, given the newest there is; None: it looks at all."""
        if not self.text or self.service is not None:
            return None
        return max(0, min(self.before or newest + 1, newest + 1) - WORDS_REACH)


@dataclass(frozen=True, slots=True)
class Attached:
    """An alert of an incident, by its name as well; `moved_to` names the incident that took it over in a merge."""

    incident: IncidentId
    alert: AlertId
    name: str
    attached_at: datetime
    moved_to: IncidentId | None = None
