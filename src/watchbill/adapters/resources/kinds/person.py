"""`person`: somebody who can be paged."""

from pydantic import Field

from watchbill.adapters.resources.fields import ClockTime, Country, Days, EmailText, Name, Spec, Wait, Zone

__all__ = ["ContactSpec", "NotificationRuleSpec", "PersonSpec", "QuietHoursSpec", "WorkHoursSpec"]


class WorkHoursSpec(Spec):
    """Hours on the wall clock."""

    start: ClockTime = Field(default="09:00", description="When they begin")
    end: ClockTime = Field(default="18:00", description="When they end")
    days: Days | None = Field(default=None, description="On which days; Monday to Friday if left out")


class QuietHoursSpec(Spec):
    """Hours on the wall clock; over midnight as well."""

    start: ClockTime = Field(default="22:00", description="When they begin")
    end: ClockTime = Field(default="08:00", description="When they end; the same as the start means never")


class ContactSpec(Spec):
    """A way to reach somebody."""

    channel: str = Field(description="email, push, sms, webhook...")
    address: str | None = Field(default=None, description="Where; channels that know it need none")


class NotificationRuleSpec(Spec):
    """When a page goes out over which channel."""

    after: Wait = Field(description="How long after the page's start")
    channel: str = Field(description="One of the contacts' channels")


class PersonSpec(Spec):
    """A person."""

    name: Name = Field(description="The person's id and @handle")
    full_name: str | None = Field(default=None, description="As colleagues write it")
    email: EmailText | None = Field(default=None, description="The address for mail")
    timezone: Zone | None = Field(default=None, description="Where the person lives; the house's zone if left out")
    work_hours: WorkHoursSpec | None = Field(default=None, description="Outside of these a page is off-hours")
    holidays: Country | None = Field(
        default=None, description="Country, or country-subdivision, of the public holidays"
    )
    contacts: list[ContactSpec] = Field(default=[], description="Ways to reach the person, best first")
    notification_rules: list[NotificationRuleSpec] = Field(
        default=[], description="Which way when, from a page's start"
    )
    quiet_hours: QuietHoursSpec | None = Field(
        default=None,
        description="What can wait (never a page) waits for their end; 22:00 to 08:00 of the person's clock if left out",
    )
