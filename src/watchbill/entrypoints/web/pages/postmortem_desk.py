"""Around a postmortem: its file, its versions, its fishbone, its review meeting; and what all of them have in common."""

from datetime import date

from markupsafe import Markup

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit, moment_of
from watchbill.entrypoints.web.words import postmortems as words
from watchbill.kernel.errors import WatchbillError
from watchbill.operations import people, postmortem_find, postmortem_talk, postmortems
from watchbill.operations.postmortem_find import RecurringGiven
from watchbill.operations.postmortem_talk_views import ComparePostmortem, DecisionGiven, HoldMeeting, WritePostmortem
from watchbill.operations.postmortem_views import BoneView, EditPostmortem, ExportPostmortem, NamedPostmortem
from watchbill.postmortems.model import ActionPriority, ActionType, FishboneCategory
from watchbill.postmortems.rules.analysis import BONE_QUESTIONS

__all__ = ["add_cause", "file", "fishbone", "hold", "meeting", "recurring", "versions", "write"]


def file(s: Services, visit: Visit) -> Shown:
    """The postmortem as code: the same thing beside its page."""
    one = postmortems.show(s, visit.who, _named(visit))
    exported = postmortems.export(s, visit.who, ExportPostmortem(id=one.id, format="yaml"))
    return _file(visit, one.id, exported.content, one.version)


def write(s: Services, visit: Visit) -> Go | Shown:
    """Take the file back; one that cannot be read is shown again, with its faults, and nothing is lost."""
    content, version = visit.form.get("content", "").replace("\r\n", "\n"), visit.need("version")
    given = WritePostmortem(id=visit.params["id"], content=content, version=int(version))
    try:
        written = postmortem_talk.write(s, visit.who, given)
    except WatchbillError as wrong:
        faults = [f"line {one.line}: {one.field} {one.reason}" for one in getattr(wrong, "faults", ())]
        return _file(visit, visit.params["id"], content, int(version), faults or [str(wrong)])
    said = "written" if written.notes else "saved"
    return Go(f"/postmortems/{written.postmortem.id}", said=said)


def _file(visit: Visit, identifier: str, content: str, version: int, faults: list[str] | None = None) -> Shown:
    can = visit.may("responder")
    facts = {"id": identifier, "content": content, "version": version, "faults": faults or [], "can": can}
    return Shown("postmortem_file.html", facts, 400 if faults else 200)


def versions(s: Services, visit: Visit) -> Shown:
    """What changed from one version to another."""
    one = postmortems.show(s, visit.who, _named(visit))
    before, after = visit.ask("before") or "", visit.ask("after") or ""
    compared = postmortem_talk.compare(
        s,
        visit.who,
        ComparePostmortem(
            id=one.id,
            before=int(before) if before.isdecimal() else None,
            after=int(after) if after.isdecimal() else None,
        ),
    )
    return Shown("postmortem_versions.html", {"one": one, "compared": compared, "headline": words.compared(compared)})


def fishbone(s: Services, visit: Visit) -> Shown:
    """The six categories: drawn, listed, and each with room for one more cause."""
    one = postmortems.show(s, visit.who, _named(visit))
    exported = postmortems.export(s, visit.who, ExportPostmortem(id=one.id, format="svg"))
    return Shown(
        "postmortem_fishbone.html",
        {
            "one": one,
            "headline": words.fishbone(one),
            "drawn": Markup(exported.content),  # noqa: S704 - our own picture, which escapes every word
            "bones": [
                (category, BONE_QUESTIONS[category], [bone.cause for bone in one.fishbone if bone.category == category])
                for category in FishboneCategory
            ],
            "can": visit.may("responder") and not one.locked,
        },
    )


def add_cause(s: Services, visit: Visit) -> Go:
    """Put a cause on a bone, or take it off."""
    one = postmortems.show(s, visit.who, _named(visit))
    bone = BoneView(category=FishboneCategory(visit.need("category")), cause=visit.need("cause"))
    if visit.form.get("act") == "remove":
        bones = [each for each in one.fishbone if each != bone]
    else:
        bones = [*one.fishbone, bone]
    postmortems.edit(s, visit.who, EditPostmortem(id=one.id, version=int(visit.need("version")), fishbone=bones))
    return Go(f"/postmortems/{one.id}/fishbone", said="saved")


def meeting(s: Services, visit: Visit) -> Shown:
    """The agenda, and what came of it."""
    one = postmortems.show(s, visit.who, _named(visit))
    found = postmortem_talk.meeting(s, visit.who, NamedPostmortem(id=one.id))
    held = found.held_at.astimezone(visit.local.zone) if found.held_at else None
    return Shown(
        "postmortem_meeting.html",
        {
            "one": one,
            "meeting": found,
            "headline": words.meeting(found),
            "held": held.strftime("%Y-%m-%dT%H:%M") if held else "",
            "people": [person.name for person in people.list_persons(s, visit.who, people.Nothing())],
            "types": list(ActionType),
            "priorities": list(ActionPriority),
            "can": visit.may("responder"),
        },
    )


def hold(s: Services, visit: Visit) -> Go:
    """Write it down: when, who, what was said in each part, and one decision at a time."""
    identifier, decisions = visit.params["id"], []
    if text := visit.maybe("decision"):
        deadline = visit.maybe("deadline")
        decisions = [
            DecisionGiven(
                text=text,
                type=ActionType(visit.form.get("type", "prevent")),
                owner=visit.maybe("owner"),
                priority=ActionPriority(visit.form.get("priority", "P1")),
                deadline=date.fromisoformat(deadline) if deadline else None,
            )
        ]
    given: dict[str, object] = {"id": identifier, "decisions": decisions}
    if visit.maybe("held_at"):
        given["held_at"] = moment_of(visit, "held_at")
    if "attendees" in visit.form:
        given["attendees"] = [
            name.strip() for name in visit.form["attendees"].replace(",", "\n").split() if name.strip()
        ]
    if "minutes-0" in visit.form:
        given["minutes"] = [visit.form.get(f"minutes-{place}", "") for place in range(4)]
    postmortem_talk.hold(s, visit.who, HoldMeeting.model_validate(given))
    return Go(f"/postmortems/{identifier}/meeting", said="saved")


def recurring(s: Services, visit: Visit) -> Shown:
    """Causes and factors that come back."""
    found = postmortem_find.recurring(s, visit.who, RecurringGiven())
    return Shown("postmortem_recurring.html", {"found": found, "headline": words.recurring(found)})


def _named(visit: Visit) -> NamedPostmortem:
    return NamedPostmortem(id=visit.params["id"])
