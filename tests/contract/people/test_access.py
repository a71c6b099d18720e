"""Who may come in: accounts, one-time links, logins and tokens, over both databases."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import ClassVar

import pytest
from sqlalchemy import text

from watchbill.adapters.store.access import AccessRecords
from watchbill.adapters.store.audit import AuditStore
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.events import EventLog
from watchbill.adapters.store.jobs import JobStore
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Unauthorized, WatchbillError
from watchbill.kernel.ids import IdSource
from watchbill.people.model import Actor, Organisation, Person, Role, Team
from watchbill.people.service import AccessRules, PeopleService

ROOT = Actor("root", Role.ADMIN, "test")
RULES = AccessRules(
    session_idle=timedelta(hours=1), session_absolute=timedelta(hours=3), link_expiry=timedelta(minutes=15)
)


class Directory:
    """Two persons and a team."""

    people: ClassVar[Mapping[str, Person]] = {name: Person(name) for name in ("ann", "bob")}

    def person(self, name: str) -> Person | None:
        """By name."""
        return self.people.get(name)

    def persons(self) -> Sequence[Person]:
        """Both."""
        return list(self.people.values())

    def team(self, name: str) -> Team | None:
        """By name."""
        return next((team for team in self.teams() if team.name == name), None)

    def teams(self) -> Sequence[Team]:
        """One."""
        return [Team("payments", ("ann",), lead="bob")]

    def organisation(self) -> Organisation:
        """The defaults."""
        return Organisation()


@dataclass
class Door:
    """The service over one database, each block a transaction."""

    database: Database
    clock: ManualClock
    ids: IdSource
    uses: dict[str, datetime] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    @contextmanager
    def open(self) -> Iterator[PeopleService]:
        """One transaction."""
        with self.database.begin() as connection:
            now = self.clock.now()
            jobs = JobStore(connection, ids=self.ids, now=now)
            events, audit = EventLog(connection, ids=self.ids, now=now, jobs=jobs), AuditStore(connection, now=now)
            yield PeopleService(
                directory=Directory(),
                access=AccessRecords(connection),
                events=events,
                audit=audit,
                ids=self.ids,
                clock=self.clock,
                noise=lambda: f"noise-{next(self.numbers):020}",
                rules=RULES,
                uses=self.uses,
            )
            events.flush()
            audit.flush()

    def audited(self) -> list[tuple[str, str, str]]:
        """Actor, action and subject of every audit row."""
        with self.database.begin() as connection:
            return [(row.actor, row.action, row.subject) for row in AuditStore(connection, now=self.clock.now()).list()]

    def logged_in(self, person: str = "ann", role: Role = Role.RESPONDER) -> str:
        """The secret of a fresh login."""
        with self.open() as people:
            people.set_role(person, role, ROOT)
            link = people.login_link(person, ROOT)
        with self.open() as people:
            return people.log_in(link)[1]

    def is_in(self, secret: str) -> bool:
        """Whether the login still counts."""
        try:
            with self.open() as people:
                people.session(secret)
        except Unauthorized:
            return False
        return True

    def refusal(self, link: str) -> type[WatchbillError] | None:
        """How a link is refused."""
        try:
            with self.open() as people:
                people.log_in(link)
        except WatchbillError as wrong:
            return type(wrong)
        return None


@pytest.fixture
def door(database: Database, clock: ManualClock, ids: IdSource) -> Door:
    """The door over each database."""
    return Door(database, clock, ids)


def test_a_login_link_works_once(door: Door) -> None:
    """The second use, by whoever reads over the shoulder, is refused."""
    with door.open() as people:
        people.set_role("ann", Role.EDITOR, ROOT)
        link = people.login_link("ann", ROOT)
    with door.open() as people:
        session, secret = people.log_in(link)

    assert (session.person, session.role, door.is_in(secret)) == ("ann", Role.EDITOR, True)
    assert door.refusal(link) is Unauthorized


def test_a_login_link_expires(door: Door) -> None:
    """At its expiry it is over."""
    with door.open() as people:
        people.set_role("ann", Role.VIEWER, ROOT)
        link = people.login_link("ann", ROOT)
    door.clock.forward(RULES.link_expiry)

    assert door.refusal(link) is Unauthorized


def test_links_are_for_accounts_only(door: Door) -> None:
    """Being on a rota is not enough, and a disabled account is none."""
    with door.open() as people:
        people.set_role("bob", Role.ADMIN, ROOT)
        people.set_role("ann", Role.VIEWER, ROOT)
        link = people.login_link("ann", ROOT)
        people.disable("ann", ROOT)
        with pytest.raises(NotFound):
            people.login_link("ann", ROOT)
        with pytest.raises(NotFound, match="there is no account 'bo'"):
            people.login_link("bo", ROOT)

    assert door.refusal(link) is Unauthorized


def test_a_login_ends_when_it_lies_idle(door: Door) -> None:
    """Each use keeps it alive; an hour without one ends it."""
    secret = door.logged_in()
    alive = []
    for minutes in (59, 59, 60):
        door.clock.forward(timedelta(minutes=minutes))
        alive.append(door.is_in(secret))

    assert alive == [True, True, False]


def test_a_login_ends_after_its_absolute_time(door: Door) -> None:
    """However busy it is."""
    secret = door.logged_in()
    alive = []
    for _ in range(4):
        door.clock.forward(timedelta(minutes=45))
        alive.append(door.is_in(secret))

    assert alive == [True, True, True, False]


def test_noted_uses_survive_a_restart_once_they_are_saved(door: Door) -> None:
    """What the tidy loop saves keeps the login alive in the next process."""
    secret = door.logged_in()
    door.clock.forward(timedelta(minutes=50))
    assert door.is_in(secret)
    with door.database.begin() as connection:
        AccessRecords(connection).note_uses(door.uses)
    door.uses.clear()
    door.clock.forward(timedelta(minutes=50))

    assert door.is_in(secret)


def test_logging_out_ends_the_login_at_once(door: Door) -> None:
    """And doing it twice is fine."""
    secret, other = door.logged_in(), door.logged_in("bob")
    for _ in range(2):
        with door.open() as people:
            people.log_out(secret)

    assert (door.is_in(secret), door.is_in(other)) == (False, True)
    assert [row for row in door.audited() if row[1] == "logout"] == [("ann", "logout", "ann")]


@pytest.mark.parametrize("change", ["role", "disable"])
def test_a_change_of_role_ends_all_logins_of_the_person(door: Door, change: str) -> None:
    """Nobody goes on with rights that were taken away."""
    door.logged_in("bob", Role.ADMIN)
    first = door.logged_in("ann", Role.EDITOR)
    with door.open() as people:
        second = people.log_in(people.login_link("ann", ROOT))[1]
    with door.open() as people:
        _ = people.set_role("ann", Role.VIEWER, ROOT) if change == "role" else people.disable("ann", ROOT)

    assert (door.is_in(first), door.is_in(second)) == (False, False)


def test_giving_the_same_role_again_changes_nothing(door: Door) -> None:
    """Nobody is thrown out by it."""
    secret = door.logged_in()
    with door.open() as people:
        people.set_role("ann", Role.RESPONDER, ROOT)

    assert door.is_in(secret)


def test_the_last_admin_stays(door: Door) -> None:
    """Neither a smaller role nor disabling may lock everybody out."""
    with door.open() as people:
        people.set_role("ann", Role.ADMIN, ROOT)
        with pytest.raises(Refused, match="the only admin"):
            people.set_role("ann", Role.EDITOR, ROOT)
        with pytest.raises(Refused, match="the only admin"):
            people.disable("ann", ROOT)
        people.set_role("bob", Role.ADMIN, ROOT)
        people.disable("ann", ROOT)
        roles = {account.person: account.disabled_at is None for account in people.accounts()}

    assert roles == {"ann": False, "bob": True}


def test_a_token_opens_until_it_is_revoked(door: Door) -> None:
    """By name; revoking it twice is fine."""
    with door.open() as people:
        token, secret = people.create_token("ci", Role.EDITOR, ROOT)
    with door.open() as people:
        found = people.token(secret)
        people.revoke_token("ci", ROOT)
        people.revoke_token(token.id, ROOT)
        with pytest.raises(Unauthorized):
            people.token(secret)

    assert (found.name, found.role, found.prefix) == ("ci", Role.EDITOR, secret[:11])
    assert [row[1] for row in door.audited()] == ["token.create", "token.revoke"]


def test_a_token_expires(door: Door) -> None:
    """At its expiry it is over; without one it never is."""
    with door.open() as people:
        _, short = people.create_token("short", Role.VIEWER, ROOT, life=timedelta(days=1))
        _, long = people.create_token("long", Role.VIEWER, ROOT)
    door.clock.forward(timedelta(days=1))
    with door.open() as people:
        with pytest.raises(Unauthorized):
            people.token(short)
        still = people.token(long)

    assert still.name == "long"


@pytest.mark.parametrize("text_", ["", "wb_", "wb_wrong", "noise", "wb_" + "x" * 300, "wb_ü"])
def test_what_is_no_token_opens_nothing(door: Door, text_: str) -> None:
    """Whatever is sent in its place."""
    with door.open() as people, pytest.raises(Unauthorized):
        people.token(text_)


def test_nobody_makes_a_token_that_may_do_more_than_they(door: Door) -> None:
    """An editor cannot make an admin's key."""
    with door.open() as people, pytest.raises(Forbidden):
        people.create_token("x", Role.ADMIN, Actor("ed", Role.EDITOR, "web"))


def test_names_of_tokens_in_use_are_unique(door: Door) -> None:
    """A revoked one gives its name back."""
    with door.open() as people:
        people.create_token("ci", Role.VIEWER, ROOT)
        with pytest.raises(Conflict):
            people.create_token("ci", Role.VIEWER, ROOT)
        people.revoke_token("ci", ROOT)
        people.create_token("ci", Role.VIEWER, ROOT)
        names = [(token.name, token.revoked_at is None) for token in people.tokens()]

    assert names == [("ci", True), ("ci", False)]


@pytest.mark.parametrize("life", [timedelta(0), timedelta(days=-1), timedelta(days=5_000)])
def test_the_life_of_a_token_has_bounds(door: Door, life: timedelta) -> None:
    """Zero, the past and more than ten years are typing errors."""
    with door.open() as people, pytest.raises(Invalid, match="expires_in"):
        people.create_token("x", Role.VIEWER, ROOT, life=life)


def test_an_unknown_token_is_not_found_with_the_near_name(door: Door) -> None:
    """A typo is told apart from success."""
    with door.open() as people:
        people.create_token("github-ci", Role.VIEWER, ROOT)
        with pytest.raises(NotFound, match="github-ci"):
            people.revoke_token("github-c", ROOT)


def test_no_secret_is_stored(door: Door) -> None:
    """A copy of the database lets nobody in: neither tables nor audit rows nor events hold one."""
    secret = door.logged_in()
    with door.open() as people:
        _, token = people.create_token("ci", Role.VIEWER, ROOT)
        link = people.login_link("ann", ROOT)
    with door.database.read() as connection:
        stored = " ".join(
            str(row)
            for table in ("sessions", "tokens", "login_links", "audit", "events")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        )

    assert [kept for kept in (secret, token, link) if kept in stored] == []
    assert token.removeprefix("wb_") not in stored


def test_comings_and_goings_are_in_the_audit_log(door: Door) -> None:
    """Role, link, login and refusal, each with who and whom."""
    door.logged_in()
    with door.open() as people:
        people.refuse_login("10.0.0.9", "used link")

    assert door.audited() == [
        ("root", "account.role", "ann"),
        ("root", "login.link", "ann"),
        ("ann", "login.ok", "ann"),
        ("anonymous", "login.refused", "10.0.0.9"),
    ]


def test_people_and_teams_are_found_by_name(door: Door) -> None:
    """With a leading @ as well; a typo gets the near name."""
    with door.open() as people:
        found = people.person("@ann").name, people.team("payments").lead, [team.name for team in people.teams_of("bob")]
        with pytest.raises(NotFound, match="did you mean 'bob'"):
            people.person("bobb")
        with pytest.raises(NotFound, match="did you mean 'payments'"):
            people.team("payment")

    assert found == ("ann", "bob", ["payments"])


def test_logins_that_are_long_over_are_deleted(door: Door) -> None:
    """Open ones stay."""
    old = door.logged_in()
    with door.open() as people:
        people.log_out(old)
    door.clock.forward(timedelta(days=31))
    fresh = door.logged_in("bob")
    with door.database.begin() as connection:
        gone = AccessRecords(connection).forget_before(door.clock.now() - timedelta(days=30))

    assert gone == 2  # the login and its link
    assert door.is_in(fresh)
