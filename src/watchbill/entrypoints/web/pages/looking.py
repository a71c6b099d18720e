"""Looking into an incident: what changed, what burns, what fails, what helped before; tracks, and ways to mitigate."""

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words import runbooks as words
from watchbill.incidents.model import Phase
from watchbill.kernel.errors import Invalid
from watchbill.operations import incidents, investigation, mitigations, people
from watchbill.operations.incident_given import AddTask, DoneTask, NamedIncident

__all__ = ["act", "show"]

KINDS = {
    "rollback": "roll back",
    "flag_off": "flag off",
    "shift_traffic": "shift traffic or fail over",
    "scale_up": "scale up or break the circuit",
    "data_fix": "repair data",
}


def show(s: Services, visit: Visit) -> Shown:
    """One screen."""
    one = investigation.investigate(s, visit.who, NamedIncident(id=visit.params["number"]))
    going_on = one.status in {"open", "mitigated"}
    return Shown(
        "looking.html",
        {
            "one": one,
            "headline": words.investigation_headline(one),
            "more": words.investigation_more(one),
            "kinds": KINDS,
            "can": visit.may("responder") and going_on,
            "people": [person.name for person in people.list_persons(s, visit.who, people.Nothing())],
            "walks": {run.runbook: run for run in reversed(one.runs) if run.ended_at is None and not run.rehearsal},
        },
    )


def act(s: Services, visit: Visit) -> Go:
    """Take a way to mitigate, rehearse it, or open and close a track."""
    number, wanted = visit.params["number"], visit.form.get("act", "")
    match wanted:
        case "take":
            return Go(f"/incidents/{number}/look#mitigate", said=_take(s, visit, number))
        case "track":
            given = AddTask(id=number, text=visit.need("text"), owner=visit.maybe("owner"), phase=Phase.RESPOND)
            incidents.add_task(s, visit.who, given)
        case "done":
            done = DoneTask(id=number, task=visit.need("task"), done=visit.form.get("done") != "no")
            incidents.done_task(s, visit.who, done)
        case _:
            raise Invalid("act", f"{wanted!r} is not something that this page does")
    return Go(f"/incidents/{number}/look#tracks", said="saved")


def _take(s: Services, visit: Visit, number: str) -> str:
    values = {name.removeprefix("set-"): value.strip() for name, value in visit.form.items() if name.startswith("set-")}
    given = mitigations.TakeMitigation(
        id=number, mitigation=visit.need("name"), dry_run=bool(visit.form.get("dry")), values=values
    )
    done = mitigations.take(s, visit.who, given)
    return {"proposed": "proposed", "queued": "begun"}.get(done.status, "saved")
