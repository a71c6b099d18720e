"""Issues elsewhere that mirror action items: linked, met again and again, and what they decide is taken over."""

from dataclasses import replace
from datetime import timedelta

from watchbill.kernel.errors import Conflict, NotFound
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import ActionItemId
from watchbill.kernel.jobs import Job, sending_lane
from watchbill.oncall.model.delivery import Outcome
from watchbill.postmortems.model import (
    ActionItem,
    ActionItemAdded,
    ActionItemChanged,
    ActionLink,
    ActionStatus,
    IssueCall,
    IssueLinked,
    Mirrored,
    Synced,
)
from watchbill.postmortems.service.actions import Actions
from watchbill.postmortems.service.desk import Desk

__all__ = ["SYNC", "Tracking"]

SYNC = "action.sync"  # key: the action item
LOOK_EVERY = timedelta(minutes=5)  # while it is to be done
LOOK_EVERY_WHEN_DONE = timedelta(hours=6)  # somebody may open it again
FORGET_AFTER = timedelta(days=30)  # since it was done
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
_BY = "tracker "


class Tracking:
    """Links items to issues, and keeps both alike."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        self._desk = desk
        self._actions = actions

    def link(self, item: ActionItem, tracker: str, issue: str | None = None) -> ActionLink:
        """Mirror it in that tracker: as an issue that is there, or as a new one. Raises NotFound, and Conflict where it has one."""
        known = self._desk.trackers.names()
        if tracker not in known:
            raise NotFound(
                "tracker",
                tracker,
                known=known,
                hint="" if known else "set WATCHBILL_TRACKERS to a file that sets one up",
            )
        existing = self._desk.links.get(item.id)
        if existing is not None and (existing.tracker, issue or existing.issue) != (tracker, existing.issue):
            raise Conflict(f"{item.name} is mirrored in {existing.tracker} already", hint="unlink it first")
        link = existing or ActionLink(item.id, tracker, self._desk.now, issue)
        self._desk.links.save(link)
        self._meet(link)
        return link

    def unlink(self, item: ActionItem) -> None:
        """Let both sides go their own ways; the issue stays where it is."""
        self._desk.links.remove(item.id)
        self._desk.jobs.cancel(SYNC, item.id)

    def of(self, item: ActionItem) -> ActionLink | None:
        """The issue that mirrors it."""
        return self._desk.links.get(item.id)

    def added(self, recorded: Recorded) -> None:
        """There is something to do: mirror it where the tracker of its service, or of all, takes everything."""
        event = recorded.event
        assert isinstance(event, ActionItemAdded)
        item = self._desk.action_items.get(event.action)
        if item is None or item.ticket is not None or self._desk.links.get(item.id) is not None:
            return
        service = self._desk.incidents.find(item.incident).service if item.incident else None
        tracker = self._desk.trackers.taking(service)
        if tracker is not None:
            self.link(item, tracker)

    def changed(self, recorded: Recorded) -> None:
        """It changed here: tell the issue, unless the issue said so."""
        event = recorded.event
        assert isinstance(event, ActionItemChanged)
        link = self._desk.links.get(event.action)
        if link is not None and event.by != _BY + link.tracker:
            self._meet(link)

    def begin(self, job: Job) -> IssueCall | None:
        """What the issue is to be told, and asked; None where there is nothing to mirror any more."""
        link = self._desk.links.get(ActionItemId(job.key))
        item = self._desk.action_items.get(ActionItemId(job.key))
        if link is None or item is None or link.tracker not in self._desk.trackers.names():
            return None
        where = f"/postmortems/{item.postmortem}#actions" if item.postmortem else "/actions"
        return IssueCall(
            link=link,
            name=item.name,
            ours=_mirrored(item),
            address=self._desk.public_url + where,
            marker=f"watchbill:{item.id}",
            at=self._desk.now,
            attempt=job.attempts,
        )

    def finish(self, job: Job, call: IssueCall, synced: Synced) -> None:
        """Take over what the other side decided, and look again later; a failure is kept for people to see."""
        link = self._desk.links.get(call.link.action)
        if link is None:
            return
        if synced.outcome is not Outcome.DELIVERED:
            self._desk.links.save(replace(link, fault=synced.answer))
            pause = min(FIRST_PAUSE * 2 ** min(int(job.payload.get("failed", 0)), 10), LONGEST_PAUSE)
            asked = timedelta(seconds=synced.retry_after_s or 0)
            pause = max(pause if synced.outcome is Outcome.TEMPORARY else LONGEST_PAUSE, asked)
            self._meet(link, pause, failed=int(job.payload.get("failed", 0)) + 1)
            return
        met = replace(link, issue=synced.issue, url=synced.url, base=synced.agreed, fault="", synced_at=self._desk.now)
        self._desk.links.save(met)
        item = self._actions.find(call.link.action)
        changes = dict(synced.taken) | ({} if item.ticket else {"ticket": synced.url})
        item = self._actions.edit(item, changes, _BY + link.tracker)
        if link.issue is None and synced.issue is not None:
            event = IssueLinked(item.id, link.tracker, synced.issue, synced.url or "")
            self._desk.events.publish(event, subject=item.id, cause=None)
        if item.status is not ActionStatus.DONE:
            self._meet(met, LOOK_EVERY)
        elif item.done_at is not None and self._desk.now < item.done_at + FORGET_AFTER:
            self._meet(met, LOOK_EVERY_WHEN_DONE)

    def _meet(self, link: ActionLink, pause: timedelta = timedelta(), *, failed: int = 0) -> None:
        lane = sending_lane(f"tracker-{link.tracker}")
        payload = {"failed": failed} if failed else None
        self._desk.jobs.schedule(SYNC, link.action, self._desk.now + pause, payload, priority=8, lane=lane)


def _mirrored(item: ActionItem) -> Mirrored:
    return Mirrored(item.description, item.type, item.priority, item.status, item.owner, item.deadline)
