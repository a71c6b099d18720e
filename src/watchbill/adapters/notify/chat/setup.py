"""What the channels file says about chat, beyond sending pages: rooms, listening, who is who."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchbill.adapters.notify.chat.matrix import MatrixMouth
from watchbill.adapters.notify.chat.matrix_ear import MatrixEar
from watchbill.adapters.notify.chat.mattermost import MattermostMouth
from watchbill.adapters.notify.chat.mattermost_ear import MattermostEar
from watchbill.adapters.notify.chat.slack import SlackMouth
from watchbill.adapters.notify.chat.slack_ear import SlackEar
from watchbill.adapters.notify.providers import Callers
from watchbill.chat.model import Provider
from watchbill.chat.ports import Chat, Ear, Mouth
from watchbill.incidents.model import Severity
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid

__all__ = ["SetUp", "set_up"]

_ALL = "all"
_YES = {"yes": True, "no": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class SetUp:
    """One provider, ready to be used; `command_token` is what Mattermost shows with a slash command, `token` the bot's."""

    chat: Chat
    mouth: Mouth
    ear: Ear | None
    token: str
    command_token: str = ""


def set_up(
    file: Path, tables: Mapping[str, object], callers: Callers, clock: Clock, public_url: Callable[[], str]
) -> dict[Provider, SetUp]:
    """The providers of the file that do more than send pages; raises Invalid. The channels were read before, so keys are known."""
    found = {}
    for provider in Provider:
        given: Any = tables.get(provider)  # Any: a table of texts, but for `people`
        if given is None:
            continue
        try:
            made = _MAKERS[provider](given, callers, clock, public_url)
        except Invalid as wrong:
            raise Invalid("channels", f"{file}: [{provider}]: {wrong}", hint=wrong.hint) from wrong
        if made is not None:
            found[provider] = made
    return found


def _slack(given: Any, callers: Callers, clock: Clock, _public_url: Callable[[], str]) -> SetUp | None:  # Any: a table
    rooms, app_token = _rooms(given), given.get("app_token", "")
    if rooms is None and not app_token:
        return None
    url = {"url": given["url"]} if "url" in given else {}
    mouth = SlackMouth(callers.own(given), clock, token=given["token"], **url)
    chat = Chat(Provider.SLACK, rooms, _people(given), "/wb", buttons=bool(app_token))
    return SetUp(chat, mouth, SlackEar(mouth, clock, app_token=app_token) if app_token else None, given["token"])


def _mattermost(
    given: Any, callers: Callers, clock: Clock, public_url: Callable[[], str]
) -> SetUp | None:  # Any: a table
    rooms, command_token = _rooms(given), given.get("command_token", "")
    listens = _listens(given, rooms)
    if rooms is None and not command_token and not listens:
        return None
    if rooms is not None and not given.get("team"):
        raise Invalid("team", "is missing: rooms are made in a team", hint='team = "sre"')
    mouth = MattermostMouth(
        callers.own(given), clock, url=given["url"], token=given["token"], team=given.get("team", ""), public_url=public_url
    )  # fmt: skip
    prefix = "/wb" if command_token else "!wb"
    chat = Chat(Provider.MATTERMOST, rooms, _people(given), prefix, buttons=bool(command_token))
    return SetUp(chat, mouth, MattermostEar(mouth) if listens else None, given["token"], command_token)


def _matrix(given: Any, callers: Callers, clock: Clock, _public_url: Callable[[], str]) -> SetUp | None:  # Any: a table
    rooms = _rooms(given)
    if not _listens(given, rooms):
        return None
    mouth = MatrixMouth(callers.own(given), clock, url=given["url"], token=given["token"])
    chat = Chat(Provider.MATRIX, rooms, _people(given), "!wb", signs=True)
    return SetUp(chat, mouth, MatrixEar(mouth), given["token"])


_MAKERS = {Provider.SLACK: _slack, Provider.MATTERMOST: _mattermost, Provider.MATRIX: _matrix}


def _rooms(given: Any) -> Severity | None:  # Any: a table
    """The least severity that gets a room."""
    text = given.get("rooms", "")
    if not text:
        return None
    return Severity.SEV4 if text.lower() == _ALL else Severity.read(text, field="rooms")


def _listens(given: Any, rooms: Severity | None) -> bool:  # Any: a table
    text = given.get("listen", "yes" if rooms is not None else "no").lower()
    if text not in _YES:
        raise Invalid("listen", f"{text!r} is neither yes nor no")
    return _YES[text]


def _people(given: Any) -> Mapping[str, str]:  # Any: a table
    people = given.get("people", {})
    for user, person in people.items():
        if not isinstance(person, str):
            raise Invalid(f"people.{user}", "names no person", hint='U0123 = "ann"')
    return {user: person.removeprefix("@") for user, person in people.items()}
