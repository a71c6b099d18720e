"""Sentences about incidents, and what the room lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, Tone, join, listed, say
from watchbill.entrypoints.web.words.times import Local
from watchbill.operations.incident_views import HolderView, IncidentRow, IncidentView, SuggestionView, TimelineView

__all__ = [
    "LogLine",
    "Seat",
    "list_headline",
    "list_more",
    "log",
    "milestones",
    "room_headline",
    "room_more",
    "seats",
    "steps",
]

_ALERTS_IN_A_ROW = 2
_SEATS = (
    ("ic", "Commander"),
    ("communications", "Communications"),
    ("operations", "Operations"),
    ("sme", "Expert"),
    ("scribe", "Scribe"),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """One role of the room: who holds it (nobody: a free seat), and who could."""

    role: str
    label: str
    holders: tuple[HolderView, ...]
    suggestion: SuggestionView | None


def list_headline(opened: Sequence[IncidentRow]) -> Sentence:
    """How many are open, the worst by name."""
    real = [one for one in opened if not one.drill]
    if not real:
        return say("A drill is running." if opened else "No incident is open.")
    worst = min(real, key=lambda one: one.severity)
    tone: Tone = "dead" if worst.severity in {"SEV1", "SEV2"} else "warn"
    if len(real) == 1:
        return say(
            Part(f"INC-{worst.number} {worst.title}", tone, f"/incidents/{worst.number}"),
            f" is open, {worst.severity}.",
        )
    return say(
        Part(f"{counted(len(real), 'incident').capitalize()} are open", tone), f", the worst is {worst.severity}."
    )


def list_more(opened: Sequence[IncidentRow], recent: Sequence[IncidentRow], visit: Visit) -> Sentence:
    """What needs somebody: seats without a commander, updates that are overdue; else when the last one was."""
    parts: list[Sentence] = []
    alone = [f"INC-{one.number}" for one in opened if one.ic is None]
    late = [f"INC-{one.number}" for one in opened if one.update_overdue]
    if alone:
        parts.append(say(Part(f"Nobody commands {listed(alone[:3])} yet.", "warn")))
    if late:
        parts.append(say(Part(f"An update is overdue for {listed(late[:3])}.", "warn")))
    if not opened and recent:
        last = recent[0]
        parts.append(say(f"The last one was INC-{last.number} {last.title}, {visit.local.ago(last.declared_at)}."))
    return join(parts)


def room_headline(one: IncidentView) -> Sentence:
    """Its title, in the tone of its severity while it goes on."""
    going = one.status in {"open", "mitigated"}
    tone: Tone = "dead" if going and one.severity in {"SEV1", "SEV2"} else "warn" if going else ""
    return say(Part(one.title.rstrip("."), tone), ".")


def room_more(one: IncidentView, visit: Visit) -> Sentence:
    """How long, who commands, what was spent, what is next."""
    local = visit.local
    began = one.started_at or one.detected_at
    if one.status in {"open", "mitigated"}:
        state = "Mitigated" if one.status == "mitigated" else "Open"
        parts = [say(f"{state} for {local.lasting(began)}.")]
        commander = next(
            (holder.person for holder in one.role_holders if holder.role == "ic" and holder.accepted), None
        )
        parts.append(
            say(Part(visit.name(commander), "strong"), " commands.")
            if commander
            else say(Part("Nobody commands it yet.", "dead"))
        )
    else:
        end = one.resolved_at or one.closed_at
        parts = [
            say(
                f"It lasted {local.lasting(began, end)} and ended {local.when(end)}." if end else f"It is {one.status}."
            )
        ]
    spent = [each for each in one.slo_impact if each.budget_consumed_pct]
    if spent:
        worst = max(spent, key=lambda each: each.budget_consumed_pct or 0)
        parts.append(
            say(
                "It ",
                "has taken" if one.resolved_at is None else "took",
                f" {worst.budget_consumed_pct:.1f}\u00a0% of the budget of ",
                Part(worst.slo, "strong", f"/slos/{worst.slo}"),
                ".",
            )
        )
    if one.root_cause:
        parts.append(say(f"The cause: {one.root_cause.rstrip('.')}."))
    return join(parts)


def seats(one: IncidentView) -> list[Seat]:
    """The roles in the playbook's order, free ones included."""
    return [
        Seat(
            role,
            label,
            tuple(holder for holder in one.role_holders if holder.role == role),
            next((suggestion for suggestion in one.suggestions if suggestion.role == role), None),
        )
        for role, label in _SEATS
    ]


def steps(one: IncidentView, local: Local) -> list[tuple[str, str]]:
    """The workflow with the time at which each step was reached, or when it is due."""
    found = []
    for step in one.steps:
        reached = (
            local.clock(step.reached_at)
            if step.reached_at and not (step.state == "now" and step.due_at)
            else f"due {local.clock(step.due_at)}"
            if step.due_at
            else "skipped"
            if step.state == "skipped"
            else ""
        )
        found.append((step.phase.capitalize(), reached))
    return found


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the timeline, newest first; `more` alerts came before it in a row, the first of them at `until`."""

    entry: TimelineView
    more: int = 0
    until: datetime | None = None
    until_sequence: int = 1


def log(entries: Sequence[TimelineView], most: int) -> list[LogLine]:
    """At most so many lines from the newest back. Of alerts in a row the two newest stand, the rest is a count: storms are long."""
    lines: list[LogLine] = []
    run = 0
    for entry in reversed(entries):
        run = run + 1 if entry.source == "alert" else 0
        if run > _ALERTS_IN_A_ROW:
            last = lines[-1]
            lines[-1] = LogLine(last.entry, last.more + 1, entry.at, entry.sequence)
        elif len(lines) == most:
            break
        else:
            lines.append(LogLine(entry, until_sequence=entry.sequence))
    return lines


def milestones(one: IncidentView) -> list[tuple[datetime, str, Literal["dead", "lamp", "ok"]]]:
    """What the band marks."""
    marks: list[tuple[datetime | None, str, Literal["dead", "lamp", "ok"]]] = [
        (one.detected_at, "noticed", "dead"),
        (one.acknowledged_at, "acknowledged", "lamp"),
        (one.mitigated_at, "mitigated", "ok"),
        (one.resolved_at, "resolved", "ok"),
    ]
    return [(moment, label, tone) for moment, label, tone in marks if moment is not None]
