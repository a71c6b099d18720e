"""GitHub issues (REST API, version 2022-11-28). GitHub knows no deadline; what is in progress carries a label."""

from collections.abc import Mapping
from datetime import datetime

from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.trackers.asking import Api, Json
from watchbill.adapters.notify.trackers.tracker import LABEL, Tracker, body_of, title_of
from watchbill.postmortems.model import ActionStatus, IssueCall, Mirrored, Seen

__all__ = ["GitHub"]

_UNDER_WAY = "in-progress"


class GitHub(Tracker):
    """One repository, `owner/name`."""

    def __init__(self, caller: HttpCaller, *, token: str, repository: str, people: Mapping[str, str], url: str = "https://api.github.com") -> None:  # fmt: skip
        super().__init__(people)
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self._api = Api(caller, url, headers)
        self._issues = f"/repos/{repository}/issues"

    def find(self, call: IssueCall) -> Seen | None:
        """Among our issues, the newest first: a list is right at once, the search index is not."""
        query = {"labels": LABEL, "state": "all", "per_page": "100", "since": f"{call.link.linked_at:%Y-%m-%dT%H:%M:%SZ}"}  # fmt: skip
        found = self._api.ask("GET", self._issues, call.at, query=query)
        return next((self._seen(one) for one in found if call.marker in (one.get("body") or "")), None)

    def create(self, call: IssueCall) -> Seen:
        """A new issue is open; one that is done already is closed at once."""
        assignee = self.theirs(call.ours.owner)
        made = self._api.ask(
            "POST", self._issues, call.at,
            {
                "title": title_of(call, call.ours),
                "body": body_of(call, call.ours),
                "labels": [LABEL, *([_UNDER_WAY] if call.ours.status is ActionStatus.IN_PROGRESS else [])],
                "assignees": [assignee] if assignee else [],
            },
        )  # fmt: skip
        seen = self._seen(made)
        return self.change(call, seen, call.ours) if call.ours.status is ActionStatus.DONE else seen

    def read(self, issue: str, at: datetime) -> Seen:
        """By its number."""
        return self._seen(self._api.ask("GET", f"{self._issues}/{issue}", at))

    def change(self, call: IssueCall, seen: Seen, agreed: Mirrored) -> Seen:
        """Title, text, state and assignee; our label of what is under way, others stay."""
        done = agreed.status is ActionStatus.DONE
        body: dict[str, Json] = {"title": title_of(call, agreed), "body": body_of(call, agreed)}
        if (seen.status is ActionStatus.DONE) != done:
            body |= (
                {"state": "closed", "state_reason": "completed"}
                if done
                else {"state": "open", "state_reason": "reopened"}
            )
        assignee = self.theirs(agreed.owner)
        if "owner" not in seen.unread and (assignee or agreed.owner is None):
            body["assignees"] = [assignee] if assignee else []
        path = f"{self._issues}/{seen.issue}"
        changed = self._seen(self._api.ask("PATCH", path, call.at, body))
        wanted = agreed.status is ActionStatus.IN_PROGRESS
        if wanted and changed.status is not ActionStatus.IN_PROGRESS:
            self._api.ask("POST", f"{path}/labels", call.at, {"labels": [_UNDER_WAY]})
        elif not wanted and changed.status is ActionStatus.IN_PROGRESS:
            self._api.ask("DELETE", f"{path}/labels/{_UNDER_WAY}", call.at)
        return changed

    def _seen(self, one: Json) -> Seen:
        labels = {label["name"] if isinstance(label, dict) else label for label in one.get("labels", ())}
        under_way = ActionStatus.IN_PROGRESS if _UNDER_WAY in labels else ActionStatus.OPEN
        assignees = [each["login"] for each in one.get("assignees") or ()]
        owner, unread = self.ours(assignees[0] if assignees else None)
        status = ActionStatus.DONE if one["state"] == "closed" else under_way
        return Seen(str(one["number"]), one["html_url"], status, owner, unread=unread | {"deadline"})
