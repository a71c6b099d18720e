"""Action items: added to a postmortem, moved on, finished."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from watchbill.incidents.rules.naming import text_block, title_line
from watchbill.kernel.errors import Invalid, NotFound
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
        self._desk.action_items.save(item)
        event = ActionItemAdded(item.id, item.number, item.priority, item.owner, item.deadline)
        self._desk.events.publish(event, subject=item.id, cause=item.postmortem)
        return item

    def move(self, reference: str, status: ActionStatus, by: str) -> ActionItem:
        """Take it to a status, done or not; where it is there already, nothing changes."""
        item = self.find(reference)
        if item.status is status:
            return item
        done = status is ActionStatus.DONE
        moved = replace(item, status=status, done_at=self._desk.now if done else None, done_by=by if done else None)
        self._desk.action_items.save(moved)
        event = ActionItemChanged(item.id, item.status, status, by)
        self._desk.events.publish(event, subject=item.id, cause=None)
        return moved

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
        return self._desk.now.astimezone(self._desk.people.organisation().timezone).date()
