"""`organisation`: the house itself, once."""

from pydantic import Field

from watchbill.adapters.resources.fields import Amount, Country, Currency, Days, Name, Spec, Title, Zone
from watchbill.adapters.resources.kinds.person import WorkHoursSpec

__all__ = ["OrganisationSpec", "RevenueSpec"]


class RevenueSpec(Spec):
    """Money that stops flowing when these services are down."""

    amount: Amount = Field(description="A minute, in the house's currency")
    services: list[Name] = Field(default=[], description="The services that earn it")


class OrganisationSpec(Spec):
    """The organisation."""

    name: Title = Field(description="As customers know it")
    timezone: Zone = Field(default="UTC", description="The zone of reports and business hours")
    currency: Currency = Field(default="USD", description="The currency of all amounts")
    holidays: Country | None = Field(default=None, description="Whose public holidays are no business days")
    business_days: Days | None = Field(default=None, description="Monday to Friday if left out")
    business_hours: WorkHoursSpec | None = Field(default=None, description="When risky changes may go out")
    roles: dict[str, Name] = Field(default={}, description="Whom policies mean by a title: vp_engineering: ann")
    revenue_per_minute: RevenueSpec | None = Field(default=None, description="What a minute of outage costs")
    sev1_revenue_per_minute: Amount | None = Field(default=None, description="From this loss a minute on it is a SEV1")
