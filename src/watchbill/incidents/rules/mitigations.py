"""Which ways to mitigate fit an incident, in which order, and what speaks for each: facts only, the choice is people's."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from watchbill.catalog.model import Change, ChangeKind
from watchbill.incidents.model import Incident, Mitigation, MitigationKind

__all__ = ["SUSPECT", "evidence", "fitting"]

SUSPECT = timedelta(hours=2)  # a change so shortly before the start is worth a look first

# Which kinds of change a way takes back.
_TAKES_BACK: Mapping[MitigationKind, frozenset[ChangeKind]] = {
    MitigationKind.ROLLBACK: frozenset({ChangeKind.DEPLOY, ChangeKind.CONFIG}),
    MitigationKind.FLAG_OFF: frozenset({ChangeKind.FLAG}),
}


def fitting(incident: Incident, known: Iterable[Mitigation]) -> list[Mitigation]:
    """Those for a service of the incident, then those for every one; the fastest kinds first."""
    services = set(incident.services)
    fits = [one for one in known if not one.services or services & set(one.services)]
    return sorted(fits, key=lambda one: (one.kind.rank, not one.services, one.name))


def evidence(mitigation: Mitigation, incident: Incident, changes: Sequence[Change]) -> str:
    """The newest change before the start that it would take back, in words; empty where nothing speaks for it."""
    kinds = _TAKES_BACK.get(mitigation.kind, frozenset())
    start = incident.began_at
    suspects = [one for one in changes if one.kind in kinds and start - SUSPECT <= one.at <= start]
    newest = max(suspects, key=lambda one: one.at, default=None)
    if newest is None:
        return ""
    minutes = int((start - newest.at).total_seconds() // 60)
    what = " ".join(word for word in (newest.version, newest.summary) if word)
    return f"{newest.kind} of {newest.service} {minutes} min before it began: {what}"
