"""Decisions about access: who is still logged in, which key still opens, and which changes of role would lock the house."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from watchbill.kernel.errors import Invalid, Refused
from watchbill.people.model import Account, LoginLink, QuietHours, Role, Session, Token, WorkHours

__all__ = [
    "MAX_TOKEN_LIFE",
    "expiry_of",
    "is_link_good",
    "is_off_hours",
    "is_session_alive",
    "is_token_good",
    "keep_an_admin",
    "quiet_until",
]

MAX_TOKEN_LIFE = timedelta(days=3_650)


def is_session_alive(session: Session, last_seen_at: datetime, idle: timedelta, now: datetime) -> bool:
    """Open, within its absolute expiry, and used within the idle time (at exactly that age it has ended)."""
    return session.ended_at is None and now < session.expires_at and now < last_seen_at + idle


def is_token_good(token: Token, now: datetime) -> bool:
    """Neither revoked nor expired (at exactly its expiry it has)."""
    return token.revoked_at is None and (token.expires_at is None or now < token.expires_at)


def is_link_good(link: LoginLink, now: datetime) -> bool:
    """Unused and not expired."""
    return link.used_at is None and now < link.expires_at


def expiry_of(life: timedelta | None, now: datetime) -> datetime | None:
    """When a token made now ends; None never does. More than ten years is a typing error and raises Invalid."""
    if life is None:
        return None
    if not timedelta(0) < life <= MAX_TOKEN_LIFE:
        raise Invalid("expires_in", "is not between now and ten years", hint="write 90d")
    return now + life


def keep_an_admin(accounts: Sequence[Account], person: str, role: Role | None) -> None:
    """Refuse to take admin rights from the last account that has them."""
    admins = [account.person for account in accounts if account.role is Role.ADMIN and account.disabled_at is None]
    if admins == [person] and role is not Role.ADMIN:
        raise Refused("last_admin", f"{person} is the only admin", hint="make another person admin first")


def is_off_hours(at: datetime, hours: WorkHours, zone: ZoneInfo, is_holiday: Callable[[date], bool]) -> bool:
    """Whether the moment lies outside of somebody's work, on the wall clock of the zone; a holiday is no work at all.

    Hours are [start, end); those that pass midnight (22:00 to 06:00) belong to the day on which they begin.
    """
    local = at.astimezone(zone)
    today, clock = local.date(), local.time()
    if hours.start <= hours.end:
        return not (_works(today, hours, is_holiday) and hours.start <= clock < hours.end)
    if clock >= hours.start:
        return not _works(today, hours, is_holiday)
    return not (clock < hours.end and _works(today - timedelta(days=1), hours, is_holiday))


def quiet_until(hours: QuietHours, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours that the moment lies in end, in UTC; None outside of them. The end itself is outside."""
    local = now.astimezone(zone)
    clock, over_midnight = local.time(), hours.start > hours.end
    inside = clock >= hours.start or clock < hours.end if over_midnight else hours.start <= clock < hours.end
    if not inside:
        return None
    day = local.date() + timedelta(days=over_midnight and clock >= hours.start)
    return datetime.combine(day, hours.end, zone).astimezone(UTC)


def _works(day: date, hours: WorkHours, is_holiday: Callable[[date], bool]) -> bool:
    return _DAYS[day.weekday()] in hours.days and not is_holiday(day)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
