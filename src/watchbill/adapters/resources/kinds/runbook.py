"""`runbook`: what an alert means and what to do (playbook ph. 10)."""

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from watchbill.adapters.resources.fields import Count, Date, LooseName, Name, Spec, Title
from watchbill.adapters.resources.fields.spec import form_of

__all__ = ["DiagnosisSpec", "MitigationSpec", "RunbookEscalationSpec", "RunbookSpec"]

_Command = Annotated[
    Annotated[list[str], Tag("(argv)")] | Annotated[str, Tag("(text)")], Discriminator(form_of("(argv)", "(text)"))
]


class DiagnosisSpec(Spec):
    """One thing to look at."""

    step: str = Field(description="What to look at")
    command: _Command | None = Field(
        default=None, description="What to run: argv, or text that is split as a shell would"
    )
    expected: str | None = Field(default=None, description="What a healthy answer is")
    if_unexpected: str | None = Field(default=None, description="What to do otherwise")


_Step = Annotated[
    Annotated[DiagnosisSpec, Tag("(step)")] | Annotated[str, Tag("(text)")], Discriminator(form_of("(step)", "(text)"))
]


class MitigationSpec(Spec):
    """One way to stop the bleeding."""

    option: str = Field(description="What it is called")
    when: str | None = Field(default=None, description="When it is the right one")
    steps: list[_Step] = Field(
        default=[], description="How: a sentence each, or a step with a command as in `diagnosis`"
    )


class RunbookEscalationSpec(Spec):
    """Whom to call in."""

    after_minutes: Count | None = Field(default=None, description="When nothing has helped for so long")
    contact: str | None = Field(default=None, description="Whom: schedule:NAME, person:NAME, team:NAME, or prose")
    context_to_provide: str | None = Field(default=None, description="What to tell them")


class RunbookSpec(Spec):
    """A runbook."""

    name: LooseName | None = Field(default=None, description="The runbook's id; made from the title if left out")
    title: Title = Field(description="What people call it")
    alert_name: str | None = Field(default=None, description="The exact alert that it answers")
    last_updated: Date | None = Field(default=None, description="When somebody last looked it over")
    owner: str | None = Field(default=None, description="Who keeps it true")
    overview: str | None = Field(default=None, description="What the alert means in plain words")
    impact: str | None = Field(default=None, description="Who notices what")
    diagnosis: list[DiagnosisSpec] = Field(default=[], description="What to look at, in order")
    mitigation: list[MitigationSpec] = Field(default=[], description="Ways to stop the bleeding")
    escalation: RunbookEscalationSpec | None = Field(default=None, description="Whom to call in, and when")
    service: Name | None = Field(default=None, description="The service that it is about")
    body: str | None = Field(default=None, description="Anything else, in Markdown")
