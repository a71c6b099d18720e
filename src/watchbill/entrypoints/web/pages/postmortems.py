"""Postmortems: the list, one as it reads, its questions answered in place, its review, its action items, its files."""

from datetime import date

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Download, Go, Shown, Visit
from watchbill.entrypoints.web.words import postmortems as words
from watchbill.kernel.errors import Invalid
from watchbill.operations import people, postmortems
from watchbill.operations.postmortem_views import (
    AddAction,
    DoneAction,
    DraftPostmortem,
    EditPostmortem,
    ExportPostmortem,
    ListActions,
    ListPostmortems,
    NamedPostmortem,
)
from watchbill.postmortems.model import ActionPriority, ActionStatus, ActionType, PostmortemStatus

__all__ = ["act", "draft", "export", "index", "show"]

_MEDIA = {"yaml": "application/yaml", "md": "text/markdown"}


def index(s: Services, visit: Visit) -> Shown:
    """All postmortems, newest first, and the action items that are open."""
    wanted = visit.ask("status")
    status = PostmortemStatus(wanted) if wanted in set(PostmortemStatus) else None
    found = postmortems.list_all(s, visit.who, ListPostmortems(status=status, cursor=visit.ask("cursor")))
    actions = [
        one
        for one in postmortems.actions(s, visit.who, ListActions(limit=200)).items
        if one.status != ActionStatus.DONE
    ]
    return Shown(
        "postmortems.html",
        {
            "headline": words.list_headline(found.items, actions),
            "more": words.list_more(found.items, actions),
            "postmortems": found.items,
            "next": found.next,
            "actions": sorted(actions, key=lambda one: (one.deadline or date.max, one.number)),
            "statuses": list(PostmortemStatus),
            "asked": wanted or "",
        },
    )


def show(s: Services, visit: Visit) -> Shown:
    """One postmortem as it reads; what people must judge is marked."""
    one = postmortems.show(s, visit.who, NamedPostmortem(id=visit.params["id"]))
    prompts = {prompt.field: prompt for prompt in one.prompts}
    return Shown(
        "postmortem.html",
        {
            "one": one,
            "headline": words.headline(one),
            "more": words.more(one, visit),
            "prompts": prompts,
            "texts": words.texts(one),
            "lists": words.lists(one),
            "people": [person.name for person in people.list_persons(s, visit.who, people.Nothing())],
            "types": list(ActionType),
            "priorities": list(ActionPriority),
            "can": visit.may("responder") and not one.locked,
        },
    )


def export(s: Services, visit: Visit) -> Download:
    """The template's YAML, or Markdown."""
    wanted = visit.params["format"]
    if wanted not in _MEDIA:
        raise Invalid("format", f"{wanted!r} is not a format", hint="yaml or md")
    found = postmortems.export(
        s, visit.who, ExportPostmortem.model_validate({"id": visit.params["id"], "format": wanted})
    )
    return Download(found.name, f"{_MEDIA[wanted]}; charset=utf-8", found.content)


def draft(s: Services, visit: Visit) -> Go:
    """Draft one for an incident, or open the existing one."""
    made = postmortems.draft(
        s, visit.who, DraftPostmortem(incident=visit.need("incident"), refresh=bool(visit.form.get("refresh")))
    )
    return Go(f"/postmortems/{made.id}", said="saved")


def act(s: Services, visit: Visit) -> Go:
    """Answer a question, ask for review, approve, add or finish an action item."""
    identifier, name = visit.params["id"], visit.form.get("act", "")
    named = NamedPostmortem(id=identifier)
    match name:
        case "edit":
            postmortems.edit(s, visit.who, _edit(visit, identifier))
        case "submit":
            postmortems.submit(s, visit.who, named)
        case "approve":
            postmortems.approve(s, visit.who, named)
        case "action":
            postmortems.add_action(s, visit.who, _action(visit, identifier))
        case "done":
            postmortems.done_action(s, visit.who, DoneAction(id=visit.need("action")))
        case _:
            raise Invalid("act", f"{name!r} is not something that a postmortem does")
    return Go(f"/postmortems/{identifier}", said="saved")


def _edit(visit: Visit, identifier: str) -> EditPostmortem:
    """One field at a time, guarded by the version that was read; lists are one entry a line."""
    field, text = visit.need("field"), visit.form.get("text", "").replace("\r\n", "\n").strip()
    if field not in {*words.TEXTS, *words.LISTS}:
        raise Invalid("field", f"{field!r} cannot be written here")
    value: object = (
        [line.strip("- ").strip() for line in text.split("\n") if line.strip("- ").strip()]
        if field in words.LISTS
        else text
    )
    version = visit.maybe("version")
    return EditPostmortem.model_validate({"id": identifier, "version": int(version) if version else None, field: value})


def _action(visit: Visit, identifier: str) -> AddAction:
    return AddAction(
        postmortem=identifier,
        description=visit.need("description"),
        type=ActionType(visit.form.get("type", "prevent")),
        owner=visit.maybe("owner"),
        priority=ActionPriority(visit.form.get("priority", "P1")),
        deadline=date.fromisoformat(deadline) if (deadline := visit.maybe("deadline")) else None,
    )
