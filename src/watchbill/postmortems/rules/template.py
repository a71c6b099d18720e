"""A postmortem in the playbook's own template, keys and order exactly as there (playbook ph. 6), as data."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.kernel.units import Money, span_words
from watchbill.postmortems.model import ActionItem, Judgement, Moment, Postmortem
from watchbill.postmortems.rules.prompts import mark

__all__ = ["duration_words", "file_name", "moments", "template", "told"]


def template(postmortem: Postmortem, actions: Sequence[ActionItem]) -> dict[str, object]:
    """The content below `postmortem:`. Numbers that nobody knows are None, texts that are missing are marked questions."""
    said, figures = told(postmortem), postmortem.figures
    return {
        "title": said.title,
        "date": figures.date.isoformat(),
        "severity": _text(figures.severity),
        "duration": duration_words(postmortem),
        "authors": list(said.authors),
        "reviewers": list(said.reviewers),
        "status": str(postmortem.status),
        "summary": said.summary,
        "impact": _impact(postmortem),
        "timeline": [{"time": _time(one.time), "event": one.event} for one in moments(postmortem)],
        "root_cause": said.root_cause or mark("root_cause"),
        "contributing_factors": _listed(said, "contributing_factors"),
        "detection": {
            "how_detected": _text(figures.how_detected),
            "time_to_detect_minutes": figures.minutes_to_detect,
            "could_have_detected_sooner": said.could_have_detected_sooner or mark("could_have_detected_sooner"),
        },
        "resolution": {
            "how_resolved": said.how_resolved or mark("how_resolved"),
            "time_to_mitigate_minutes": figures.minutes_to_mitigate,
            "time_to_resolve_minutes": figures.minutes_to_resolve,
        },
        "what_went_well": _listed(said, "what_went_well"),
        "what_went_wrong": _listed(said, "what_went_wrong"),
        "where_we_got_lucky": _listed(said, "where_we_got_lucky"),
        "action_items": [_action(number, one) for number, one in enumerate(actions, start=1)],
        **_analysis(postmortem, actions),
    }


def moments(postmortem: Postmortem) -> tuple[Moment, ...]:
    """The timeline: what was recorded, and what people remember, in the order of time."""
    return tuple(
        sorted((*postmortem.figures.timeline, *postmortem.judged.moments), key=lambda one: (one.time, one.event))
        if postmortem.judged.moments
        else postmortem.figures.timeline
    )


def told(postmortem: Postmortem) -> Judgement:
    """What people say, with the computed figure wherever they say nothing."""
    judged, figures = postmortem.judged, postmortem.figures
    return replace(
        judged,
        summary=judged.summary or figures.summary,
        how_resolved=judged.how_resolved or figures.how_resolved,
        users_affected=figures.users_affected if judged.users_affected is None else judged.users_affected,
        revenue=figures.revenue if judged.revenue is None else judged.revenue,
        data_loss=figures.data_loss if judged.data_loss is None else judged.data_loss,
        customer_tickets=figures.customer_tickets if judged.customer_tickets is None else judged.customer_tickets,
    )


def duration_words(postmortem: Postmortem) -> str:
    """`1 h 54 min`, with ordinary spaces; says so where the incident was still going on. Empty where there was no incident."""
    figures = postmortem.figures
    if figures.total_minutes is None:
        return ""
    words = span_words(timedelta(minutes=figures.total_minutes)).replace("\N{NO-BREAK SPACE}", " ")
    return words if figures.resolved else f"{words} so far, unresolved"


def file_name(postmortem: Postmortem, incident: str | None, ending: str) -> str:
    """`2026-11-24-INC-12.yaml`; by its SLO where a spent budget demanded it."""
    return f"{postmortem.figures.date.isoformat()}-{incident or postmortem.slo or postmortem.id}.{ending}"


def _impact(postmortem: Postmortem) -> dict[str, object]:
    said, figures = told(postmortem), postmortem.figures
    return {
        "users_affected": said.users_affected,
        "duration_minutes": figures.duration_minutes,
        "revenue_impact_usd": _dollars(said.revenue),
        "slo_budget_consumed_pct": _number(figures.budget_consumed_pct),
        "data_loss": said.data_loss,
        "customer_tickets": said.customer_tickets,
    }


def _analysis(postmortem: Postmortem, actions: Sequence[ActionItem]) -> dict[str, object]:
    """What the template lacks and people found; left out where there is none, so that the template stays as printed."""
    judged = postmortem.judged
    found: dict[str, object] = {}
    if judged.whys:
        found["five_whys"] = [
            {"question": why.question, "answer": why.answer} | ({"evidence": why.evidence} if why.evidence else {})
            for why in judged.whys
        ]
    places = {item.number: place for place, item in enumerate(actions, start=1)}
    if judged.root_action is not None:
        place = places.get(judged.root_action)
        found["root_cause_action"] = f"AI-{place:03d}" if place else f"AI-{judged.root_action}"
    if judged.fishbone:
        found["fishbone"] = {
            str(category): [bone.cause for bone in judged.fishbone if bone.category is category]
            for category in dict.fromkeys(bone.category for bone in judged.fishbone)
        }
    return found


def _action(number: int, item: ActionItem) -> dict[str, object]:
    """Renumbered within the postmortem, as the template has it."""
    return {
        "id": f"AI-{number:03d}",
        "type": str(item.type),
        "description": item.description,
        "owner": item.owner or "",
        "priority": str(item.priority),
        "deadline": item.deadline.isoformat() if item.deadline else "",
        "status": str(item.status),
        "ticket": item.ticket or "",
    }


def _listed(said: Judgement, field: str) -> list[str]:
    return list(getattr(said, field)) or [mark(field)]


def _text(value: str | None) -> str | None:
    return None if value is None else str(value)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _dollars(amount: Money | None) -> float | int | None:
    """The template speaks of US dollars; an amount in another currency is no figure in dollars."""
    return _number(Fraction(amount.cents, 100)) if amount is not None and amount.currency == "USD" else None


def _number(value: Fraction | None) -> float | int | None:
    """For a file: a whole number where it is one, else at most three decimals."""
    if value is None:
        return None
    rounded = round(value, 3)
    return int(rounded) if rounded.denominator == 1 else float(rounded)
