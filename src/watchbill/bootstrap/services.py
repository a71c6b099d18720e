"""The services of one transaction, built on first use, so that a request pays only for what it uses.

Each domain has a section with the properties that build its services.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from watchbill.adapters.resources.emit import document_text
from watchbill.adapters.resources.service import ResourceService
from watchbill.adapters.resources.snapshot import Definitions
from watchbill.adapters.store.access import AccessRecords
from watchbill.adapters.store.alerts import AlertStore, IntakeBuffer
from watchbill.adapters.store.answers import AnswerStore
from watchbill.adapters.store.arranged import SwapRecords
from watchbill.adapters.store.audit import AuditStore
from watchbill.adapters.store.budget import BudgetStandingStore, TierStandingStore
from watchbill.adapters.store.budget_kept import AdjustmentStore
from watchbill.adapters.store.changes import ChangeStore
from watchbill.adapters.store.events import EventLog
from watchbill.adapters.store.jobs import JobStore
from watchbill.adapters.store.oncall import OverrideRecords
from watchbill.adapters.store.pauses import PauseStore
from watchbill.adapters.store.queue import JobQueue
from watchbill.adapters.store.records import RecordStore
from watchbill.adapters.store.resources import DocumentStore
from watchbill.adapters.store.silences import SilenceStore
from watchbill.alerts.rules.routing import Router
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.service import AlertService, SilenceService
from watchbill.alerts.service.tickets import TicketService
from watchbill.bootstrap.acting import Acting
from watchbill.bootstrap.alert_quality import AlertQuality
from watchbill.bootstrap.alerting import alert_service, silence_service, silencer, ticket_service
from watchbill.bootstrap.arranged import Arranged
from watchbill.bootstrap.budget import budget_desk
from watchbill.bootstrap.chat import ChatService, chat_service
from watchbill.bootstrap.incidents import incident_desk
from watchbill.bootstrap.paging import desk
from watchbill.bootstrap.postmortems import postmortem_desk, postmortem_yaml
from watchbill.bootstrap.receivers import ReceiverService, receiver_service
from watchbill.bootstrap.resources import PREDICATES, may_ask, may_read
from watchbill.bootstrap.status import Publishing, Subscribing, publishing, subscribing
from watchbill.budget.service import BudgetDecisions, BudgetService
from watchbill.catalog.service import CatalogService
from watchbill.incidents.service import IncidentService
from watchbill.kernel.clock import Clock, Moment
from watchbill.kernel.ids import Ids
from watchbill.oncall.service import PagingService, RunbookService, ScheduleService
from watchbill.people.service import AccessRules, PeopleService
from watchbill.postmortems.model import Postmortem
from watchbill.postmortems.service import PostmortemService
from watchbill.reactions import urgency
from watchbill.slo.computed_counts import ComputedCounts
from watchbill.slo.service import SloService
from watchbill.slo.service.checks import CheckService
from watchbill.slo.service.promised import Promised
from watchbill.slo.service.replaying import Replaying

if TYPE_CHECKING:
    from watchbill.bootstrap.app import App

__all__ = ["Services"]


class Services:
    """Everything that a use case may ask for, over one transaction."""

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
            may_read=partial(may_read, roots=self.app.config.log_roots),
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

    # --- slo, budget, measure

    @cached_property
    def excluded(self) -> AdjustmentStore:
        """What was taken out of budgets."""
        return AdjustmentStore(self.connection)

    @cached_property
    def promised(self) -> Promised:
        """All promises, with the members of groups."""
        return Promised(self.definitions.slos, self.app.measure.counts, self.excluded)

    @cached_property
    def slo(self) -> SloService:
        """What is promised, and how it stands."""
        parts = self.app.measure
        return SloService(
            definitions=self.definitions.slos,
            promised=self.promised,
            catalog=self.definitions.services,
            counts=ComputedCounts(parts.counts, self.promised, parts.memory),
            intake=parts.counts,
            sources=parts.sources,
            standings=TierStandingStore(self.connection),
            events=self.events,
            clock=self.clock,
            plans=parts.plans,
            delay=self.app.config.watermark_delay,
            zone=self.people.organisation().timezone,
        )

    @cached_property
    def checks(self) -> CheckService:
        """Probes and heartbeats."""
        return CheckService(
            definitions=self.definitions.checks,
            slos=self.definitions.slos,
            beats=self.app.measure.beats,
            rounds=self.app.measure.rounds,
        )

    @cached_property
    def budget(self) -> BudgetService:
        """What is left of the promises."""
        return BudgetService(
            slos=self.slo,
            policies=self.definitions.budget_policies,
            standings=BudgetStandingStore(self.connection, self.app.measure.standings),
            events=self.events,
            clock=self.clock,
        )

    @cached_property
    def budgets(self) -> BudgetDecisions:
        """What is decided about budgets."""
        return BudgetDecisions(budget_desk(self))

    @property
    def replaying(self) -> Replaying:
        """Judges history again."""
        return Replaying(counts=self.app.measure.counts, history=self.app.measure.counts)

    # --- alerts

    @property
    def router(self) -> Router:
        """The routing tree over the resources that this transaction sees."""
        return self.app.alert_parts.router(self.definitions)

    @property
    def silencer(self) -> Silencer:
        """The silences that are active, and the windows that are open, at this transaction's moment."""
        return silencer(self)

    def runbook_for(self, alert_name: str) -> str | None:
        """The name of the runbook written for an alert."""
        return self.definitions.runbook_names.for_alert(alert_name)

    @cached_property
    def intake(self) -> IntakeBuffer:
        """What this transaction puts into the inbox."""
        return IntakeBuffer(self.connection)

    @cached_property
    def alert_store(self) -> AlertStore:
        """Alerts as they are saved, with what the fold of this process knows beyond that."""
        memory = self.app.alert_parts.fold.memory
        return AlertStore(self.connection, memory) if memory is not None else AlertStore(self.connection)

    @cached_property
    def silence_store(self) -> SilenceStore:
        """Silences as they are saved."""
        return SilenceStore(self.connection, now=self.now)

    @cached_property
    def alerts(self) -> AlertService:
        """Alerts, and where they go."""
        return alert_service(self)

    @cached_property
    def silences(self) -> SilenceService:
        """Silences: set, end, preview."""
        return silence_service(self)

    @cached_property
    def alert_quality(self) -> AlertQuality:
        """Judging alerts: noise review, lint, replay."""
        return AlertQuality(self)

    @cached_property
    def tickets(self) -> TicketService:
        """What nobody is woken for."""
        return ticket_service(self)

    # --- on-call, paging, runbooks

    @cached_property
    def schedules(self) -> ScheduleService:
        """Who stands watch."""
        return ScheduleService(
            definitions=self.definitions.schedules,
            overrides=OverrideRecords(self.connection),
            swaps=SwapRecords(self.connection),
            catalog=self.catalog,
            people=self.people,
            events=self.events,
            ids=self.ids,
            clock=self.clock,
        )

    @cached_property
    def arranged(self) -> Arranged:
        """Swaps, leave, calendars, cover."""
        return Arranged(self)

    @cached_property
    def runbooks(self) -> RunbookService:
        """What to do about an alert."""
        return RunbookService(definitions=self.definitions.runbooks)

    @cached_property
    def paging(self) -> PagingService:
        """Calling people."""
        return PagingService(desk(self))

    @cached_property
    def receivers(self) -> ReceiverService:
        """Telling the receivers of an Alertmanager file."""
        return receiver_service(self)

    # --- status pages

    @cached_property
    def publishing(self) -> Publishing:
        """What outsiders are told."""
        return publishing(self)

    @cached_property
    def subscribing(self) -> Subscribing:
        """Who hears of it."""
        return subscribing(self)

    # --- what is run for people

    @cached_property
    def acting(self) -> Acting:
        """Commands and webhooks, walks through runbooks, ways to mitigate."""
        return Acting(self)

    # --- incidents, postmortems

    @cached_property
    def incidents(self) -> IncidentService:
        """The people's records of emergencies."""
        return IncidentService(incident_desk(self))

    @cached_property
    def chat(self) -> ChatService:
        """What is said in chats, and by whom."""
        return chat_service(self)

    @cached_property
    def postmortems(self) -> PostmortemService:
        """What was learnt, and what is done about it."""
        return PostmortemService(postmortem_desk(self))

    def postmortem_yaml(self, postmortem: Postmortem) -> str:
        """A postmortem in the playbook's template, as `validate` and `apply` read it."""
        return postmortem_yaml(self.postmortems.template(postmortem))

    def document_text(self, kind: str, spec: Mapping[str, object]) -> str:
        """A resource as a YAML document."""
        return document_text(kind, spec)

    def flush(self) -> None:
        """Write what is still buffered; called once, right before the commit."""
        buffered = self.__dict__
        if "events" in buffered:
            self.events.flush()
        if "jobs" in buffered:
            self.jobs.flush()
        if "audit" in buffered:
            self.audit.flush()
        if "intake" in buffered:
            self.intake.flush()

    @property
    def left_work(self) -> bool:
        """Whether this transaction set a job or published an event, so that background loops should look."""
        buffered = self.__dict__
        return ("events" in buffered and self.events.published > 0) or ("jobs" in buffered and self.jobs.touched)

    @property
    def took_in(self) -> bool:
        """Whether this transaction put anything into the inbox or changed a silence, so that the fold should look."""
        buffered = self.__dict__
        return ("intake" in buffered and self.intake.is_used) or (
            "silence_store" in buffered and self.silence_store.touched
        )
