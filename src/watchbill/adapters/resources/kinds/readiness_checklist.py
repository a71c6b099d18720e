"""`readiness_checklist`: what must hold before a service goes to production (playbook ph. 11)."""

from pydantic import Field

from watchbill.adapters.resources.fields import Name, Span, Spec
from watchbill.catalog.model import Tier

__all__ = ["CheckSpec", "ReadinessChecklistSpec"]


class CheckSpec(Spec):
    """One check."""

    category: str = Field(description="Its heading")
    check: str = Field(description="What must hold")
    evidence: str | None = Field(
        default=None, description="The rule in code that can tell; without one a person says so"
    )
    within: Span | None = Field(default=None, description="How old the evidence may be")
    mandatory_for: list[Tier] = Field(default=[], description="The tiers that may not do without")


class ReadinessChecklistSpec(Spec):
    """A production readiness checklist."""

    name: Name = Field(description="The list's id")
    checks: list[CheckSpec] = Field(min_length=1, description="In the order shown")
