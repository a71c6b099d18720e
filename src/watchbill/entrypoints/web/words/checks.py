"""Sentences about probes and heartbeats."""

from collections.abc import Sequence

from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, listed, say
from watchbill.entrypoints.web.words.times import Local
from watchbill.operations.checks import HeartbeatView, ProbeView

__all__ = ["headline", "more"]

_NAMED = 3


def headline(probes: Sequence[ProbeView], beats: Sequence[HeartbeatView]) -> Sentence:
    """What fails; else that all answer."""
    failing = [one.name for one in probes if one.ok is False]
    silent = [one.name for one in beats if one.state in {"missed", "failed"}]
    if failing:
        return say(Part(f"{_names(failing)} {'fails' if len(failing) == 1 else 'fail'}", "dead"), ".")
    if silent:
        return say(Part(f"{_names(silent)} did not report in", "dead"), ".")
    if not probes and not beats:
        return say("Nothing is checked from outside yet.")
    if all(one.ok is None for one in probes) and all(one.state == "waiting" for one in beats):
        return say("No check has run yet.")
    return say("Every check is well.")


def more(probes: Sequence[ProbeView], beats: Sequence[HeartbeatView], local: Local) -> Sentence:
    """The other kind of trouble, and which job is expected next."""
    parts: list[Sentence] = []
    silent = [one.name for one in beats if one.state in {"missed", "failed"}]
    if silent and any(one.ok is False for one in probes):
        parts.append(say(Part(f"{_names(silent)} did not report in.", "dead")))
    following = min(
        (one for one in beats if one.due_at and one.due_at > local.now),
        key=lambda one: one.due_at or local.now,
        default=None,
    )
    if following is not None and following.due_at is not None:
        parts.append(say(f"{following.name} is expected {local.when(following.due_at)}."))
    return join(parts)


def _names(names: Sequence[str]) -> str:
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {counted(len(names) - _NAMED, 'other')}"
    return listed(names)
