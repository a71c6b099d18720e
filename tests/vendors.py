"""GitHub, GitLab and Jira on this machine: they keep issues, and refuse every request that is not as the vendor documents it.

Documents: docs.github.com/rest/issues (2022-11-28), docs.gitlab.com/api/issues, developer.atlassian.com/cloud/jira/platform/rest/v3
and the Server's REST v2.
"""
# ruff: noqa: ARG002 - all routes are called alike

import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

Json = Any  # Any: JSON
TOKEN = "secret-1"


class Refused(Exception):
    """A request that the vendor would not take: status and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@dataclass
class Vendor:
    """Issues by number, what was asked in order, what was refused, and answers that a test wants first."""

    url: str = ""
    issues: list[dict[str, Json]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    script: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    ROUTES: ClassVar[tuple[tuple[str, str, str], ...]] = ()  # method, path, name of the answering method

    def answer(self, method: str, target: str, headers: dict[str, str], body: Json) -> tuple[int, Json]:
        """Route one request; raises Refused."""
        parts = urlsplit(target)
        self.check(headers)
        if body is not None and headers.get("content-type") != "application/json":
            raise Refused(415, "Content-Type")
        for verb, pattern, name in self.ROUTES:
            match = re.fullmatch(pattern, parts.path)
            if verb == method and match:
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                answering: Callable[..., tuple[int, Json]] = getattr(self, name)
                return answering(*(unquote(one) for one in match.groups()), query=query, body=body)
        raise Refused(404, f"no route {method} {parts.path}")

    def check(self, headers: dict[str, str]) -> None:
        """The headers that every request needs."""
        raise NotImplementedError

    def found(self, number: str) -> dict[str, Json]:
        """An issue that is there."""
        if not number.isdecimal() or not 0 < int(number) <= len(self.issues):
            raise Refused(404, f"no issue {number}")
        return self.issues[int(number) - 1]


def _need(body: Json, known: set[str], required: set[str]) -> None:
    if not isinstance(body, dict):
        raise Refused(400, "no JSON object")
    if unknown := set(body) - known:
        raise Refused(422, f"unknown fields {sorted(unknown)}")
    if missing := {name for name in required if not body.get(name)}:
        raise Refused(422, f"missing fields {sorted(missing)}")


class GitHub(Vendor):
    """The repository acme/shop."""

    ROUTES = (
        ("GET", "/repos/acme/shop/issues", "listed"),
        ("POST", "/repos/acme/shop/issues", "made"),
        ("GET", r"/repos/acme/shop/issues/(\d+)", "shown"),
        ("PATCH", r"/repos/acme/shop/issues/(\d+)", "changed"),
        ("POST", r"/repos/acme/shop/issues/(\d+)/labels", "labelled"),
        ("DELETE", r"/repos/acme/shop/issues/(\d+)/labels/([^/]+)", "unlabelled"),
    )

    def check(self, headers: dict[str, str]) -> None:
        """Accept, the token, the version, and a User-Agent, without which GitHub answers 403."""
        if headers.get("authorization") != f"Bearer {TOKEN}":
            raise Refused(401, "Bad credentials")
        if not headers.get("user-agent"):
            raise Refused(403, "a User-Agent is needed")
        if (
            headers.get("accept") != "application/vnd.github+json"
            or headers.get("x-github-api-version") != "2022-11-28"
        ):
            raise Refused(415, "Accept and X-GitHub-Api-Version")

    def listed(self, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """Filtered by label and state, the newest first."""
        if query.get("state") not in {"open", "closed", "all"} or not re.fullmatch(
            r"[\d-]{10}T[\d:]{8}Z", query["since"]
        ):
            raise Refused(422, "state, since")
        return 200, [one for one in self.issues[::-1] if query["labels"] in {label["name"] for label in one["labels"]}]

    def made(self, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """201 with the issue."""
        _need(body, {"title", "body", "labels", "assignees", "milestone", "type"}, {"title"})
        number = len(self.issues) + 1
        self.issues.append(
            {
                "number": number, "html_url": f"https://github.test/acme/shop/issues/{number}", "state": "open",
                "title": body["title"], "body": body.get("body"), "labels": [{"name": one} for one in body["labels"]],
                "assignees": [{"login": one} for one in body["assignees"]],
            }
        )  # fmt: skip
        return 201, self.issues[-1]

    def shown(self, number: str, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """One issue."""
        return 200, self.found(number)

    def changed(self, number: str, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """Fields that are left out stay."""
        _need(body, {"title", "body", "state", "state_reason", "labels", "assignees", "milestone", "type"}, set())
        issue = self.found(number)
        if body.get("state", "open") not in {"open", "closed"}:
            raise Refused(422, "state")
        if body.get("state_reason") not in {None, "completed", "not_planned", "duplicate", "reopened"}:
            raise Refused(422, "state_reason")
        issue |= {name: body[name] for name in ("title", "body", "state") if name in body}
        if "assignees" in body:
            issue["assignees"] = [{"login": one} for one in body["assignees"]]
        return 200, issue

    def labelled(self, number: str, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """Labels are added."""
        _need(body, {"labels"}, {"labels"})
        self.found(number)["labels"] += [{"name": one} for one in body["labels"]]
        return 200, self.found(number)["labels"]

    def unlabelled(self, number: str, label: str, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """404 for a label that it has not."""
        issue = self.found(number)
        left = [one for one in issue["labels"] if one["name"] != label]
        if len(left) == len(issue["labels"]):
            raise Refused(404, "Label does not exist")
        issue["labels"] = left
        return 200, left


class GitLab(Vendor):
    """The project acme/shop."""

    ROUTES = (
        ("GET", "/api/v4/projects/acme%2Fshop/issues", "listed"),
        ("POST", "/api/v4/projects/acme%2Fshop/issues", "made"),
        ("GET", r"/api/v4/projects/acme%2Fshop/issues/(\d+)", "shown"),
        ("PUT", r"/api/v4/projects/acme%2Fshop/issues/(\d+)", "changed"),
    )

    def check(self, headers: dict[str, str]) -> None:
        """The token."""
        if headers.get("private-token") != TOKEN:
            raise Refused(401, "401 Unauthorized")

    def listed(self, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """Searched in the description."""
        if query.get("in") not in {"title", "description", "title,description"}:
            raise Refused(400, "in does not have a valid value")
        return 200, [
            one for one in self.issues if query["search"] in one["description"] and query["labels"] in one["labels"]
        ]

    def made(self, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """201 with the issue."""
        _need(body, {"title", "description", "labels", "due_date", "assignee_ids", "issue_type"}, {"title"})
        number = len(self.issues) + 1
        self.issues.append(
            {
                "iid": number, "web_url": f"https://gitlab.test/acme/shop/-/issues/{number}", "state": "opened",
                "title": body["title"], "description": body["description"], "labels": body["labels"].split(","),
                "due_date": body.get("due_date"), "assignees": [{"id": one} for one in body.get("assignee_ids", ())],
            }
        )  # fmt: skip
        return 201, self.issues[-1]

    def shown(self, number: str, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """One issue."""
        return 200, self.found(number)

    def changed(self, number: str, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """States move by events, labels by adding and removing."""
        known = {"title", "description", "due_date", "assignee_ids", "state_event", "add_labels", "remove_labels"}
        _need(body, known, set())
        issue = self.found(number)
        if body.get("state_event") not in {None, "close", "reopen"}:
            raise Refused(400, "state_event does not have a valid value")
        issue |= {name: body[name] for name in ("title", "description") if name in body}
        issue["due_date"] = body.get("due_date", issue["due_date"]) or None
        if "state_event" in body:
            issue["state"] = "closed" if body["state_event"] == "close" else "opened"
        if "assignee_ids" in body:
            issue["assignees"] = [{"id": one} for one in body["assignee_ids"] if one]
        kept = [one for one in issue["labels"] if one != body.get("remove_labels")]
        issue["labels"] = kept + [one for one in (body.get("add_labels"),) if one and one not in kept]
        return 200, issue


class Jira(Vendor):
    """The project SHOP with the usual three statuses; Cloud, unless `server` is set."""

    server = False
    STATUSES: ClassVar = {"11": ("To Do", "new"), "21": ("In Progress", "indeterminate"), "31": ("Done", "done")}
    ROUTES = (
        ("GET", r"/rest/api/3/search/jql|/rest/api/2/search", "searched"),
        ("POST", r"/rest/api/[23]/issue", "made"),
        ("GET", r"/rest/api/[23]/issue/SHOP-(\d+)", "shown"),
        ("PUT", r"/rest/api/[23]/issue/SHOP-(\d+)", "changed"),
        ("GET", r"/rest/api/[23]/issue/SHOP-(\d+)/transitions", "offered"),
        ("POST", r"/rest/api/[23]/issue/SHOP-(\d+)/transitions", "moved"),
    )

    def answer(self, method: str, target: str, headers: dict[str, str], body: Json) -> tuple[int, Json]:
        """Each edition has its own version of the API."""
        if not target.startswith("/rest/api/2/" if self.server else "/rest/api/3/"):
            raise Refused(404, f"not of this edition: {target}")
        return super().answer(method, target, headers, body)

    def check(self, headers: dict[str, str]) -> None:
        """Cloud: e-mail and API token; Server: a personal access token."""
        cloud = "Basic YW5hQHNob3AudGVzdDpzZWNyZXQtMQ=="
        if headers.get("authorization") != (f"Bearer {TOKEN}" if self.server else cloud):
            raise Refused(401, "Client must be authenticated")

    def searched(self, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """By project and label."""
        match = re.fullmatch(r'project = "SHOP" AND labels = "([\w-]+)"', query["jql"])
        if match is None or not query.get("fields"):
            raise Refused(400, "jql, fields")
        return 200, {"issues": [one for one in self.issues if match.group(1) in one["fields"]["labels"]]}

    def made(self, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """201 with the key only."""
        _need(body, {"fields", "update", "transition"}, {"fields"})
        fields = self._fields(body["fields"], {"project", "issuetype", "summary"})
        if fields["project"] != {"key": "SHOP"} or fields["issuetype"] != {"name": "Task"}:
            raise Refused(400, "project, issuetype")
        key = f"SHOP-{len(self.issues) + 1}"
        status = {"name": "To Do", "statusCategory": {"key": "new"}}
        self.issues.append({"key": key, "fields": {"assignee": None, "duedate": None, **fields, "status": status}})
        return 201, {"id": "1", "key": key, "self": f"{self.url}/rest/api/3/issue/1"}

    def shown(self, number: str, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """One issue."""
        return 200, self.found(number)

    def changed(self, number: str, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """204 without a body."""
        _need(body, {"fields", "update"}, {"fields"})
        self.found(number)["fields"] |= self._fields(body["fields"], set())
        return 204, None

    def offered(self, number: str, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """All but the one that leads where it stands."""
        now = self.found(number)["fields"]["status"]["name"]
        offered = [
            {"id": key, "name": name, "to": {"name": name, "statusCategory": {"key": category}}}
            for key, (name, category) in self.STATUSES.items()
            if name != now
        ]
        return 200, {"transitions": offered}

    def moved(self, number: str, *, query: dict[str, str], body: Json) -> tuple[int, Json]:
        """204 without a body."""
        _need(body, {"transition", "fields", "update"}, {"transition"})
        name, category = self.STATUSES[body["transition"]["id"]]
        self.found(number)["fields"]["status"] = {"name": name, "statusCategory": {"key": category}}
        return 204, None

    def _fields(self, fields: Json, required: set[str]) -> dict[str, Json]:
        _need(fields, {"project", "issuetype", "summary", "description", "labels", "duedate", "assignee"}, required)
        if any(" " in label for label in fields.get("labels", ())):
            raise Refused(400, "labels hold no blanks")
        text = fields.get("description")
        if text is not None and isinstance(text, str) is not self.server:
            raise Refused(400, "description: Cloud takes the document format, Server plain text")
        person = fields.get("assignee")
        if person is not None and set(person) != {"name" if self.server else "accountId"}:
            raise Refused(400, "assignee")
        return dict(fields)


class JiraServer(Jira):
    """Server and Data Center."""

    server = True


@contextmanager
def running(vendor: Vendor) -> Iterator[Vendor]:
    """Serve it until the block ends."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            vendor.asked.append(f"{self.command} {self.path.partition('?')[0]}")
            more: dict[str, str] = {}
            if vendor.script:
                status, more = vendor.script.pop(0)
                content: Json = {"message": "as scripted"}
            else:
                try:
                    status, content = vendor.answer(self.command, self.path, headers, json.loads(raw) if raw else None)
                except Refused as why:
                    vendor.refused.append(f"{self.command} {self.path}: {why}")
                    status, content = why.status, {"message": why.why}
            sent = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server calls them by these names

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        vendor.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield vendor
        finally:
            server.shutdown()
            thread.join()
