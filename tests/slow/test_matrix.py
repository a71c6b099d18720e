"""A real Matrix server, whose certificate is of an authority of its own: rooms, commands, marks, pages and their acknowledgement."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.slow.matrix import Member, Synapse
from tests.slow.servers import Watchbill, running, until

from watchbill.kernel.crashpoint import CRASH_EXIT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("matrix")]

CHANNELS = """
[matrix]
url = "{url}"
token = "{token}"
ca = "{ca}"
rooms = "SEV2"

[matrix.people]
"{ana}" = "ana"
"""
SEES, PIN, EYES = "@watchbill:wb.test", "\N{PUSHPIN}", "\N{EYES}"
Json = Any  # Any: what the REST API answers


@dataclass
class House:
    """The server, watchbill in it as a bot, and two people: the file names ana, bob has to prove who he is."""

    matrix: Synapse
    watchbill: Watchbill
    ana: Member
    bob: Member
    pages: str  # the room into which ana's pages go

    def incident(self, number: int) -> Json:
        """As it stands."""
        return self.watchbill.api(f"/incidents/{number}")

    def says(self, member: Member, room: str, text: str, reply: str) -> None:
        """Somebody types a command, and is answered so."""
        member.say(room, text)
        until(f"{text} is answered", lambda: any(reply in one for one in member.texts(room, SEES)), seconds=60)

    def entries(self, number: int) -> list[Json]:
        """The timeline."""
        return list(self.incident(number)["timeline"])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, house: Callable[[str], str]) -> Iterator[House]:
    """The whole house, started once."""
    folder = tmp_path_factory.mktemp("matrix")
    matrix = Synapse(folder / "synapse")
    with running(matrix):
        bot, ana, bob = (matrix.member(name) for name in ("watchbill", "ana", "bob"))
        pages = ana.make_room(bot.user)
        bot.call("POST", f"/v3/join/{pages}", {})
        contact = f'contacts: [{{channel: matrix, address: "{pages}"}}]'
        specs = house("10m").replace("email: ana@shop.test}", f"email: ana@shop.test, {contact}}}")
        server = Watchbill(folder / "watchbill", specs=specs, environment=_settings(folder, matrix, bot, ana))
        with running(server):
            for name in ("ana", "bob"):
                assert server.run("user", "add", name).returncode == 0
            one = House(matrix, server, ana, bob, pages)
            _prove(one)
            yield one


def _settings(folder: Path, matrix: Synapse, bot: Member, ana: Member) -> dict[str, str]:
    file = folder / "channels.toml"
    file.write_text(CHANNELS.format(url=matrix.url, token=bot.token, ca=matrix.ca, ana=ana.user), "utf-8")
    file.chmod(0o600)
    return {"WATCHBILL_CHANNELS": str(file)}


def _prove(house: House) -> None:
    """Ana tries her pager out, and answers in the room: from then on it is a contact that pages."""
    house.watchbill.api("/pages/test", "POST", {"person": "ana", "all_channels": True})
    page = until("the test is in the room", lambda: _page(house, "ana"), seconds=60)
    house.ana.react(house.pages, page, EYES)
    until("ana has the test", lambda: any("Acknowledged by ana" in one for one in house.ana.texts(house.pages, SEES)), seconds=60)  # fmt: skip


def _start(house: House, title: str, severity: str = "SEV1") -> tuple[int, str]:
    """Declare an incident; its number, and the room to which ana was invited and came."""
    made = house.watchbill.api("/incidents", "POST", {"title": title, "severity": severity, "service": "checkout", "confirm": True})  # fmt: skip
    return made["number"], house.ana.invited_to(made["channel"])


def test_the_doctor_knows_who_we_are_there(house: House) -> None:
    """The private authority of the file is believed, and the bot's name is told."""
    found = house.watchbill.run("chat", "show")

    assert (found.returncode, SEES in found.stdout) == (0, True), found.stdout + found.stderr


def test_an_incident_has_a_room_and_commands_in_it_move_the_incident(house: House) -> None:
    """The room has topic, pinned summary and the watch as a guest; what is typed there happens, and the room is told."""
    number, room = _start(house, "Checkout returns 500s")
    pinned = until("the summary is pinned", lambda: house.ana.state(room, "m.room.pinned_events")["pinned"], seconds=60)
    [summary] = [one["content"]["body"] for one in house.ana.events(room) if one["event_id"] in pinned]

    assert f"INC-{number} SEV1 open" in house.ana.state(room, "m.room.topic")["topic"]
    assert "Checkout returns 500s" in summary
    house.says(house.ana, room, "!wb ack", f"INC-{number} SEV1 open")
    house.says(house.ana, room, "!wb sev 2 only the German shop", f"INC-{number} SEV2 open")
    house.says(house.ana, room, "!wb role scribe @bob", "scribe: bob")
    house.says(house.ana, room, "!wb update We are rolling back.", "Sent to")
    house.says(house.ana, room, "!wb sevv 1", "did you mean 'sev'")
    house.says(house.ana, room, "!wb resolve bad deploy --override checked by hand", f"INC-{number} SEV2 resolved")

    found = house.incident(number)
    assert (found["severity"], found["status"], found["acknowledged_by"]) == ("SEV2", "resolved", "ana")
    assert (found["root_cause"], found["override"]) == ("bad deploy", "checked by hand")
    until("the topic follows", lambda: "SEV2 resolved" in house.ana.state(room, "m.room.topic")["topic"], seconds=60)
    until("the room is told", lambda: any("only the German shop" in one for one in house.ana.texts(room, SEES)))
    assert any(row["action"] == "chat.command" for row in house.watchbill.api("/audit", limit="1000"))


def test_marked_messages_and_their_threads_reach_the_timeline(house: House) -> None:
    """A pin takes a message with what was said below it, and what is said there later follows; each keeps the moment it was said."""
    number, room = _start(house, "Search is slow")
    first = house.ana.say(room, "The index is being rebuilt since 02:00")
    house.ana.say_below(room, first, "Half of it is done")
    house.ana.say(room, "unrelated")
    house.ana.react(room, first, PIN)
    until("it is on the timeline", lambda: _quoted(house, number) == 2, seconds=60)
    house.ana.say_below(room, first, "All of it is done")
    until("what follows is on the timeline", lambda: _quoted(house, number) == 3, seconds=60)
    house.ana.react(room, first, "\N{ROUND PUSHPIN}")
    house.says(house.ana, room, "!wb note The cache is cold", "On the timeline")

    quoted = [entry for entry in house.entries(number) if entry["source"] == "human"]
    said = {one["content"].get("body"): one["origin_server_ts"] for one in house.ana.events(room) if one["type"] == "m.room.message"}  # fmt: skip
    assert [entry["text"] for entry in quoted] == [
        "The index is being rebuilt since 02:00", "Half of it is done", "All of it is done", "The cache is cold",
    ]  # fmt: skip
    assert {entry["author"] for entry in quoted} == {"ana"}
    assert all(_millis(entry["at"]) == said[entry["text"]] for entry in quoted[:3])
    assert all(entry["at"] <= entry["recorded_at"] for entry in quoted)


def test_a_page_is_acknowledged_from_the_room_and_its_message_says_so(house: House) -> None:
    """Eyes below the page are enough; the message is changed to who has it."""
    house.watchbill.send({"labels": {"alertname": "CheckoutDown", "service": "checkout", "severity": "critical"}})
    page = until("the page is in the room", lambda: _page(house, "CheckoutDown"), seconds=60)
    house.ana.react(house.pages, page, EYES)

    until("somebody has it", lambda: _escalation(house, "CheckoutDown")["status"] == "acknowledged", seconds=60)
    assert _escalation(house, "CheckoutDown")["acknowledged_by"] == "ana"
    until("the message says so", lambda: any("* " in one and "Acknowledged by ana" in one for one in house.ana.texts(house.pages, SEES)), seconds=60)  # fmt: skip


def test_a_stranger_proves_who_he_is_and_then_acts_as_himself(house: House) -> None:
    """Bob asks the bot into a room of his, is refused, says his code there, and is bob from then on; the code is good once."""
    room = house.bob.make_room(SEES)
    until("the bot comes", lambda: SEES in house.bob.call("GET", f"/v3/rooms/{room}/joined_members")["joined"], seconds=60)  # fmt: skip
    house.says(house.bob, room, "!wb declare sev4 Typo on the home page", "I do not know who you are")
    code = house.watchbill.api("/chat/codes", "POST", {"person": "bob"})["code"]
    house.says(house.bob, room, f"!wb link {code}", "You are bob here")
    house.says(house.bob, room, f"!wb link {code}", "not (or no longer) good")
    house.says(house.bob, room, "!wb declare sev4 Typo on the home page", "SEV4 open")

    newest = house.watchbill.api("/incidents")["items"][0]
    assert (newest["title"], house.incident(newest["number"])["declared_by"]) == ("sev4 Typo on the home page", "bob")


def test_what_was_said_while_watchbill_was_killed_is_done_once_and_the_room_is_made_once(house: House) -> None:
    """Kill -9 right after the declaration: after the restart there is one room, and a command said meanwhile is heard."""
    made = house.watchbill.api("/incidents", "POST", {"title": "Killed in between", "severity": "SEV1", "service": "checkout", "confirm": True})  # fmt: skip
    house.watchbill.kill()
    house.watchbill.start()
    room = house.ana.invited_to(made["channel"])
    house.watchbill.kill()
    house.ana.say(room, "!wb note said to nobody")
    house.watchbill.start()

    until("it is heard", lambda: _quoted(house, made["number"]) == 1, seconds=60)
    house.says(house.ana, room, "!wb status", "Killed in between")
    assert _quoted(house, made["number"]) == 1
    rooms = house.ana.call("GET", "/v3/sync?timeout=0")["rooms"]
    assert not any(made["channel"] in str(invite) for invite in rooms.get("invite", {}).values())


@pytest.mark.parametrize("place", ["chat.before_commit", "chat.taken"])
def test_a_command_that_killed_its_server_is_done_once(house: House, place: str) -> None:
    """Death before the command is saved, or right after: the restarted server hears it again and does it once."""
    number, room = _start(house, f"Killed at {place}")
    house.watchbill.kill()
    house.watchbill.start({"WATCHBILL_CRASHPOINT": place})
    house.ana.say(room, "!wb note said to somebody who dies")
    assert house.watchbill.ended() == CRASH_EXIT
    house.watchbill.start()

    until("it is on the timeline", lambda: _quoted(house, number) == 1, seconds=60)
    house.says(house.ana, room, "!wb status", f"Killed at {place}")
    assert _quoted(house, number) == 1


def _quoted(house: House, number: int) -> int:
    return sum(entry["source"] == "human" for entry in house.entries(number))


def _page(house: House, name: str) -> str:
    found = [one["event_id"] for one in house.ana.events(house.pages) if name in str(one["content"].get("body"))]
    return str(found[0]) if found else ""


def _escalation(house: House, name: str) -> Json:
    return next(one for one in house.watchbill.api("/escalations")["items"] if name in one["title"])


def _millis(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
