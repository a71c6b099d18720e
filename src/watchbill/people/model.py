"""Facts about people: who they are and how to reach them (definitions), and how they got in (records)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from watchbill.kernel.errors import Forbidden
from watchbill.kernel.events import Event
from watchbill.kernel.ids import SessionId, TokenId
from watchbill.kernel.units import Money

__all__ = [
    "Account",
    "AccountChanged",
    "Actor",
    "Contact",
    "LoginLink",
    "NotificationRule",
    "Organisation",
    "Person",
    "QuietHours",
    "Role",
    "Session",
    "Team",
    "Token",
    "WorkHours",
]

UTC_ZONE = ZoneInfo("UTC")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORK_DAYS = WEEKDAYS[:5]


class Role(StrEnum):
    """What somebody may do; each role may do what the ones before it may."""

    VIEWER = "viewer"
    RESPONDER = "responder"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """0 for a viewer, rising."""
        return list(Role).index(self)

    def covers(self, least: "Role") -> bool:
        """Whether this role is at least `least`."""
        return self.rank >= least.rank


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks for something: a person, a token, or the owner of the data directory. `via` names the way in."""

    name: str
    role: Role
    via: str

    def require(self, least: Role | str) -> None:
        """Raise Forbidden unless the role is enough."""
        if not self.role.covers(Role(least)):
            raise Forbidden(f"{self.name} is {self.role}, this needs {Role(least)}", hint="an admin can change roles")


@dataclass(frozen=True, slots=True)
class WorkHours:
    """Wall-clock hours on weekdays (`mon`...), in the zone of the person or the house."""

    start: time = time(9)
    end: time = time(18)
    days: tuple[str, ...] = _WORK_DAYS


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When a person is not to be woken by what can wait, on their wall clock; the same start and end mean never."""

    start: time = time(22)
    end: time = time(8)


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a person; `address` is None where the channel knows it (push)."""

    channel: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class NotificationRule:
    """From a page's start: after this long, over this channel."""

    after: timedelta
    channel: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be paged; `name` is the handle and the id."""

    name: str
    full_name: str = ""
    email: str | None = None
    timezone: ZoneInfo = UTC_ZONE
    work_hours: WorkHours | None = None
    holidays: str | None = None  # country[-subdivision] of the holidays library
    contacts: tuple[Contact, ...] = ()
    notification_rules: tuple[NotificationRule, ...] = ()
    quiet_hours: QuietHours = QuietHours()

    @property
    def display_name(self) -> str:
        """The full name, or the handle where none is known."""
        return self.full_name or self.name


@dataclass(frozen=True, slots=True)
class Team:
    """Persons by name; the lead is one of them."""

    name: str
    members: tuple[str, ...] = ()
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """The house: the defaults of zones, hours and money, and who the policies mean by their titles."""

    name: str = "Example"
    timezone: ZoneInfo = UTC_ZONE
    currency: str = "USD"
    holidays: str | None = None
    business_days: tuple[str, ...] = _WORK_DAYS
    business_hours: WorkHours = field(default_factory=WorkHours)
    roles: Mapping[str, str] = field(default_factory=dict)
    revenue_per_minute: Money | None = None
    revenue_services: tuple[str, ...] = ()
    sev1_revenue_per_minute: Money | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What a person may do here; persons without one are on rotas but cannot log in."""

    person: str
    role: Role
    created_at: datetime
    created_by: str
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A login, kept on the server. Its secret is known to the browser only; the store keeps the hash."""

    id: SessionId
    person: str
    role: Role
    via: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A program's key. `prefix` is the part that may be shown; the whole is shown once, when it is made.

    One that has an `integration` only sends alerts, by that name, and opens nothing else, whatever its role.
    """

    id: TokenId
    name: str
    role: Role
    prefix: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    integration: str | None = None


@dataclass(frozen=True, slots=True)
class LoginLink:
    """A link that logs a person in once. Its secret is in the link only; the store keeps the hash."""

    person: str
    role: Role
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class AccountChanged(Event):
    """Somebody's role was set or taken away. Subject: the person's name."""

    kind: ClassVar[str] = "account.changed"

    person: str
    role: Role | None
    by: str
