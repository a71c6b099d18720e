"""Decisions about access: who is still logged in, which key still opens, and which changes of role would lock the house."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from watchbill.kernel.errors import Invalid, Refused
from watchbill.people.model import Account, LoginLink, Role, Session, Token

__all__ = ["MAX_TOKEN_LIFE", "expiry_of", "is_link_good", "is_session_alive", "is_token_good", "keep_an_admin"]

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
