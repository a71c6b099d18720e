"""Action items: added to a postmortem, moved on, finished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from watchbill.incidents.rules.naming import text_block, title_line
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.ids import ActionItemId
from watchbill.postmortems.model import (
    ActionItem,
    ActionItemAdded,
    ActionItemChanged,
    ActionPriority,
    ActionStatus,
    ActionType,
    Postmortem,
)
from watchbill.postmortems.ports import ActionSearch
from watchbill.postmortems.rules.reference import action_number
from watchbill.postmortems.service.desk import Desk
from watchbill.postmortems.service.indexing import index_of
from watchbill.postmortems.service.reminding import Reminding

__all__ = ["Actions", "NewAction"]


@dataclass(frozen=True, slots=True)
class NewAction:
    """What is to be done; the owner is a person's handle."""

    description: str
    type: ActionType = ActionType.PREVENT
    priority: ActionPriority = ActionPriority.P1
    owner: str | None = None
    deadline: date | None = None
    ticket: str | None = None


class Actions:
    """Adds and moves action items. They may be added to a final postmortem too: what is learnt later is not lost."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reminding = Reminding(desk)
        self.remind_due = self._reminding.due

    def add(self, new: NewAction, by: str, postmortem: Postmortem | None = None) -> ActionItem:
        """Save a new one; raises NotFound for an unknown owner, Invalid for a deadline that has passed."""
        if new.deadline is not None and new.deadline < self.today:
            raise Invalid("deadline", f"{new.deadline} has passed")
        item = ActionItem(
            id=self._desk.ids.new(ActionItemId),
            number=self._desk.action_items.next_number(),
            description=text_block(new.description, field="description"),
            type=new.type,
            priority=new.priority,
            status=ActionStatus.OPEN,
            created_at=self._desk.now,
            created_by=by,
            postmortem=postmortem.id if postmortem else None,
            incident=postmortem.incident if postmortem else None,
            owner=self._desk.people.person(new.owner).name if new.owner else None,
            deadline=new.deadline,
            ticket=title_line(new.ticket, field="ticket") if new.ticket else None,
        )
        self._save(item)
        event = ActionItemAdded(item.id, item.number, item.priority, item.owner, item.deadline)
        self._desk.events.publish(event, subject=item.id, cause=item.postmortem)
        return item

    def move(self, reference: str, status: ActionStatus, by: str) -> ActionItem:
        """Take it to a status, done or not; where it is there already, nothing changes."""
        return self.edit(self.find(reference), {"status": status}, by)

    def edit(self, item: ActionItem, given: Mapping[str, object], by: str) -> ActionItem:
        """Change what is named (fields of ActionItem); None takes an owner, a deadline or a ticket away.

        Raises NotFound for an unknown owner, Invalid for a field that never changes.
        """
        changes = {name: self._cleaned(name, value) for name, value in given.items()}
        changed = replace(item, **changes)  # type: ignore[arg-type]  # names and kinds are those of ActionItem
        if changed == item:
            return item
        if changed.status is not item.status:
            done = changed.status is ActionStatus.DONE
            changed = replace(changed, done_at=self._desk.now if done else None, done_by=by if done else None)
        self._save(changed)
        names = tuple(one.name for one in fields(ActionItem) if getattr(item, one.name) != getattr(changed, one.name))
        told = tuple(name for name in names if name not in {"done_at", "done_by"})
        event = ActionItemChanged(item.id, item.status, changed.status, by, told)
        self._desk.events.publish(event, subject=item.id, cause=None)
        return changed

    def _save(self, item: ActionItem) -> None:
        self._desk.action_items.save(item)
        self._reminding.set(item)
        index_of(self._desk, item.postmortem)

    def _cleaned(self, name: str, value: object) -> object:
        match name, value:
            case "description", str():
                return text_block(value, field="description")
            case "ticket", str() if value.strip():
                return title_line(value, field="ticket")
            case "owner", str() if value.strip():
                return self._desk.people.person(value.removeprefix("@")).name
            case "ticket" | "owner", _:
                return None
            case "deadline" | "type" | "priority" | "status", _:
                return value
            case _:
                raise Conflict(f"the {name} of an action item does not change")

    def find(self, reference: str) -> ActionItem:
        """The item of `7`, `AI-7` or its id; raises NotFound."""
        number = action_number(reference)
        items = self._desk.action_items
        found = items.get(ActionItemId(reference)) if number is None else items.numbered(number)
        if found is None:
            newest = items.newest_number()
            raise NotFound(
                "action item", reference, hint=f"the newest is AI-{newest}" if newest else "there are none yet"
            )
        return found

    def list(self, search: ActionSearch) -> Sequence[ActionItem]:
        """Items, newest first."""
        return self._desk.action_items.find(search)

    def of(self, postmortem: Postmortem) -> Sequence[ActionItem]:
        """All of a postmortem, by number."""
        return self._desk.action_items.of_postmortem(postmortem.id)

    @property
    def today(self) -> date:
        """The house's day, by which deadlines are judged."""
        return self._desk.today
