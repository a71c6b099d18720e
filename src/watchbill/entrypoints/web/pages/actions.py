"""The board of action items across postmortems, and what people do on it."""

from datetime import date

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.actions import action_burndown
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words import actions as words
from watchbill.operations import action_items, people
from watchbill.operations.action_items import BoardGiven, BurndownGiven, EditAction
from watchbill.postmortems.model import ActionPriority, ActionStatus

__all__ = ["change", "edit_of", "index"]

PERIODS = (28, 90, 365)


def index(s: Services, visit: Visit) -> Shown:
    """What is to be done, by status, the most urgent first; how it came to be so many."""
    owner, team, days = visit.ask("owner"), visit.ask("team"), _days(visit)
    board = action_items.board(s, visit.who, BoardGiven(owner=owner, team=team))
    burned = action_items.burndown(s, visit.who, BurndownGiven(days=days))
    known = bool(board.open or board.in_progress or board.done)
    return Shown(
        "actions.html",
        {
            "headline": words.headline(board),
            "more": words.more(board),
            "columns": (("Open", board.open), ("In progress", board.in_progress), ("Done lately", board.done)),
            "known": known,
            "burndown": action_burndown(burned) if any(day.open or day.done for day in burned) else None,
            "days": days,
            "periods": PERIODS,
            "owner": owner or "",
            "team": team or "",
            "teams": [team.name for team in s.people.teams()],
            "owners": sorted({one.owner for one in (*board.open, *board.in_progress) if one.owner}),
            "people": [person.name for person in people.list_persons(s, visit.who, people.Nothing())],
            "priorities": list(ActionPriority),
            "statuses": list(ActionStatus),
            "can": visit.may("responder"),
        },
    )


def change(s: Services, visit: Visit) -> Go:
    """Change one, and come back to where it was."""
    action_items.edit(s, visit.who, edit_of(visit))
    return Go("/actions", said="saved")


def edit_of(visit: Visit) -> EditAction:
    """What the form of an item says; fields that it lacks stay."""
    given: dict[str, object] = {"id": visit.need("action")}
    for name in ("status", "owner", "priority", "description"):
        if name in visit.form:
            given[name] = visit.form[name].strip() or None
    if "deadline" in visit.form:
        given["deadline"] = date.fromisoformat(visit.form["deadline"]) if visit.form["deadline"] else None
    return EditAction.model_validate(given)


def _days(visit: Visit) -> int:
    asked = visit.ask("days") or ""
    return int(asked) if asked.isdecimal() and int(asked) in PERIODS else PERIODS[1]
