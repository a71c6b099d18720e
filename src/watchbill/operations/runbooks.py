"""Operations on runbooks: the list, and one of them by name or by the alert it answers."""

from pydantic import BaseModel, ConfigDict

from watchbill.bootstrap import Services
from watchbill.oncall.model import Runbook
from watchbill.people.model import Actor

__all__ = [
    "DiagnosisStepView",
    "ListRunbooks",
    "MitigationView",
    "RunbookEscalationView",
    "RunbookRow",
    "RunbookView",
    "ShowRunbook",
    "list_all",
    "show",
]


class ListRunbooks(BaseModel):
    """Input of `runbook.list`."""

    model_config = ConfigDict(extra="forbid")

    owner: str | None = None


class ShowRunbook(BaseModel):
    """Input of `runbook.show`: its name, or the alert that it answers."""

    model_config = ConfigDict(extra="forbid")

    name: str


class DiagnosisStepView(BaseModel):
    """One thing to look at."""

    step: str
    command: str | None
    expected: str
    if_unexpected: str


class MitigationView(BaseModel):
    """One way to stop the bleeding."""

    option: str
    when: str
    steps: list[str]


class RunbookEscalationView(BaseModel):
    """Whom to call in when it has not helped."""

    after_minutes: int | None
    contact: str
    context_to_provide: str


class RunbookRow(BaseModel):
    """One runbook in a list."""

    name: str
    title: str
    alert_name: str
    owner: str
    last_updated: str


class RunbookView(RunbookRow):
    """One runbook, whole."""

    overview: str
    impact: str
    diagnosis: list[DiagnosisStepView]
    mitigation: list[MitigationView]
    escalation: RunbookEscalationView
    body: str


def list_all(s: Services, who: Actor, given: ListRunbooks) -> list[RunbookRow]: ...
def show(s: Services, who: Actor, given: ShowRunbook) -> RunbookView: ...
