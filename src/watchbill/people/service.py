"""Use cases of people: who is who, who may log in, and how programs and browsers prove who they are."""

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchbill.kernel.audit import AuditLog
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Conflict, Forbidden, NotFound, Unauthorized
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids, SessionId, TokenId
from watchbill.people.model import (
    Account,
    AccountChanged,
    Actor,
    LoginLink,
    Organisation,
    Person,
    Role,
    Session,
    Team,
    Token,
)
from watchbill.people.ports import AccessStore, Directory
from watchbill.people.rules import expiry_of, is_session_alive, is_token_good, keep_an_admin
from watchbill.people.secrets import hash_of, intake_secret, looks_like_token, token_secret

__all__ = ["AccessRules", "PeopleService"]


@dataclass(frozen=True, slots=True)
class AccessRules:
    """How long logins and links are good."""

    session_idle: timedelta = timedelta(hours=12)
    session_absolute: timedelta = timedelta(days=14)
    link_expiry: timedelta = timedelta(minutes=15)


class PeopleService:
    """Look-ups and access in one transaction. `noise` makes a fresh random text of at least 128 bits.

    `uses` holds, by id of session or token, the uses that are noted in memory and not yet in the store: a request that
    reads must not write (GET changes nothing), and yet keeps its login alive.
    """

    def __init__(  # noqa: PLR0913 - ports, each by its keyword
        self,
        *,
        directory: Directory,
        access: AccessStore,
        events: EventSink,
        audit: AuditLog,
        ids: Ids,
        clock: Clock,
        noise: Callable[[], str],
        rules: AccessRules | None = None,
        uses: MutableMapping[str, datetime] | None = None,
    ) -> None:
        self._directory = directory
        self._access = access
        self._events = events
        self._audit = audit
        self._ids = ids
        self._clock = clock
        self._noise = noise
        self._rules = rules or AccessRules()
        self._uses = {} if uses is None else uses

    # --- who is who

    def person(self, name: str) -> Person:
        """The person of that handle (a leading @ is fine); raises NotFound with the nearest name."""
        found = self._directory.person(name.removeprefix("@"))
        if found is None:
            raise NotFound("person", name, known=[person.name for person in self.persons()])
        return found

    def persons(self) -> Sequence[Person]:
        """All persons by name."""
        return self._directory.persons()

    def team(self, name: str) -> Team:
        """The team of that name; raises NotFound with the nearest name."""
        found = self._directory.team(name)
        if found is None:
            raise NotFound("team", name, known=[team.name for team in self.teams()])
        return found

    def teams(self) -> Sequence[Team]:
        """All teams by name."""
        return self._directory.teams()

    def teams_of(self, person: str) -> Sequence[Team]:
        """Teams that the person belongs to."""
        return [team for team in self.teams() if person in team.members or person == team.lead]

    def organisation(self) -> Organisation:
        """The house; defaults where nobody described it."""
        return self._directory.organisation()

    # --- accounts

    def accounts(self) -> Sequence[Account]:
        """All accounts by name."""
        return self._access.accounts()

    def account(self, person: str) -> Account | None:
        """The account of a person, disabled ones included."""
        return self._access.account(person)

    def set_role(self, person: str, role: Role, by: Actor) -> Account:
        """Give the person an account, or its account another role; open logins end, so that the new role counts at once."""
        keep_an_admin(self.accounts(), person, role)
        before = self._access.account(person)
        if before is not None and before.role is role and before.disabled_at is None:
            return before
        now = self._clock.now()
        account = Account(person=person, role=role, created_at=before.created_at if before else now, created_by=by.name)
        self._save(account, by, role)
        return account

    def disable(self, person: str, by: Actor) -> Account:
        """Take the account away; all its logins end at once. Raises NotFound where there is none."""
        account = self._access.account(person)
        if account is None:
            raise NotFound("account", person, known=[known.person for known in self.accounts()])
        if account.disabled_at is not None:
            return account
        keep_an_admin(self.accounts(), person, None)
        account = replace(account, disabled_at=self._clock.now())
        self._save(account, by, None)
        return account

    def _save(self, account: Account, by: Actor, role: Role | None) -> None:
        self._access.save_account(account)
        self._access.end_sessions(self._clock.now(), person=account.person)
        self._audit.record(by.name, "account.role", account.person, {"role": role, "via": by.via})
        self._events.publish(
            AccountChanged(person=account.person, role=role, by=by.name), subject=account.person, cause=None
        )

    # --- logging in

    def login_link(self, person: str, by: Actor) -> str:
        """The secret of a new one-time link for a person with an account; short-lived, stored as a hash."""
        account = self._access.account(person)
        if account is None or account.disabled_at is not None:
            raise NotFound(
                "account",
                person,
                known=[known.person for known in self.accounts()],
                hint="`watchbill user add` makes one",
            )
        now = self._clock.now()
        secret = self._noise()
        link = LoginLink(person=person, role=account.role, created_at=now, expires_at=now + self._rules.link_expiry)
        self._access.add_login_link(link, hash_of(secret))
        self._audit.record(by.name, "login.link", person, {"via": by.via, "expires_at": link.expires_at})
        return secret

    def log_in(self, link_secret: str, *, via: str = "link") -> tuple[Session, str]:
        """Use a link: a new session and its secret. Raises Unauthorized where it is used, expired or unknown.

        Whoever answers the refusal writes it into the audit log with `refuse_login`, in a transaction of its own.
        """
        now = self._clock.now()
        link = self._access.use_login_link(hash_of(link_secret), now)
        account = self._access.account(link.person) if link else None
        if account is None or account.disabled_at is not None:
            raise Unauthorized(
                "this login link is not (or no longer) good", hint="`watchbill login NAME` prints a new one"
            )
        session = Session(
            id=self._ids.new(SessionId),
            person=account.person,
            role=account.role,
            via=via,
            created_at=now,
            last_seen_at=now,
            expires_at=now + self._rules.session_absolute,
        )
        secret = self._noise()
        self._access.add_session(session, hash_of(secret))
        self._audit.record(account.person, "login.ok", account.person, {"via": via, "session": session.id})
        return session, secret

    def refuse_login(self, address: str, reason: str) -> None:
        """Note an attempt that was refused, and where it came from."""
        self._audit.record("anonymous", "login.refused", address, {"reason": reason})

    def refuse_access(self, who: Actor, operation: str) -> None:
        """Note that somebody asked for what their role does not allow."""
        self._audit.record(who.name, "access.denied", operation, {"role": who.role, "via": who.via})

    def session(self, secret: str) -> Session:
        """The login that a browser's secret belongs to; raises Unauthorized when it ended, expired or lies idle too long."""
        now = self._clock.now()
        found = self._access.session(hash_of(secret))
        if found is None or not is_session_alive(
            found, self._seen(found.id, found.last_seen_at), self._rules.session_idle, now
        ):
            raise Unauthorized("you are not logged in (any longer)", hint="open a new login link")
        self._uses[found.id] = now
        return found

    def log_out(self, secret: str) -> None:
        """End a login; one that is unknown or over is fine."""
        found = self._access.session(hash_of(secret))
        if found is not None and self._access.end_sessions(self._clock.now(), session=found.id):
            self._audit.record(found.person, "logout", found.person, {"session": found.id})

    def _seen(self, identifier: str, stored: datetime) -> datetime:
        return max(stored, self._uses.get(identifier, stored))

    # --- programs

    def create_token(
        self, name: str, role: Role, by: Actor, *, life: timedelta | None = None, integration: str | None = None
    ) -> tuple[Token, str]:
        """A new key and its secret, which is told this once. Nobody can make a key that may do more than they may.

        With an `integration` it is an intake key: it only sends alerts under that name, and has the 32 characters that
        PagerDuty's clients expect.
        """
        if not by.role.covers(role):
            raise Forbidden(f"{by.name} is {by.role} and cannot make a token for {role}")
        if any(token.name == name and token.revoked_at is None for token in self._access.tokens()):
            raise Conflict(f"there is a token named {name!r} already", hint="revoke it or take another name")
        secret = intake_secret(self._noise()) if integration else token_secret(self._noise())
        now = self._clock.now()
        token = Token(
            id=self._ids.new(TokenId),
            name=name,
            role=role,
            prefix=secret.shown,
            created_by=by.name,
            created_at=now,
            expires_at=expiry_of(life, now),
            integration=integration,
        )
        self._access.add_token(token, secret.hash)
        self._audit.record(
            by.name, "token.create", token.id, {"name": name, "role": role, "expires_at": token.expires_at}
        )
        return token, secret.text

    def tokens(self) -> Sequence[Token]:
        """All keys, newest first, with their last use."""
        return [
            replace(token, last_used_at=self._seen(token.id, token.last_used_at or token.created_at))
            if token.last_used_at or token.id in self._uses
            else token
            for token in self._access.tokens()
        ]

    def revoke_token(self, which: str, by: Actor) -> Token:
        """Make a key useless, by id, name or shown prefix; one that is revoked already is fine."""
        tokens = self._access.tokens()
        found = [token for token in tokens if which in {token.id, token.prefix}] or [
            token for token in tokens if token.name == which
        ]
        if not found:
            raise NotFound("token", which, known=[token.name for token in tokens])
        token = next((token for token in found if token.revoked_at is None), found[0])
        if token.revoked_at is None:
            token = replace(token, revoked_at=self._clock.now())
            self._access.revoke_token(token.id, self._clock.now())
            self._audit.record(by.name, "token.revoke", token.id, {"name": token.name})
        return token

    def token(self, secret: str) -> Token:
        """The key that a program shows; raises Unauthorized when it is unknown, revoked or expired."""
        found = self._access.token(hash_of(secret)) if looks_like_token(secret) else None
        if found is not None and found.integration:
            raise Unauthorized("an intake key only sends alerts", hint="`watchbill token create` makes a token")
        if found is None or not is_token_good(found, self._clock.now()):
            raise Unauthorized("the token is not (or no longer) good", hint="`watchbill token create` makes one")
        self._uses[found.id] = self._clock.now()
        return found

    def intake_key(self, secret: str) -> Token | None:
        """The intake key of that secret, if it is known and good."""
        found = self._access.token(hash_of(secret))
        if found is None or not found.integration or not is_token_good(found, self._clock.now()):
            return None
        self._uses[found.id] = self._clock.now()
        return found
