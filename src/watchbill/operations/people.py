"""People and access as operations: who is here, what they may do, and the keys of programs."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.kernel.units import duration
from watchbill.people.model import Account, Actor, Role, Token

__all__ = [
    "AddPerson",
    "AuditFilter",
    "AuditVerdictView",
    "AuditView",
    "CreateToken",
    "DisablePerson",
    "LoginLinkView",
    "MakeLoginLink",
    "NewTokenView",
    "PersonView",
    "RevokeToken",
    "TokenView",
    "VerifyAudit",
    "add_person",
    "audit_list",
    "audit_verify",
    "create_token",
    "disable_person",
    "list_persons",
    "list_tokens",
    "login_link",
    "revoke_token",
]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Nothing(_Given):
    """No input."""


class AddPerson(_Given):
    """An account for a person; `name` is the handle that rotas and policies use."""

    name: str = Field(pattern=r"^@?[a-z0-9][a-z0-9._-]{0,62}$", description="Handle, e.g. ann")
    role: Role = Role.RESPONDER


class DisablePerson(_Given):
    """Whose account."""

    name: str


class CreateToken(_Given):
    """A key for a program."""

    role: Role = Role.VIEWER
    name: str = Field(
        default="", max_length=100, description="What it is for; made up from role and date where left out"
    )
    expires_in: str | None = Field(
        default=None, description="For how long it is good, e.g. 90d; for ever where left out"
    )
    intake: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]{0,63}$",
        description="Make an intake key instead: it only sends alerts, as the integration of this name",
    )


class RevokeToken(_Given):
    """Which key: its id, name or shown prefix."""

    token: str


class MakeLoginLink(_Given):
    """Whom the link logs in."""

    person: str


class VerifyAudit(_Given):
    """`head` is a hash that an earlier run printed: with it, rows cut off the end show as well."""

    head: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class AuditFilter(_Given):
    """Rows after a sequence number, oldest first."""

    after: int = Field(default=0, ge=0)
    subject: str | None = None
    limit: int = Field(default=100, ge=1, le=1000)


class PersonView(BaseModel):
    """A person of the rotas, an account, or both."""

    name: str
    full_name: str
    email: str | None
    teams: list[str]
    role: Role | None
    disabled: bool


class TokenView(BaseModel):
    """A key without its secret."""

    id: str
    name: str
    role: Role
    prefix: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    integration: str | None


class NewTokenView(TokenView):
    """A key with its secret, shown this once."""

    token: str


class LoginLinkView(BaseModel):
    """An address that logs the person in once, within a short time."""

    person: str
    login_url: str


class AuditView(BaseModel):
    """One row of the audit log."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, object]
    hash: str


class AuditVerdictView(BaseModel):
    """Whether the chain holds; keep `head` elsewhere to notice rows cut off the end."""

    ok: bool
    entries: int
    head: str
    fault: str | None


def add_person(s: Services, who: Actor, given: AddPerson) -> PersonView:
    """Give a person an account, or their account another role."""
    account = s.people.set_role(given.name.removeprefix("@"), given.role, who)
    return _person(s, account.person, account)


def disable_person(s: Services, who: Actor, given: DisablePerson) -> PersonView:
    """Take the account away and end all its logins; the person stays on the rotas."""
    account = s.people.disable(given.name.removeprefix("@"), who)
    return _person(s, account.person, account)


def list_persons(s: Services, who: Actor, given: Nothing) -> list[PersonView]:
    """Everybody who is on a rota or has an account, by name."""
    accounts = {account.person: account for account in s.people.accounts()}
    names = sorted({*accounts, *(person.name for person in s.people.persons())})
    return [_person(s, name, accounts.get(name)) for name in names]


def login_link(s: Services, who: Actor, given: MakeLoginLink) -> LoginLinkView:
    """A one-time login link; whoever makes it hands it over."""
    person = given.person.removeprefix("@")
    return LoginLinkView(person=person, login_url=s.login_url(s.people.login_link(person, who)))


def create_token(s: Services, who: Actor, given: CreateToken) -> NewTokenView:
    """Make a key; its secret is in this answer and nowhere else."""
    life = duration(given.expires_in, field="expires_in") if given.expires_in else None
    name = given.name or f"{given.intake or given.role}-{s.now:%Y%m%d-%H%M%S}"
    role = Role.VIEWER if given.intake else given.role
    token, secret = s.people.create_token(name, role, who, life=life, integration=given.intake)
    return NewTokenView(**_token(token).model_dump(), token=secret)


def list_tokens(s: Services, who: Actor, given: Nothing) -> list[TokenView]:
    """All keys, newest first, without their secrets."""
    return [_token(token) for token in s.people.tokens()]


def revoke_token(s: Services, who: Actor, given: RevokeToken) -> TokenView:
    """Make a key useless at once."""
    return _token(s.people.revoke_token(given.token, who))


def audit_verify(s: Services, who: Actor, given: VerifyAudit) -> AuditVerdictView:
    """Recompute the chain of the audit log."""
    verdict = s.audit.verify(head=given.head)
    return AuditVerdictView(ok=verdict.fault is None, entries=verdict.entries, head=verdict.head, fault=verdict.fault)


def audit_list(s: Services, who: Actor, given: AuditFilter) -> list[AuditView]:
    """Rows of the audit log, oldest first."""
    rows = s.audit.list(after=given.after, subject=given.subject, limit=given.limit)
    return [
        AuditView(
            sequence=row.sequence,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            details=dict(row.details),
            hash=row.hash,
        )
        for row in rows
    ]


def _person(s: Services, name: str, account: Account | None) -> PersonView:
    known = next((person for person in s.people.persons() if person.name == name), None)
    return PersonView(
        name=name,
        full_name=known.full_name if known else "",
        email=known.email if known else None,
        teams=[team.name for team in s.people.teams_of(name)],
        role=account.role if account else None,
        disabled=account is not None and account.disabled_at is not None,
    )


def _token(token: Token) -> TokenView:
    return TokenView(
        id=token.id,
        name=token.name,
        role=token.role,
        prefix=token.prefix,
        created_by=token.created_by,
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        revoked_at=token.revoked_at,
        integration=token.integration,
    )
