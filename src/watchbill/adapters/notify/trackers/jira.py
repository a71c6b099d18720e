"""Jira issues: Cloud (REST v3, e-mail and API token) and Server or Data Center (REST v2, personal access token).

Statuses are the project's own; what counts is their category (new, indeterminate, done), reached by a transition that leads there.
"""

from collections.abc import Mapping
from datetime import date, datetime

from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.providers.secrets import basic
from watchbill.adapters.notify.trackers.asking import Api, AskError, Json
from watchbill.adapters.notify.trackers.tracker import LABEL, Tracker, body_of, title_of
from watchbill.oncall.model import Outcome, Receipt
from watchbill.postmortems.model import ActionStatus, IssueCall, Mirrored, Seen

__all__ = ["Jira"]

_FIELDS = "status,assignee,duedate"
_CATEGORIES = {"new": ActionStatus.OPEN, "undefined": ActionStatus.OPEN, "indeterminate": ActionStatus.IN_PROGRESS, "done": ActionStatus.DONE}  # fmt: skip


class Jira(Tracker):
    """One project, by its key. With `email` it is Jira Cloud."""

    def __init__(  # noqa: PLR0913 - the file's settings, each by its keyword
        self,
        caller: HttpCaller,
        *,
        url: str,
        token: str,
        project: str,
        people: Mapping[str, str],
        email: str = "",
        issue_type: str = "Task",
    ) -> None:
        super().__init__(people)
        self._cloud = bool(email)
        authorization = basic(email, token) if email else f"Bearer {token}"
        self._api = Api(caller, url, {"Accept": "application/json", "Authorization": authorization})
        self._base = url.rstrip("/")
        self._rest = "/rest/api/3" if self._cloud else "/rest/api/2"
        self._project, self._issue_type = project, issue_type

    def find(self, call: IssueCall) -> Seen | None:
        """By a label of its own: Jira's text search knows no exact words."""
        jql = f'project = "{self._project}" AND labels = "{_label(call)}"'
        path = f"{self._rest}/search/jql" if self._cloud else f"{self._rest}/search"
        query = {"jql": jql, "fields": _FIELDS, "maxResults": "1"}
        found = self._api.ask("GET", path, call.at, query=query)
        return next((self._seen(one) for one in found.get("issues", ())), None)

    def create(self, call: IssueCall) -> Seen:
        """A new issue begins in the workflow's first status, and is moved on where the item is further."""
        fields: dict[str, Json] = {
            "project": {"key": self._project},
            "issuetype": {"name": self._issue_type},
            "summary": title_of(call, call.ours),
            "description": self._text(body_of(call, call.ours)),
            "labels": [LABEL, _label(call)],
        }
        if call.ours.deadline:
            fields["duedate"] = call.ours.deadline.isoformat()
        if assignee := self.theirs(call.ours.owner):
            fields["assignee"] = self._person(assignee)
        made = self._api.ask("POST", f"{self._rest}/issue", call.at, {"fields": fields})
        seen = self.read(made["key"], call.at)
        if seen.status is not call.ours.status:
            self._move(call, seen, call.ours.status)
        return seen

    def read(self, issue: str, at: datetime) -> Seen:
        """By its key."""
        return self._seen(self._api.ask("GET", f"{self._rest}/issue/{issue}", at, query={"fields": _FIELDS}))

    def change(self, call: IssueCall, seen: Seen, agreed: Mirrored) -> Seen:
        """The fields, then the status by a transition."""
        fields: dict[str, Json] = {
            "summary": title_of(call, agreed),
            "description": self._text(body_of(call, agreed)),
            "duedate": agreed.deadline.isoformat() if agreed.deadline else None,
        }
        assignee = self.theirs(agreed.owner)
        if "owner" not in seen.unread and (assignee or agreed.owner is None):
            fields["assignee"] = self._person(assignee) if assignee else None
        self._api.ask("PUT", f"{self._rest}/issue/{seen.issue}", call.at, {"fields": fields})
        if seen.status is not agreed.status:
            self._move(call, seen, agreed.status)
        return seen

    def _move(self, call: IssueCall, seen: Seen, status: ActionStatus) -> None:
        path = f"{self._rest}/issue/{seen.issue}/transitions"
        offered = self._api.ask("GET", path, call.at)["transitions"]
        fit = [one for one in offered if _status(one["to"]) is status]
        if not fit:
            names = ", ".join(one["name"] for one in offered) or "none"
            said = f"{seen.issue} has no transition to a status that is {status} (it offers: {names})"
            raise AskError(Receipt(Outcome.PERMANENT, said))
        self._api.ask("POST", path, call.at, {"transition": {"id": fit[0]["id"]}})

    def _person(self, name: str) -> Json:
        return {"accountId": name} if self._cloud else {"name": name}

    def _text(self, text: str) -> Json:
        """Cloud takes its document format, the others plain text."""
        if not self._cloud:
            return text
        lines = [line for line in text.split("\n") if line]
        paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
        return {"type": "doc", "version": 1, "content": paragraphs}

    def _seen(self, one: Json) -> Seen:
        fields = one["fields"]
        person = fields.get("assignee") or {}
        owner, unread = self.ours(person.get("accountId" if self._cloud else "name"))
        due = fields.get("duedate")
        return Seen(
            one["key"],
            f"{self._base}/browse/{one['key']}",
            _status(fields["status"]),
            owner,
            date.fromisoformat(due) if due else None,
            unread,
        )


def _status(status: Json) -> ActionStatus:
    return _CATEGORIES.get(status.get("statusCategory", {}).get("key", ""), ActionStatus.OPEN)


def _label(call: IssueCall) -> str:
    """Labels hold no blanks."""
    return call.marker.replace(":", "-")
