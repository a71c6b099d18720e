"""A large installation for measuring pages: 1,000 services with a promise each, 50 k alerts, 1 M incidents.

What a page shows in detail is made by the real use cases; the mass around it is cloned from real rows in bulk.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.bulk import Bulk, bulk
from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.worker import Worker
from watchbill.incidents.model import Severity
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.instants import to_text
from watchbill.operations import alerts, changes, incidents, resources, slos
from watchbill.operations import incident_given as given
from watchbill.people.model import Actor, Role

__all__ = ["NOW", "OWNER", "STORM_NUMBER", "Size", "build", "opened"]

NOW = datetime(2026, 11, 24, 2, 16, tzinfo=UTC)
OWNER = Actor(name="p0", role=Role.ADMIN, via="bench")
MINUTE = timedelta(minutes=1)
STORM = "Every disk of the region is full"
STORM_NUMBER = 2
PEOPLE, ROTAS, COUNTED_H = 40, 10, 6


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; a hundredth of the incidents also has a timeline and a postmortem."""

    services: int = 1_000
    alerts: int = 50_000
    incidents: int = 1_000_000
    storm: int = 10_000  # alerts that one incident holds


def opened(data: Path, now: datetime = NOW, database: str | None = None) -> App:
    """The installation at its moment, on a clock that stands still."""
    return App.open(Config.load({}, data=data, database=database, listen="127.0.0.1:0"), clock=ManualClock(now))


def build(data: Path, size: Size, database: str | None = None) -> None:
    """Make it from nothing; a page to somebody is open at the end, so that the pager page has something to say."""
    with _app(data, NOW - timedelta(days=3), database) as app:
        with app.transaction() as s:
            s.people.set_role(OWNER.name, Role.ADMIN, OWNER)
        _apply(app, size)
        _seed(app)
    with bulk(data, database) as base:
        _clone_incidents(base, size)
        _clone_alerts(base, size)
        _clone_storm(base, size)
    with _app(data, NOW - 7 * MINUTE, database) as app:
        _measure(app, size)
        _burn(app)


class _app:  # noqa: N801 - used like a function
    """An opened installation whose worker has nothing left to do at the end."""

    def __init__(self, data: Path, now: datetime, database: str | None) -> None:
        self._app = opened(data, now, database)

    def __enter__(self) -> App:
        return self._app

    def __exit__(self, *_: object) -> None:
        drain(self._app)
        self._app.close()


def drain(app: App) -> None:
    """Do everything that is due."""
    worker = Worker(app, name="bench")
    worker.drain()
    worker.close()


def _apply(app: App, size: Size) -> None:
    people = [
        f"person: {{name: p{one}, full_name: Person {one}, timezone: Europe/Paris, contacts: [{{channel: web}}]}}"
        for one in range(PEOPLE)
    ]
    rotas = [
        f'schedule: {{name: rota{one}, timezone: Europe/Paris, layers: [{{name: daily, rotation: daily, start: "2026-01-05T09:00:00", people: [{", ".join(f"p{(one * 3 + step) % PEOPLE}" for step in range(4))}]}}]}}'
        for one in range(ROTAS)
    ]
    rest = [
        "runbook: {name: burn, title: A promise burns, alert_name: SLOBurn, owner: core, overview: Requests fail., impact: Users see errors., diagnosis: [{step: 'Did anything change?', command: 'watchbill service show service-0001', expected: 'no deploy', if_unexpected: 'roll back'}], mitigation: [{option: Rollback, when: A deploy is suspected, steps: ['roll back']}], escalation: {after_minutes: 30, contact: 'person:p0', context_to_provide: 'what was tried'}}",
        "team: {name: core, members: [p0, p1, p2], lead: p0}",
        "escalation_policy: {name: all, steps: [{notify: ['schedule:rota0'], wait: 5m}, {notify: ['person:p1'], wait: 10m}], fallback: ['person:p0']}",
        "route: {name: all, match: ['severity=\"page\"'], escalation_policy: all, group_wait: 0s, declare_incident: {when: P0}}",
    ]
    services = [line for one in range(size.services) for line in _service(one)]
    for start in range(0, len(services), 150):
        documents = [*people, *rotas, *rest, *services[: start + 150]] if start == 0 else services[start : start + 150]
        files = [resources.FileModel(path=f"part{start}.yaml", text="\n---\n".join(documents))]
        with app.transaction() as s:
            resources.apply(s, OWNER, resources.ApplyResources(files=files))


def _service(number: int) -> list[str]:
    name, tier = f"service-{number:04}", ("critical", "important", "standard", "experimental")[number % 4]
    upstream = (
        f", dependencies: {{upstream: [service-{number - 1:04}, service-{number // 2:04}]}}" if number > 1 else ""
    )
    return [
        f"service: {{name: {name}, tier: {tier}, owner_team: core, oncall_rotation: rota{number % ROTAS}, type: api{upstream}}}",
        f'sli: {{name: {name}-ok, service: {name}, type: availability, measurement: {{good_events: "Requests that succeed", total_events: "All requests", source: {{push: {{}}}}}}}}',
        f"slo: {{name: {name}-availability, service: {name}, sli: {name}-ok, target: 99.9, window: 28d, owner: core, runbook: burn}}",
    ]


def _seed(app: App) -> None:
    """One alert, one resolved incident with its postmortem, and one that goes on: what the mass is cloned from."""
    with app.transaction() as s:
        alerts.send(
            s,
            OWNER,
            alerts.SendAlert(
                name="DiskFull", service="service-0001", severity="warning", summary="The disk of service-0001 is full"
            ),
        )
        start = given.StartIncident(title="Checkout returns errors", service="service-0001", severity=Severity.SEV2)
        incidents.start(s, OWNER, start)
        incidents.acknowledge(s, OWNER, given.NamedIncident(id="1"))
        incidents.mitigate(s, OWNER, given.MitigateIncident(id="1", how="Rolled back"))
        end = given.ResolveIncident(id="1", root_cause="A retry loop", override="Checked by hand", all_clear=True)
        incidents.resolve(s, OWNER, end)
        incidents.start(s, OWNER, given.StartIncident(title=STORM, service="service-0002", severity=Severity.SEV1))
        incidents.acknowledge(s, OWNER, given.NamedIncident(id="2"))
    drain(app)


def _measure(app: App, size: Size) -> None:
    end = NOW - 7 * MINUTE
    for number in range(size.services):
        with app.transaction() as s:
            bad = number % 7 == 0
            counts = [
                slos.CountRow(minute=end - MINUTE * ago, good=1000 - (ago % 3 if bad else ago % 41 == 0), total=1000)
                for ago in range(COUNTED_H * 60, 0, -1)
            ]
            slos.push(s, OWNER, slos.PushCounts(sli=f"service-{number:04}-ok", batch="past", counts=counts))
    with app.transaction() as s:
        for number in range(0, size.services, 10):
            change = changes.AddChange(
                service=f"service-{number:04}",
                version=str(number),
                author="pipeline",
                at=NOW - timedelta(minutes=number % 60 + 8),
            )
            changes.add(s, OWNER, change)


def _burn(app: App) -> None:
    """One promise burns: an alert, a page, an incident."""
    rows = [slos.CountRow(minute=NOW - MINUTE * ago, good=850, total=1000) for ago in range(7, 1, -1)]
    assert isinstance(app.clock, ManualClock)
    app.clock.jump(NOW)
    with app.transaction() as s:
        slos.push(s, OWNER, slos.PushCounts(sli="service-0001-ok", batch="fire", counts=rows))
    drain(app)


# --- the mass


def _clone_incidents(base: Bulk, size: Size) -> None:
    one, end = base.seed("incidents", "number = 1"), NOW - timedelta(days=1)
    step = timedelta(days=1500) / size.incidents
    last = STORM_NUMBER + size.incidents

    def numbers(every: int = 1) -> Iterator[int]:
        return iter(range(STORM_NUMBER + every, last, every))

    def incident(number: int) -> dict[str, Any]:  # Any: as above
        at = end - step * (last - number)
        name = f"service-{number % size.services:04}"
        moments = {
            column: to_text(at + ago * MINUTE)
            for column, ago in (
                ("declared_at", 1),
                ("detected_at", 0),
                ("acknowledged_at", 3),
                ("mitigated_at", 20),
                ("resolved_at", 40),
            )
        }
        return moments | {
            "id": _id("inc", number), "number": number, "title": f"{_WORDS[number % 7]} of {name} {_ENDS[number % 5]}",
            "severity": f"SEV{1 + number % 4}", "status": "closed" if number % 3 else "resolved",
            "service": name, "services": f'["{name}"]', "channel": f"inc-{number}",
        }  # fmt: skip

    base.insert("incidents", one, (incident(number) for number in numbers()))
    links = (
        {"service": f"service-{number % size.services:04}", "number": number, "incident": _id("inc", number)}
        for number in numbers()
    )
    base.insert("incident_services", base.seed("incident_services"), links)
    role = base.seed("incident_roles")
    base.insert("incident_roles", role, ({"incident": _id("inc", number)} for number in numbers()))
    entry = base.seed("incident_timeline")
    written = (
        {"incident": _id("inc", number), "id": f"{_id('tle', number)}{turn}", "sequence": turn}
        for number in numbers(100)
        for turn in range(1, 21)
    )
    base.insert("incident_timeline", entry, written)
    paper, version = base.seed("postmortems"), base.seed("postmortem_versions")
    base.insert(
        "postmortems",
        paper,
        (
            {"id": _id("pm", number), "incident": _id("inc", number), "status": "final" if number % 300 else "draft"}
            for number in numbers(100)
        ),
    )
    base.insert("postmortem_versions", version, ({"postmortem": _id("pm", number)} for number in numbers(100)))


def _clone_alerts(base: Bulk, size: Size) -> None:
    """Two in five still fire."""
    one = base.seed("alerts")
    step = timedelta(days=1) / size.alerts

    def alert(number: int) -> dict[str, Any]:  # Any: as above
        at, name = NOW - timedelta(days=2) + step * number, f"service-{number % size.services:04}"
        over = None if number % 5 < 2 else to_text(at + 10 * MINUTE)
        return {
            "id": f"alr_{number:026}", "fingerprint": f"{number:016x}", "status": "resolved" if over else "firing", "service": name,
            "severity": f"P{1 + number % 3}", "title": f"The disk of {name} is full", "labels": f'{{"alertname":"DiskFull","service":"{name}","instance":"node-{number}"}}',
            "starts_at": to_text(at), "opened_at": to_text(at), "fired_at": to_text(at), "updated_at": to_text(at),
            "ends_at": over or to_text(NOW + timedelta(days=30)), "closed_at": over, "targets": "[]",
        }  # fmt: skip

    base.insert("alerts", one, (alert(number) for number in range(size.alerts)))


def _clone_storm(base: Bulk, size: Size) -> None:
    """The incident that goes on holds alerts by the thousand, each with its line on the timeline."""
    storm = base.seed("incidents", f"number = {STORM_NUMBER}")
    incident, first = storm["id"], int(storm["sequence"]) + 1
    entry = base.seed("incident_timeline", f"incident = '{incident}'")
    held, at = range(min(size.storm, size.alerts)), to_text(NOW - timedelta(hours=1))
    rows = (
        {
            "incident": incident, "id": f"{_id('tls', number)}", "sequence": first + number, "source": "alert",
            "text": f"P1 alert: The disk of node-{number} is full", "at": at, "recorded_at": at, "author": "watchbill",
        }
        for number in held
    )  # fmt: skip
    base.insert("incident_timeline", entry, rows)
    link = {"incident": incident, "alert": "", "name": "DiskFull", "attached_at": at, "moved_to": None}
    base.run(f"UPDATE incidents SET sequence = {first + len(held) - 1} WHERE number = {STORM_NUMBER}")
    base.insert("incident_alerts", link, ({"alert": f"alr_{number:026}"} for number in held))


def _id(prefix: str, number: int) -> str:
    """Sortable like real ones, and older than any of them."""
    return f"{prefix}_{number:026}"


_WORDS: Sequence[str] = (
    "Errors",
    "Slow answers",
    "Timeouts",
    "A wrong total",
    "Lost sessions",
    "A full disk",
    "Stale data",
)
_ENDS: Sequence[str] = (
    "after a deploy",
    "in one region",
    "for some customers",
    "during the peak",
    "without a cause so far",
)
