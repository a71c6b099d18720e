"""`toil_item`: manual work that should not be (playbook ph. 8)."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import Flag, LooseName, Name, Number, Spec, Title

__all__ = ["ToilItemSpec"]


class MarksSpec(Spec):
    """The six marks of toil."""

    manual: Flag | None = Field(default=None, description="Somebody does it by hand")
    repetitive: Flag | None = Field(default=None, description="It comes again")
    automatable: Flag | None = Field(default=None, description="A machine could do it")
    tactical: Flag | None = Field(default=None, description="It interrupts")
    no_lasting_value: Flag | None = Field(default=None, description="Nothing is better afterwards")
    grows_with_service: Flag | None = Field(default=None, description="More users, more of it")


class ToilItemSpec(Spec):
    """A toil item."""

    name: Title = Field(description="What it is called; its id is made from this unless `id` is given")
    category: Literal["deployment", "scaling", "config", "data", "access", "monitoring", "recovery"] | None = Field(
        default=None, description="What kind of work it is"
    )
    frequency: Literal["daily", "weekly", "monthly", "per-incident"] | None = Field(
        default=None, description="How often"
    )
    time_per_occurrence_min: Number | None = Field(default=None, description="Minutes each time")
    occurrences_per_month: Number | None = Field(default=None, description="Times a month")
    total_hours_per_month: Number | None = Field(default=None, description="Checked against the two above")
    teams_affected: list[str] = Field(default=[], description="Whose time it is")
    automation_difficulty: Literal["low", "medium", "high"] | None = Field(
        default=None, description="How hard to automate"
    )
    automation_value: Number | None = Field(default=None, description="Hours saved a month")
    priority_score: Number | None = Field(default=None, description="Value / difficulty (1, 2, 3); checked")
    id: LooseName | None = Field(default=None, description="The item's id")
    service: Name | None = Field(default=None, description="The service that causes it")
    marks: MarksSpec | None = Field(default=None, description="Which of the six marks of toil it bears")
