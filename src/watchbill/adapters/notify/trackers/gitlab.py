"""GitLab issues (REST API v4). A person is named by the numeric id of the account there."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import quote

from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.trackers.asking import Api, Json
from watchbill.adapters.notify.trackers.tracker import LABEL, Tracker, body_of, title_of
from watchbill.postmortems.model import ActionStatus, IssueCall, Mirrored, Seen

__all__ = ["GitLab"]

_UNDER_WAY = "in-progress"


class GitLab(Tracker):
    """One project, by its path or number."""

    def __init__(self, caller: HttpCaller, *, token: str, project: str, people: Mapping[str, str], url: str = "https://gitlab.com") -> None:  # fmt: skip
        super().__init__(people)
        self._api = Api(caller, url, {"PRIVATE-TOKEN": token})
        self._issues = f"/api/v4/projects/{quote(project, safe='')}/issues"

    def find(self, call: IssueCall) -> Seen | None:
        """Among our issues by the marker in the description."""
        query = {"labels": LABEL, "search": call.marker, "in": "description", "scope": "all", "per_page": "20"}
        found = self._api.ask("GET", self._issues, call.at, query=query)
        return next((self._seen(one) for one in found if call.marker in (one.get("description") or "")), None)

    def create(self, call: IssueCall) -> Seen:
        """A new issue is opened; one that is done already is closed at once."""
        labels = [LABEL, *([_UNDER_WAY] if call.ours.status is ActionStatus.IN_PROGRESS else [])]
        body: dict[str, Json] = {
            "title": title_of(call, call.ours),
            "description": body_of(call, call.ours),
            "labels": ",".join(labels),
        }
        if call.ours.deadline:
            body["due_date"] = call.ours.deadline.isoformat()
        if assignee := self.theirs(call.ours.owner):
            body["assignee_ids"] = [int(assignee)]
        seen = self._seen(self._api.ask("POST", self._issues, call.at, body))
        return self.change(call, seen, call.ours) if call.ours.status is ActionStatus.DONE else seen

    def read(self, issue: str, at: datetime) -> Seen:
        """By its number in the project."""
        return self._seen(self._api.ask("GET", f"{self._issues}/{issue}", at))

    def change(self, call: IssueCall, seen: Seen, agreed: Mirrored) -> Seen:
        """Everything in one request; only our label is touched."""
        done = agreed.status is ActionStatus.DONE
        body: dict[str, Json] = {
            "title": title_of(call, agreed),
            "description": body_of(call, agreed),
            "due_date": agreed.deadline.isoformat() if agreed.deadline else "",
        }
        body["add_labels" if agreed.status is ActionStatus.IN_PROGRESS else "remove_labels"] = _UNDER_WAY
        if (seen.status is ActionStatus.DONE) != done:
            body["state_event"] = "close" if done else "reopen"
        assignee = self.theirs(agreed.owner)
        if "owner" not in seen.unread and (assignee or agreed.owner is None):
            body["assignee_ids"] = [int(assignee)] if assignee else [0]  # 0 is GitLab's nobody
        return self._seen(self._api.ask("PUT", f"{self._issues}/{seen.issue}", call.at, body))

    def _seen(self, one: Json) -> Seen:
        under_way = ActionStatus.IN_PROGRESS if _UNDER_WAY in one.get("labels", ()) else ActionStatus.OPEN
        assignees = [str(each["id"]) for each in one.get("assignees") or ()]
        owner, unread = self.ours(assignees[0] if assignees else None)
        return Seen(
            str(one["iid"]),
            one["web_url"],
            ActionStatus.DONE if one["state"] == "closed" else under_way,
            owner,
            date.fromisoformat(one["due_date"]) if one.get("due_date") else None,
            unread,
        )
