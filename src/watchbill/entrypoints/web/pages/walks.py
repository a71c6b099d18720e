"""The runner: one walk through a runbook beside its incident, each step run or confirmed with one small POST."""

from collections.abc import Callable
from typing import TypeAlias

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words import runbooks as words
from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import RunOutcome
from watchbill.operations import execution, incidents, runbook_runs
from watchbill.operations.incident_given import ShowIncident

__all__ = ["act", "decide", "show"]

Act: TypeAlias = Callable[[Services, Visit, str], str]
_ENTRIES = 12


def show(s: Services, visit: Visit) -> Shown:
    """The steps, and beside them the incident."""
    run = runbook_runs.show(s, visit.who, runbook_runs.NamedRun(id=visit.params["id"]))
    incident = incidents.show(s, visit.who, ShowIncident(id=run.incident)) if run.incident else None
    nearest = next((step.key for step in run.steps if step.verdict in {"open", "unknown"}), "")
    return Shown(
        "walk_through.html",
        {
            "run": run,
            "incident": incident,
            "entries": list(reversed(incident.timeline))[:_ENTRIES] if incident else [],
            "headline": words.walk_headline(run),
            "more": words.walk_more(run, visit.local, visit.name),
            "nearest": nearest,
            "contact": words.whom(run.contact, visit.name),
            "can": visit.may("responder") and run.ended_at is None,
            "busy": any(step.verdict == "running" for step in run.steps),
        },
    )


def act(s: Services, visit: Visit) -> Go:
    """Do the one thing that the form names."""
    name, run = visit.form.get("act", ""), visit.params["id"]
    if name not in ACTS:
        raise Invalid("act", f"{name!r} is not something that a walk does")
    said = ACTS[name](s, visit, run)
    step = visit.form.get("step", "")
    return Go(f"/walks/{run}{f'#step-{step}' if step.replace('.', '').isalnum() else ''}", said=said)


def decide(s: Services, visit: Visit) -> Go:
    """Approve, reject or stop what somebody asked for; back to where it stands."""
    given, wanted = visit.params["id"], visit.form.get("act", "")
    match wanted:
        case "approve":
            done = execution.approve(s, visit.who, execution.NamedExecution(id=given))
        case "reject":
            reason = visit.form.get("reason", "").strip()
            done = execution.reject(s, visit.who, execution.RejectExecution(id=given, reason=reason))
        case "stop":
            done = execution.stop(s, visit.who, execution.NamedExecution(id=given))
        case _:
            raise Invalid("act", f"{wanted!r} is not something that can be decided")
    if done.run:
        return Go(f"/walks/{done.run}", said="saved")
    number = s.incidents.find(done.incident).number if done.incident else None
    return Go(f"/incidents/{number}/look#mitigate" if number else "/runbooks", said="saved")


def _values(visit: Visit) -> dict[str, str]:
    """What the form says about placeholders: fields named `set-NAME`."""
    return {name.removeprefix("set-"): value.strip() for name, value in visit.form.items() if name.startswith("set-") and value.strip()}  # fmt: skip


def _execute(s: Services, visit: Visit, run: str) -> str:
    dry = bool(visit.form.get("dry"))
    given = runbook_runs.ExecuteStep(id=run, step=visit.need("step"), dry_run=dry, values=_values(visit))
    done = runbook_runs.execute(s, visit.who, given)
    return {"proposed": "proposed", "queued": "begun"}.get(done.status, "saved")


def _confirm(s: Services, visit: Visit, run: str) -> str:
    given = runbook_runs.ConfirmStep(
        id=run,
        step=visit.need("step"),
        as_expected=visit.form.get("saw") == "expected",
        note=visit.form.get("note", "").strip(),
    )
    runbook_runs.confirm(s, visit.who, given)
    return "noted"


def _escalate(s: Services, visit: Visit, run: str) -> str:
    runbook_runs.escalate(s, visit.who, runbook_runs.NamedRun(id=run))
    return "helped"


def _end(s: Services, visit: Visit, run: str) -> str:
    given = runbook_runs.EndRun(
        id=run, outcome=RunOutcome(visit.need("outcome")), note=visit.form.get("note", "").strip()
    )
    runbook_runs.end(s, visit.who, given)
    return "saved"


ACTS: dict[str, Act] = {"execute": _execute, "confirm": _confirm, "escalate": _escalate, "end": _end}
