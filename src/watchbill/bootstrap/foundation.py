"""What every use case stands on, over one transaction: clock, ids, jobs, events, audit, people, resources, catalog."""

import secrets
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from watchbill.adapters.resources.service import ResourceService
from watchbill.adapters.resources.snapshot import Definitions
from watchbill.adapters.store.access import AccessRecords
from watchbill.adapters.store.answers import AnswerStore
from watchbill.adapters.store.audit import AuditStore
from watchbill.adapters.store.changes import ChangeStore
from watchbill.adapters.store.events import EventLog
from watchbill.adapters.store.jobs import JobStore
from watchbill.adapters.store.pauses import PauseStore
from watchbill.adapters.store.queue import JobQueue
from watchbill.adapters.store.records import RecordStore
from watchbill.adapters.store.resources import DocumentStore
from watchbill.bootstrap.resources import PREDICATES, may_ask, may_read
from watchbill.catalog.service import CatalogService
from watchbill.kernel.clock import Clock, Moment
from watchbill.kernel.ids import Ids
from watchbill.people.service import AccessRules, PeopleService
from watchbill.reactions import urgency

if TYPE_CHECKING:
    from watchbill.bootstrap.app import App

__all__ = ["Foundation"]


class Foundation:
    """The part of Services that knows of no domain above the catalog."""

    def __init__(self, app: "App", connection: Connection) -> None:
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
        return Moment(self.now, self.app.clock)

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
    def pauses(self) -> PauseStore:
        """What rests until a person says otherwise."""
        return PauseStore(self.connection)

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
            directory=self.definitions.directory,
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

    # --- resources, catalog

    @cached_property
    def documents(self) -> DocumentStore:
        """The resources as they are stored."""
        return DocumentStore(self.connection)

    @cached_property
    def definitions(self) -> Definitions:
        """The resources as the domains want them."""
        return Definitions(self.app.shelf, self.documents)

    @cached_property
    def resources(self) -> ResourceService:
        """Validating, applying and exporting resources."""
        return ResourceService(
            documents=self.documents,
            predicates=PREDICATES,
            events=self.events,
            audit=self.audit,
            clock=self.clock,
            spec_of=self.app.shelf.spec,
            changed=self.definitions.refresh,
            may_read=partial(may_read, roots=self.app.config.log_roots, addresses=self.app.measure.allowed_logs),
            may_ask=partial(may_ask, hosts=self.app.config.source_hosts),
        )

    @cached_property
    def catalog(self) -> CatalogService:
        """Services, their dependencies and changes."""
        return CatalogService(
            services=self.definitions.services,
            promises=self.definitions.promises,
            store=ChangeStore(self.connection),
            events=self.events,
            ids=self.ids,
            clock=self.clock,
        )
