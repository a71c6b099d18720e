"""Incidents: the list and the form to declare one. The room itself is in `room`."""

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words import incidents as words
from watchbill.incidents.model import DetectedBy, Impairment, Severity, Status
from watchbill.kernel.errors import Conflict
from watchbill.operations import incidents, services
from watchbill.operations.incident_given import FindSimilar, ListIncidents, StartIncident

__all__ = ["declare", "form", "index"]


def index(s: Services, visit: Visit) -> Shown:
    """Open ones first, then the rest, newest first; filtered by words, severity and service."""
    severity, service, text = visit.ask("severity"), visit.ask("service"), visit.ask("q")
    known = Severity(severity) if severity in set(Severity) else None
    opened = incidents.list_all(s, visit.who, ListIncidents(open=True, limit=100)).items
    given = ListIncidents(severity=known, service=service, text=text, status=_status(visit), cursor=visit.ask("cursor"))
    found = incidents.list_all(s, visit.who, given)
    return Shown(
        "incidents.html",
        {
            "headline": words.list_headline(opened),
            "more": words.list_more(opened, found.items, visit),
            "incidents": found.items,
            "next": found.next,
            "open_count": len(opened),
            "severities": list(Severity),
            "statuses": list(Status),
            "asked": {
                "severity": severity or "",
                "service": service or "",
                "q": text or "",
                "status": visit.ask("status") or "",
            },
        },
    )


def form(s: Services, visit: Visit) -> Shown:
    """The form to declare one, with what is open and looks alike."""
    title, service = visit.ask("title") or "", visit.ask("service") or ""
    return _form(s, visit, title, service, detected_by=visit.ask("by") or "manual check")


def declare(s: Services, visit: Visit) -> Go | Shown:
    """Declare; where a similar one is open the form comes back and asks."""
    title = visit.need("title")
    severity, impairment = visit.maybe("severity"), visit.maybe("impairment")
    given = StartIncident(
        title=title,
        service=visit.maybe("service"),
        severity=Severity(severity) if severity in set(Severity) else None,
        impairment=Impairment(impairment) if impairment in set(Impairment) else None,
        detected_by=DetectedBy(visit.form.get("detected_by", "manual check")),
        drill=bool(visit.form.get("drill")),
        confirm=bool(visit.form.get("confirm")),
        call=bool(visit.form.get("call")),
        alert=visit.maybe("alert"),
    )
    try:
        started = incidents.start(s, visit.who, given)
    except Conflict as alike:
        return _form(s, visit, title, visit.form.get("service", ""), detected_by=given.detected_by, alike=alike.message)
    return Go(f"/incidents/{started.number}", said="declared")


def _form(s: Services, visit: Visit, title: str, service: str, *, detected_by: str, alike: str = "") -> Shown:
    similar = (
        incidents.similar(s, visit.who, FindSimilar(title=title, service=service or None)) if title or service else []
    )
    return Shown(
        "declare.html",
        {
            "title": title,
            "service": service,
            "severity": visit.form.get("severity", ""),
            "impairment": visit.form.get("impairment", ""),
            "detected_by": detected_by,
            "alert": visit.ask("alert") or visit.form.get("alert", ""),
            "alike": alike,
            "similar": [one for one in similar if one.status in {"open", "mitigated"}],
            "services": services.names(s, visit.who),
            "severities": list(Severity),
            "impairments": list(Impairment),
            "ways": list(DetectedBy),
        },
        status=409 if alike else 200,
    )


def _status(visit: Visit) -> Status | None:
    wanted = visit.ask("status")
    return Status(wanted) if wanted in set(Status) else None
