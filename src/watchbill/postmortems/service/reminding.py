"""Reminders of action items: a timer for each that is open and has a deadline."""

from watchbill.kernel.ids import ActionItemId
from watchbill.kernel.jobs import Job
from watchbill.postmortems.model import ActionItem, ActionItemReminded, ActionStatus
from watchbill.postmortems.rules.reminding import is_escalated, next_reminder, sentence, title
from watchbill.postmortems.service.desk import Desk
from watchbill.postmortems.service.leads import is_person, lead_of_action

__all__ = ["REMIND", "Reminding"]

REMIND = "action.remind"  # key: the action item


class Reminding:
    """Sets the timers, and says who hears what when one comes due."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def set(self, item: ActionItem) -> None:
        """Set the next reminder, or drop it where there is nothing to remind of."""
        at = next_reminder(item, self._desk.now, self._desk.people.organisation().timezone)
        if at is None:
            self._desk.jobs.cancel(REMIND, item.id)
        else:
            self._desk.jobs.schedule(REMIND, item.id, at)

    def due(self, job: Job) -> None:
        """Tell the owner; where it is late, or nobody owns it, the team's lead as well."""
        item = self._desk.action_items.get(ActionItemId(job.key))
        if item is None or item.status is ActionStatus.DONE or item.deadline is None:
            return
        today = self._desk.today
        told = self._told(item)
        event = ActionItemReminded(
            item.id, item.number, title(item, today), sentence(item, today), told, item.is_overdue(today)
        )
        self._desk.events.publish(event, subject=item.id, cause=None)
        self.set(item)

    def _told(self, item: ActionItem) -> tuple[str, ...]:
        owner = item.owner if item.owner is not None and is_person(self._desk, item.owner) else None
        lead = lead_of_action(self._desk, item) if owner is None or is_escalated(item, self._desk.today) else None
        return tuple(dict.fromkeys(name for name in (owner, lead) if name is not None))
