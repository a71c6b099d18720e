"""`auto_remediation`: a list of conditions that a machine may set right (playbook ph. 12)."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import Count, LooseName, Name, OpenValue, Span, Spec

__all__ = ["AutoRemediationSpec"]


class AutoRemediationSpec(Spec):
    """One rule of the list."""

    trigger: LooseName = Field(description="The alert, signal or probe that sets it off; also the rule's id")
    condition: str | None = Field(default=None, description="A comparison: restart_count > 3 in 10 min")
    action: str | None = Field(default=None, description="What is done, in prose: shown, never guessed at")
    escalate_if: str | None = Field(default=None, description="When a person is called, in prose")
    run: dict[str, OpenValue] | None = Field(default=None, description="The action as a machine can do it")
    attempts: Count | None = Field(default=None, description="How often it may be tried ...")
    within: Span | None = Field(default=None, description="... in this time, before a person is called")
    mode: Literal["off", "dry-run", "ask", "auto"] | None = Field(
        default=None, description="How far it may go by itself"
    )
    service: Name | None = Field(default=None, description="The service that it tends")
