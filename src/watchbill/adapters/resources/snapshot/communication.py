"""Communication templates and stakeholder lists from their specs."""

from watchbill.adapters.resources.kinds.communication_template import CommunicationTemplateSpec
from watchbill.adapters.resources.kinds.stakeholder_list import StakeholderListSpec
from watchbill.incidents.model import Audience, CommunicationTemplate, Severity, StakeholderList, UpdateKind

__all__ = ["communication_template", "stakeholder_list"]


def communication_template(spec: CommunicationTemplateSpec, _name: str) -> CommunicationTemplate:
    """A template; one that replaces another has its audience unless it names one."""
    replaces = UpdateKind(spec.replaces) if spec.replaces else None
    usual = replaces.audience if replaces else Audience.INTERNAL
    return CommunicationTemplate(spec.name, spec.text, Audience(spec.audience) if spec.audience else usual, replaces)


def stakeholder_list(spec: StakeholderListSpec, _name: str) -> StakeholderList:
    """A list."""
    return StakeholderList(
        name=spec.name,
        audience=Audience(spec.audience),
        emails=tuple(spec.emails),
        people=tuple(spec.people),
        services=frozenset(spec.services),
        severities=frozenset(Severity(one) for one in spec.severities),
    )
