"""`slo`: what is promised, over which window, and who is called when the promise is in danger (playbook ph. 2)."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from watchbill.adapters.resources.fields import (
    Count,
    LooseName,
    Name,
    Number,
    Percent,
    Positive,
    Span,
    Spec,
    Target,
    Zone,
)
from watchbill.adapters.resources.fields.spec import form_of
from watchbill.adapters.resources.fields.wrong import wrong
from watchbill.kernel.errors import Invalid
from watchbill.slo.model import parse_window

__all__ = ["BurnRateAlertSpec", "CalendarSpec", "SloSpec"]


class CalendarSpec(Spec):
    """A window that starts anew with each week, month or quarter."""

    calendar: Literal["week", "month", "quarter"] = Field(description="What it lasts")
    timezone: Zone = Field(default="UTC", description="Whose midnight it begins at")


class BurnRateAlertSpec(Spec):
    """A tier of burn-rate alerts: fires while both windows burn faster than the rate."""

    name: LooseName = Field(description="The tier's name")
    burn_rate: Positive | None = Field(default=None, description="Times the rate that spends the budget exactly")
    short_window: Span = Field(description="The window that lets the alert resolve soon")
    long_window: Span = Field(description="The window that keeps single errors from paging")
    severity: Literal["page", "ticket"] = Field(default="page", description="Whether somebody is called")
    budget_pct: Percent | None = Field(default=None, description="Instead of burn_rate: the share spent in long_window")


class TimeSliceSpec(Spec):
    """When a slice of time counts as good."""

    good_pct: Percent = Field(description="At least this share of its events was good: 99")
    length: Span = Field(default="1m", description="How long a slice is, 1m to 1h")


class WeightedSloSpec(Spec):
    """One part of a composite SLO."""

    slo: LooseName = Field(description="The part, by name")
    weight: Positive | None = Field(default=None, description="Its weight; 1 if left out")


class CompositeSpec(Spec):
    """A promise over a journey of several services."""

    rule: Literal["weighted", "worst_of"] = Field(default="worst_of", description="How the parts make the whole")
    parts: list[WeightedSloSpec] = Field(min_length=1, description="The SLOs it is made of")


def _rolling(text: str) -> str:
    try:
        parse_window(text)
    except (Invalid, OverflowError) as why:
        raise wrong(getattr(why, "reason", f"{text!r} is too long"), getattr(why, "hint", "write 28d")) from None
    return text


_Window = Annotated[
    Annotated[CalendarSpec, Tag("(calendar)")] | Annotated[str, AfterValidator(_rolling), Tag("(rolling)")],
    Discriminator(form_of("(calendar)", "(rolling)")),
]


class SloSpec(Spec):
    """A service level objective."""

    name: LooseName | None = Field(default=None, description="The SLO's id; SERVICE-SLI if left out")
    service: Name = Field(description="The service that promises")
    sli: LooseName | None = Field(default=None, description="What is measured; left out only by composites")
    target: Target = Field(description="The promise in percent: 99.9")
    window: _Window = Field(default="28d", description="Rolling (28d), or a calendar period")
    error_budget: Number | None = Field(default=None, description="100 - target; checked against it, never used")
    error_budget_minutes: Number | None = Field(
        default=None, description="The budget in minutes of the window; checked"
    )
    burn_rate_alerts: list[BurnRateAlertSpec] | None = Field(
        default=None, description="Tiers; the playbook's three if left out, none if empty"
    )
    review_cadence: Literal["weekly", "monthly", "quarterly", "yearly"] | None = Field(
        default=None, description="How often the promise is looked at"
    )
    owner: str | None = Field(default=None, description="Who answers for it")
    stakeholders: list[str] = Field(default=[], description="Who agreed to it")
    escalation_when_budget_exhausted: list[str] = Field(default=[], description="What happens at no budget, in order")
    description: str | None = Field(default=None, description="What users notice when it is broken")
    sla: Percent | None = Field(default=None, description="What a contract promises; looser than the target")
    external_target: Percent | None = Field(default=None, description="What is published; looser than the target")
    runbook: str | None = Field(default=None, description="The runbook for its alerts: a name, or a web address")
    no_data: Literal["ignore", "bad", "alert"] | None = Field(
        default=None, description="What minutes without data mean"
    )
    min_events: Count | None = Field(default=None, description="Fewer events than this in a window alert nobody")
    late_arrival: Span | None = Field(default=None, description="How long past minutes may still be corrected")
    group_by: list[str] = Field(default=[], description="One budget per value of these columns")
    budgeting: Literal["occurrences", "time_slices"] | None = Field(
        default=None, description="Events or minutes counted"
    )
    time_slice: TimeSliceSpec | None = Field(default=None, description="When a slice is good; the target if left out")
    composite: CompositeSpec | None = Field(default=None, description="A promise made of others")
