"""Persons, teams and the organisation from their specs."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from watchbill.adapters.resources.fields.texts import WEEKDAYS, clock_time, days_of
from watchbill.adapters.resources.kinds.organisation import OrganisationSpec
from watchbill.adapters.resources.kinds.person import PersonSpec, WorkHoursSpec
from watchbill.adapters.resources.kinds.team import TeamSpec
from watchbill.kernel.units import Money, duration
from watchbill.people.model import Contact, NotificationRule, Organisation, Person, QuietHours, Team, WorkHours

__all__ = ["organisation", "person", "team"]

_DEFAULT = Organisation()


def organisation(spec: OrganisationSpec) -> Organisation:
    """The house."""
    revenue, sev1 = spec.revenue_per_minute, spec.sev1_revenue_per_minute
    days = _days(spec.business_days)
    hours = spec.business_hours or WorkHoursSpec()
    return Organisation(
        name=spec.name,
        timezone=ZoneInfo(spec.timezone),
        currency=spec.currency,
        holidays=spec.holidays,
        business_days=days,
        business_hours=WorkHours(clock_time(hours.start), clock_time(hours.end), _days(hours.days, days)),
        roles=dict(spec.roles),
        revenue_per_minute=_money(revenue.amount, spec.currency) if revenue else None,
        revenue_services=tuple(revenue.services) if revenue else (),
        sev1_revenue_per_minute=_money(sev1, spec.currency) if sev1 else None,
    )


def person(spec: PersonSpec, house: Organisation) -> Person:
    """A person; the house's zone and holidays where none are given."""
    hours, quiet = spec.work_hours, spec.quiet_hours
    return Person(
        name=spec.name,
        full_name=spec.full_name or "",
        email=spec.email,
        timezone=ZoneInfo(spec.timezone) if spec.timezone else house.timezone,
        work_hours=WorkHours(clock_time(hours.start), clock_time(hours.end), _days(hours.days)) if hours else None,
        holidays=spec.holidays or house.holidays,
        contacts=tuple(Contact(one.channel, one.address) for one in spec.contacts),
        notification_rules=tuple(
            NotificationRule(duration(rule.after, allow_zero=True), rule.channel) for rule in spec.notification_rules
        ),
        quiet_hours=QuietHours(clock_time(quiet.start), clock_time(quiet.end)) if quiet else QuietHours(),
    )


def team(spec: TeamSpec) -> Team:
    """A team."""
    return Team(spec.name, tuple(spec.members), spec.lead)


def _days(words: list[str] | None, otherwise: tuple[str, ...] = _DEFAULT.business_days) -> tuple[str, ...]:
    return otherwise if words is None else tuple(WEEKDAYS[day] for day in sorted(days_of(words)))


def _money(amount: str, currency: str) -> Money:
    return Money.parse(Decimal(amount), currency)
