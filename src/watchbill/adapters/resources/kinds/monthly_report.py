"""`monthly_report`: a month in figures (playbook ph. 11)."""

from typing import Annotated

from pydantic import AfterValidator, Field

from watchbill.adapters.resources.fields import Count, Number, Spec
from watchbill.adapters.resources.fields.texts import month

__all__ = ["MonthlyReportSpec"]


class SloSummarySpec(Spec):
    """Promises kept and broken."""

    services_meeting_slo: Count | None = Field(default=None, description="How many kept theirs")
    services_breaching_slo: Count | None = Field(default=None, description="How many did not")
    worst_performing: str | None = Field(default=None, description="The service with the least budget left")


class BySeveritySpec(Spec):
    """How many of each."""

    sev1: Count | None = Field(default=None, alias="SEV1", description="SEV1 incidents")
    sev2: Count | None = Field(default=None, alias="SEV2", description="SEV2 incidents")
    sev3: Count | None = Field(default=None, alias="SEV3", description="SEV3 incidents")
    sev4: Count | None = Field(default=None, alias="SEV4", description="SEV4 incidents")


class IncidentsSpec(Spec):
    """Incidents of the month."""

    total: Count | None = Field(default=None, description="All of them")
    by_severity: BySeveritySpec | None = Field(default=None, description="By severity")
    mttr_minutes: Number | None = Field(default=None, description="Mean time to resolve")
    mttd_minutes: Number | None = Field(default=None, description="Mean time to detect")
    repeat_incidents: Count | None = Field(default=None, description="Those that had happened before")


class ErrorBudgetSpec(Spec):
    """Services by the state of their budget at the month's end."""

    services_in_healthy: Count | None = Field(default=None, description="Healthy")
    services_in_warning: Count | None = Field(default=None, description="Warning")
    services_in_critical: Count | None = Field(default=None, description="Critical")
    services_exhausted: Count | None = Field(default=None, description="Exhausted")


class ToilSpec(Spec):
    """Toil of the month."""

    hours_spent: Number | None = Field(default=None, description="Hours")
    hours_automated_away: Number | None = Field(default=None, description="Hours that are gone for good")
    pct_of_sre_time: Number | None = Field(default=None, description="Share of the SREs' time")


class OnCallSpec(Spec):
    """On-call of the month."""

    total_pages: Count | None = Field(default=None, description="Pages")
    off_hours_pages: Count | None = Field(default=None, description="Pages outside of work hours")
    false_positive_pct: Number | None = Field(default=None, description="Share that needed nobody")
    avg_ack_time_min: Number | None = Field(default=None, description="Minutes until somebody answered")


class ActionItemsSpec(Spec):
    """Action items of the month."""

    open: Count | None = Field(default=None, description="Open")
    completed_this_month: Count | None = Field(default=None, description="Done")
    overdue: Count | None = Field(default=None, description="Late")


class MonthlyReportSpec(Spec):
    """A monthly reliability report."""

    period: Annotated[str, AfterValidator(month)] = Field(description="The month, 2026-01; also the report's id")
    slo_summary: SloSummarySpec | None = Field(default=None, description="Promises kept and broken")
    incidents: IncidentsSpec | None = Field(default=None, description="Incidents")
    error_budget: ErrorBudgetSpec | None = Field(default=None, description="Budgets at the month's end")
    toil: ToilSpec | None = Field(default=None, description="Toil")
    on_call: OnCallSpec | None = Field(default=None, description="On-call")
    action_items: ActionItemsSpec | None = Field(default=None, description="Action items")
    highlights: list[str] = Field(default=[], description="What went well")
    concerns: list[str] = Field(default=[], description="What worries")
    next_month_priorities: list[str] = Field(default=[], description="What comes next")
