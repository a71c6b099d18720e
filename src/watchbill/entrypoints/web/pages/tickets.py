"""Tickets: what nobody was woken for and somebody has to look at; the list, one of them, and a button that ends it."""

from watchbill.alerts.model.tickets import TicketStatus
from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words import tickets as words
from watchbill.operations import alerts, tickets

__all__ = ["done", "index", "show"]

COUNTED = 500


def index(s: Services, visit: Visit) -> Shown:
    """A page of the list: open ones unless others are asked for; the sentence is about all open ones."""
    asked = visit.ask("status")
    status = {"done": TicketStatus.DONE, "all": None}.get(asked or "", TicketStatus.OPEN)
    given = tickets.ListTickets(status=status, service=visit.ask("service"), cursor=visit.ask("cursor"))
    found = tickets.list_all(s, visit.who, given)
    waiting = tickets.list_all(s, visit.who, tickets.ListTickets(limit=COUNTED))
    return Shown(
        "tickets.html",
        {
            "headline": words.list_headline(waiting.items, more=waiting.next is not None),
            "more": words.list_more(waiting.items, visit.local),
            "tickets": found.items,
            "next": found.next,
            "asked": {"status": asked or "open", "service": visit.ask("service") or ""},
        },
    )


def show(s: Services, visit: Visit) -> Shown:
    """One ticket with the alert that opened it."""
    one = tickets.show(s, visit.who, tickets.NamedTicket(id=visit.params["id"]))
    return Shown(
        "ticket.html",
        {
            "one": one,
            "headline": words.ticket_headline(one),
            "more": words.ticket_more(one, visit),
            "alert": alerts.show(s, visit.who, alerts.NamedAlert(id=one.alert)),
        },
    )


def done(s: Services, visit: Visit) -> Go:
    """Somebody dealt with it."""
    given = tickets.DoneTicket(id=visit.params["id"], note=visit.form.get("note", "").strip())
    return Go(f"/tickets/{tickets.done(s, visit.who, given).number}", said="done")
