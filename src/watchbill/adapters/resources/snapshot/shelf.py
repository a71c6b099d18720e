"""One state of all definitions, and the shelf that keeps the newest one for all threads of a process."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from watchbill.adapters.resources.attached import runbook_for, runbooks_by_alert
from watchbill.adapters.resources.fields import Spec
from watchbill.adapters.resources.fields.texts import STORED
from watchbill.adapters.resources.kinds import KINDS
from watchbill.adapters.resources.kinds.communication_template import CommunicationTemplateSpec
from watchbill.adapters.resources.kinds.error_budget_policy import ErrorBudgetPolicySpec
from watchbill.adapters.resources.kinds.escalation_policy import EscalationPolicySpec
from watchbill.adapters.resources.kinds.heartbeat import HeartbeatSpec
from watchbill.adapters.resources.kinds.integration import IntegrationSpec
from watchbill.adapters.resources.kinds.maintenance_window import MaintenanceWindowSpec
from watchbill.adapters.resources.kinds.mitigation import MitigationOptionSpec
from watchbill.adapters.resources.kinds.organisation import OrganisationSpec
from watchbill.adapters.resources.kinds.person import PersonSpec
from watchbill.adapters.resources.kinds.probe import ProbeSpec
from watchbill.adapters.resources.kinds.route import RouteSpec
from watchbill.adapters.resources.kinds.runbook import RunbookSpec
from watchbill.adapters.resources.kinds.schedule import ScheduleSpec
from watchbill.adapters.resources.kinds.service import ServiceSpec
from watchbill.adapters.resources.kinds.sli import SliSpec
from watchbill.adapters.resources.kinds.slo import SloSpec
from watchbill.adapters.resources.kinds.stakeholder_list import StakeholderListSpec
from watchbill.adapters.resources.kinds.status_page import StatusPageSpec
from watchbill.adapters.resources.kinds.team import TeamSpec
from watchbill.adapters.resources.snapshot import (
    catalog,
    checks,
    communication,
    integrations,
    maintenance,
    mitigations,
    oncall,
    people,
    promises,
    routes,
    status,
)
from watchbill.alerts.model import Integration, MaintenanceWindow, Route
from watchbill.budget.model import BudgetPolicy
from watchbill.catalog.model import Service
from watchbill.incidents.model import CommunicationTemplate, Mitigation, StakeholderList
from watchbill.incidents.model.status import StatusPage
from watchbill.kernel.documents import Document, Documents, DocumentVersion
from watchbill.kernel.errors import WatchbillError
from watchbill.kernel.units import Ratio
from watchbill.oncall.model import EscalationPolicy, Runbook, Schedule, TargetKind
from watchbill.people.model import Organisation, Person, Team
from watchbill.slo.model import BeatRule, ProbeRule, Sli, SliType, Slo

__all__ = ["Shelf", "Snapshot"]

Fact = TypeVar("Fact")
Key = TypeVar("Key")
Written = TypeVar("Written", bound=Spec)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All definitions as the domains' own facts, by name. Never changed once built.

    `problems` are stored resources that this version of watchbill cannot read (`kind/name: why`): they are left out, so
    that everything else goes on.
    """

    version: DocumentVersion
    organisation: Organisation
    persons: Mapping[str, Person]
    teams: Mapping[str, Team]
    services: Mapping[str, Service]
    aliases: Mapping[str, str]
    slis: Mapping[str, Sli]
    slos: Mapping[str, Slo]
    probes: Mapping[str, ProbeRule]
    beats: Mapping[str, BeatRule]
    budget_policies: Mapping[str, BudgetPolicy]
    schedules: Mapping[str, Schedule]
    escalation_policies: Mapping[str, EscalationPolicy]
    routes: Sequence[Route]
    integrations: Mapping[str, Integration]
    windows: Mapping[str, MaintenanceWindow]
    runbooks: Mapping[str, Runbook]
    status_pages: Mapping[str, StatusPage]
    mitigations: Mapping[str, Mitigation]
    communication_templates: Mapping[str, CommunicationTemplate]
    stakeholder_lists: Mapping[str, StakeholderList]
    # What is asked for often, ready to be looked up.
    policy_of_service: Mapping[str | None, BudgetPolicy]  # None: the policy without a service
    availability_of_service: Mapping[str, Ratio]  # the strictest target
    policy_of_schedule: Mapping[str, str]  # the first escalation policy that notifies it
    runbook_of_alert: Mapping[str, str]
    problems: Sequence[str] = ()


class Shelf:
    """Keeps the newest snapshot and the specs it was read from; a change re-reads only what changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: Snapshot | None = None
        self._specs: dict[tuple[str, str], tuple[Mapping[str, object], Spec | str]] = {}

    def snapshot(self, documents: Documents) -> Snapshot:
        """The state that this transaction sees. One small read while nothing changed.

        Kept by digest, not by number: a transaction that is rolled back leaves a number that comes again, but no digest.
        """
        version = documents.version()
        newest = self._newest
        if newest is not None and newest.version == version:
            return newest
        with self._lock:
            while True:
                specs = self._read(documents.all())
                again = documents.version()
                if again == version:
                    break
                version = again  # somebody committed between the two reads: take the newer state whole
            built = _build(version, specs)
            if self._newest is None or self._newest.version.number <= version.number:
                self._newest = built
            return built

    def spec(self, document: Document) -> Spec | None:
        """The document's model, from the shelf where it lies there; None where this version cannot read it."""
        known = self._specs.get(document.key)
        found = known[1] if known is not None and known[0] == document.spec else _spec(document)
        return found if isinstance(found, Spec) else None

    def _read(self, documents: Sequence[Document]) -> list[tuple[Document, Spec | str]]:
        kept: dict[tuple[str, str], tuple[Mapping[str, object], Spec | str]] = {}
        for document in documents:
            known = self._specs.get(document.key)
            if known is None or known[0] != document.spec:
                known = document.spec, _spec(document)
            kept[document.key] = known
        self._specs = kept
        return [(document, kept[document.key][1]) for document in documents]


def _spec(document: Document) -> Spec | str:
    """The model, or why there is none."""
    kind = KINDS.get(document.kind)
    if kind is None:
        return "this version does not know the kind"
    try:
        return kind.model.model_validate(document.spec, context=STORED)
    except ValidationError as error:
        return f"{error.error_count()} fields are not accepted any more; apply it again"


class _Builder:
    """Turns specs into facts and notes what does not turn."""

    def __init__(self, specs: Sequence[tuple[Document, Spec | str]]) -> None:
        self._specs = specs
        self.edited = {one.key: one.changed_at for one, _spec in specs}
        self.problems = [f"{one.kind}/{one.name}: {spec}" for one, spec in specs if isinstance(spec, str)]

    def of(self, model: type[Written]) -> Iterator[tuple[Document, Written]]:
        """Every resource of that model, by name."""
        return ((document, spec) for document, spec in self._specs if isinstance(spec, model))

    def facts(self, model: type[Written], make: Callable[[Written, str], Fact]) -> dict[str, Fact]:
        """Facts by name."""
        made = {}
        for document, spec in self.of(model):
            try:
                made[document.name] = make(spec, document.name)
            except WatchbillError as wrong:
                self.problems.append(f"{document.kind}/{document.name}: {wrong}")
        return made


def _build(version: DocumentVersion, specs: Sequence[tuple[Document, Spec | str]]) -> Snapshot:
    builder = _Builder(specs)
    house = next(
        iter(builder.facts(OrganisationSpec, lambda spec, _: people.organisation(spec)).values()), Organisation()
    )
    aliases = {alias: one.name for _, one in builder.of(ServiceSpec) for alias in one.aliases}
    by_alert = runbooks_by_alert((document.name, spec) for document, spec in builder.of(RunbookSpec))
    made: dict[str, Any] = {  # Any: each entry has the type of the field it goes to
        "persons": builder.facts(PersonSpec, lambda spec, _: people.person(spec, house)),
        "teams": builder.facts(TeamSpec, lambda spec, _: people.team(spec)),
        "services": builder.facts(ServiceSpec, lambda spec, _: catalog.service(spec, aliases)),
        "slis": builder.facts(SliSpec, lambda spec, _: promises.sli(spec, aliases)),
        "slos": builder.facts(
            SloSpec, lambda spec, name: promises.slo(spec, name, aliases, runbook_for(spec, name, by_alert))
        ),
        "probes": builder.facts(ProbeSpec, lambda spec, _: checks.probe(spec, aliases)),
        "beats": builder.facts(HeartbeatSpec, lambda spec, _: checks.beat(spec, aliases)),
        "budget_policies": builder.facts(
            ErrorBudgetPolicySpec, lambda spec, name: promises.budget_policy(spec, name, aliases)
        ),
        "schedules": builder.facts(ScheduleSpec, lambda spec, _: oncall.schedule(spec, house.timezone.key)),
        "escalation_policies": builder.facts(EscalationPolicySpec, lambda spec, _: oncall.escalation_policy(spec)),
        "runbooks": builder.facts(RunbookSpec, partial(_runbook, builder.edited)),
        "mitigations": builder.facts(MitigationOptionSpec, mitigations.mitigation),
        "windows": builder.facts(
            MaintenanceWindowSpec, lambda spec, _: maintenance.maintenance_window(spec, house.timezone.key)
        ),
        "status_pages": builder.facts(StatusPageSpec, lambda spec, _: status.status_page(spec, house.name)),
        "integrations": builder.facts(IntegrationSpec, integrations.integration),
        "communication_templates": builder.facts(CommunicationTemplateSpec, communication.communication_template),
        "stakeholder_lists": builder.facts(StakeholderListSpec, communication.stakeholder_list),
    }
    return Snapshot(
        version=version,
        organisation=house,
        aliases=aliases,
        routes=_roots(builder),
        **made,
        policy_of_service=_first((one.service, one) for one in made["budget_policies"].values()),
        availability_of_service=_availability(made["slos"].values(), made["slis"]),
        policy_of_schedule=_first(
            (target.name, policy.name)
            for policy in made["escalation_policies"].values()
            for step in policy.steps
            for target in step.notify
            if target.kind is TargetKind.SCHEDULE
        ),
        runbook_of_alert=_first((one.alert_name, one.name) for one in made["runbooks"].values() if one.alert_name),
        problems=tuple(builder.problems),
    )


def _runbook(edited: Mapping[tuple[str, str], datetime], spec: RunbookSpec, name: str) -> Runbook:
    return oncall.runbook(spec, name, edited.get(("runbook", name)))


def _roots(builder: _Builder) -> tuple[Route, ...]:
    """The roots of the routing tree, in the order in which they are asked."""
    in_order = sorted(builder.of(RouteSpec), key=lambda one: routes.place(one[1], one[0]))
    made = builder.facts(RouteSpec, routes.route)
    return tuple(made[document.name] for document, _ in in_order if document.name in made)


def _availability(slos: Iterable[Slo], slis: Mapping[str, Sli]) -> dict[str, Ratio]:
    strictest: dict[str, Ratio] = {}
    for slo in slos:
        if slo.sli in slis and slis[slo.sli].type is SliType.AVAILABILITY:
            strictest[slo.service] = max(slo.target, strictest.get(slo.service, slo.target))
    return strictest


def _first(pairs: Iterable[tuple[Key, Fact]]) -> dict[Key, Fact]:
    """As a mapping in which the first of equal keys wins."""
    found: dict[Key, Fact] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found
