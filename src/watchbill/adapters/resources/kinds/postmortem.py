"""`postmortem`: what happened, why, and what is done about it (playbook ph. 6)."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import Count, Date, Flag, LooseName, Number, Spec, Title

__all__ = ["PostmortemSpec"]


class ImpactSpec(Spec):
    """What it cost."""

    users_affected: Count | None = Field(default=None, description="How many users noticed")
    duration_minutes: Number | None = Field(default=None, description="How long it lasted")
    revenue_impact_usd: Number | None = Field(default=None, description="Money lost")
    slo_budget_consumed_pct: Number | None = Field(default=None, description="Share of the error budget; may pass 100")
    data_loss: Flag | None = Field(default=None, description="Whether data was lost")
    customer_tickets: Count | None = Field(default=None, description="Tickets about it")


class MomentSpec(Spec):
    """One entry of the timeline."""

    time: str | None = Field(default=None, description="When")
    event: str | None = Field(default=None, description="What")


class DetectionSpec(Spec):
    """How it was noticed."""

    how_detected: Literal["alert", "user report", "manual check"] | None = Field(default=None, description="By what")
    time_to_detect_minutes: Number | None = Field(default=None, description="From its start to somebody knowing")
    could_have_detected_sooner: str | None = Field(default=None, description="What would have been faster")


class ResolutionSpec(Spec):
    """How it was ended."""

    how_resolved: str | None = Field(default=None, description="What helped")
    time_to_mitigate_minutes: Number | None = Field(default=None, description="From detection to the end of the impact")
    time_to_resolve_minutes: Number | None = Field(default=None, description="From detection to the cause being fixed")


class ActionItemSpec(Spec):
    """Something to be done."""

    id: str | None = Field(default=None, description="AI-001, numbered within the postmortem")
    type: Literal["prevent", "detect", "mitigate", "process"] | None = Field(default=None, description="What it is for")
    description: str | None = Field(default=None, description="What")
    owner: str | None = Field(default=None, description="Who")
    priority: Literal["P0", "P1", "P2"] | None = Field(default=None, description="How urgent")
    deadline: Date | None = Field(default=None, description="Until when")
    status: Literal["open", "in-progress", "done"] = Field(default="open", description="How far")
    ticket: str | None = Field(default=None, description="Where it is tracked")


class WhySpec(Spec):
    """One link of the chain of whys."""

    question: str = Field(description="Why did ...?")
    answer: str = Field(description="Because ...")
    evidence: str | None = Field(default=None, description="An address or words that show it")


class FishboneSpec(Spec):
    """Causes under the six categories."""

    people: list[str] = Field(default=[], description="Training? Fatigue? Communication?")
    process: list[str] = Field(default=[], description="Runbook? Escalation? Change management?")
    technology: list[str] = Field(default=[], description="Bug? Config? Capacity? Dependency?")
    environment: list[str] = Field(default=[], description="Network? Cloud provider? Third party?")
    monitoring: list[str] = Field(default=[], description="Detection gap? Alert fatigue? Dashboard gap?")
    testing: list[str] = Field(default=[], description="Test coverage? Load testing? Chaos testing?")


class PostmortemSpec(Spec):
    """A blameless postmortem."""

    name: LooseName | None = Field(
        default=None, description="The postmortem's id; made from date and title if left out"
    )
    title: Title = Field(description="What happened, in a few words")
    date: Date | None = Field(default=None, description="The day it happened")
    severity: Literal["SEV1", "SEV2", "SEV3", "SEV4"] | None = Field(default=None, description="How bad it was")
    duration: str | None = Field(default=None, description="The whole incident, in words")
    authors: list[str] = Field(default=[], description="Who wrote it")
    reviewers: list[str] = Field(default=[], description="Who read it")
    status: Literal["draft", "in-review", "final"] = Field(default="draft", description="How far it is")
    summary: str | None = Field(default=None, description="What, how bad, how resolved, in one paragraph")
    impact: ImpactSpec | None = Field(default=None, description="What it cost")
    timeline: list[MomentSpec] = Field(default=[], description="Every significant event, in order")
    root_cause: str | None = Field(default=None, description="Why it happened, below the surface")
    contributing_factors: list[str] = Field(
        default=[],
        description="What made it worse or longer; may begin with Trigger:, Propagation:, Detection:, Resolution: or Process:",
    )
    detection: DetectionSpec | None = Field(default=None, description="How it was noticed")
    resolution: ResolutionSpec | None = Field(default=None, description="How it was ended")
    what_went_well: list[str] = Field(default=[], description="What worked")
    what_went_wrong: list[str] = Field(default=[], description="What did not")
    where_we_got_lucky: list[str] = Field(default=[], description="What could have made it worse")
    action_items: list[ActionItemSpec] = Field(default=[], description="What is done about it")
    five_whys: list[WhySpec] = Field(default=[], description="From what was seen to the root cause, link by link")
    root_cause_action: str | None = Field(default=None, description="The action item that answers the root cause")
    fishbone: FishboneSpec | None = Field(default=None, description="Causes by where they were looked for")
    incident: str | None = Field(default=None, description="The incident: INC-12")
