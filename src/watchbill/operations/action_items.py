"""Operations on action items across postmortems: change one, the board, the burn-down."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.operations.postmortem_views import ActionView
from watchbill.operations.postmortem_views_of import action_view
from watchbill.people.model import Actor
from watchbill.postmortems.model import ActionItem, ActionLink, ActionPriority, ActionStatus, ActionType
from watchbill.postmortems.ports import ActionSearch
from watchbill.postmortems.rules.burndown import burn_down

EVERY = 5_000  # action items that a board or a burn-down looks at, the newest
DONE_FOR = timedelta(days=28)  # how long the board still shows what was done


class NamedAction(BaseModel):
    """An input that names one action item: `7`, `AI-7` or its id."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=64)


class EditAction(NamedAction):
    """Input of `action.edit`: what is left out stays; an empty owner, deadline or ticket is taken away."""

    description: str | None = Field(default=None, min_length=1, max_length=2000)
    type: ActionType | None = None
    owner: str | None = Field(default=None, max_length=64)
    priority: ActionPriority | None = None
    deadline: date | None = None
    status: ActionStatus | None = None
    ticket: str | None = Field(default=None, max_length=2000)


class BoardGiven(BaseModel):
    """Input of `action.board`: of one owner or one team, or of everybody."""

    model_config = ConfigDict(extra="forbid")

    owner: str | None = Field(default=None, max_length=64)
    team: str | None = Field(default=None, max_length=64)
    priority: ActionPriority | None = None


class BoardView(BaseModel):
    """The action items across postmortems by status, the most urgent first; `done`: of the last 28 days."""

    open: list[ActionView]
    in_progress: list[ActionView]
    done: list[ActionView]
    overdue: int
    without_owner: int
    without_deadline: int


class BurndownGiven(BaseModel):
    """Input of `action.burndown`."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(default=90, ge=2, le=730)


class DayView(BaseModel):
    """The end of one day."""

    day: date
    open: int
    overdue: int
    added: int
    done: int


class LinkAction(NamedAction):
    """Input of `action.link`: to a new issue of the tracker, or to one that is there."""

    tracker: str = Field(min_length=1, max_length=64)
    issue: str | None = Field(default=None, max_length=64)


class LinkView(BaseModel):
    """The issue that mirrors an action item; `fault`: why the last meeting failed."""

    action: int
    tracker: str | None
    issue: str | None
    url: str | None
    fault: str
    synced_at: datetime | None


def link(s: Services, who: Actor, given: LinkAction) -> LinkView:
    """Mirror it as an issue elsewhere."""
    item = s.postmortems.actions.find(given.id)
    return _link(item, s.postmortems.tracking.link(item, given.tracker, given.issue))


def unlink(s: Services, who: Actor, given: NamedAction) -> LinkView:
    """Mirror it no more; the issue stays."""
    item = s.postmortems.actions.find(given.id)
    s.postmortems.tracking.unlink(item)
    return _link(item, None)


def link_shown(s: Services, who: Actor, given: NamedAction) -> LinkView:
    """The issue that mirrors it, and whether the two are alike."""
    item = s.postmortems.actions.find(given.id)
    return _link(item, s.postmortems.tracking.of(item))


def _link(item: ActionItem, link: ActionLink | None) -> LinkView:
    return LinkView(
        action=item.number,
        tracker=link.tracker if link else None,
        issue=link.issue if link else None,
        url=link.url if link else None,
        fault=link.fault if link else "",
        synced_at=link.synced_at if link else None,
    )


def show(s: Services, who: Actor, given: NamedAction) -> ActionView:
    """One action item."""
    return action_view(s, s.postmortems.actions.find(given.id))


def edit(s: Services, who: Actor, given: EditAction) -> ActionView:
    """Change it; fields that are not named stay."""
    clears = {"owner", "deadline", "ticket"}
    changes: Mapping[str, object] = {
        name: getattr(given, name)
        for name in given.model_fields_set - {"id"}
        if getattr(given, name) is not None or name in clears
    }
    return action_view(s, s.postmortems.actions.edit(s.postmortems.actions.find(given.id), changes, who.name))


def board(s: Services, who: Actor, given: BoardGiven) -> BoardView:
    """All that is to be done, across postmortems."""
    owners = set(s.people.team(given.team).members) if given.team else None
    search = ActionSearch(
        owner=given.owner.removeprefix("@") if given.owner else None,
        priorities=(given.priority,) if given.priority else (),
        limit=EVERY,
    )
    found = [one for one in s.postmortems.actions.list(search) if owners is None or one.owner in owners]
    since = s.now - DONE_FOR
    shown = [one for one in found if one.status is not ActionStatus.DONE or (one.done_at or since) > since]
    undone = [one for one in found if one.status is not ActionStatus.DONE]
    by_status = {
        status: [action_view(s, one) for one in sorted(shown, key=_urgency) if one.status is status]
        for status in ActionStatus
    }
    return BoardView(
        open=by_status[ActionStatus.OPEN],
        in_progress=by_status[ActionStatus.IN_PROGRESS],
        done=by_status[ActionStatus.DONE],
        overdue=sum(one.is_overdue(s.postmortems.actions.today) for one in undone),
        without_owner=sum(one.owner is None for one in undone),
        without_deadline=sum(one.deadline is None for one in undone),
    )


def burndown(s: Services, who: Actor, given: BurndownGiven) -> list[DayView]:
    """How many were open, and how many of those late, at the end of each day."""
    items = s.postmortems.actions.list(ActionSearch(limit=EVERY))
    days = burn_down(items, s.postmortems.actions.today, given.days, s.people.organisation().timezone)
    return [DayView(day=one.day, open=one.open, overdue=one.overdue, added=one.added, done=one.done) for one in days]


def _urgency(item: ActionItem) -> tuple[str, date, int]:
    return (item.priority, item.deadline or date.max, item.number)
