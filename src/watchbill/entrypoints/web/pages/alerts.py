"""Alerts: the list, newest first, and one alert with where it went, who was called and what came of it."""

from watchbill.alerts.model import AlertStatus, Severity
from watchbill.alerts.model.matching import quoted
from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words import alerts as words
from watchbill.kernel.errors import NotFound
from watchbill.operations import alerts, paging, runbooks

__all__ = ["acknowledge", "index", "rate", "resolve", "show"]

# What tells an alert from others in the form for a silence; whoever fills it in may widen or narrow it.
SILENCED_BY = ("alertname", "service", "slo")


def index(s: Services, visit: Visit) -> Shown:
    """A page of the list, filtered by status, severity and service."""
    status, severity, service = visit.ask("status"), visit.ask("severity"), visit.ask("service")
    given = alerts.ListAlerts(
        status=AlertStatus(status) if status in set(AlertStatus) else None,
        severity=Severity(severity) if severity in set(Severity) else None,
        service=service,
        name=visit.ask("name"),
        cursor=visit.ask("cursor"),
    )
    found = alerts.list_all(s, visit.who, given)
    firing = alerts.list_all(s, visit.who, alerts.ListAlerts(status=AlertStatus.FIRING, limit=100)).items
    return Shown(
        "alerts.html",
        {
            "headline": words.list_headline(firing),
            "more": words.list_more(firing),
            "alerts": found.items,
            "next": found.next,
            "statuses": list(AlertStatus),
            "severities": list(Severity),
            "asked": {
                "status": status or "",
                "severity": severity or "",
                "service": service or "",
                "name": visit.ask("name") or "",
            },
        },
    )


def show(s: Services, visit: Visit) -> Shown:
    """One alert."""
    one = alerts.show(s, visit.who, alerts.NamedAlert(id=visit.params["id"]))
    walk = paging.show_escalation(s, visit.who, paging.Target(id=one.escalation)) if one.escalation else None
    return Shown(
        "alert.html",
        {
            "one": one,
            "headline": words.alert_headline(one),
            "more": words.alert_more(one, visit),
            "walk": walk,
            "runbook": _runbook(s, visit, one.runbook_name),
            "matchers": "\n".join(f"{key}={quoted(one.labels[key])}" for key in SILENCED_BY if key in one.labels),
        },
    )


def acknowledge(s: Services, visit: Visit) -> Go:
    """Nobody else is called for it."""
    one = alerts.acknowledge(s, visit.who, alerts.AckAlert(id=visit.params["id"]))
    return Go(f"/alerts/{one.id}", said="acked")


def resolve(s: Services, visit: Visit) -> Go:
    """It is over."""
    one = alerts.resolve(s, visit.who, alerts.NamedAlert(id=visit.params["id"]))
    return Go(f"/alerts/{one.id}", said="resolved")


def rate(s: Services, visit: Visit) -> Go:
    """Whether there was anything to do about it."""
    actionable = visit.form.get("actionable") == "yes"
    one = alerts.actionable(s, visit.who, alerts.RateAlert(id=visit.params["id"], actionable=actionable))
    return Go(f"/alerts/{one.id}", said="saved" if actionable else "not-actionable")


def _runbook(s: Services, visit: Visit, name: str | None) -> runbooks.RunbookView | None:
    if name is None:
        return None
    try:
        return runbooks.show(s, visit.who, runbooks.ShowRunbook(name=name))
    except NotFound:
        return None
