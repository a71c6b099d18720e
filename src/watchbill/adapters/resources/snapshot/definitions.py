"""The domains' definition ports over the snapshot that one transaction sees."""

from collections.abc import Callable, Sequence

from watchbill.adapters.resources.snapshot.ports import PolicyNames, Port, RunbookNames, StatusPages
from watchbill.adapters.resources.snapshot.shelf import Shelf, Snapshot
from watchbill.alerts.model import Integration, MaintenanceWindow, Route
from watchbill.budget.model import BudgetPolicy
from watchbill.catalog.model import Service
from watchbill.incidents.model import CommunicationTemplate, Mitigation, StakeholderList
from watchbill.kernel.documents import Documents
from watchbill.kernel.units import Ratio
from watchbill.oncall.model import EscalationPolicy, Runbook, Schedule
from watchbill.people.model import Organisation, Person, Team
from watchbill.slo.model import BeatRule, ProbeRule, Sli, Slo

__all__ = ["Definitions"]

Current = Callable[[], Snapshot]


class Definitions:
    """All definition ports of one transaction. They follow what the transaction itself applies: `refresh` after writing."""

    def __init__(self, shelf: Shelf, documents: Documents) -> None:
        self._shelf = shelf
        self._documents = documents
        self._snapshot: Snapshot | None = None
        self.directory = _Directory(self.current)
        self.services = _Services(self.current)
        self.promises = _Promises(self.current)
        self.slos = _Slos(self.current)
        self.checks = _Checks(self.current)
        self.budget_policies = _BudgetPolicies(self.current)
        self.schedules = _Schedules(self.current)
        self.escalation_policies = _EscalationPolicies(self.current)
        self.runbooks = _Runbooks(self.current)
        self.mitigations = _Mitigations(self.current)
        self.routes = _Routes(self.current)
        self.integrations = _Integrations(self.current)
        self.communication = _Communication(self.current)
        self.windows = _Windows(self.current)
        self.status_pages = StatusPages(self.current)
        self.policy_names = PolicyNames(self.current)
        self.runbook_names = RunbookNames(self.current)

    def current(self) -> Snapshot:
        """The state that this transaction sees, read on first use."""
        if self._snapshot is None:
            self._snapshot = self._shelf.snapshot(self._documents)
        return self._snapshot

    def refresh(self) -> None:
        """Forget the state: this transaction has just changed it."""
        self._snapshot = None


class _Directory(Port):
    """people.ports.Directory."""

    def person(self, name: str) -> Person | None:
        return self.current().persons.get(name)

    def persons(self) -> Sequence[Person]:
        return list(self.current().persons.values())

    def team(self, name: str) -> Team | None:
        return self.current().teams.get(name)

    def teams(self) -> Sequence[Team]:
        return list(self.current().teams.values())

    def organisation(self) -> Organisation:
        return self.current().organisation


class _Services(Port):
    """catalog.ports.ServiceDefinitions."""

    def get(self, name: str) -> Service | None:
        now = self.current()
        return now.services.get(name) or now.services.get(now.aliases.get(name, ""))

    def list(self) -> Sequence[Service]:
        return list(self.current().services.values())


class _Promises(Port):
    """catalog.ports.Promises."""

    def availability(self, service: str) -> Ratio | None:
        now = self.current()
        return now.availability_of_service.get(now.aliases.get(service, service))


class _Slos(Port):
    """slo.ports.SloDefinitions."""

    def version(self) -> str:
        return self.current().version.digest

    def slo(self, name: str) -> Slo | None:
        return self.current().slos.get(name)

    def slos(self) -> Sequence[Slo]:
        return list(self.current().slos.values())

    def sli(self, name: str) -> Sli | None:
        return self.current().slis.get(name)

    def slis(self) -> Sequence[Sli]:
        return list(self.current().slis.values())


class _Checks(Port):
    """slo.ports.CheckDefinitions."""

    def probes(self) -> Sequence[ProbeRule]:
        return list(self.current().probes.values())

    def beats(self) -> Sequence[BeatRule]:
        return list(self.current().beats.values())


class _BudgetPolicies(Port):
    """budget.ports.PolicyDefinitions."""

    def policy(self, service: str) -> BudgetPolicy | None:
        policies = self.current().policy_of_service
        return policies.get(service) or policies.get(None)

    def policies(self) -> Sequence[BudgetPolicy]:
        return list(self.current().budget_policies.values())


class _Schedules(Port):
    """oncall.ports.ScheduleDefinitions."""

    def get(self, name: str) -> Schedule | None:
        return self.current().schedules.get(name)

    def list(self) -> Sequence[Schedule]:
        return list(self.current().schedules.values())


class _EscalationPolicies(Port):
    """oncall.ports.EscalationPolicies."""

    def get(self, name: str) -> EscalationPolicy | None:
        return self.current().escalation_policies.get(name)

    def list(self) -> Sequence[EscalationPolicy]:
        return list(self.current().escalation_policies.values())


class _Runbooks(Port):
    """oncall.ports.Runbooks."""

    def get(self, name: str) -> Runbook | None:
        return self.current().runbooks.get(name)

    def list(self) -> Sequence[Runbook]:
        return list(self.current().runbooks.values())


class _Mitigations(Port):
    """incidents.ports.Mitigations."""

    def list(self) -> Sequence[Mitigation]:
        return list(self.current().mitigations.values())


class _Routes(Port):
    """alerts.ports.RouteDefinitions."""

    def list(self) -> Sequence[Route]:
        return self.current().routes

    @property
    def version(self) -> object:
        return self.current().version.digest


class _Integrations(Port):
    """alerts.ports.IntegrationDefinitions."""

    def get(self, name: str) -> Integration | None:
        return self.current().integrations.get(name)


class _Communication(Port):
    """incidents.ports.Communication."""

    def templates(self) -> Sequence[CommunicationTemplate]:
        return list(self.current().communication_templates.values())

    def lists(self) -> Sequence[StakeholderList]:
        return list(self.current().stakeholder_lists.values())


class _Windows(Port):
    """alerts.ports.MaintenanceWindows."""

    def list(self) -> Sequence[MaintenanceWindow]:
        return list(self.current().windows.values())

    @property
    def version(self) -> object:
        return self.current().version.digest
