"""Slack and Mattermost as their documents describe them: each request is checked for method, path, authorization, content type
and required fields; what is wrong is answered as they answer it, and kept in `faults`.
"""

import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["MattermostServer", "SlackServer", "serving"]

Json = Any  # Any: JSON
SLACK_JSON, SLACK_FORM = "application/json; charset=utf-8", "application/x-www-form-urlencoded"
# Method -> (takes JSON as well as a form, required arguments), https://docs.slack.dev/reference/methods
SLACK_METHODS: Mapping[str, tuple[bool, frozenset[str]]] = {
    "auth.test": (True, frozenset()),
    "apps.connections.open": (False, frozenset()),
    "conversations.create": (True, frozenset({"name"})),
    "conversations.setTopic": (True, frozenset({"channel", "topic"})),
    "conversations.invite": (True, frozenset({"channel", "users"})),
    "conversations.list": (False, frozenset()),
    "conversations.replies": (False, frozenset({"channel", "ts"})),
    "chat.postMessage": (True, frozenset({"channel", "text"})),
    "chat.update": (True, frozenset({"channel", "ts", "text"})),
    "chat.postEphemeral": (True, frozenset({"channel", "user", "text"})),
    "pins.add": (True, frozenset({"channel", "timestamp"})),
}


@dataclass
class SlackServer:
    """The Web API for one bot in one workspace."""

    url: str = ""
    socket_url: str = ""
    faults: list[str] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    channels: dict[str, str] = field(default_factory=dict)  # name -> creator
    members: list[str] = field(default_factory=list)
    thread: list[Json] = field(default_factory=list)

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Json]:
        """One request."""
        name = path.removeprefix("/")
        if method != "POST" or name not in SLACK_METHODS:
            return self._wrong(f"{method} {path}", "unknown_method")
        token = "xapp-1" if name == "apps.connections.open" else "xoxb-1"
        if headers.get("authorization") != f"Bearer {token}":
            return self._wrong(f"{name}: {headers.get('authorization')}", "invalid_auth")
        json_too, required = SLACK_METHODS[name]
        kind = headers.get("content-type")
        if kind not in ({SLACK_JSON, SLACK_FORM} if json_too else {SLACK_FORM}):
            return self._wrong(f"{name}: {kind}", "invalid_post_type")
        given = (
            json.loads(body) if kind == SLACK_JSON else {key: one[0] for key, one in parse_qs(body.decode()).items()}
        )
        if missing := {key for key in required if not given.get(key)}:
            return self._wrong(f"{name} lacks {missing}", "invalid_arguments")
        self.calls.append((name, given))
        return 200, self._done(name, given)

    def _wrong(self, what: str, error: str) -> tuple[int, Json]:
        self.faults.append(what)
        return 200, {"ok": False, "error": error}

    def _done(self, name: str, given: Json) -> Json:  # noqa: PLR0911 - a table of answers
        match name:
            case "auth.test":
                return {"ok": True, "user": "watchbill", "user_id": "U_BOT", "team": "Shop"}
            case "apps.connections.open":
                return {"ok": True, "url": self.socket_url}
            case "conversations.create":
                if given["name"] in self.channels:
                    return {"ok": False, "error": "name_taken"}
                self.channels[given["name"]] = "U_BOT"
                return {
                    "ok": True,
                    "channel": {"id": f"C{len(self.channels)}", "name": given["name"], "creator": "U_BOT"},
                }
            case "conversations.list":
                rows = [{"id": f"C{number}", "name": one, "creator": creator} for number, (one, creator) in enumerate(self.channels.items(), 1)]  # fmt: skip
                return {"ok": True, "channels": rows, "response_metadata": {"next_cursor": ""}}
            case "conversations.invite":
                if set(given["users"].split(",")) <= set(self.members):
                    return {"ok": False, "error": "already_in_channel"}
                self.members += given["users"].split(",")
                return {"ok": True}
            case "conversations.replies":
                return {"ok": True, "messages": self.thread}
            case "chat.postMessage":
                return {"ok": True, "channel": given["channel"], "ts": f"{len(self.calls)}.000100"}
            case _:
                return {"ok": True}


@dataclass
class MattermostServer:
    """The REST API v4 for one bot in one team; https://developers.mattermost.com/api-documentation."""

    url: str = ""
    faults: list[str] = field(default_factory=list)
    calls: list[tuple[str, str, Json]] = field(default_factory=list)
    channels: dict[str, Json] = field(default_factory=dict)  # name -> channel

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Json]:
        """One request."""
        if headers.get("authorization") != "Bearer mm-1":
            return self._wrong(f"{path}: {headers.get('authorization')}", 401, "api.context.session_expired.app_error")
        given = json.loads(body) if body else None
        if body and not str(headers.get("content-type")).startswith("application/json"):
            return self._wrong(
                f"{path}: {headers.get('content-type')}", 400, "api.context.invalid_body_param.app_error"
            )
        self.calls.append((method, path, given))
        parts = [part for part in path.removeprefix("/api/v4").split("/") if part]
        return self._done(method, parts, given)

    def _wrong(self, what: str, status: int, error: str) -> tuple[int, Json]:
        self.faults.append(what)
        return status, {"id": error, "message": what, "status_code": status}

    def _done(self, method: str, parts: list[str], given: Json) -> tuple[int, Json]:  # noqa: PLR0911 - a table of answers
        match (method, *parts):
            case ("GET", "users", "me"):
                return 200, {"id": "u_bot", "username": "watchbill"}
            case ("GET", "teams", "name", "sre"):
                return 200, {"id": "t1", "name": "sre"}
            case ("POST", "channels") if {"team_id", "name", "display_name", "type"} <= set(given):
                return self._channel(given)
            case ("GET", "teams", "t1", "channels", "name", name) if name in self.channels:
                return 200, self.channels[name]
            case ("PUT", "channels", _, "patch") if "header" in given:
                return 200, {}
            case ("POST", "channels", _, "members") if "user_id" in given:
                return 201, {}
            case ("POST", "posts") if {"channel_id", "message"} <= set(given):
                return 201, {"id": f"p{len(self.calls)}", **given}
            case ("PUT", "posts", _, "patch") if "message" in given:
                return 200, {}
            case ("POST", "posts", _, "pin"):
                return 200, {"status": "OK"}
            case _:
                return self._wrong(f"{method} {'/'.join(parts)} {given}", 400, "api.context.invalid_param.app_error")

    def _channel(self, given: Json) -> tuple[int, Json]:
        if given["name"] in self.channels:
            return 400, {"id": "store.sql_channel.save_channel.exists.app_error", "status_code": 400}
        self.channels[given["name"]] = {"id": f"ch{len(self.channels) + 1}", **given}
        return 201, self.channels[given["name"]]


@contextmanager
def serving(server: SlackServer | MattermostServer) -> Iterator[None]:
    """It listens within the block."""
    answer: Callable[[str, str, Mapping[str, str], bytes], tuple[int, Json]] = server.answer

    class Handler(http.server.BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, content = answer(self.command, urlsplit(self.path).path, headers, body)
            data = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 - http.server calls it by these names

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server.url = f"http://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield
        finally:
            listening.shutdown()
            thread.join(10)
