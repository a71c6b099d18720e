"""A drill with a chat: the shop at three in the morning, and a Slack and a Mattermost that never leave the process."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.story.incidents.conftest import OWNER, Drill, opened

from watchbill.adapters.notify.chat.fake import FakeMouth
from watchbill.chat.model import Act, Command, Heard, Line, Pressed, Provider, Reacted, Sign, Spoken
from watchbill.entrypoints.chat import Hearing
from watchbill.oncall.model import Outgoing, Receipt
from watchbill.people.model import Role

CHANNELS = """
[slack]
token = "xoxb-1"
app_token = "xapp-1"
rooms = "SEV2"

[slack.people]
U_ANN = "ann"

[mattermost]
url = "http://127.0.0.1:1"
token = "mm"
command_token = "cmd"
"""


@dataclass
class Talk:
    """The drill, what Slack and Mattermost were asked to do, and what is said there."""

    drill: Drill
    slack: FakeMouth
    mattermost: FakeMouth
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def declare(self, title: str = "Checkout is down", severity: str = "SEV1", **more: str) -> int:
        """An incident of that severity; its number."""
        return int(self.drill.ask("incident.start", title=title, severity=severity, confirm=True, **more)["number"])

    def hear(self, heard: Heard) -> str:
        """It is heard; then the worker does what follows; the reply."""
        reply = Hearing(self.drill.app).take(heard)
        self.drill.run()
        return reply

    def types(self, text: str, *, user: str = "U_ANN", room: str = "R1", event: str = "") -> str:
        """A slash command in Slack, and its answer."""
        identity = event or f"E{next(self._numbers)}"
        now = self.drill.clock.now()
        return self.hear(Command(identity, Provider.SLACK, room, user, now, inline=True, text=text))

    def presses(self, delivery: str, answer: str, *, user: str = "U_ANN") -> str:
        """A button below a page."""
        now, identity = self.drill.clock.now(), f"E{next(self._numbers)}"
        return self.hear(Pressed(identity, Provider.SLACK, "D1", user, now, True, delivery, answer))

    def reacts(self, sign: Sign, message: str, *lines: Line, room: str = "R1", user: str = "U_ANN") -> str:
        """A reaction."""
        now, identity = self.drill.clock.now(), f"E{next(self._numbers)}"
        return self.hear(Reacted(identity, Provider.SLACK, room, user, now, sign=sign, message=message, lines=lines))

    def says_below(self, thread: str, line: Line, *, room: str = "R1") -> None:
        """A message in a thread."""
        self.hear(Spoken(line.message, Provider.SLACK, room, line.user, line.at, thread=thread, line=line))

    def acts(self, *, of: FakeMouth | None = None) -> list[Act]:
        """What was done, in order."""
        return [said.post.act for said in (of or self.slack).ledger]


class SlackLike:
    """The page channel `slack` of the drill: hands over as the others do, and says which message it became."""

    def __init__(self, drill: Drill) -> None:
        self._inner = drill.world.get("push")
        self.name = "slack"

    def refusal(self, _address: str) -> str | None:
        """Any address will do."""
        return None

    def lane(self, _address: str) -> str:
        """One lane."""
        return "slack"

    def send(self, outgoing: Outgoing) -> Receipt:
        """With the message's id."""
        assert self._inner is not None
        receipt = self._inner.send(outgoing)
        return Receipt(
            receipt.outcome, receipt.answer, receipt.code, receipt.retry_after_s, f"D1 M-{outgoing.delivery}"
        )


@contextmanager
def talking(folder: Path, database: str | None) -> Iterator[Talk]:
    """The shop with chats; ann and bob have accounts, cy may only look, and ann is called in Slack."""
    file = folder / "channels.toml"
    file.write_text(CHANNELS, "utf-8")
    file.chmod(0o600)
    with opened(folder / "data", database, channels=file) as drill:
        ready = Talk(drill, FakeMouth("slack"), FakeMouth("mattermost"))
        drill.app.chat.mouths = {Provider.SLACK: ready.slack, Provider.MATTERMOST: ready.mattermost}
        drill.world._channels["slack"] = SlackLike(drill)  # type: ignore[assignment]
        drill.write("person: {name: ann, email: ann@shop.test, contacts: [{channel: slack, address: D1}]}")
        with drill.app.transaction() as s:
            for name in ("ann", "bob"):
                s.people.set_role(name, Role.RESPONDER, OWNER)
            s.people.set_role("cy", Role.VIEWER, OWNER)
        yield ready


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    """On SQLite."""
    with talking(tmp_path, None) as ready:
        yield ready


@pytest.fixture(params=["sqlite", "postgresql"])
def talk_anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Talk]:
    """On each database in turn."""
    database = None if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    with talking(tmp_path, database) as ready:
        yield ready
