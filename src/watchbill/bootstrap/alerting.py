"""Puts the use cases of alerts, silences and tickets together over one transaction."""

from typing import TYPE_CHECKING

from watchbill.adapters.store.silences import Definitions
from watchbill.adapters.store.tickets import TicketRecords
from watchbill.adapters.workdays import PublicHolidays
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.service import AlertService, SilenceService
from watchbill.alerts.service.tickets import TicketService

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["alert_service", "silence_service", "silencer", "ticket_service"]


def silencer(s: "Services") -> Silencer:
    """The silences that are active, and the windows that are open, at the transaction's moment."""
    windows = Definitions(s.definitions.windows.version, s.definitions.windows.list)
    return s.app.alert_parts.silences.at(s.silence_store, s.now, windows)


def alert_service(s: "Services") -> AlertService:
    """Alerts, and where they go."""
    return AlertService(
        store=s.alert_store,
        intake=s.intake,
        router=s.router,
        silencer=s.silencer,
        runbook_for=s.runbook_for,
        events=s.events,
        clock=s.clock,
    )


def silence_service(s: "Services") -> SilenceService:
    """Silences: set, end, preview."""
    return SilenceService(
        store=s.silence_store,
        alerts=s.alert_store,
        matchers=s.app.alert_parts.matchers,
        events=s.events,
        ids=s.ids,
        clock=s.clock,
    )


def ticket_service(s: "Services") -> TicketService:
    """What nobody is woken for."""
    return TicketService(
        store=TicketRecords(s.connection),
        people=s.people,
        holidays=PublicHolidays(),
        events=s.events,
        ids=s.ids,
        clock=s.clock,
    )
