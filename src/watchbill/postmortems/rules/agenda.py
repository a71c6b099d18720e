"""The agenda of the review meeting: 60 minutes in four parts (playbook ph. 6), each with what this postmortem brings to it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from watchbill.postmortems.model import ActionItem, ActionStatus, AgendaPart, FactorKind, Postmortem
from watchbill.postmortems.rules.analysis import FACTOR_QUESTIONS, factors_by_kind, missing_links
from watchbill.postmortems.rules.template import moments, told

__all__ = ["MINUTES", "agenda", "starts"]

MINUTES = (15, 15, 20, 10)


def agenda(postmortem: Postmortem, actions: Sequence[ActionItem]) -> tuple[AgendaPart, ...]:
    """The four parts, in their order."""
    return (
        AgendaPart(
            "Timeline walk-through",
            MINUTES[0],
            ("The author presents the chronology.", 'Everybody adds context ("I remember seeing X at this point").'),
            tuple(_of_timeline(postmortem)),
        ),
        AgendaPart(
            "Root cause deep-dive",
            MINUTES[1],
            ("Do we agree on the root cause?", "Are there additional contributing factors?"),
            tuple(_of_cause(postmortem)),
        ),
        AgendaPart(
            "Action item review",
            MINUTES[2],
            (
                "Are these the right actions?",
                "Are they prioritized correctly?",
                "Do the owners agree on the deadlines?",
            ),
            tuple(_of_actions(actions)),
        ),
        AgendaPart(
            "Process improvements",
            MINUTES[3],
            (
                "Could we have detected this sooner?",
                "Could we have resolved this faster?",
                "What would have prevented this entirely?",
            ),
            tuple(_of_process(postmortem)),
        ),
    )


def starts(parts: Sequence[AgendaPart], at: datetime) -> tuple[datetime, ...]:
    """When each part begins."""
    found = [at]
    for part in parts[:-1]:
        found.append(found[-1] + timedelta(minutes=part.minutes))
    return tuple(found)


def _of_timeline(postmortem: Postmortem) -> Iterator[str]:
    lines = moments(postmortem)
    if not lines:
        yield "Nothing stands on the timeline yet."
        return
    yield f"{len(lines)} entries, from {lines[0].time:%Y-%m-%d %H:%M} to {lines[-1].time:%H:%M} UTC."
    late = sum(one.recorded_at is not None for one in lines)
    if late:
        yield f"{late} of them {'was' if late == 1 else 'were'} written down late: does the order hold?"
    gap = max(pairwise(lines), key=lambda pair: pair[1].time - pair[0].time, default=None)
    if gap is not None and gap[1].time - gap[0].time >= timedelta(minutes=10):
        minutes = round((gap[1].time - gap[0].time) / timedelta(minutes=1))
        yield f"The longest silence: {minutes} min after {gap[0].time:%H:%M} UTC. What happened meanwhile?"


def _of_cause(postmortem: Postmortem) -> Iterator[str]:
    said = postmortem.judged
    yield f"Root cause so far: {said.root_cause}" if said.root_cause else "Nobody has written a root cause yet."
    yield from (f"{lack[0].upper()}{lack[1:]}." for lack in missing_links(said))
    found = factors_by_kind(said.contributing_factors)
    for kind in FactorKind:
        if not found[kind]:
            yield f"No factor under {kind}: {FACTOR_QUESTIONS[kind]}"


def _of_actions(actions: Sequence[ActionItem]) -> Iterator[str]:
    if not actions:
        yield "There is no action item yet."
    for one in actions:
        lacks = [word for word, value in (("owner", one.owner), ("deadline", one.deadline)) if value is None]
        owned = f"{one.owner}, " if one.owner else ""
        until = f"until {one.deadline}" if one.deadline else ""
        state = "done" if one.status is ActionStatus.DONE else f"{owned}{until}".rstrip(", ") or one.status
        yield f"{one.name} ({one.type}, {one.priority}): {one.description} ({state}{'; no ' + ' and no '.join(lacks) if lacks else ''})"
    kinds = {one.type for one in actions}
    if actions and len(kinds) == 1:
        yield f"All of them {next(iter(kinds))}: is that the whole answer?"


def _of_process(postmortem: Postmortem) -> Iterator[str]:
    said, figures = told(postmortem), postmortem.figures
    if figures.minutes_to_detect is not None:
        yield f"It took {figures.minutes_to_detect} min to detect."
    if figures.minutes_to_mitigate is not None:
        yield f"It took {figures.minutes_to_mitigate} min to mitigate, {figures.minutes_to_resolve or 'not yet known'} min to resolve."
    if said.could_have_detected_sooner:
        yield f"Sooner: {said.could_have_detected_sooner}"
    yield from (f"Lucky: {one}" for one in said.where_we_got_lucky)
