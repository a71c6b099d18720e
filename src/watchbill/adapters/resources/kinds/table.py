"""The table of kinds: word, model, how a resource of the kind gets its name. Nothing else lists them."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from watchbill.adapters.resources.fields import Spec
from watchbill.adapters.resources.kinds.auto_remediation import AutoRemediationSpec
from watchbill.adapters.resources.kinds.capacity_model import CapacityModelSpec
from watchbill.adapters.resources.kinds.communication_template import CommunicationTemplateSpec
from watchbill.adapters.resources.kinds.error_budget_policy import ErrorBudgetPolicySpec
from watchbill.adapters.resources.kinds.escalation_policy import EscalationPolicySpec
from watchbill.adapters.resources.kinds.experiment import ExperimentSpec
from watchbill.adapters.resources.kinds.heartbeat import HeartbeatSpec
from watchbill.adapters.resources.kinds.integration import IntegrationSpec
from watchbill.adapters.resources.kinds.maintenance_window import MaintenanceWindowSpec
from watchbill.adapters.resources.kinds.mitigation import MitigationOptionSpec
from watchbill.adapters.resources.kinds.monthly_report import MonthlyReportSpec
from watchbill.adapters.resources.kinds.organisation import OrganisationSpec
from watchbill.adapters.resources.kinds.person import PersonSpec
from watchbill.adapters.resources.kinds.postmortem import PostmortemSpec
from watchbill.adapters.resources.kinds.probe import ProbeSpec
from watchbill.adapters.resources.kinds.readiness_checklist import ReadinessChecklistSpec
from watchbill.adapters.resources.kinds.route import RouteSpec
from watchbill.adapters.resources.kinds.runbook import RunbookSpec
from watchbill.adapters.resources.kinds.schedule import ScheduleSpec
from watchbill.adapters.resources.kinds.service import ServiceSpec
from watchbill.adapters.resources.kinds.sli import SliSpec
from watchbill.adapters.resources.kinds.slo import SloSpec
from watchbill.adapters.resources.kinds.stakeholder_list import StakeholderListSpec
from watchbill.adapters.resources.kinds.status_page import StatusPageSpec
from watchbill.adapters.resources.kinds.team import TeamSpec
from watchbill.adapters.resources.kinds.toil_item import ToilItemSpec
from watchbill.kernel.errors import NotFound

__all__ = ["KINDS", "Kind", "kind_named", "slug"]

MAX_NAME = 64


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource. `id_field` is the field that can hold the name itself."""

    word: str
    model: type[Spec]
    names: Callable[[Spec], str]
    naming: str  # how the name comes about, for faults and the reference
    many: bool = False  # the document holds a list of them
    id_field: str = "name"

    @property
    def summary(self) -> str:
        """The first sentence of the model."""
        return (self.model.__doc__ or "").strip().splitlines()[0]


def slug(*parts: str) -> str:
    """Text as a name: lower case, everything that is neither letter nor digit becomes a dash."""
    plain = unicodedata.normalize("NFKD", " ".join(parts)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_NAME].strip("-")


def _field(*names: str) -> Callable[[Spec], str]:
    """The first of these fields that is set, as it stands."""

    def name(spec: Spec) -> str:
        return next((str(value) for field in names if (value := getattr(spec, field))), "")

    return name


def _made(field: str, *titles: str) -> Callable[[Spec], str]:
    """The field, else a name made from the titles."""

    def name(spec: Spec) -> str:
        given = getattr(spec, field)
        return str(given) if given else slug(*(str(getattr(spec, title) or "") for title in titles))

    return name


def _slo_name(spec: Spec) -> str:
    assert isinstance(spec, SloSpec)
    return spec.name or "-".join(filter(None, (spec.service, spec.sli)))


def _organisation(_spec: Spec) -> str:
    return "organisation"


def _policy_name(spec: Spec) -> str:
    return _field("name", "service")(spec) or "default"


def _route_name(spec: Spec) -> str:
    return _field("name", "service", "escalation_policy")(spec) or "default"


_KINDS: Iterable[Kind] = (
    Kind("organisation", OrganisationSpec, _organisation, "there is one; its name is organisation"),
    Kind("person", PersonSpec, _field("name"), "name"),
    Kind("team", TeamSpec, _field("name"), "name"),
    Kind("service", ServiceSpec, _field("name"), "name"),
    Kind("sli", SliSpec, _field("name"), "name"),
    Kind("slo", SloSpec, _slo_name, "name, else SERVICE-SLI"),
    Kind("error_budget_policy", ErrorBudgetPolicySpec, _policy_name, "name, else the service, else default"),
    Kind("schedule", ScheduleSpec, _field("name"), "name"),
    Kind("escalation_policy", EscalationPolicySpec, _field("name"), "name"),
    Kind("route", RouteSpec, _route_name, "name, else the service, else the escalation policy, else default"),
    Kind("runbook", RunbookSpec, _made("name", "title"), "name, else made from the title"),
    Kind("mitigation", MitigationOptionSpec, _field("name"), "name"),
    Kind("maintenance_window", MaintenanceWindowSpec, _field("name"), "name"),
    Kind("status_page", StatusPageSpec, _field("name"), "name"),
    Kind("communication_template", CommunicationTemplateSpec, _field("name"), "name"),
    Kind("stakeholder_list", StakeholderListSpec, _field("name"), "name"),
    Kind("readiness_checklist", ReadinessChecklistSpec, _field("name"), "name"),
    Kind("probe", ProbeSpec, _field("name"), "name"),
    Kind("heartbeat", HeartbeatSpec, _field("name"), "name"),
    Kind("integration", IntegrationSpec, _field("name"), "name"),
    Kind("postmortem", PostmortemSpec, _made("name", "date", "title"), "name, else made from date and title"),
    Kind("experiment", ExperimentSpec, _made("id", "name"), "id, else made from the name", id_field="id"),
    Kind("toil_item", ToilItemSpec, _made("id", "name"), "id, else made from the name", id_field="id"),
    Kind("capacity_model", CapacityModelSpec, _field("service"), "the service", id_field="service"),
    Kind("auto_remediation", AutoRemediationSpec, _field("trigger"), "the trigger", many=True, id_field="trigger"),
    Kind("monthly_report", MonthlyReportSpec, _field("period"), "the period", id_field="period"),
)
KINDS: dict[str, Kind] = {kind.word: kind for kind in _KINDS}


def kind_named(word: str) -> Kind:
    """The kind of that word; raises NotFound with the nearest one."""
    try:
        return KINDS[word]
    except KeyError:
        raise NotFound("kind", word, known=KINDS) from None
