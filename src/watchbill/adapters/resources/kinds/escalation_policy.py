"""`escalation_policy`: who is called, and who next when nobody answers (playbook ph. 10)."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from watchbill.adapters.resources.fields import Count, Name, Span, Spec, word_list
from watchbill.adapters.resources.fields.wrong import wrong
from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import Target

__all__ = ["EscalationPolicySpec", "StepSpec"]


def _target(text: str) -> str:
    try:
        return str(Target.parse(text))
    except Invalid as why:
        raise wrong(why.reason, why.hint) from None


_Targets = Annotated[
    list[Annotated[str, AfterValidator(_target)]], BeforeValidator(word_list, json_schema_input_type=str | list[str])
]


class StepSpec(Spec):
    """Everybody who is called at once, and how long an answer may take."""

    notify: _Targets = Field(min_length=1, description="schedule:NAME, person:NAME, team:NAME or channel:NAME")
    wait: Span = Field(default="5m", description="How long to wait for somebody to acknowledge")


class EscalationPolicySpec(Spec):
    """An escalation policy."""

    name: Name = Field(description="The policy's id")
    steps: list[StepSpec] = Field(min_length=1, description="In order")
    repeat: Count = Field(default=0, description="How many times more the steps are walked")
    fallback: _Targets = Field(default=[], description="Who is called when all of that reached nobody")
