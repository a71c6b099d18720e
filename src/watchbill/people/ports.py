"""What people need from outside: the definitions of persons and teams, and a place for accounts, sessions and keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from watchbill.kernel.ids import SessionId, TokenId
from watchbill.people.model import Account, LoginLink, Organisation, Person, Session, Team, Token

__all__ = ["AccessStore", "Directory"]


class Directory(Protocol):
    """Persons, teams and the organisation as the resources define them."""

    def person(self, name: str) -> Person | None:
        """The person of that name, or None."""

    def persons(self) -> Sequence[Person]:
        """All persons by name."""

    def team(self, name: str) -> Team | None:
        """The team of that name, or None."""

    def teams(self) -> Sequence[Team]:
        """All teams by name."""

    def organisation(self) -> Organisation:
        """The house; defaults where nobody described it."""


class AccessStore(Protocol):
    """Accounts, sessions, tokens and login links in the running transaction. Secrets arrive here as hashes only."""

    def account(self, person: str) -> Account | None:
        """The account of a person, disabled ones included."""

    def accounts(self) -> Sequence[Account]:
        """All accounts by name."""

    def save_account(self, account: Account) -> None:
        """Make or replace it."""

    def add_session(self, session: Session, secret_hash: str) -> None:
        """Keep a new login."""

    def session(self, secret_hash: str) -> Session | None:
        """The login that the secret belongs to."""

    def end_sessions(self, now: datetime, *, session: SessionId | None = None, person: str | None = None) -> int:
        """End one login or all of a person; the count of those that were open."""

    def add_token(self, token: Token, secret_hash: str) -> None:
        """Keep a new key."""

    def token(self, secret_hash: str) -> Token | None:
        """The key that the secret belongs to."""

    def tokens(self) -> Sequence[Token]:
        """All keys, newest first."""

    def revoke_token(self, token: TokenId, now: datetime) -> None:
        """Make it useless."""

    def note_uses(self, uses: Mapping[str, datetime]) -> None:
        """Save when sessions and tokens, by id, were last used; never moves back."""

    def add_login_link(self, link: LoginLink, secret_hash: str) -> None:
        """Keep a new link."""

    def use_login_link(self, secret_hash: str, now: datetime) -> LoginLink | None:
        """Take the link if it is unused and not expired, and mark it used, in one step; None otherwise."""

    def forget_before(self, moment: datetime) -> int:
        """Delete sessions and links that ended before the moment; the count of them."""
