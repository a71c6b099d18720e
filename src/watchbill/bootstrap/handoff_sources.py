"""What is known about the services of a watch when it passes on: the five texts of a hand-over, from the phases' own records."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watchbill.alerts.model import AlertStatus, Severity
from watchbill.alerts.ports import AlertQuery
from watchbill.alerts.rules.maintenance import occurrences
from watchbill.budget.model import BudgetState
from watchbill.kernel.units import span_words
from watchbill.oncall.model.handoffs import Heading
from watchbill.slo.model import TlsCheck

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["ServiceSources"]

_CHANGES_SINCE = timedelta(days=7)
_MAINTENANCE_AHEAD = timedelta(days=14)
_MOST = 50
_NOTHING = {
    Heading.OPEN: "Nothing is open.",
    Heading.CHANGES: "Nothing was changed.",
    Heading.RISKS: "No budget burns, and no certificate is about to end.",
    Heading.MAINTENANCE: "Nothing is planned in the next two weeks.",
    Heading.RUNBOOKS: "No runbook was written or changed since this watch began.",
}


class ServiceSources:
    """What oncall.health_ports.HandoffSources asks for. Times are in the zone of the schedule, whose people read this."""

    def __init__(self, s: "Services") -> None:
        self._s = s

    def texts(self, schedule: str, person: str, since: datetime, now: datetime) -> Mapping[Heading, str]:
        """Of the services that the schedule watches over; of all where it is not said which those are."""
        names = frozenset(self._s.schedules.services_of(schedule))
        clock = _Clock(self._s.schedules.find(schedule).timezone)
        parts: dict[Heading, Iterable[str]] = {
            Heading.OPEN: [*self._incidents(names, person, clock), *self._alerts(names, clock)],
            Heading.CHANGES: self._changes(names, now, clock),
            Heading.RISKS: [*self._budgets(names, clock), *self._checks(names)],
            Heading.MAINTENANCE: self._maintenance(names, now, clock),
            Heading.RUNBOOKS: self._runbooks(since, clock),
        }
        return {heading: _listed(lines, _NOTHING[heading]) for heading, lines in parts.items()}

    def _incidents(self, names: frozenset[str], person: str, clock: "_Clock") -> Iterator[str]:
        found = [one for one in self._s.incidents.open() if not names or names.intersection(one.services)]
        commanders = self._s.incidents.commanders([one.id for one in found])
        for one in found:
            ic = commanders.get(one.id)
            steps = [f"open since {clock.at(one.began_at)}"]
            steps += [f"mitigated: {one.mitigation}"] if one.mitigation else []
            steps += [f"next status update due {clock.at(one.next_update_at)}"] if one.next_update_at else []
            steps.append(f"{ic} commands it" if ic else "nobody commands it")
            if ic == person:
                steps.append(f"hand the command over: `watchbill incident role {one.name} ic NAME`")
            yield f"**{one.name} {one.title}** ({one.severity}): {one.status}; {', '.join(steps)}"

    def _alerts(self, names: frozenset[str], clock: "_Clock") -> Iterator[str]:
        """Alerts that page or ticket and have not ended; incidents above may be about some of them."""
        wanted: list[str | None] = [*sorted(names)] if names else [None]
        queries = [AlertQuery(status=AlertStatus.FIRING, service=name, limit=_MOST) for name in wanted]
        found = [one for query in queries for one in self._s.alerts.list(query) if one.severity is not Severity.P3]
        for one in sorted(found, key=lambda each: (each.severity, each.starts_at))[:_MOST]:
            where = f" on {one.service}" if one.service else ""
            runbook = f"; runbook {one.runbook}" if one.runbook else ""
            yield f"**{one.title or one.name}**{where} ({one.severity}): firing since {clock.at(one.starts_at)}{runbook}"

    def _changes(self, names: frozenset[str], now: datetime, clock: "_Clock") -> Iterator[str]:
        every = self._s.catalog.changes(since=now - _CHANGES_SINCE, until=now, limit=500)
        for one in [each for each in every if not names or each.service in names][:_MOST]:
            told = f"{one.kind} {one.version}"  # what the catalog says where nobody wrote a summary
            what = " ".join(word for word in (one.version, one.summary) if word and word != told)
            by = f", by {one.author}" if one.author else ""
            back = f"rollback: {one.rollback_plan}" if one.rollback_plan else "no rollback plan was recorded"
            yield f"**{one.service} {one.kind}{' ' + what if what else ''}** ({clock.at(one.at)}{by}): {one.risk} risk; {back}"

    def _budgets(self, names: frozenset[str], clock: "_Clock") -> Iterator[str]:
        """Budgets that are not healthy, or burn so fast that they will be spent within their window."""
        slos = [slo for slo in self._s.slo.list() if not names or slo.service in names]
        for one in self._s.budget.worst_first(slos):
            ends = one.exhausted_at
            if one.state in {None, BudgetState.HEALTHY} and ends is None:
                continue
            watch = f"; spent at {clock.at(ends)} at this rate" if ends and one.exhausted_since is None else ""
            said = one.sentence.replace("(-", "(\u2212")
            yield f"**Budget of {one.status.slo.name}** ({one.state}{', frozen' if one.frozen else ''}): {said}{watch}"

    def _checks(self, names: frozenset[str]) -> Iterator[str]:
        """Certificates that end soon (sooner than their probe wants), and other probes that fail."""
        for one in self._s.checks.probes():
            if one.ok is not False or (names and one.rule.service not in names):
                continue
            what = f"Certificate of {one.rule.check.host}" if isinstance(one.rule.check, TlsCheck) else "Probe"
            yield f"**{what}** ({one.rule.name}, {one.rule.service}): {one.said}"

    def _maintenance(self, names: frozenset[str], now: datetime, clock: "_Clock") -> Iterator[str]:
        found = [
            one
            for window in self._s.definitions.windows.list()
            if not names or not window.services or names & window.services
            for one in occurrences(window, now, now + _MAINTENANCE_AHEAD)
        ]
        for one in sorted(found, key=lambda each: each.starts_at)[:_MOST]:
            back = one.window.rollback_plan or "no rollback plan was written down"
            length = span_words(one.ends_at - one.starts_at)
            yield f"**{clock.at(one.starts_at)}**: {one.window.what or one.window.name}, {length}; rollback: {back}"

    def _runbooks(self, since: datetime, clock: "_Clock") -> Iterator[str]:
        """Written or changed since this watch began, newest first."""
        found = [one for one in self._s.documents.all() if one.kind == "runbook" and one.changed_at >= since]
        for one in sorted(found, key=lambda each: each.changed_at, reverse=True)[:_MOST]:
            done = "new" if one.revision == 1 else "changed"
            yield f"**{one.name}**: {done} on {clock.at(one.changed_at)} by {one.changed_by}"


class _Clock:
    """Moments on the wall of one zone, with its name, as people write them."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def at(self, moment: datetime) -> str:
        """`Tue 24 Nov 09:00 CET`."""
        return f"{moment.astimezone(self._zone):%a %-d %b %H:%M %Z}"


def _listed(lines: Iterable[str], nothing: str) -> str:
    """A Markdown list of single lines; text of others cannot begin a heading or an item of its own."""
    found = [" ".join(line.split()) for line in lines]
    return "\n".join(f"- {line}" for line in found) or nothing
