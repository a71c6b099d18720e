"""The check-list of each phase (playbook ph. 5, workflow), with the rows that watchbill ticks by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchbill.incidents.model import Phase, Task, TaskState

__all__ = ["CHECKLIST", "MITIGATIONS", "Item", "item", "tasks"]


@dataclass(frozen=True, slots=True)
class Item:
    """One row: `automatic` rows are facts that watchbill knows; the others are ticked by people."""

    key: str
    phase: Phase
    text: str
    automatic: bool = False


CHECKLIST: tuple[Item, ...] = (
    Item("acknowledged", Phase.DETECT, "Somebody on call has it", automatic=True),
    Item("real", Phase.DETECT, "It is real: a second look confirmed that users are hurt"),
    Item("severity", Phase.TRIAGE, "The severity rests on facts, not on an assumption", automatic=True),
    Item("commander", Phase.TRIAGE, "Somebody commands, and knows it", automatic=True),
    Item("roles", Phase.TRIAGE, "Operations and communications are in other hands than command", automatic=True),
    Item("first-update", Phase.TRIAGE, "The first status update is out", automatic=True),
    Item(
        "briefing",
        Phase.RESPOND,
        "The commander has said what is known, what is not, and what is being done",
        automatic=True,
    ),
    Item("changes", Phase.RESPOND, "Recent deploys, configuration and flags were looked at"),
    Item("dependencies", Phase.RESPOND, "The services that this one calls were looked at"),
    Item("tracks", Phase.RESPOND, "Each track of investigation has one owner"),
    Item("chosen", Phase.MITIGATE, "The fastest way to stop the damage was chosen, not the finest"),
    Item("mitigated", Phase.MITIGATE, "The damage has stopped", automatic=True),
    Item("told-mitigated", Phase.MITIGATE, "People were told that the damage has stopped", automatic=True),
    Item("root-cause", Phase.RESOLVE, "The root cause is known and noted", automatic=True),
    Item("fixed", Phase.RESOLVE, "The cause is fixed, and the stopgap can go"),
    Item("recovered", Phase.RESOLVE, "The SLIs have been inside their targets for 30 minutes", automatic=True),
    Item("all-clear", Phase.RESOLVE, "The all-clear is out", automatic=True),
    Item("postmortem", Phase.REVIEW, "The postmortem is drafted", automatic=True),
    Item("actions", Phase.REVIEW, "Every action item has an owner and a deadline", automatic=True),
    Item("review", Phase.REVIEW, "The review meeting was held"),
)
_BY_KEY = {one.key: one for one in CHECKLIST}

# playbook ph. 5, step 4: the ways to stop the damage, fastest first.
MITIGATIONS: tuple[str, ...] = (
    "Roll back the last deployment",
    "Switch the feature flag off",
    "Shift traffic away, or fail over",
    "Scale up, or break the circuit",
    "Repair the data by hand",
)


def item(key: str) -> Item | None:
    """The row of that key."""
    return _BY_KEY.get(key)


def tasks(saved: Sequence[Task], facts: Mapping[str, bool]) -> tuple[TaskState, ...]:
    """The whole list: each row as facts or people ticked it, then what was added by hand, phase by phase."""
    ticks = {task.key: task for task in saved if task.key is not None}
    rows = [_row(one, ticks.get(one.key), facts.get(one.key, False)) for one in CHECKLIST]
    rows += [_added(task) for task in saved if task.key is None]
    return tuple(sorted(rows, key=lambda row: row.phase.rank))


def _row(one: Item, tick: Task | None, fact: bool) -> TaskState:  # noqa: FBT001 - a fact of the row, not a mode
    if one.automatic:
        return TaskState(one.phase, one.text, done=fact, key=one.key, automatic=True)
    done = tick is not None and tick.done_at is not None
    return TaskState(
        one.phase,
        one.text,
        done=done,
        key=one.key,
        id=tick.id if tick else None,
        owner=tick.owner if tick else None,
        done_at=tick.done_at if tick else None,
        done_by=tick.done_by if tick else None,
    )


def _added(task: Task) -> TaskState:
    return TaskState(
        task.phase,
        task.text,
        done=task.done_at is not None,
        id=task.id,
        owner=task.owner,
        done_at=task.done_at,
        done_by=task.done_by,
    )
