"""Postmortems: the list, one as it reads, its questions answered in place, its review, its action items, its files."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.pages.actions import edit_of
from watchbill.entrypoints.web.visit import Download, Go, Shown, Visit, moment_of
from watchbill.entrypoints.web.words import postmortems as words
from watchbill.kernel.errors import Invalid
from watchbill.operations import action_items, people, postmortem_find, postmortem_talk, postmortems
from watchbill.operations.postmortem_find import SearchPostmortems, SimilarPostmortems
from watchbill.operations.postmortem_talk_views import (
    CommentPostmortem,
    FindingView,
    LintPostmortem,
    ReturnPostmortem,
    SettleComment,
)
from watchbill.operations.postmortem_views import (
    AddAction,
    AddedMoment,
    DraftPostmortem,
    EditPostmortem,
    ExportPostmortem,
    ListActions,
    ListPostmortems,
    NamedPostmortem,
    PostmortemView,
)
from watchbill.postmortems.model import ActionPriority, ActionStatus, ActionType, PostmortemStatus, Why
from watchbill.postmortems.rules.analysis import FACTOR_QUESTIONS, factors_by_kind, read_why, why_line

__all__ = ["act", "draft", "export", "index", "show"]

_MEDIA = {
    "yaml": "application/yaml; charset=utf-8", "md": "text/markdown; charset=utf-8", "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml", "pdf": "application/pdf",
}  # fmt: skip
_COUNTS = ("users_affected", "customer_tickets")


def index(s: Services, visit: Visit) -> Shown:
    """All postmortems, newest first, and the action items that are open."""
    wanted, query = visit.ask("status"), visit.ask("q")
    status = PostmortemStatus(wanted) if wanted in set(PostmortemStatus) else None
    hits = postmortem_find.search(s, visit.who, SearchPostmortems(q=query[:500])) if query else None
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
            "query": query or "",
            "hits": hits,
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
            **_around(s, visit, one),
        },
    )


def _around(s: Services, visit: Visit, one: PostmortemView) -> dict[str, Any]:  # Any: each fact has its own type
    """What is said about it, what it is like, and its analysis as lines that read back."""
    findings: dict[str, list[FindingView]] = {}
    for found in postmortem_talk.lint(s, visit.who, LintPostmortem(id=one.id)):
        findings.setdefault(found.field, []).append(found)
    drawn = postmortems.export(s, visit.who, ExportPostmortem(id=one.id, format="svg")).content if one.fishbone else ""
    whys = [why_line(Why(why.question, why.answer, why.evidence)) for why in one.five_whys]
    kinds = factors_by_kind(one.contributing_factors)
    return {
        "findings": findings,
        "comments": postmortem_talk.comments(s, visit.who, NamedPostmortem(id=one.id)),
        "similar": postmortem_find.similar(s, visit.who, SimilarPostmortems(id=one.id, limit=3)),
        "drawn": Markup(drawn),  # noqa: S704 - our own picture, which escapes every word
        "whys": "\n".join(whys),
        "factors": [(kind, texts) for kind, texts in kinds.items() if texts],
        "factor_questions": FACTOR_QUESTIONS,
        "statuses": list(ActionStatus),
    }


def export(s: Services, visit: Visit) -> Download:
    """The template's YAML, Markdown, HTML, PDF, or the fishbone."""
    wanted = visit.params["format"]
    if wanted not in _MEDIA:
        raise Invalid("format", f"{wanted!r} is not a format", hint="yaml, md, html, pdf or svg")
    found = postmortems.export(
        s, visit.who, ExportPostmortem.model_validate({"id": visit.params["id"], "format": wanted})
    )
    return Download(found.name, _MEDIA[wanted], b64decode(found.content) if found.base64 else found.content)


def draft(s: Services, visit: Visit) -> Go:
    """Draft one for an incident, or open the existing one."""
    made = postmortems.draft(
        s, visit.who, DraftPostmortem(incident=visit.need("incident"), refresh=bool(visit.form.get("refresh")))
    )
    return Go(f"/postmortems/{made.id}", said="saved")


def act(s: Services, visit: Visit) -> Go:
    """Answer a question, remember something, comment, review, add or change an action item."""
    name = visit.form.get("act", "")
    if name not in _ACTS:
        raise Invalid("act", f"{name!r} is not something that a postmortem does")
    _ACTS[name](s, visit, visit.params["id"])
    return Go(f"/postmortems/{visit.params['id']}", said="saved")


def _figures(visit: Visit, identifier: str) -> EditPostmortem:
    """Counts that no data tells; an empty one is not known."""
    given: dict[str, object] = {"id": identifier, "version": int(visit.need("version"))}
    for name in _COUNTS:
        given[name] = int(text) if (text := visit.form.get(name, "").strip()).isdecimal() else None
    given["revenue_impact"] = visit.maybe("revenue_impact")
    given["data_loss"] = {"yes": True, "no": False}.get(visit.form.get("data_loss", ""))
    return EditPostmortem.model_validate(given)


def _remembered(visit: Visit, one: PostmortemView) -> EditPostmortem:
    """One more line of the timeline."""
    known = [AddedMoment(time=at.time, event=at.event) for at in one.timeline if at.remembered]
    new = AddedMoment(time=moment_of(visit, "time"), event=visit.need("event"))
    return EditPostmortem(id=one.id, version=int(visit.need("version")), moments=[*known, new])


def _edit(visit: Visit, identifier: str) -> EditPostmortem:
    """One field at a time, guarded by the version that was read; lists are one entry a line."""
    field, text = visit.need("field"), visit.form.get("text", "").replace("\r\n", "\n").strip()
    if field not in {*words.TEXTS, *words.LISTS, "five_whys", "title", "root_cause_action", "authors", "reviewers"}:
        raise Invalid("field", f"{field!r} cannot be written here")
    lines = [line.strip("- ").strip() for line in text.split("\n") if line.strip("- ").strip()]
    value: object = text
    if field == "five_whys":
        whys = [read_why(line) for line in lines]
        value = [{"question": why.question, "answer": why.answer, "evidence": why.evidence} for why in whys]
    elif field in words.LISTS:
        value = lines
    elif field in {"authors", "reviewers"}:
        value = text.replace(",", " ").replace("@", "").split()
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


def _comment(visit: Visit, identifier: str) -> CommentPostmortem:
    return CommentPostmortem(id=identifier, text=visit.need("text"), field=visit.maybe("field"))


# What the forms of the page do, by the word in their field `act`.
_ACTS: Mapping[str, Callable[[Services, Visit, str], object]] = {
    "edit": lambda s, visit, key: postmortems.edit(s, visit.who, _edit(visit, key)),
    "figures": lambda s, visit, key: postmortems.edit(s, visit.who, _figures(visit, key)),
    "remember": lambda s, visit, key: postmortems.edit(
        s, visit.who, _remembered(visit, postmortems.show(s, visit.who, NamedPostmortem(id=key)))
    ),
    "submit": lambda s, visit, key: postmortems.submit(s, visit.who, NamedPostmortem(id=key)),
    "approve": lambda s, visit, key: postmortems.approve(s, visit.who, NamedPostmortem(id=key)),
    "return": lambda s, visit, key: postmortem_talk.give_back(
        s, visit.who, ReturnPostmortem(id=key, reason=visit.need("reason"))
    ),
    "comment": lambda s, visit, key: postmortem_talk.comment(s, visit.who, _comment(visit, key)),
    "settle": lambda s, visit, _key: postmortem_talk.settle(s, visit.who, SettleComment(id=visit.need("comment"))),
    "action": lambda s, visit, key: postmortems.add_action(s, visit.who, _action(visit, key)),
    "change": lambda s, visit, _key: action_items.edit(s, visit.who, edit_of(visit)),
}
