"""Operations on postmortems and their action items: draft, read, revise, review, export; add and finish what is to be done."""

from datetime import date
from fractions import Fraction
from typing import Any

from watchbill.bootstrap import Services
from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import PostmortemId
from watchbill.kernel.units import Money
from watchbill.operations.page import Page
from watchbill.operations.postmortem_views import (
    ActionView,
    AddAction,
    ApprovalView,
    BudgetShareView,
    DoneAction,
    DraftPostmortem,
    EditPostmortem,
    ExportedPostmortem,
    ExportPostmortem,
    ImpactFiguresView,
    ListActions,
    ListPostmortems,
    MomentView,
    NamedPostmortem,
    PostmortemRow,
    PostmortemView,
    PromptView,
    VersionView,
)
from watchbill.people.model import Actor
from watchbill.postmortems.model import ActionItem, ActionStatus, Postmortem, PostmortemStatus
from watchbill.postmortems.ports import ActionSearch, PostmortemSearch
from watchbill.postmortems.rules.prompts import prompts
from watchbill.postmortems.rules.review import approvers
from watchbill.postmortems.rules.template import duration_words, file_name, told
from watchbill.postmortems.service import NewAction

_NOT_JUDGED = {"id", "version", "revenue_impact"}


def draft(s: Services, who: Actor, given: DraftPostmortem) -> PostmortemView:
    """Draft it with the figures filled in, or open the existing one."""
    incident = s.incidents.find(given.incident)
    return _view(s, s.postmortems.draft(incident, who.name, refresh=given.refresh))


def list_all(s: Services, who: Actor, given: ListPostmortems) -> Page[PostmortemRow]:
    """Postmortems, newest first."""
    search = PostmortemSearch(
        statuses=(given.status,) if given.status else (),
        incident=s.incidents.find(given.incident).id if given.incident else None,
        before=PostmortemId(given.cursor) if given.cursor else None,
        limit=given.limit + 1,
    )
    found = s.postmortems.list(search)
    rows = [_row(s, one) for one in found[: given.limit]]
    return Page(items=rows, next=rows[-1].id if len(found) > given.limit else None)


def show(s: Services, who: Actor, given: NamedPostmortem) -> PostmortemView:
    """One postmortem."""
    return _view(s, s.postmortems.find(given.id))


def edit(s: Services, who: Actor, given: EditPostmortem) -> PostmortemView:
    """Write down what people judge; fields that are not named stay."""
    said: dict[str, object] = {name: getattr(given, name) for name in given.model_fields_set - _NOT_JUDGED}
    if "revenue_impact" in given.model_fields_set:
        said["revenue"] = _money(s, given.revenue_impact)
    return _view(s, s.postmortems.edit(s.postmortems.find(given.id), said, who.name, version=given.version))


def submit(s: Services, who: Actor, given: NamedPostmortem) -> PostmortemView:
    """Ask for review."""
    return _view(s, s.postmortems.submit(s.postmortems.find(given.id), who.name))


def approve(s: Services, who: Actor, given: NamedPostmortem) -> PostmortemView:
    """Approve it; the last approval that is needed makes it final."""
    return _view(s, s.postmortems.approve(s.postmortems.find(given.id), who.name))


def export(s: Services, who: Actor, given: ExportPostmortem) -> ExportedPostmortem:
    """The playbook's template as YAML, or Markdown."""
    found = s.postmortems.find(given.id)
    content = s.postmortem_yaml(found) if given.format == "yaml" else s.postmortems.markdown(found)
    return ExportedPostmortem(
        name=file_name(found, _incident_name(s, found), given.format), format=given.format, content=content
    )


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
    rows = [_action(s, one) for one in found[: given.limit]]
    return Page(items=rows, next=str(rows[-1].number) if len(found) > given.limit else None)


def add_action(s: Services, who: Actor, given: AddAction) -> ActionView:
    """Add something to do."""
    postmortem = s.postmortems.find(given.postmortem) if given.postmortem else None
    new = NewAction(given.description, given.type, given.priority, given.owner, given.deadline, given.ticket)
    return _action(s, s.postmortems.actions.add(new, who.name, postmortem))


def done_action(s: Services, who: Actor, given: DoneAction) -> ActionView:
    """Finish it, or take it to another status."""
    return _action(s, s.postmortems.actions.move(given.id, given.status, who.name))


def _row(s: Services, one: Postmortem) -> PostmortemRow:
    open_actions = sum(item.status is not ActionStatus.DONE for item in s.postmortems.actions.of(one))
    return PostmortemRow(
        id=one.id,
        incident=_incident_name(s, one),
        slo=one.slo,
        status=one.status,
        title=one.judged.title,
        severity=one.figures.severity,
        date=one.figures.date,
        due_on=one.due_on,
        overdue=_is_overdue(s, one),
        version=one.version,
        open_prompts=len(prompts(one)),
        open_actions=open_actions,
    )


def _view(s: Services, one: Postmortem) -> PostmortemView:
    row = _row(s, one)
    return PostmortemView(**row.model_dump(), **_computed(one), **_said(one), **_around(s, one))


def _computed(one: Postmortem) -> dict[str, Any]:  # Any: fields of PostmortemView, each with its own type
    figures, said = one.figures, told(one)
    return {
        "unresolved": not figures.resolved,
        "computed_at": figures.computed_at,
        "duration": duration_words(one),
        "impact": ImpactFiguresView(
            users_affected=said.users_affected,
            duration_minutes=figures.duration_minutes,
            revenue_impact=None if said.revenue is None else str(said.revenue),
            slo_budget_consumed_pct=_number(figures.budget_consumed_pct),
            slo_budget=[
                BudgetShareView(slo=share.slo, consumed_pct=_number(share.consumed_pct)) for share in figures.budget
            ],
            data_loss=said.data_loss,
            customer_tickets=said.customer_tickets,
        ),
        "timeline": [MomentView(time=at.time, event=at.event, recorded_at=at.recorded_at) for at in figures.timeline],
        "how_detected": figures.how_detected,
        "time_to_detect_minutes": figures.minutes_to_detect,
        "time_to_mitigate_minutes": figures.minutes_to_mitigate,
        "time_to_resolve_minutes": figures.minutes_to_resolve,
    }


def _said(one: Postmortem) -> dict[str, Any]:  # Any: as above
    said = told(one)
    return {
        "authors": list(said.authors),
        "reviewers": list(said.reviewers),
        "summary": said.summary or "",
        "root_cause": said.root_cause,
        "contributing_factors": list(said.contributing_factors),
        "could_have_detected_sooner": said.could_have_detected_sooner,
        "how_resolved": said.how_resolved,
        "what_went_well": list(said.what_went_well),
        "what_went_wrong": list(said.what_went_wrong),
        "where_we_got_lucky": list(said.where_we_got_lucky),
    }


def _around(s: Services, one: Postmortem) -> dict[str, Any]:  # Any: as above
    current = approvers(one)
    return {
        "locked": one.is_locked,
        "action_items": [_action(s, item) for item in s.postmortems.actions.of(one)],
        "prompts": [PromptView(field=ask.field, question=ask.question, required=ask.required) for ask in prompts(one)],
        "approvals": [
            ApprovalView(
                person=given.person,
                at=given.at,
                version=given.version,
                current=given.person in current and given.version == one.version,
            )
            for given in one.approvals
        ],
        "versions": [
            VersionView(number=version.number, at=version.at, by=version.by, reason=version.reason)
            for version in s.postmortems.versions(one)
        ],
        "cause": one.cause,
    }


def _action(s: Services, item: ActionItem) -> ActionView:
    return ActionView(
        id=item.id,
        number=item.number,
        type=item.type,
        description=item.description,
        owner=item.owner,
        priority=item.priority,
        deadline=item.deadline,
        status=item.status,
        ticket=item.ticket,
        overdue=item.is_overdue(s.postmortems.actions.today),
        postmortem=item.postmortem,
        incident=s.incidents.find(item.incident).number if item.incident else None,
        created_at=item.created_at,
        done_at=item.done_at,
    )


def _incident_name(s: Services, one: Postmortem) -> str | None:
    return s.incidents.find(one.incident).name if one.incident else None


def _is_overdue(s: Services, one: Postmortem) -> bool:
    today: date = s.postmortems.actions.today
    return one.status is not PostmortemStatus.FINAL and one.due_on < today


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _money(s: Services, amount: str | None) -> Money | None:
    if amount is None:
        return None
    found = Money.parse(amount, s.people.organisation().currency, field="revenue_impact")
    if found.cents < 0:
        raise Invalid("revenue_impact", "is what was lost, zero or more")
    return found
