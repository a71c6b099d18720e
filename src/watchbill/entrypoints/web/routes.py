"""The table of pages: method, path, least role, page function. A page without a row does not exist: deny by default.

`/static`, the manifest, the service worker and the page without a network, open to all, and `/live`, for viewers, are the only
routes beside it. The table makes the test of every role
against every route.
"""

from dataclasses import dataclass
from typing import Literal

from watchbill.entrypoints.web.pages import (
    alerts,
    budgets,
    checks,
    contacts,
    design,
    duties,
    find,
    incidents,
    login,
    me,
    metrics,
    now,
    oncall,
    pager,
    postmortems,
    room,
    senders,
    services,
    silences,
    slos,
    tickets,
)
from watchbill.entrypoints.web.visit import PageFunction

__all__ = ["ROUTES", "Row"]

Role = Literal["anyone", "viewer", "responder", "editor", "admin"]


@dataclass(frozen=True, slots=True)
class Row:
    """One route. GET only reads; POST runs in one transaction. `does` names the operation that a POST performs."""

    method: Literal["GET", "POST"]
    path: str
    role: Role
    page: PageFunction
    does: str = ""


ROUTES: tuple[Row, ...] = (
    Row("GET", "/", "viewer", now.page),
    Row("GET", "/incidents", "viewer", incidents.index),
    Row("POST", "/incidents", "responder", incidents.declare, "incident.start"),
    Row("GET", "/incidents/new", "responder", incidents.form),
    Row("GET", "/incidents/metrics", "viewer", metrics.index),
    Row("GET", "/incidents/{number}", "viewer", room.show),
    Row("POST", "/incidents/{number}", "responder", room.act, "incident.note"),
    Row("GET", "/postmortems", "viewer", postmortems.index),
    Row("POST", "/postmortems", "responder", postmortems.draft, "postmortem.draft"),
    Row("GET", "/postmortems/{id}", "viewer", postmortems.show),
    Row("POST", "/postmortems/{id}", "responder", postmortems.act, "postmortem.edit"),
    Row("GET", "/postmortems/{id}/export/{format}", "viewer", postmortems.export),
    Row("GET", "/services", "viewer", services.index),
    Row("GET", "/services/{name}", "viewer", services.show),
    Row("GET", "/oncall", "viewer", oncall.index),
    Row("GET", "/oncall/{name}", "viewer", oncall.show),
    Row("POST", "/oncall/{name}/override", "responder", oncall.override, "oncall.override"),
    Row("POST", "/oncall/overrides/{override}/remove", "responder", oncall.remove_override, "oncall.override.remove"),
    Row("GET", "/slos", "viewer", slos.index),
    Row("GET", "/slos/{name}", "viewer", slos.show),
    Row("POST", "/slos/{name}/reviews", "responder", duties.review, "slo.review"),
    Row("POST", "/slos/{name}/agreements", "responder", duties.agree, "slo.agree"),
    Row("POST", "/slos/{name}/adjustments", "editor", duties.take_out, "budget.adjust"),
    Row("POST", "/adjustments/{adjustment}/withdraw", "editor", duties.put_back, "budget.adjust.withdraw"),
    Row("GET", "/budgets", "viewer", budgets.index),
    Row("GET", "/duties", "viewer", duties.index),
    Row("POST", "/duties/{duty}/done", "responder", duties.done, "budget.duty.done"),
    Row("GET", "/checks", "viewer", checks.index),
    Row("GET", "/tickets", "viewer", tickets.index),
    Row("GET", "/tickets/{id}", "viewer", tickets.show),
    Row("POST", "/tickets/{id}/done", "responder", tickets.done, "ticket.done"),
    Row("GET", "/silences", "viewer", silences.index),
    Row("POST", "/silences", "responder", silences.add, "silence.add"),
    Row("GET", "/silences/new", "responder", silences.form),
    Row("POST", "/silences/{id}/expire", "responder", silences.expire, "silence.expire"),
    Row("GET", "/senders", "viewer", senders.index),
    Row("GET", "/senders/{name}", "responder", senders.show),
    Row("GET", "/alerts", "viewer", alerts.index),
    Row("GET", "/alerts/{id}", "viewer", alerts.show),
    Row("POST", "/alerts/{id}/ack", "responder", alerts.acknowledge, "alerts.ack"),
    Row("POST", "/alerts/{id}/resolve", "responder", alerts.resolve, "alerts.resolve"),
    Row("POST", "/alerts/{id}/actionable", "responder", alerts.rate, "alerts.actionable"),
    Row("GET", "/pages/{id}", "viewer", pager.own_page),
    Row("POST", "/pages/{id}", "responder", pager.own_act, "page.ack"),
    Row("GET", "/p/{token}", "anyone", pager.page),
    Row("POST", "/p/{token}", "anyone", pager.act),
    Row("GET", "/login", "anyone", login.explain),
    Row("GET", "/login/{token}", "anyone", login.offer),
    Row("POST", "/login/{token}", "anyone", login.use),
    Row("POST", "/logout", "viewer", login.leave),
    Row("GET", "/me", "viewer", me.page),
    Row("POST", "/me", "viewer", me.keep),
    Row("GET", "/me/contacts", "viewer", contacts.page),
    Row("POST", "/me/contacts", "viewer", contacts.act, "contact.verify"),
    Row("GET", "/find", "viewer", find.page),
    Row("GET", "/design", "viewer", design.page),
)
