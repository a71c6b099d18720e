"""What a status page says: stages and conditions from an incident, how components stand, what a day of uptime looks like."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from watchbill.incidents.model import Incident, Phase, Severity, Status
from watchbill.incidents.model.status import Bulletin, Component, Condition, Stage, StatusPage
from watchbill.kernel.ids import IncidentId

__all__ = [
    "DAYS",
    "Day",
    "DayState",
    "Thread",
    "condition_for",
    "day_state",
    "overall_words",
    "published_pct",
    "resolved_text",
    "stage_of",
    "standing",
    "thread_title",
    "threads",
]

DAYS = 90
RECENT = timedelta(days=14)
# A day on which so many requests failed was bad whatever had been promised.
_BAD_DAY = Fraction(5, 100)

_BY_SEVERITY: Mapping[Severity, Condition] = {
    Severity.SEV1: Condition.MAJOR_OUTAGE,
    Severity.SEV2: Condition.PARTIAL_OUTAGE,
    Severity.SEV3: Condition.DEGRADED,
    Severity.SEV4: Condition.DEGRADED,
}
_WORDS: Mapping[Condition, str] = {
    Condition.OPERATIONAL: "works",
    Condition.MAINTENANCE: "is under maintenance",
    Condition.DEGRADED: "works, but not as well as it should",
    Condition.PARTIAL_OUTAGE: "fails for some",
    Condition.MAJOR_OUTAGE: "is down",
}
DayState = str  # "good", "low", "bad", "none"


@dataclass(frozen=True, slots=True)
class Thread:
    """All bulletins about one incident on one page, the newest first."""

    incident: IncidentId
    bulletins: tuple[Bulletin, ...]

    @property
    def newest(self) -> Bulletin:
        """What was said last."""
        return self.bulletins[0]

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.newest.stage is not Stage.RESOLVED


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of a component; `ratio` None: nothing was measured."""

    day: date
    ratio: Fraction | None
    state: DayState


def stage_of(incident: Incident) -> Stage:
    """How far the work has come, for outsiders."""
    if not incident.is_open or incident.status is Status.RESOLVED:
        return Stage.RESOLVED
    if incident.mitigated_at is not None:
        return Stage.MONITORING
    return Stage.INVESTIGATING if incident.phase in {Phase.DETECT, Phase.TRIAGE} else Stage.IDENTIFIED


def condition_for(severity: Severity, stage: Stage) -> Condition:
    """How the affected components are: by severity; mitigated ones are watched, resolved ones work."""
    if stage is Stage.RESOLVED:
        return Condition.OPERATIONAL
    return Condition.DEGRADED if stage is Stage.MONITORING else _BY_SEVERITY[severity]


def thread_title(page: StatusPage, services: tuple[str, ...]) -> str:
    """What a thread is called where nobody says: never the incident's own title, which may name hosts and people."""
    titles = page.titles(services)
    named = ", ".join(titles[:-1]) + (" and " if titles[:-1] else "") + titles[-1]
    return f"Problem with {named}"


def resolved_text(page: StatusPage, services: tuple[str, ...]) -> str:
    """The last message where nobody wrote one."""
    titles = page.titles(services)
    return f"{' and '.join(titles)} {'work' if len(titles) > 1 else 'works'} again. We keep watching."


def threads(bulletins: Iterable[Bulletin]) -> list[Thread]:
    """By incident, the thread with the newest bulletin first."""
    found: dict[IncidentId, list[Bulletin]] = {}
    for one in sorted(bulletins, key=lambda one: (one.at, one.id), reverse=True):
        found.setdefault(one.incident, []).append(one)
    return [Thread(incident, tuple(ones)) for incident, ones in found.items()]


def standing(page: StatusPage, open_threads: Sequence[Thread], maintained: frozenset[str]) -> dict[str, Condition]:
    """How each service of the page is: the worst of what is published about it, else maintenance, else well."""
    found = {
        one.service: Condition.MAINTENANCE if one.service in maintained else Condition.OPERATIONAL
        for one in page.components
    }
    for thread in open_threads:
        for service in thread.newest.services:
            if service in found:
                found[service] = max(found[service], thread.newest.condition, key=lambda one: one.rank)
    return found


def overall_words(page: StatusPage, conditions: Mapping[str, Condition]) -> tuple[Condition, str]:
    """The worst condition, and the page in one sentence."""
    worst = max(conditions.values(), key=lambda one: one.rank, default=Condition.OPERATIONAL)
    if worst is Condition.OPERATIONAL:
        return worst, "All systems work."
    hit = [one for one in page.components if conditions[one.service] is worst]
    return worst, _sentence(hit, worst)


def _sentence(hit: Sequence[Component], worst: Condition) -> str:
    titles = list(dict.fromkeys(one.title for one in hit))
    if len(titles) == 1:
        return f"{titles[0]} {_WORDS[worst]}."
    more = f" (and {len(titles) - 1} more)"
    return f"{titles[0]}{more} {_WORDS[worst]}."


def day_state(ratio: Fraction | None, allowed: Fraction) -> DayState:
    """How a day is drawn: kept its promise, missed it, or was bad (5 % of the events failed or more)."""
    if ratio is None:
        return "none"
    bad = 1 - ratio
    if bad <= allowed:
        return "good"
    return "bad" if bad >= _BAD_DAY else "low"


def published_pct(ratio: Fraction | None) -> str | None:
    """Uptime as it is printed: three decimals, cut off and never rounded up, so that 99.9996 % does not read 100 %."""
    if ratio is None:
        return None
    if ratio == 1:
        return "100"
    thousandths = int(ratio * 100_000)
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"
