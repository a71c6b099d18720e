"""The incident room: one screen for the commander, and each thing that can be done from it as one small POST."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from markupsafe import Markup

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.band import Band, Span, Tick, band
from watchbill.entrypoints.web.visit import Download, Go, Shown, Visit, moment_of
from watchbill.entrypoints.web.words import incidents as words
from watchbill.entrypoints.web.words.severity import COLUMNS, ROWS, cell
from watchbill.incidents.model import IncidentRole, NoteKind, Phase, UpdateKind
from watchbill.incidents.rules.export import TimelineFormat
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.operations import incident_given as given
from watchbill.operations import incident_told, incidents, people
from watchbill.operations.incident_views import IncidentView, TimelineView
from watchbill.operations.investigation import books_for
from watchbill.operations.runbook_runs import ListRuns
from watchbill.operations.runbook_runs import list_all as list_runs

__all__ = ["act", "show", "timeline"]

Act: TypeAlias = Callable[[Services, Visit, str], str]
SHOWN_ENTRIES = 60
KINDS = (
    (NoteKind.NOTE, "Note"),
    (NoteKind.KNOW, "We know"),
    (NoteKind.DONT_KNOW, "We don't know"),
    (NoteKind.DOING, "We're doing"),
    (NoteKind.DECISION, "Decision"),
    (NoteKind.ACTION, "Action"),
)
MEDIA = {"md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json"}


def show(s: Services, visit: Visit) -> Shown:
    """Everything about one incident."""
    asked = visit.ask("before") or ""
    before = int(asked) if asked.isdecimal() and int(asked) > 0 else None
    one = incidents.show(s, visit.who, given.ShowIncident(id=visit.params["number"], before=before))
    lines = words.log(one.timeline, SHOWN_ENTRIES)
    last = lines[-1].until_sequence if lines else 1
    why = one.severity_reason
    return Shown(
        "room.html",
        {
            "one": one,
            "headline": words.room_headline(one),
            "more": words.room_more(one, visit),
            "seats": words.seats(one),
            "steps": words.steps(one, visit.local),
            "entries": [(line.entry, line.more, line.until) for line in lines],
            "hidden_entries": last - 1,
            "why": (why or one.assessment).sentence,
            "pressed": why.reason if why and why.by_hand else f"{one.assessment.row}, {one.assessment.column}",
            "own_templates": [
                (known.name, known.name.replace("-", " ").capitalize())
                for known in incident_told.templates(s, visit.who, people.Nothing())
                if known.own and not known.replaces
            ],
            "before": before,
            "correct": _to_correct(visit, one),
            "length": _length(one, visit),
            "matrix_rows": ROWS,
            "columns": COLUMNS,
            "cell": cell,
            "kinds": KINDS,
            "people": [person.name for person in people.list_persons(s, visit.who, people.Nothing())],
            **_lists(one),
            "updates": list(UpdateKind),
            "later": [phase for phase in Phase if phase.rank > one.phase.rank and phase.rank <= Phase.RESPOND.rank],
            "open": one.status in {"open", "mitigated"},
            "walks": (walks := list_runs(s, visit.who, ListRuns(incident=visit.params["number"]))),
            "books": [book for book in books_for(s, one.id) if book.name not in {run.runbook for run in walks}],
        },
    )


def _lists(one: IncidentView) -> dict[str, object]:
    """Tasks of now and of later, updates that wait and that were sent."""
    newest = list(reversed(one.updates))
    return {
        "now_tasks": [
            task
            for task in one.tasks
            if task.phase.rank <= one.phase.rank and (task.phase == one.phase or not task.done)
        ],
        "later_tasks": [task for task in one.tasks if task.phase.rank > one.phase.rank],
        "drafts": [update for update in newest if update.sent_at is None],
        "sent": [update for update in newest if update.sent_at is not None],
    }


def _to_correct(visit: Visit, one: IncidentView) -> TimelineView | None:
    """The entry that the visitor wants to correct: one that a person wrote and that stands."""
    asked = visit.ask("correct") or ""
    if not asked.isdecimal():
        return None
    found = next((entry for entry in one.timeline if entry.sequence == int(asked)), None)
    if found is None or found.source != "human" or found.superseded_by or found.withdrawn:
        return None
    return found


def timeline(s: Services, visit: Visit) -> Download:
    """The whole timeline as a file."""
    form = visit.params["format"]
    if form not in MEDIA:
        raise NotFound("file", f"timeline.{form}", known=MEDIA)
    wanted = given.ExportTimeline(id=visit.params["number"], format=TimelineFormat(form))
    made = incidents.export(s, visit.who, wanted)
    return Download(made.name, MEDIA[form], made.content)


def act(s: Services, visit: Visit) -> Go:
    """Do the one thing that the form names; the room says what was done."""
    name, number = visit.form.get("act", ""), visit.params["number"]
    if name not in ACTS:
        raise Invalid("act", f"{name!r} is not something that an incident room does")
    said = ACTS[name](s, visit, number)
    return Go(f"/incidents/{number}", said=said)


def _acknowledge(s: Services, visit: Visit, number: str) -> str:
    incidents.acknowledge(s, visit.who, given.NamedIncident(id=number))
    return "acked"


def _note(s: Services, visit: Visit, number: str) -> str:
    supersedes = visit.maybe("supersedes")
    wanted = given.NoteIncident(
        id=number,
        text=visit.form.get("text", "").strip(),
        kind=NoteKind(visit.form.get("kind", "note")),
        at=moment_of(visit, "at") if visit.maybe("at") else None,
        supersedes=int(supersedes) if supersedes else None,
        withdraw=bool(visit.form.get("withdraw")),
    )
    incidents.note(s, visit.who, wanted)
    return "noted"


def _severity(s: Services, visit: Visit, number: str) -> str:
    """Two taps on the matrix: what is broken, for how many. A count that nobody gave is not made up: the cell is the reason."""
    row, _, column = visit.need("cell").partition("|")
    chosen = cell(row, column)
    wanted = given.ChangeSeverity(
        id=number,
        severity=chosen,
        impairment=next(one for one, _words in ROWS if one == row),
        reason=f"{row}, {column}",
    )
    incidents.severity(s, visit.who, wanted)
    return "saved"


def _damage(s: Services, visit: Visit, number: str) -> str:
    """What is known of the damage; the triggers follow from it."""

    def known(name: str) -> bool | None:
        return {"yes": True, "no": False}.get(visit.form.get(name, ""))

    users, total, tickets = visit.maybe("users_affected"), visit.maybe("users_total"), visit.maybe("customer_tickets")
    wanted = given.ChangeSeverity.model_validate({
        "id": number, "data_loss": known("data_loss"), "pii_breach": known("pii_breach"), "revenue": known("revenue"),
        "users_affected": users, "users_total": total, "customer_tickets": tickets,
    })  # fmt: skip
    incidents.severity(s, visit.who, wanted)
    return "saved"


def _role(s: Services, visit: Visit, number: str) -> str:
    wanted = given.AssignRole(
        id=number,
        role=IncidentRole.read(visit.need("role")),
        person=visit.maybe("person"),
        summary=visit.form.get("summary", ""),
    )
    incidents.role(s, visit.who, wanted)
    return "saved"


def _phase(s: Services, visit: Visit, number: str) -> str:
    incidents.phase(s, visit.who, given.MovePhase(id=number, phase=Phase(visit.need("phase"))))
    return "saved"


def _draft(s: Services, visit: Visit, number: str) -> str:
    incidents.update(s, visit.who, given.SendUpdate(id=number, template=visit.need("template")))
    return "saved"


def _send(s: Services, visit: Visit, number: str) -> str:
    template = visit.maybe("template")
    wanted = given.SendUpdate(
        id=number,
        draft=visit.maybe("draft"),
        template=template,
        text=visit.need("text"),
        send=True,
    )
    incidents.update(s, visit.who, wanted)
    return "sent"


def _task(s: Services, visit: Visit, number: str) -> str:
    incidents.add_task(s, visit.who, given.AddTask(id=number, text=visit.need("text"), owner=visit.maybe("owner")))
    return "saved"


def _done(s: Services, visit: Visit, number: str) -> str:
    incidents.done_task(
        s, visit.who, given.DoneTask(id=number, task=visit.need("task"), done=visit.form.get("done") != "no")
    )
    return "saved"


def _mitigate(s: Services, visit: Visit, number: str) -> str:
    incidents.mitigate(s, visit.who, given.MitigateIncident(id=number, how=visit.maybe("how")))
    return "saved"


def _resolve(s: Services, visit: Visit, number: str) -> str:
    wanted = given.ResolveIncident(
        id=number,
        root_cause=visit.maybe("root_cause"),
        override=visit.maybe("override"),
        reason=visit.maybe("reason"),
        all_clear=bool(visit.form.get("all_clear")),
    )
    incidents.resolve(s, visit.who, wanted)
    return "resolved"


def _close(s: Services, visit: Visit, number: str) -> str:
    incidents.close(s, visit.who, given.CloseIncident(id=number, reason=visit.form.get("reason", "")))
    return "saved"


def _reopen(s: Services, visit: Visit, number: str) -> str:
    incidents.reopen(s, visit.who, given.ReopenIncident(id=number, reason=visit.need("reason")))
    return "saved"


def _unmerge(s: Services, visit: Visit, number: str) -> str:
    incidents.unmerge(s, visit.who, given.UnmergeIncident(id=number, reason=visit.need("reason")))
    return "saved"


def _relate(s: Services, visit: Visit, number: str) -> str:
    incidents.relate(s, visit.who, given.RelateIncident(id=number, to=visit.need("to")))
    return "saved"


def _merge(s: Services, visit: Visit, number: str) -> str:
    incidents.merge(s, visit.who, given.MergeIncident(id=number, into=visit.need("into")))
    return "saved"


ACTS: dict[str, Act] = {
    "ack": _acknowledge, "note": _note, "severity": _severity, "damage": _damage, "role": _role, "phase": _phase,
    "draft": _draft, "send": _send, "task": _task, "done": _done, "mitigate": _mitigate, "resolve": _resolve,
    "close": _close, "reopen": _reopen, "merge": _merge, "unmerge": _unmerge, "relate": _relate,
}  # fmt: skip


def _length(one: IncidentView, visit: Visit) -> Markup:
    """The incident's length on the band: when it began, was noticed, mitigated and resolved."""
    began = one.started_at or one.detected_at
    end = one.resolved_at or visit.local.now
    room = max(timedelta(minutes=20), (end - began) * 0.15)
    start, last = began - room, end + room
    span = Span(began, one.resolved_at, f"INC-{one.number}", "dead" if one.resolved_at is None else "dim")
    ticks = [Tick(moment, label, tone) for moment, label, tone in words.milestones(one)]
    every = 1 if last - start < timedelta(hours=8) else 4
    shown = Band(
        start=start,
        end=last,
        now=visit.local.now,
        zone=visit.local.zone,
        ticks=tuple(ticks),
        spans=(span,),
        every_h=every,
        key="sky-length",
    )
    return band(shown)
