"""The table of pages: method, path, least role, page function. A page without a row does not exist: deny by default.

`/static`, the manifest, the service worker and the page without a network, open to all, and `/live`, for viewers, are the only
routes beside it. The table makes the test of every role
against every route.
"""

from dataclasses import dataclass
from typing import Literal

from watchbill.entrypoints.web.pages import (
    actions,
    alerts,
    budgets,
    calendar,
    checks,
    contacts,
    days,
    design,
    duties,
    find,
    handoffs,
    health,
    incidents,
    login,
    looking,
    me,
    metrics,
    now,
    oncall,
    pager,
    postmortem_desk,
    postmortems,
    room,
    runbooks,
    schedule,
    services,
    silences,
    slos,
    status,
    status_visitors,
    tickets,
    walks,
)
from watchbill.entrypoints.web.visit import PageFunction
from watchbill.operations.table import operation

__all__ = ["ROUTES", "Row"]

Role = Literal["anyone", "viewer", "responder", "editor", "admin"]


@dataclass(frozen=True, slots=True)
class Row:
    """One route. GET only reads; POST runs in one transaction, unless the operation that it performs (`does`) only reads."""

    method: Literal["GET", "POST"]
    path: str
    role: Role
    page: PageFunction
    does: str = ""
    proven: bool = (
        False  # a POST whose address itself is the proof, which mail programs send: it carries no hidden token
    )

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return self.method == "POST" and (not self.does or operation(self.does).writes)


ROUTES: tuple[Row, ...] = (
    Row("GET", "/", "viewer", now.page),
    Row("GET", "/incidents", "viewer", incidents.index),
    Row("POST", "/incidents", "responder", incidents.declare, "incident.start"),
    Row("GET", "/incidents/new", "responder", incidents.form),
    Row("GET", "/incidents/metrics", "viewer", metrics.index),
    Row("GET", "/incidents/{number}", "viewer", room.show),
    Row("GET", "/incidents/{number}/timeline.{format}", "viewer", room.timeline),
    Row("POST", "/incidents/{number}", "responder", room.act, "incident.note"),
    Row("GET", "/incidents/{number}/look", "viewer", looking.show),
    Row("POST", "/incidents/{number}/look", "responder", looking.act, "incident.mitigations.take"),
    Row("GET", "/runbooks", "viewer", runbooks.index),
    Row("GET", "/runbooks/{name}", "viewer", runbooks.show),
    Row("POST", "/runbooks/{name}", "responder", runbooks.begin, "runbook.run"),
    Row("GET", "/walks/{id}", "viewer", walks.show),
    Row("POST", "/walks/{id}", "responder", walks.act, "runbook.execute"),
    Row("POST", "/executions/{id}", "responder", walks.decide, "execution.approve"),
    Row("GET", "/postmortems", "viewer", postmortems.index),
    Row("POST", "/postmortems", "responder", postmortems.draft, "postmortem.draft"),
    Row("GET", "/postmortems/recurring", "viewer", postmortem_desk.recurring),
    Row("GET", "/postmortems/{id}", "viewer", postmortems.show),
    Row("POST", "/postmortems/{id}", "responder", postmortems.act, "postmortem.edit"),
    Row("GET", "/postmortems/{id}/export/{format}", "viewer", postmortems.export),
    Row("GET", "/status", "viewer", status.index),
    Row("POST", "/status", "responder", status.publish, "status.publish"),
    Row("GET", "/status/style.css", "anyone", status_visitors.style),
    Row("GET", "/status/confirm/{token}", "anyone", status_visitors.offer_confirm),
    Row("POST", "/status/confirm/{token}", "anyone", status_visitors.confirm, proven=True),
    Row("GET", "/status/leave/{token}", "anyone", status_visitors.offer_leave),
    Row("POST", "/status/leave/{token}", "anyone", status_visitors.leave, proven=True),
    Row("GET", "/status/{page}", "anyone", status_visitors.show),
    Row("GET", "/status/{page}/feed.atom", "anyone", status_visitors.feed),
    Row("GET", "/status/{page}/feed.rss", "anyone", status_visitors.rss),
    Row("GET", "/status/{page}/status.json", "anyone", status_visitors.document),
    Row("GET", "/status/{page}/history/{month}", "anyone", status_visitors.month),
    Row("GET", "/status/{page}/subscribe", "anyone", status_visitors.ask),
    Row("POST", "/status/{page}/subscribe", "anyone", status_visitors.subscribe),
    Row("GET", "/status/{page}/report", "anyone", status_visitors.ask_report),
    Row("POST", "/status/{page}/report", "anyone", status_visitors.report),
    Row("GET", "/postmortems/{id}/file", "viewer", postmortem_desk.file),
    Row("POST", "/postmortems/{id}/file", "responder", postmortem_desk.write, "postmortem.write"),
    Row("GET", "/postmortems/{id}/versions", "viewer", postmortem_desk.versions),
    Row("GET", "/postmortems/{id}/fishbone", "viewer", postmortem_desk.fishbone),
    Row("POST", "/postmortems/{id}/fishbone", "responder", postmortem_desk.add_cause, "postmortem.edit"),
    Row("GET", "/postmortems/{id}/meeting", "viewer", postmortem_desk.meeting),
    Row("POST", "/postmortems/{id}/meeting", "responder", postmortem_desk.hold, "postmortem.meeting.hold"),
    Row("GET", "/actions", "viewer", actions.index),
    Row("POST", "/actions", "responder", actions.change, "action.edit"),
    Row("GET", "/services", "viewer", services.index),
    Row("GET", "/services/{name}", "viewer", services.show),
    Row("POST", "/services/{name}/gate", "responder", duties.ask_gate, "gate.ask"),
    Row("GET", "/oncall", "viewer", oncall.index),
    Row("GET", "/oncall/{name}", "viewer", schedule.show),
    Row("POST", "/oncall/{name}/override", "responder", schedule.override, "oncall.override"),
    Row("POST", "/oncall/overrides/{override}/remove", "responder", schedule.remove_override, "oncall.override.remove"),
    Row("POST", "/oncall/{name}/swap", "responder", schedule.ask_swap, "oncall.swap"),
    Row("POST", "/swaps/{swap}/accept", "responder", schedule.accept_swap, "oncall.swap.accept"),
    Row("POST", "/swaps/{swap}/decline", "responder", schedule.decline_swap, "oncall.swap.decline"),
    Row("POST", "/swaps/{swap}/withdraw", "responder", schedule.withdraw_swap, "oncall.swap.withdraw"),
    Row("POST", "/leave", "responder", schedule.add_leave, "oncall.leave.add"),
    Row("POST", "/leave/{leave}/remove", "responder", schedule.remove_leave, "oncall.leave.remove"),
    Row("POST", "/calendar-feeds", "responder", schedule.make_feed, "oncall.feed.make"),
    Row("POST", "/calendar-feeds/{feed}/revoke", "responder", schedule.revoke_feed, "oncall.feed.revoke"),
    Row("GET", "/oncall-health", "viewer", health.index),
    Row("GET", "/oncall-health/compensation.csv", "viewer", health.sheet),
    Row("GET", "/handoffs", "viewer", handoffs.index),
    Row("GET", "/handoffs/{id}", "viewer", handoffs.show),
    Row("POST", "/handoffs/{id}", "responder", handoffs.act, "handoff.sign"),
    Row("GET", "/handoffs/{id}/export", "viewer", handoffs.export),
    Row("POST", "/surveys/{id}", "viewer", handoffs.answer, "survey.answer"),
    Row("GET", "/slos", "viewer", slos.index),
    Row("GET", "/slos/{name}", "viewer", slos.show),
    Row("GET", "/slos/{name}/calendar", "viewer", days.show),
    Row("POST", "/slos/{name}/reviews", "responder", duties.review, "slo.review"),
    Row("POST", "/slos/{name}/agreements", "responder", duties.agree, "slo.agree"),
    Row("POST", "/slos/{name}/adjustments", "editor", duties.take_out, "budget.adjust"),
    Row("POST", "/adjustments/{adjustment}/withdraw", "editor", duties.put_back, "budget.adjust.withdraw"),
    Row("GET", "/budgets", "viewer", budgets.index),
    Row("GET", "/duties", "viewer", duties.index),
    Row("POST", "/duties/{duty}/done", "responder", duties.done, "budget.duty.done"),
    Row("GET", "/checks", "viewer", checks.index),
    Row("POST", "/checks/{name}/try", "responder", checks.try_probe, "probe.try"),
    Row("GET", "/tickets", "viewer", tickets.index),
    Row("GET", "/tickets/{id}", "viewer", tickets.show),
    Row("POST", "/tickets/{id}/done", "responder", tickets.done, "ticket.done"),
    Row("GET", "/silences", "viewer", silences.index),
    Row("POST", "/silences", "responder", silences.add, "silence.add"),
    Row("GET", "/silences/new", "responder", silences.form),
    Row("POST", "/silences/{id}/expire", "responder", silences.expire, "silence.expire"),
    Row("GET", "/alerts", "viewer", alerts.index),
    Row("GET", "/alerts/{id}", "viewer", alerts.show),
    Row("POST", "/alerts/{id}/ack", "responder", alerts.acknowledge, "alerts.ack"),
    Row("POST", "/alerts/{id}/resolve", "responder", alerts.resolve, "alerts.resolve"),
    Row("POST", "/alerts/{id}/actionable", "responder", alerts.rate, "alerts.actionable"),
    Row("GET", "/pages/{id}", "viewer", pager.own_page),
    Row("POST", "/pages/{id}", "responder", pager.own_act, "page.ack"),
    Row("GET", "/calendar/{token}", "anyone", calendar.feed),
    Row("GET", "/p/{token}", "anyone", handoffs.link),
    Row("POST", "/p/{token}", "anyone", handoffs.follow),
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
