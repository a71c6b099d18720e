"""P2: nobody is woken, and somebody looks at it on the next business day."""

from datetime import date

from tests.story.alerts.conftest import Drill

from watchbill.alerts.model.tickets import Ticket, TicketStatus
from watchbill.alerts.ports import TicketSearch


def _tickets(drill: Drill) -> list[Ticket]:
    with drill.app.reading() as s:
        return list(s.tickets.list(TicketSearch()))


def test_a_p2_alert_is_a_ticket_and_no_page(drill: Drill) -> None:
    """Due on the next business day: Tuesday's is Wednesday."""
    drill.fire(severity="warning", service="db")
    [ticket] = _tickets(drill)

    assert drill.called() == []
    assert (ticket.reference, ticket.status, ticket.service, ticket.due_on) == (
        "TKT-1",
        TicketStatus.OPEN,
        "db",
        date(2026, 11, 25),
    )


def test_over_a_weekend_it_is_due_on_monday(drill: Drill) -> None:
    """Friday's ticket waits until Monday."""
    drill.forward(days=3)
    drill.fire(severity="warning", service="db")

    assert _tickets(drill)[0].due_on == date(2026, 11, 30)


def test_a_group_has_one_open_ticket(drill: Drill) -> None:
    """Alerts of the group join it; it stays open when they end, until somebody closes it; then a new alert opens another."""
    drill.fire(severity="warning", service="db", instance="a")
    drill.fire(severity="warning", service="db", instance="b")
    drill.resolve(severity="warning", service="db", instance="a")
    [ticket] = _tickets(drill)
    assert (ticket.alerts, ticket.firing, ticket.status) == (2, 1, TicketStatus.OPEN)

    with drill.app.transaction() as s:
        s.tickets.done("TKT-1", by="ann", note="index added")
    drill.fire(severity="warning", service="db", instance="c")
    newest, first = _tickets(drill)

    assert (newest.reference, first.status, first.closed_by, first.note) == (
        "TKT-2",
        TicketStatus.DONE,
        "ann",
        "index added",
    )


def test_urgent_and_logged_ones_make_none(drill: Drill) -> None:
    """P0 and P1 page, P3 is only logged."""
    for severity in ("critical", "error", "info"):
        drill.fire(severity=severity, service="search")

    assert _tickets(drill) == []


def test_the_ticket_is_in_the_trace(drill: Drill) -> None:
    """The chain leads from the alert to the ticket."""
    drill.fire(severity="warning", service="db")
    [ticket] = _tickets(drill)
    with drill.app.reading() as s:
        kinds = [link.kind for link in s.records.trace(ticket.id)]

    assert kinds == ["alert", "ticket"]
