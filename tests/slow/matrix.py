"""A real Matrix homeserver (Synapse) with a certificate of its own authority, and people who use it."""

import contextlib
import http.client
import itertools
import json
import os
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.slow.servers import Process, program, until

__all__ = ["Member", "Synapse"]

NAME = "wb.test"
ROOT = Path(__file__).parents[2]
CONFIGURATION = """
server_name: wb.test
listeners:
  - {{port: {port}, bind_addresses: ["127.0.0.1"], type: http, tls: true, resources: [{{names: [client]}}]}}
tls_certificate_path: {folder}/server.pem
tls_private_key_path: {folder}/server.key
database: {{name: sqlite3, args: {{database: "{folder}/homeserver.db"}}}}
media_store_path: {folder}/media
signing_key_path: {folder}/signing.key
macaroon_secret_key: macaroon
form_secret: form
report_stats: false
trusted_key_servers: []
caches: {{sync_response_cache_duration: 0s}}
enable_registration: true
enable_registration_without_verification: true
{limits}
"""
_FREE = "{per_second: 1000, burst_count: 1000}"
_LIMITS = ["rc_message", "rc_registration", "rc_joins_per_room"]
Json = Any  # Any: what the server answers


@dataclass
class Synapse(Process):
    """Synapse on SQLite, from the environment that `make matrix` sets up."""

    @property
    def url(self) -> str:
        """Where it listens, over TLS."""
        return f"https://localhost:{self.port}"

    @property
    def ca(self) -> Path:
        """The certificate of its authority, which nobody else knows."""
        return self.folder / "ca.pem"

    def command(self) -> list[str]:
        """What starts it."""
        if not self.ca.exists():
            _certify(self.folder)
        limits = [f"{name}: {_FREE}" for name in _LIMITS]
        limits += [f"{name}: {{{', '.join(f'{kind}: {_FREE}' for kind in kinds)}}}" for name, kinds in _NESTED.items()]
        text = CONFIGURATION.format(port=self.port, folder=self.folder, limits="\n".join(limits))
        (self.folder / "homeserver.yaml").write_text(text)
        keys = ["--config-path", f"{self.folder}/homeserver.yaml", "--generate-keys"]
        subprocess.run([_python(), "-m", "synapse.app.homeserver", *keys], check=True, capture_output=True)
        return [_python(), "-m", "synapse.app.homeserver", "--config-path", f"{self.folder}/homeserver.yaml"]

    def is_up(self) -> bool:
        """Whether it answers."""
        return _request(self, "GET", "/health", None, "")[0] == 200

    def member(self, name: str) -> "Member":
        """A new user."""
        body = {"username": name, "password": "secret-of-tests", "auth": {"type": "m.login.dummy"}}
        status, answer = _request(self, "POST", "/_matrix/client/v3/register", body, "")
        assert status == 200, answer
        return Member(self, answer["user_id"], answer["access_token"])


_NESTED = {
    "rc_login": ("address", "account", "failed_attempts"),
    "rc_joins": ("local", "remote"),
    "rc_invites": ("per_room", "per_user", "per_issuer"),
}


@dataclass
class Member:
    """A person with a client."""

    server: Synapse
    user: str
    token: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def call(self, method: str, path: str, body: object = None) -> Json:
        """One request; fails unless it is good."""
        status, answer = _request(self.server, method, f"/_matrix/client{path}", body, self.token)
        assert status == 200, (method, path, status, answer)
        return answer

    def make_room(self, *invited: str) -> str:
        """A room with these people invited."""
        made = self.call("POST", "/v3/createRoom", {"preset": "private_chat", "invite": list(invited)})
        return str(made["room_id"])

    def say(self, room: str, text: str, **content: object) -> str:
        """A message; its id."""
        return self.send(room, "m.room.message", {"msgtype": "m.text", "body": text, **content})

    def say_below(self, room: str, thread: str, text: str) -> str:
        """A message in a thread."""
        return self.say(room, text, **{"m.relates_to": {"rel_type": "m.thread", "event_id": thread}})

    def react(self, room: str, message: str, key: str) -> str:
        """A reaction."""
        relation = {"rel_type": "m.annotation", "event_id": message, "key": key}
        return self.send(room, "m.reaction", {"m.relates_to": relation})

    def send(self, room: str, kind: str, content: object) -> str:
        """An event; its id."""
        made = self.call("PUT", f"/v3/rooms/{quote(room)}/send/{kind}/t{next(self._numbers)}", content)
        return str(made["event_id"])

    def events(self, room: str) -> list[Json]:
        """What was said in the room, oldest first."""
        return list(reversed(self.call("GET", f"/v3/rooms/{quote(room)}/messages?dir=b&limit=200")["chunk"]))

    def texts(self, room: str, sender: str | None = None) -> list[str]:
        """The words of the messages."""
        return [
            str(one["content"].get("body", ""))
            for one in self.events(room)
            if one["type"] == "m.room.message" and sender in {None, one["sender"]}
        ]

    def invited_to(self, name: str) -> str:
        """Wait for the invitation into the room whose alias begins so, and follow it; the room's id."""
        room = until(f"{self.user} is invited to {name}", lambda: self._invitation(name), seconds=90)
        self.call("POST", f"/v3/join/{quote(room)}", {})
        return room

    def state(self, room: str, kind: str) -> Json:
        """One state event of the room."""
        return self.call("GET", f"/v3/rooms/{quote(room)}/state/{kind}/")

    def _invitation(self, name: str) -> str:
        found = self.call("GET", "/v3/sync?timeout=0").get("rooms", {}).get("invite", {})
        for room, invite in found.items():
            if any(
                str(event["content"].get("name", "")).startswith(name) for event in invite["invite_state"]["events"]
            ):
                return str(room)
        return ""


def _python() -> str:
    """The interpreter that has Synapse; skipped where `make matrix` was not run, a failure in CI."""
    named = os.environ.get("MATRIX_PYTHON")
    found = Path(named) if named else ROOT / ".matrix" / "bin" / "python"
    if found.exists():
        return str(found)
    if os.environ.get("CI") == "true":
        pytest.fail("there is no Matrix server: make matrix")
    pytest.skip("there is no Matrix server: make matrix sets one up")


def _certify(folder: Path) -> None:
    """An authority, and a certificate for localhost by it."""
    openssl = program("openssl")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    steps = (
        ["req", "-x509", *key, "-subj", "/CN=Tests authority", "-keyout", "ca.key", "-out", "ca.pem"],
        ["req", *key[:-2], "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"],
    )
    for step in steps:
        subprocess.run([openssl, *step], cwd=folder, check=True, capture_output=True)
    (folder / "names.cnf").write_text("subjectAltName=DNS:localhost\n")
    sign = ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"]
    subprocess.run(
        [openssl, *sign, "-extfile", "names.cnf", "-out", "server.pem"], cwd=folder, check=True, capture_output=True
    )


def _request(server: Synapse, method: str, path: str, body: object, token: str) -> tuple[int, Json]:
    trust = ssl.create_default_context(cafile=str(server.ca))
    with contextlib.closing(http.client.HTTPSConnection("localhost", server.port, timeout=30, context=trust)) as line:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        line.request(method, path, None if body is None else json.dumps(body), headers)
        answer = line.getresponse()
        text = answer.read().decode()
    return answer.status, json.loads(text) if text.startswith("{") else text
