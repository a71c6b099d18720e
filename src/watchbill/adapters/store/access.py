"""Accounts, sessions, tokens and login links over one connection: the store behind `people.ports.AccessStore`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, or_, select, update

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.people import accounts, login_links, sessions, tokens
from watchbill.kernel.ids import SessionId, TokenId
from watchbill.people.model import Account, LoginLink, Role, Session, Token

__all__ = ["AccessRecords"]


class AccessRecords:
    """What people.ports.AccessStore asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def account(self, person: str) -> Account | None:
        """The account of a person, disabled ones included."""
        row = self._connection.execute(select(accounts).where(accounts.c.person == person)).one_or_none()
        return Account(**_fields(row)) if row else None

    def accounts(self) -> Sequence[Account]:
        """All accounts by name."""
        rows = self._connection.execute(select(accounts).order_by(accounts.c.person))
        return [Account(**_fields(row)) for row in rows]

    def save_account(self, account: Account) -> None:
        """Make or replace it."""
        statement = insert_into(self._connection, accounts).values(asdict(account))
        changed = {name: statement.excluded[name] for name in ("role", "created_by", "disabled_at")}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["person"], set_=changed))

    def add_session(self, session: Session, secret_hash: str) -> None:
        """Keep a new login."""
        self._connection.execute(insert(sessions).values(**asdict(session), secret_hash=secret_hash))

    def session(self, secret_hash: str) -> Session | None:
        """The login that the secret belongs to."""
        row = self._by_secret(sessions, secret_hash)
        return Session(**_fields(row)) if row else None

    def end_sessions(self, now: datetime, *, session: SessionId | None = None, person: str | None = None) -> int:
        """End one login or all of a person; the count of those that were open."""
        which = sessions.c.id == session if session is not None else sessions.c.person == person
        ended = update(sessions).where(which, sessions.c.ended_at.is_(None)).values(ended_at=now)
        return self._connection.execute(ended).rowcount

    def add_token(self, token: Token, secret_hash: str) -> None:
        """Keep a new key."""
        self._connection.execute(insert(tokens).values(**asdict(token), secret_hash=secret_hash))

    def token(self, secret_hash: str) -> Token | None:
        """The key that the secret belongs to."""
        row = self._by_secret(tokens, secret_hash)
        return Token(**_fields(row)) if row else None

    def tokens(self) -> Sequence[Token]:
        """All keys, newest first."""
        return [Token(**_fields(row)) for row in self._connection.execute(select(tokens).order_by(tokens.c.id.desc()))]

    def revoke_token(self, token: TokenId, now: datetime) -> None:
        """Make it useless."""
        self._connection.execute(update(tokens).where(tokens.c.id == token).values(revoked_at=now))

    def note_uses(self, uses: Mapping[str, datetime]) -> None:
        """Save when sessions and tokens, by id, were last used; never moves back."""
        for identifier, at in uses.items():
            table, column = (
                (tokens, tokens.c.last_used_at)
                if identifier.startswith("tok_")
                else (sessions, sessions.c.last_seen_at)
            )
            newer = or_(column.is_(None), column < at)
            self._connection.execute(update(table).where(table.c.id == identifier, newer).values({column.name: at}))

    def add_login_link(self, link: LoginLink, secret_hash: str) -> None:
        """Keep a new link."""
        self._connection.execute(insert(login_links).values(**asdict(link), secret_hash=secret_hash))

    def use_login_link(self, secret_hash: str, now: datetime) -> LoginLink | None:
        """Take the link if it is unused and not expired, and mark it used, in one statement; None otherwise."""
        taken = (
            update(login_links)
            .where(
                login_links.c.secret_hash == secret_hash,
                login_links.c.used_at.is_(None),
                login_links.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(login_links)
        )
        row = self._connection.execute(taken).one_or_none()
        return LoginLink(**_fields(row)) if row else None

    def forget_before(self, moment: datetime) -> int:
        """Delete sessions and links that ended before the moment; the count of them."""
        over = or_(sessions.c.expires_at < moment, sessions.c.ended_at < moment)
        gone = self._connection.execute(delete(sessions).where(over)).rowcount
        return gone + self._connection.execute(delete(login_links).where(login_links.c.expires_at < moment)).rowcount

    def _by_secret(self, table: Table, secret_hash: str) -> Row[Any] | None:  # Any: a row of either table
        return self._connection.execute(select(table).where(table.c.secret_hash == secret_hash)).one_or_none()


def _fields(row: Row[Any]) -> dict[str, Any]:  # Any: columns of their own types
    """The row as arguments of its dataclass; hashes stay behind."""
    found = {name: value for name, value in row._mapping.items() if name != "secret_hash"}  # noqa: SLF001 - SQLAlchemy's documented name
    if "role" in found:
        found["role"] = Role(found["role"])
    return found
