"""A postmortem's file read back: what people changed in the exported template, and what in it is not theirs to change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import Money
from watchbill.postmortems.model import (
    ActionItem,
    ActionPriority,
    ActionStatus,
    ActionType,
    Bone,
    FishboneCategory,
    Moment,
    Postmortem,
    Why,
)
from watchbill.postmortems.rules.prompts import MARK
from watchbill.postmortems.rules.template import template

__all__ = ["ReadAction", "ReadBack", "read_back"]

Content = Mapping[str, Any]  # Any: the template below `postmortem:`, checked against its schema

_TEXTS = ("title", "summary", "root_cause")
_LISTS = ("authors", "reviewers", "contributing_factors", "what_went_well", "what_went_wrong", "where_we_got_lucky")
_COUNTS = ("users_affected", "data_loss", "customer_tickets")
_COMPUTED = {
    "": ("date", "severity", "duration"),
    "impact": ("duration_minutes", "slo_budget_consumed_pct"),
    "detection": ("how_detected", "time_to_detect_minutes"),
    "resolution": ("time_to_mitigate_minutes", "time_to_resolve_minutes"),
}
_ACTION = {"type": ActionType, "priority": ActionPriority, "status": ActionStatus}


@dataclass(frozen=True, slots=True)
class ReadAction:
    """An action item of the file: the existing one that it names (None: a new one), and its fields that were given."""

    item: ActionItem | None
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What the file says: judgements by field, action items, the place (from 1) of the one that answers the root cause, and remarks."""

    said: Mapping[str, object]
    actions: tuple[ReadAction, ...]
    answered_by: int | None
    notes: tuple[str, ...]


def read_back(content: Content, postmortem: Postmortem, actions: Sequence[ActionItem]) -> ReadBack:
    """Only fields that stand in the file count; marked questions and figures that stand as computed are no judgement."""
    shown = template(postmortem, actions)
    said = dict(_said(content, postmortem, shown))
    answered = content.get("root_cause_action")
    return ReadBack(
        said,
        tuple(_action(one, actions) for one in content.get("action_items") or ()),
        _place(answered) if answered else None,
        tuple(_notes(content, postmortem, shown)),
    )


def _said(content: Content, postmortem: Postmortem, shown: Content) -> Iterator[tuple[str, object]]:
    for name in _TEXTS:
        if name in content and (name != "title" or content[name]):
            yield name, _judged(content[name], shown[name], getattr(postmortem.judged, name))
    for name in _LISTS:
        if name in content:
            yield name, [text for text in content[name] or () if text and not _is_mark(text)]
    for part, name in (("detection", "could_have_detected_sooner"), ("resolution", "how_resolved")):
        given = content.get(part) or {}
        if name in given:
            yield name, _judged(given[name], shown[part][name], getattr(postmortem.judged, name))
    yield from _impact(content.get("impact") or {}, postmortem, shown["impact"])
    if "five_whys" in content:
        yield "whys", tuple(Why(**one) for one in content["five_whys"] or ())
    if "fishbone" in content:
        bones = (content["fishbone"] or {}).items()
        yield "fishbone", tuple(Bone(FishboneCategory(name), cause) for name, causes in bones for cause in causes)
    if "timeline" in content:
        yield "moments", tuple(_added(content["timeline"] or (), postmortem))


def _judged(given: str | None, shown: str | None, judged: str | None) -> str | None:
    """A text of the file: the computed one, or a marked question, is no judgement; what was judged before stays judged."""
    if not given or _is_mark(given):
        return None
    return judged if given.strip() == (shown or "").strip() else given


def _impact(given: Content, postmortem: Postmortem, shown: Content) -> Iterator[tuple[str, object]]:
    for name in _COUNTS:
        if name in given and given[name] != shown[name]:
            yield name, given[name]
    dollars = given.get("revenue_impact_usd")
    if "revenue_impact_usd" in given and dollars != shown["revenue_impact_usd"]:
        before = postmortem.judged.revenue or postmortem.figures.revenue
        if before is not None and before.currency != "USD":
            raise Invalid("impact.revenue_impact_usd", f"is in dollars, the figure is in {before.currency}")
        yield "revenue", None if dollars is None else Money(round(Fraction(str(dollars)) * 100), "USD")


def _added(timeline: Sequence[Content], postmortem: Postmortem) -> Iterator[Moment]:
    """Entries that no machine recorded; an entry of the record is told by its second and its words."""
    recorded = {(_second(one.time), one.event) for one in postmortem.figures.timeline}
    for one in timeline:
        if not one.get("time") or not one.get("event"):
            raise Invalid("timeline", "an entry lacks its time or its event")
        at = _moment(one["time"])
        if (_second(at), one["event"]) not in recorded:
            yield Moment(at, one["event"])


def _notes(content: Content, postmortem: Postmortem, shown: Content) -> Iterator[str]:
    for part, names in _COMPUTED.items():
        given, computed = (content.get(part) or {}, shown[part]) if part else (content, shown)
        for name in names:
            if name in given and not _alike(given[name], computed[name]):
                where = f"{part}.{name}" if part else name
                yield f"{where} is computed and stays {_words(computed[name])}; the file says {_words(given[name])}"
    if "status" in content and content["status"] != postmortem.status:
        yield f"status stays {postmortem.status}: it moves by submit, approve and return"
    if "timeline" in content:
        told = {(_second(_moment(one["time"])), one["event"]) for one in content["timeline"] or () if one.get("time")}
        gone = sum((_second(one.time), one.event) not in told for one in postmortem.figures.timeline)
        if gone:
            yield f"{gone} recorded {'entry' if gone == 1 else 'entries'} of the timeline that the file lacks stay"


def _action(given: Content, actions: Sequence[ActionItem]) -> ReadAction:
    place = _place(given.get("id"))
    item = actions[place - 1] if place is not None and place <= len(actions) else None
    fields = {name: _field(name, value) for name, value in given.items() if name != "id"}
    if item is None and not fields.get("description"):
        raise Invalid("action_items", f"{given.get('id') or 'a new one'} has no description")
    keeps = {"type", "priority", "description"}  # an item never loses these
    return ReadAction(item, {name: value for name, value in fields.items() if value is not None or name not in keeps})


def _field(name: str, value: Any) -> object:  # Any: YAML
    if name == "deadline" and isinstance(value, str):
        return date.fromisoformat(value) if value else None
    return _ACTION[name](value) if name in _ACTION and value else value or None


def _place(reference: str | None) -> int | None:
    """7 of `AI-007`, its place in the file."""
    digits = "".join(sign for sign in reference or "" if sign.isdecimal())
    return int(digits) if digits else None


def _is_mark(text: str) -> bool:
    return text.strip().startswith(f"[{MARK}: ")


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError as wrong:
        raise Invalid("timeline", f"{text!r} is not a time", hint="write 2026-11-24T03:12:00Z") from wrong
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _alike(given: Any, computed: Any) -> bool:  # Any: YAML
    if given in (None, "") or computed in (None, ""):
        return given in (None, "")
    return str(given) == str(computed) or (isinstance(given, int | float) and given == computed)


def _words(value: object) -> str:
    return "not known" if value in (None, "") else str(value)
