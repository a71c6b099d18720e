"""Postmortems and action items as the operations answer them."""

from datetime import date
from fractions import Fraction
from typing import Any

from watchbill.bootstrap import Services
from watchbill.operations.postmortem_views import (
    ActionView,
    ApprovalView,
    BoneView,
    BudgetShareView,
    ImpactFiguresView,
    MomentView,
    PostmortemRow,
    PostmortemView,
    PromptView,
    VersionView,
    WhyView,
)
from watchbill.postmortems.model import ActionItem, ActionStatus, Postmortem, PostmortemStatus
from watchbill.postmortems.rules.analysis import missing_links
from watchbill.postmortems.rules.prompts import prompts
from watchbill.postmortems.rules.review import approvers
from watchbill.postmortems.rules.template import duration_words, moments, told

__all__ = ["action_view", "incident_name", "postmortem_row", "postmortem_view"]


def postmortem_row(s: Services, one: Postmortem) -> PostmortemRow:
    """One line of a list."""
    open_actions = sum(item.status is not ActionStatus.DONE for item in s.postmortems.actions.of(one))
    return PostmortemRow(
        id=one.id,
        incident=incident_name(s, one),
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


def postmortem_view(s: Services, one: Postmortem) -> PostmortemView:
    """Everything about one."""
    row = postmortem_row(s, one)
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
        "timeline": [
            MomentView(time=at.time, event=at.event, recorded_at=at.recorded_at, remembered=at in one.judged.moments)
            for at in moments(one)
        ],
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
        "five_whys": [WhyView(question=why.question, answer=why.answer, evidence=why.evidence) for why in said.whys],
        "chain_lacks": list(missing_links(said)),
        "root_cause_action": said.root_action,
        "fishbone": [BoneView(category=bone.category, cause=bone.cause) for bone in said.fishbone],
    }


def _around(s: Services, one: Postmortem) -> dict[str, Any]:  # Any: as above
    current = approvers(one)
    return {
        "locked": one.is_locked,
        "action_items": [action_view(s, item) for item in s.postmortems.actions.of(one)],
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


def action_view(s: Services, item: ActionItem) -> ActionView:
    """One action item."""
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


def incident_name(s: Services, one: Postmortem) -> str | None:
    """`INC-12`; None where a spent budget demanded it."""
    return s.incidents.find(one.incident).name if one.incident else None


def _is_overdue(s: Services, one: Postmortem) -> bool:
    today: date = s.postmortems.actions.today
    return one.status is not PostmortemStatus.FINAL and one.due_on < today


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
