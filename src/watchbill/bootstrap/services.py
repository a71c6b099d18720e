"""The services of one transaction, built on first use, so that a request pays only for what it uses.

Each domain has a section with the properties that build its services.
"""

from collections.abc import Mapping
from functools import cached_property

from watchbill.adapters.resources.emit import document_text
from watchbill.adapters.store.alerts import AlertStore, IntakeBuffer
from watchbill.adapters.store.arranged import SwapRecords
from watchbill.adapters.store.budget import BudgetStandingStore, TierStandingStore
from watchbill.adapters.store.budget_kept import AdjustmentStore
from watchbill.adapters.store.oncall import OverrideRecords
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
from watchbill.bootstrap.duty import Duty
from watchbill.bootstrap.foundation import Foundation
from watchbill.bootstrap.incidents import incident_desk
from watchbill.bootstrap.paging import contact_service, desk
from watchbill.bootstrap.postmortem_files import PostmortemFiles
from watchbill.bootstrap.postmortems import postmortem_desk
from watchbill.bootstrap.receivers import ReceiverService, receiver_service
from watchbill.bootstrap.status import Publishing, Subscribing, publishing, subscribing
from watchbill.budget.service import BudgetDecisions, BudgetService
from watchbill.incidents.service import IncidentService
from watchbill.oncall.service import ContactService, PagingService, RunbookService, ScheduleService
from watchbill.postmortems.service import PostmortemService
from watchbill.slo.computed_counts import ComputedCounts
from watchbill.slo.service import SloService
from watchbill.slo.service.checks import CheckService
from watchbill.slo.service.promised import Promised
from watchbill.slo.service.replaying import Replaying

__all__ = ["Services"]


class Services(Foundation):
    """Everything that a use case may ask for, over one transaction."""

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
    def duty(self) -> Duty:
        """Shifts as they were stood, their health, hand-overs, the question after them."""
        return Duty(self)

    @cached_property
    def contacts(self) -> ContactService:
        """Ways to people."""
        return contact_service(self)

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

    @cached_property
    def postmortem_files(self) -> PostmortemFiles:
        """Postmortems as files, and files read back."""
        return PostmortemFiles(self.postmortems)

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
