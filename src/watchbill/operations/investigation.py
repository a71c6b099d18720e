"""Operation `incident.investigate`: one look at everything that may explain an incident, and at what may end it."""

from datetime import datetime

from pydantic import BaseModel

from watchbill.alerts.model import AlertStatus
from watchbill.bootstrap import Services
from watchbill.catalog.model import ChangeKind
from watchbill.catalog.rules.graph import Edge
from watchbill.incidents.model import Incident
from watchbill.incidents.rules.mitigations import SUSPECT
from watchbill.incidents.rules.signatures import signatures
from watchbill.kernel.errors import NotFound
from watchbill.operations import incidents
from watchbill.operations.alerts import ListAlerts
from watchbill.operations.alerts import list_all as list_alerts
from watchbill.operations.changes import ChangeEventView
from watchbill.operations.incident_given import NamedIncident, ShowIncident
from watchbill.operations.incident_views import (
    AttachedAlertView,
    SimilarView,
    SloImpactView,
    TaskView,
)
from watchbill.operations.mitigations import ListMitigations, OfferView, offers
from watchbill.operations.runbook_runs import ListRuns, RunRow
from watchbill.operations.runbook_runs import list_all as list_runs
from watchbill.people.model import Actor

__all__ = ["InvestigationView", "RunbookLink", "books_for", "investigate"]

_MOST_COUNTED = 100


class SuspectView(BaseModel):
    """A change around the start. `suspect`: within two hours before it; `minutes_before` is negative where it came after."""

    change: ChangeEventView
    suspect: bool
    minutes_before: int


class DependencyView(BaseModel):
    """A service that the broken one calls, as it stands now. `well` is null where nothing is measured of it."""

    name: str
    hard: bool
    well: bool | None
    state: str | None  # of its worst budget
    slo: str | None
    burn_rate_1h: float | None
    firing: int
    incidents: list[int]
    why: str


class SignatureView(BaseModel):
    """Error messages that say the same. `new`: not seen in the part of the log before the trouble began."""

    pattern: str
    since: int
    before: int
    new: bool
    first_at: datetime | None
    last_at: datetime | None
    sample: str


class ErrorsView(BaseModel):
    """Signatures of the errors at the end of the services' logs; `troubles` says what could not be read, or why there is none."""

    signatures: list[SignatureView]
    lines: int
    files: list[str]
    troubles: list[str]


class RunbookLink(BaseModel):
    """A runbook for an alert of the incident, or for its service."""

    name: str
    title: str
    why: str


class InvestigationView(BaseModel):
    """The whole screen."""

    id: str
    number: int
    title: str
    status: str
    began_at: datetime
    services: list[str]
    changes: list[SuspectView]
    burning: list[SloImpactView]
    dependencies: list[DependencyView]
    errors: ErrorsView
    similar: list[SimilarView]
    runbooks: list[RunbookLink]
    runs: list[RunRow]
    tracks: list[TaskView]
    mitigations: list[OfferView]
    alerts: list[AttachedAlertView]


def investigate(s: Services, who: Actor, given: NamedIncident) -> InvestigationView:
    """Everything at one moment; reads the end of the services' logs."""
    found = s.incidents.find(given.id)
    view = incidents.show(s, who, ShowIncident(id=given.id))
    return InvestigationView(
        id=found.id,
        number=found.number,
        title=found.title,
        status=found.status,
        began_at=found.began_at,
        services=list(found.services),
        changes=[_suspect(change, found.began_at) for change in view.changes],
        burning=view.slo_impact,
        dependencies=_dependencies(s, who, found),
        errors=_errors(s, found),
        similar=view.similar,
        runbooks=books_for(s, found.id),
        runs=list_runs(s, who, ListRuns(incident=given.id)),
        tracks=[task for task in view.tasks if task.key is None],
        mitigations=offers(s, who, ListMitigations(id=given.id)),
        alerts=view.alerts,
    )


def _suspect(change: ChangeEventView, began: datetime) -> SuspectView:
    before = began - change.at
    kinds = {ChangeKind.DEPLOY, ChangeKind.CONFIG, ChangeKind.FLAG, ChangeKind.SCALE}
    suspect = 0 <= before.total_seconds() <= SUSPECT.total_seconds() and change.kind in kinds
    return SuspectView(change=change, suspect=suspect, minutes_before=int(before.total_seconds() // 60))


def _dependencies(s: Services, who: Actor, incident: Incident) -> list[DependencyView]:
    """Those that are not well first."""
    edges: dict[str, Edge] = {}
    for service in incident.services:
        try:
            edges |= {edge.callee: edge for edge in s.catalog.upstream(service)}
        except NotFound:  # an incident outlives the catalog's entry
            continue
    found = [_dependency(s, who, name, hard=edge.hard) for name, edge in edges.items() if name not in incident.services]
    return sorted(found, key=lambda one: ({False: 0, None: 1, True: 2}[one.well], not one.hard, one.name))


def _dependency(s: Services, who: Actor, name: str, *, hard: bool) -> DependencyView:
    slos = s.slo.for_service(name)
    worst = next(iter(s.budget.worst_first(list(slos))), None) if slos else None
    firing = list_alerts(s, who, ListAlerts(status=AlertStatus.FIRING, service=name, limit=_MOST_COUNTED)).items
    numbers = [one.number for one in s.incidents.open(name)]
    burn = worst.status.burn_rates.get("1h") if worst else None
    reasons = [f"INC-{number} is open" for number in numbers]
    if firing:
        reasons.append("1 alert fires" if len(firing) == 1 else f"{len(firing)} alerts fire")
    if burn is not None and burn > 1 and worst is not None:
        reasons.append(f"{worst.status.slo.name} burns {float(burn):.1f} times as fast as it may")
    known = worst is not None and worst.status.burn_rates.get("1h") is not None
    return DependencyView(
        name=name,
        hard=hard,
        well=False if reasons else True if known else None,
        state=worst.state if worst else None,
        slo=worst.status.slo.name if worst else None,
        burn_rate_1h=float(burn) if burn is not None else None,
        firing=len(firing),
        incidents=numbers,
        why=", ".join(reasons) or ("nothing speaks against it" if known else "nothing is measured of it"),
    )


def _errors(s: Services, incident: Incident) -> ErrorsView:
    read = s.acting.log_errors(incident.services)
    made = signatures(read.lines, incident.began_at)
    nothing = [] if read.files or read.troubles else ["no promise of its services reads a log"]
    return ErrorsView(
        signatures=[
            SignatureView(
                pattern=one.pattern, since=one.since, before=one.before, new=one.is_new, first_at=one.first_at,
                last_at=one.last_at, sample=one.sample,
            )
            for one in made
        ],
        lines=len(read.lines),
        files=read.files,
        troubles=read.troubles + nothing,
    )  # fmt: skip


def books_for(s: Services, reference: str) -> list[RunbookLink]:
    """Runbooks of an incident: for its alerts first, then for its services."""
    incident = s.incidents.find(reference)
    found: dict[str, RunbookLink] = {}
    for one in s.incidents.alerts_of(incident.id):
        alert = s.alert_store.get(one)
        book = s.runbooks.for_alert(alert.name, alert.runbook) if alert is not None else None
        if book is not None and alert is not None:
            found.setdefault(book.name, RunbookLink(name=book.name, title=book.title, why=f"for {alert.name}"))
    for book in s.runbooks.list():
        if book.service and book.service in incident.services:
            found.setdefault(book.name, RunbookLink(name=book.name, title=book.title, why=f"for {book.service}"))
    return list(found.values())
