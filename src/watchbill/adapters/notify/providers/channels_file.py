"""The channels file: TOML with one table for each provider that is set up, so that all their secrets lie in one place.

[slack]
token = "xoxb-..."
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.providers.apprise import AppriseChannel
from watchbill.adapters.notify.providers.chats import (
    MatrixChannel,
    MattermostChannel,
    SlackChannel,
    TeamsChannel,
    TelegramChannel,
)
from watchbill.adapters.notify.providers.pagerduty import PagerDutyChannel
from watchbill.adapters.notify.providers.phones import NtfyChannel, PushoverChannel, SmsChannel, VoiceChannel
from watchbill.kernel.errors import Invalid, near
from watchbill.oncall.ports import Channel

__all__ = ["CHANNELS", "PEOPLED", "Callers", "Provider", "read_channels", "read_tables"]

_OTHERS_READ = 0o077
Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Callers:
    """Who calls: `trusted` what the operator wrote into the file, `fenced` what people write into their contacts."""

    trusted: HttpCaller
    fenced: HttpCaller
    fence: Fence

    def own(self, given: Given) -> HttpCaller:
        """Who calls the provider of a table: with its own certificate authority (`ca`) where one is named."""
        return self.trusted.trusting(given["ca"]) if given.get("ca") else self.trusted


@dataclass(frozen=True, slots=True)
class Provider:
    """One table of the file: what it must hold, what it may hold, and the channels that it makes."""

    needs: tuple[str, ...]
    may: tuple[str, ...]
    make: Callable[[Callers, Given], list[Channel]]
    gives: tuple[str, ...]
    addresses: str


CHANNELS: Mapping[str, Provider] = {
    "slack": Provider(("token",), ("url", "app_token", "rooms", "ca"), lambda callers, given: [SlackChannel(callers.own(given), **_of(given, "token", "url", "app_token"))], ("slack",), "`C0123`, `#ops` or a person's `U0123`"),
    "mattermost": Provider(("url", "token"), ("team", "command_token", "listen", "rooms", "ca"), lambda callers, given: [MattermostChannel(callers.own(given), **_of(given, "url", "token", "command_token"))], ("mattermost",), "the id of a channel"),
    "matrix": Provider(("url", "token"), ("listen", "rooms", "ca"), lambda callers, given: [MatrixChannel(callers.own(given), **_of(given, "url", "token"))], ("matrix",), "the id of a room, `!abc:example.org`"),
    "telegram": Provider(("token",), ("url",), lambda callers, given: [TelegramChannel(callers.trusted, **given)], ("telegram",), "the id of a chat"),
    "teams": Provider((), (), lambda callers, _given: [TeamsChannel(callers.fenced, callers.fence)], ("teams",), "a workflow's webhook address"),
    "twilio": Provider(("account", "token", "number"), ("url",), lambda callers, given: [SmsChannel(callers.trusted, **given), VoiceChannel(callers.trusted, **given)], ("sms", "voice"), "a number in international form, `+33612345678`"),
    "ntfy": Provider((), ("url", "token"), lambda callers, given: [NtfyChannel(callers.trusted, **given)], ("ntfy",), "a topic"),
    "pushover": Provider(("token",), ("url",), lambda callers, given: [PushoverChannel(callers.trusted, **given)], ("pushover",), "a user's or a group's key"),
    "pagerduty": Provider((), ("url",), lambda callers, given: [PagerDutyChannel(callers.trusted, **given)], ("pagerduty",), "the routing key of a service there"),
    "apprise": Provider((), (), lambda _callers, _given: [AppriseChannel()], ("apprise",), "any Apprise URL"),
}  # fmt: skip
PEOPLED = ("slack", "mattermost", "matrix")  # these may hold a table `people` as well: chat user to person


def read_channels(file: Path, callers: Callers) -> list[Channel]:
    """The channels that the file sets up; raises Invalid that says what is wrong and where, never with a secret in it."""
    return [channel for name, given in read_tables(file).items() for channel in _made(file, name, given, callers)]


def read_tables(file: Path) -> Mapping[str, object]:
    """The tables of the file, unread; raises Invalid."""
    try:
        if file.stat().st_mode & _OTHERS_READ:
            raise Invalid("channels", f"{file} can be read by others", hint=f"chmod 600 {file}")
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as wrong:
        raise Invalid("channels", f"{file} cannot be read: {wrong.strerror}") from wrong
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise Invalid("channels", f"{file} is not TOML: {wrong}") from wrong


def _made(file: Path, name: str, given: object, callers: Callers) -> list[Channel]:
    provider = CHANNELS.get(name)
    if provider is None:
        raise Invalid("channels", f"{file}: there is no provider [{name}]", hint=_meant(name, CHANNELS))
    if isinstance(given, dict) and name in PEOPLED and isinstance(given.get("people", {}), dict):
        given = {key: value for key, value in given.items() if key != "people"}
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise Invalid("channels", f"{file}: [{name}] holds something else than texts")
    for key in given:
        if key not in {*provider.needs, *provider.may}:
            raise Invalid(
                "channels", f"{file}: [{name}] has no {key!r}", hint=_meant(key, (*provider.needs, *provider.may))
            )
    missing = [key for key in provider.needs if not given.get(key)]
    if missing:
        raise Invalid("channels", f"{file}: [{name}] lacks {', '.join(missing)}")
    try:
        return provider.make(callers, given)
    except Invalid as wrong:
        raise Invalid("channels", f"{file}: [{name}]: {wrong}", hint=wrong.hint) from wrong


def _of(given: Given, *keys: str) -> dict[str, str]:
    return {key: given[key] for key in keys if key in given}


def _meant(name: str, known: Iterable[str]) -> str:
    names = list(known)
    found = near(name, names)
    return f"did you mean {found!r}?" if found else f"known: {', '.join(names) or 'none'}"
