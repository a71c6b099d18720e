"""Puts the parts together: the only place that names concrete classes. Plain calls, no container, no globals.

An `App` is one opened installation: settings, clock, ids, database, wake-ups. Its `transaction()` and `reading()` yield the
`Services` of one transaction, built lazily, so that a request pays only for what it uses.
"""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from watchbill.adapters.store.access import AccessRecords
from watchbill.adapters.store.answers import AnswerStore
from watchbill.adapters.store.audit import AuditStore
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.events import EventLog
from watchbill.adapters.store.jobs import JobStore
from watchbill.adapters.store.queue import JobQueue
from watchbill.adapters.store.records import RecordStore
from watchbill.adapters.store.wakeups import Wakeups
from watchbill.config import Config
from watchbill.kernel.clock import Clock, SystemClock
from watchbill.kernel.ids import Ids, IdSource
from watchbill.people.service import AccessRules, PeopleService
from watchbill.reactions import REACTIONS, SENDINGS, TIMERS, Reaction, Sending, Timer, jobs_by_event, urgency

__all__ = ["App", "Services"]


@dataclass(eq=False)
class App:
    """One opened installation, shared by all threads of a process."""

    config: Config
    clock: Clock
    ids: Ids
    database: Database
    reactions: tuple[Reaction, ...] = REACTIONS
    timers: tuple[Timer, ...] = TIMERS
    sendings: tuple[Sending, ...] = SENDINGS
    wakeups: Wakeups = field(default_factory=Wakeups)
    # Uses of sessions and tokens by id, noted in memory by readers and saved by the tidy loop.
    uses: dict[str, datetime] = field(default_factory=dict)
    # Where people reach this process: set by the server once it listens.
    address: str = ""

    @classmethod
    def open(cls, config: Config, *, clock: Clock | None = None, ids: Ids | None = None, migrate: bool = True) -> "App":
        """Open the database and bring its schema up to date; raises Unavailable or Conflict with what to do."""
        clock = clock or SystemClock()
        app = cls(
            config=config,
            clock=clock,
            ids=ids or IdSource(clock),
            database=Database(config.database_url, clock=clock, pool_size=config.job_threads + 8),
        )
        if migrate:
            app.database.create_all()
        return app

    @cached_property
    def reaction_jobs(self) -> dict[str, tuple[str, ...]]:
        """The job kinds that each kind of event sets off."""
        return jobs_by_event(self.reactions)

    @property
    def public_url(self) -> str:
        """The address in links: as configured, else where the server listens; no slash at the end."""
        return (self.config.public_url or self.address or f"http://{self.config.listen}").rstrip("/")

    @contextlib.contextmanager
    def transaction(self) -> Iterator["Services"]:
        """The services over one write transaction: all of it is committed at the end of the block, or nothing."""
        with self.database.begin() as connection:
            services = Services(self, connection)
            yield services
            services.flush()
        if services.left_work:
            self.wakeups.wake()

    @contextlib.contextmanager
    def reading(self) -> Iterator["Services"]:
        """The services over one read-only snapshot."""
        with self.database.read() as connection:
            yield Services(self, connection)

    @contextlib.contextmanager
    def queue(self, *, reading: bool = False) -> Iterator[JobQueue]:
        """The worker's side of the jobs, in a transaction of its own."""
        with self.database.read() if reading else self.database.begin() as connection:
            yield JobQueue(connection, now=self.database.now(connection))

    def close(self) -> None:
        """Give back what is open."""
        self.database.close()


class Services:
    """Everything that a use case may ask for, over one transaction."""

    def __init__(self, app: App, connection: Connection) -> None:
        self.app = app
        self.connection = connection

    # --- the transaction itself: platform

    @cached_property
    def now(self) -> datetime:
        """The moment of this transaction: the database's clock on PostgreSQL, so that all processes agree."""
        return self.app.database.now(self.connection)

    @cached_property
    def clock(self) -> Clock:
        """A clock that stands still at the transaction's moment."""
        return _Moment(self.now, self.app.clock)

    @property
    def ids(self) -> Ids:
        """The source of ids."""
        return self.app.ids

    @cached_property
    def jobs(self) -> JobStore:
        """Timers and other later work."""
        return JobStore(self.connection, ids=self.ids, now=self.now)

    @cached_property
    def queue(self) -> JobQueue:
        """The worker's side of the jobs."""
        return JobQueue(self.connection, now=self.now)

    @cached_property
    def events(self) -> EventLog:
        """What happened."""
        return EventLog(
            self.connection,
            ids=self.ids,
            now=self.now,
            jobs=self.jobs,
            reactions=self.app.reaction_jobs,
            urgency=urgency,
        )

    @cached_property
    def audit(self) -> AuditStore:
        """Who did what."""
        return AuditStore(self.connection, now=self.now)

    @cached_property
    def records(self) -> RecordStore:
        """Chains of causes and the stream of events."""
        return RecordStore(self.connection, self.events)

    @cached_property
    def answers(self) -> AnswerStore:
        """First answers by idempotency key."""
        return AnswerStore(self.connection)

    # --- people: platform

    @cached_property
    def access(self) -> AccessRecords:
        """Accounts, sessions, tokens and login links."""
        return AccessRecords(self.connection)

    @cached_property
    def people(self) -> PeopleService:
        """Who is who, and who may come in."""
        config = self.app.config
        return PeopleService(
            directory=self.snapshot.directory,
            access=self.access,
            events=self.events,
            audit=self.audit,
            ids=self.ids,
            clock=self.clock,
            noise=lambda: secrets.token_urlsafe(32),
            rules=AccessRules(config.session_idle, config.session_absolute, config.login_link_expiry),
            uses=self.app.uses,
        )

    def login_url(self, secret: str) -> str:
        """The address that logs somebody in with the secret of a one-time link."""
        return f"{self.app.public_url}/login/{secret}"

    # --- resources, catalog: resources engineer
    # --- slo, budget, measure: slo and measure engineers
    # --- alerts: alerts engineer
    # --- on-call, paging, runbooks: oncall engineer
    # --- incidents, postmortems: incidents engineer

    def flush(self) -> None:
        """Write what is still buffered; called once, right before the commit."""
        buffered = self.__dict__
        if "events" in buffered:
            self.events.flush()
        if "jobs" in buffered:
            self.jobs.flush()
        if "audit" in buffered:
            self.audit.flush()

    @property
    def left_work(self) -> bool:
        """Whether this transaction set a job or published an event, so that background loops should look."""
        buffered = self.__dict__
        return ("events" in buffered) or ("jobs" in buffered and self.jobs.touched)


class _Moment:
    """A wall clock stopped at a transaction's moment; monotonic time and sleep are the process's."""

    def __init__(self, now: datetime, clock: Clock) -> None:
        self._now = now
        self._clock = clock

    def now(self) -> datetime:
        """The moment of the transaction."""
        return self._now

    def monotonic(self) -> float:
        """The process's monotonic time."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        self._clock.sleep(seconds)
