"""The route tree and the inhibition rules of the file."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from watchbill.adapters.resources.foreign.alertmanager.section import Section
from watchbill.adapters.resources.reading.nodes import Node
from watchbill.alerts.model import Matcher, MatchOp
from watchbill.alerts.rules.grouping import ALL_LABELS
from watchbill.alerts.rules.matchers import parse_matchers
from watchbill.kernel.errors import Invalid
from watchbill.receivers.model import Inhibition, RouteNode

__all__ = ["inhibition_of", "root_of"]

_DEFAULTS = RouteNode("", "", "", (), (), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=4))


def root_of(section: Section, receivers: set[str], intervals: set[str]) -> RouteNode:
    """The whole tree with what is inherited filled in."""
    for name in ("match", "match_re", "matchers"):
        if section.has(name):
            section.notes.fault(section.at(name), "root route must not have any matchers")
    for name in ("mute_time_intervals", "active_time_intervals"):
        if section.has(name):
            section.notes.fault(section.at(name), f"root route must not have any {name}")
    if not section.has("receiver"):
        section.notes.fault(section.node, "root route must specify a default receiver")
    if section.flag("continue", default=False):
        section.notes.fault(section.at("continue"), "cannot have continue in root route")
    return _node(section, _DEFAULTS, "0", receivers, intervals)


def _node(section: Section, above: RouteNode, place: str, receivers: set[str], intervals: set[str]) -> RouteNode:
    match = tuple(sorted(_matchers(section, "match", "match_re", "matchers"), key=lambda one: (one.name, one.value)))
    own = "{" + ",".join(str(one) for one in match) + "}"
    node = replace(
        above,
        id=place,
        key=f"{above.key}/{own}" if above.key else own,
        receiver=section.text("receiver", above.receiver),
        match=match,
        group_by=_group_by(section, above.group_by),
        group_wait=section.span("group_wait", above.group_wait),
        group_interval=section.span("group_interval", above.group_interval),
        repeat_interval=section.span("repeat_interval", above.repeat_interval),
        continues=section.flag("continue", default=False),
        mute=_named(section, "mute_time_intervals", intervals),
        active=_named(section, "active_time_intervals", intervals),
        routes=(),
    )
    for name in ("group_interval", "repeat_interval"):
        if not getattr(node, name):
            section.notes.fault(section.at(name), f"{name} cannot be zero")
    if node.receiver and node.receiver not in receivers:
        section.notes.fault(section.at("receiver"), f"undefined receiver {node.receiver!r} used in route")
    below = section.sections("routes", "route")
    section.end()
    return replace(
        node,
        routes=tuple(_node(one, node, f"{place}/{number}", receivers, intervals) for number, one in enumerate(below)),
    )


def _group_by(section: Section, above: tuple[str, ...]) -> tuple[str, ...]:
    if not section.has("group_by"):
        section.skip("group_by")
        return above
    found = [text for text, _ in section.words("group_by")]
    if ALL_LABELS in found and len(found) > 1:
        section.notes.fault(
            section.at("group_by"), "cannot have wildcard group_by (`...`) and other labels at the same time"
        )
    for name in {name for name in found if found.count(name) > 1}:
        section.notes.fault(section.at("group_by"), f"duplicated label {name!r} in group_by")
    return tuple(found)


def _named(section: Section, name: str, known: set[str]) -> tuple[str, ...]:
    found = section.words(name)
    for text, node in found:
        if text not in known:
            section.notes.fault(node, f"undefined time interval {text!r} used in route")
    return tuple(text for text, _ in found)


def _matchers(section: Section, equal: str, regex: str, written: str) -> list[Matcher]:
    found = [Matcher(name, MatchOp.EQUAL, text) for name, (text, _) in section.pairs(equal).items()]
    # The original anchors these by itself, and its group keys show it.
    found += [Matcher(name, MatchOp.REGEX, f"^(?:{text})$") for name, (text, _) in section.pairs(regex).items()]
    for text, node in section.words(written):
        found += _parsed(section, text, node)
    return found


def _parsed(section: Section, text: str, node: Node) -> Sequence[Matcher]:
    try:
        return parse_matchers(text)
    except Invalid as wrong:
        section.notes.fault(node, wrong.reason, wrong.hint)
        return ()


def inhibition_of(section: Section) -> Inhibition:
    """One rule."""
    rule = Inhibition(
        tuple(_matchers(section, "source_match", "source_match_re", "source_matchers")),
        tuple(_matchers(section, "target_match", "target_match_re", "target_matchers")),
        tuple(text for text, _ in section.words("equal")),
    )
    section.skip("name")
    section.end()
    return rule
