"""Which incidents look alike: by service, by alerts they share, by the words of their titles."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from watchbill.incidents.model import Incident, SimilarIncident, Status
from watchbill.kernel.ids import IncidentId

__all__ = ["OPEN_WITHIN", "open_alike", "past_alike", "words"]

OPEN_WITHIN = timedelta(minutes=60)  # an open incident of the same service this young is most likely the same one
_WORD = re.compile(r"[\w-]{3,}")
_COMMON = frozenset(
    {
        "the",
        "and",
        "are",
        "for",
        "from",
        "has",
        "have",
        "is",
        "not",
        "with",
        "sev1",
        "sev2",
        "sev3",
        "sev4",
        "error",
        "errors",
        "incident",
        "returns",
        "service",
    }
)
_SERVICE, _ALERT, _WORDS = 2, 3, 1
_ENOUGH = 2
_MOST = 5


def words(title: str) -> frozenset[str]:
    """The words of a title that tell one incident from another."""
    return frozenset(_WORD.findall(title.lower())) - _COMMON


def open_alike(open_ones: Iterable[Incident], service: str | None, title: str, now: datetime) -> list[SimilarIncident]:
    """Open incidents that a new declaration may mean: of the same service and young, or (without a service) with the same title words."""
    found = []
    for one in open_ones:
        same = service is not None and service in one.services
        if same and now - one.declared_at < OPEN_WITHIN:
            found.append(SimilarIncident(one, _SERVICE, (f"open for {service} too",)))
        elif service is None and (shared := words(title) & words(one.title)) and now - one.declared_at < OPEN_WITHIN:
            found.append(SimilarIncident(one, _WORDS, (_shared(shared),)))
    return found


def past_alike(
    title: str,
    services: Iterable[str],
    alerts: frozenset[str],
    past: Iterable[Incident],
    alerts_of: Mapping[IncidentId, frozenset[str]],
) -> list[SimilarIncident]:
    """Earlier incidents that look like this one, best first, newest first among equals; the service alone is not enough."""
    mine, own_words, found = set(services), words(title), []
    for one in past:
        if one.status is Status.MERGED:
            continue
        why, score = [], 0
        if mine & set(one.services):
            why.append("same service")
            score += _SERVICE
        if same := alerts & alerts_of.get(one.id, frozenset()):
            why.append(f"same alert {min(same)}")
            score += _ALERT
        if shared := own_words & words(one.title):
            why.append(_shared(shared))
            score += _WORDS * min(len(shared), 3)
        if score > _ENOUGH:
            found.append(SimilarIncident(one, score, tuple(why)))
    return sorted(found, key=lambda alike: (-alike.score, -alike.incident.number))[:_MOST]


def _shared(shared: Iterable[str]) -> str:
    return "same words: " + ", ".join(sorted(shared)[:3])
