"""Operations on postmortems and their action items: draft, read, revise, review, export; add and finish what is to be done."""

from base64 import b64encode
from datetime import UTC

from watchbill.bootstrap import Services
from watchbill.incidents.rules.naming import text_block
from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import PostmortemId
from watchbill.kernel.units import Money
from watchbill.operations.page import Page
from watchbill.operations.postmortem_views import (
    ActionView,
    AddAction,
    DoneAction,
    DraftPostmortem,
    EditPostmortem,
    ExportedPostmortem,
    ExportPostmortem,
    ListActions,
    ListPostmortems,
    NamedPostmortem,
    PostmortemRow,
    PostmortemView,
)
from watchbill.operations.postmortem_views_of import action_view, incident_name, postmortem_row, postmortem_view
from watchbill.people.model import Actor
from watchbill.postmortems.model import Bone, Moment, Postmortem, Why
from watchbill.postmortems.ports import ActionSearch, PostmortemSearch
from watchbill.postmortems.rules.template import file_name
from watchbill.postmortems.service import NewAction

_NOT_JUDGED = {"id", "version", "revenue_impact", "five_whys", "root_cause_action", "fishbone", "moments"}


def draft(s: Services, who: Actor, given: DraftPostmortem) -> PostmortemView:
    """Draft it with the figures filled in, or open the existing one."""
    incident = s.incidents.find(given.incident)
    return postmortem_view(s, s.postmortems.draft(incident, who.name, refresh=given.refresh))


def list_all(s: Services, who: Actor, given: ListPostmortems) -> Page[PostmortemRow]:
    """Postmortems, newest first."""
    search = PostmortemSearch(
        statuses=(given.status,) if given.status else (),
        incident=s.incidents.find(given.incident).id if given.incident else None,
        before=PostmortemId(given.cursor) if given.cursor else None,
        limit=given.limit + 1,
    )
    found = s.postmortems.list(search)
    rows = [postmortem_row(s, one) for one in found[: given.limit]]
    return Page(items=rows, next=rows[-1].id if len(found) > given.limit else None)


def show(s: Services, who: Actor, given: NamedPostmortem) -> PostmortemView:
    """One postmortem."""
    return postmortem_view(s, s.postmortems.find(given.id))


def edit(s: Services, who: Actor, given: EditPostmortem) -> PostmortemView:
    """Write down what people judge; fields that are not named stay."""
    said: dict[str, object] = {name: getattr(given, name) for name in given.model_fields_set - _NOT_JUDGED}
    if "revenue_impact" in given.model_fields_set:
        said["revenue"] = _money(s, given.revenue_impact)
    said |= _analysis(s, given)
    return postmortem_view(s, s.postmortems.edit(s.postmortems.find(given.id), said, who.name, version=given.version))


def _analysis(s: Services, given: EditPostmortem) -> dict[str, object]:
    """The chain, the fishbone and what was remembered, cleaned as all words of people are."""
    found: dict[str, object] = {}
    named = given.model_fields_set
    if "five_whys" in named:
        found["whys"] = tuple(
            Why(_line(one.question), _line(one.answer), _line(one.evidence) if one.evidence else None)
            for one in given.five_whys or ()
        )
    if "root_cause_action" in named:
        reference = given.root_cause_action
        found["root_action"] = s.postmortems.actions.find(reference).number if reference else None
    if "fishbone" in named:
        found["fishbone"] = tuple(Bone(one.category, _line(one.cause)) for one in given.fishbone or ())
    if "moments" in named:
        found["moments"] = tuple(Moment(one.time.astimezone(UTC), _line(one.event)) for one in given.moments or ())
    return found


def _line(text: str) -> str:
    """One line: a link of the chain, a cause, an event."""
    return " ".join(text_block(text, field="text").split("\n"))


def submit(s: Services, who: Actor, given: NamedPostmortem) -> PostmortemView:
    """Ask for review."""
    return postmortem_view(s, s.postmortems.submit(s.postmortems.find(given.id), who.name))


def approve(s: Services, who: Actor, given: NamedPostmortem) -> PostmortemView:
    """Approve it; the last approval that is needed makes it final."""
    return postmortem_view(s, s.postmortems.approve(s.postmortems.find(given.id), who.name))


def export(s: Services, who: Actor, given: ExportPostmortem) -> ExportedPostmortem:
    """The playbook's template as YAML, or Markdown, HTML, PDF, or its fishbone as SVG."""
    found = s.postmortems.find(given.id)
    content, is_base64 = _written(s, found, given.format)
    return ExportedPostmortem(
        name=file_name(found, incident_name(s, found), given.format),
        format=given.format,
        content=content,
        base64=is_base64,
    )


def _written(s: Services, found: Postmortem, form: str) -> tuple[str, bool]:
    """The file, and whether it is base64."""
    match form:
        case "md":
            return s.postmortems.markdown(found), False
        case "html":
            return s.postmortem_files.html(found), False
        case "pdf":
            return b64encode(s.postmortem_files.pdf(found)).decode("ascii"), True
        case "svg":
            return s.postmortem_files.fishbone(found), False
        case _:
            return s.postmortem_files.yaml(found), False


def actions(s: Services, who: Actor, given: ListActions) -> Page[ActionView]:
    """Action items, newest first."""
    search = ActionSearch(
        statuses=(given.status,) if given.status else (),
        owner=given.owner.removeprefix("@") if given.owner else None,
        postmortem=s.postmortems.find(given.postmortem).id if given.postmortem else None,
        due_before=s.postmortems.actions.today if given.overdue else None,
        before=int(given.cursor) if given.cursor and given.cursor.isdecimal() else None,
        limit=given.limit + 1,
    )
    found = s.postmortems.actions.list(search)
    rows = [action_view(s, one) for one in found[: given.limit]]
    return Page(items=rows, next=str(rows[-1].number) if len(found) > given.limit else None)


def add_action(s: Services, who: Actor, given: AddAction) -> ActionView:
    """Add something to do."""
    postmortem = s.postmortems.find(given.postmortem) if given.postmortem else None
    new = NewAction(given.description, given.type, given.priority, given.owner, given.deadline, given.ticket)
    return action_view(s, s.postmortems.actions.add(new, who.name, postmortem))


def done_action(s: Services, who: Actor, given: DoneAction) -> ActionView:
    """Finish it, or take it to another status."""
    return action_view(s, s.postmortems.actions.move(given.id, given.status, who.name))


def _money(s: Services, amount: str | None) -> Money | None:
    if amount is None:
        return None
    found = Money.parse(amount, s.people.organisation().currency, field="revenue_impact")
    if found.cents < 0:
        raise Invalid("revenue_impact", "is what was lost, zero or more")
    return found
