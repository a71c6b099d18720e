"""The trackers file: TOML, a table for each tracker in which action items are mirrored.

[shop]
kind = "github"
repository = "acme/shop"
token_file = "/run/secrets/github"   # or token_env = "GITHUB_TOKEN", or token = "..."
takes = "all"                        # or services = ["checkout"]; without either only what people link

[shop.people]
ana = "ana-gh"
"""

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.trackers.github import GitHub
from watchbill.adapters.notify.trackers.gitlab import GitLab
from watchbill.adapters.notify.trackers.jira import Jira
from watchbill.adapters.notify.trackers.tracker import Tracker
from watchbill.kernel.errors import Invalid, near
from watchbill.oncall.model import Outcome
from watchbill.postmortems.model import IssueCall, Synced

__all__ = ["Trackers", "read_trackers"]

_OTHERS_READ = 0o077
_ALL = {"kind", "token", "token_file", "token_env", "takes", "services", "people"}
Given = Mapping[str, Any]  # Any: TOML, checked below


@dataclass(frozen=True, slots=True)
class _Kind:
    needs: tuple[str, ...]
    may: tuple[str, ...]
    make: Callable[..., Tracker]


_KINDS: Mapping[str, _Kind] = {
    "github": _Kind(("repository",), ("url",), GitHub),
    "gitlab": _Kind(("project",), ("url",), GitLab),
    "jira": _Kind(("url", "project"), ("email", "issue_type"), Jira),
}


@dataclass(frozen=True, slots=True)
class Trackers:
    """The trackers of this installation, and which action items each takes by itself."""

    by_name: Mapping[str, Tracker] = field(default_factory=dict)
    by_service: Mapping[str, str] = field(default_factory=dict)
    for_all: str | None = None

    def names(self) -> Sequence[str]:
        """Every tracker that is set up, by name."""
        return sorted(self.by_name)

    def taking(self, service: str | None) -> str | None:
        """The tracker that takes every item of this service, or of all."""
        return self.by_service.get(service or "", self.for_all)

    def meet(self, call: IssueCall) -> Synced:
        """Let an item meet its issue."""
        tracker = self.by_name.get(call.link.tracker)
        if tracker is None:
            return Synced(Outcome.PERMANENT, f"the tracker {call.link.tracker!r} is not set up here")
        return tracker.meet(call)


def read_trackers(file: Path, caller: HttpCaller, environment: Mapping[str, str] | None = None) -> Trackers:
    """The trackers that the file sets up; raises Invalid that says what is wrong and where, never with a secret in it."""
    try:
        if file.stat().st_mode & _OTHERS_READ:
            raise Invalid("trackers", f"{file} can be read by others", hint=f"chmod 600 {file}")
        tables = tomllib.loads(file.read_text("utf-8"))
    except OSError as wrong:
        raise Invalid("trackers", f"{file} cannot be read: {wrong.strerror}") from wrong
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise Invalid("trackers", f"{file} is not TOML: {wrong}") from wrong
    environment = os.environ if environment is None else environment
    made = {name: _made(f"{file}: [{name}]", given, caller, environment) for name, given in tables.items()}
    takers = [name for name, given in tables.items() if given.get("takes") == "all"]
    if len(takers) > 1:
        raise Invalid("trackers", f"{file}: {' and '.join(takers)} both take all action items", hint="one of them can")
    by_service = {service: name for name, given in tables.items() for service in given.get("services", ())}
    return Trackers(made, by_service, takers[0] if takers else None)


def _made(where: str, given: object, caller: HttpCaller, environment: Mapping[str, str]) -> Tracker:
    if not isinstance(given, dict):
        raise Invalid("trackers", f"{where} is no table")
    kind = _KINDS.get(str(given.get("kind")))
    if kind is None:
        raise Invalid(
            "trackers", f"{where}: kind is {given.get('kind')!r}", hint=_meant(str(given.get("kind")), _KINDS)
        )
    known = {*_ALL, *kind.needs, *kind.may}
    for key in given:
        if key not in known:
            raise Invalid("trackers", f"{where} has no {key!r}", hint=_meant(key, known))
    missing = [key for key in kind.needs if not given.get(key)]
    if missing:
        raise Invalid("trackers", f"{where} lacks {', '.join(missing)}")
    if given.get("takes", "all") != "all":
        raise Invalid(
            "trackers", f"{where}: takes is {given['takes']!r}", hint='write takes = "all", or services = [...]'
        )
    settings = {key: str(given[key]) for key in (*kind.needs, *kind.may) if key in given}
    people = {str(ours): str(theirs) for ours, theirs in given.get("people", {}).items()}
    try:
        return kind.make(caller, token=_token(where, given, environment), people=people, **settings)
    except Invalid as wrong:
        raise Invalid("trackers", f"{where}: {wrong}", hint=wrong.hint) from wrong


def _token(where: str, given: Given, environment: Mapping[str, str]) -> str:
    """From the table, a file, or the environment: exactly one of them."""
    named = [key for key in ("token", "token_file", "token_env") if given.get(key)]
    if len(named) != 1:
        raise Invalid("trackers", f"{where} needs one of token_file, token_env and token")
    value = str(given[named[0]])
    if named[0] == "token_env":
        if value not in environment:
            raise Invalid("trackers", f"{where}: the variable {value} is not set")
        value = environment[value]
    if named[0] == "token_file":
        try:
            value = Path(value).read_text("utf-8").strip()
        except OSError as wrong:
            raise Invalid("trackers", f"{where}: {value} cannot be read: {wrong.strerror}") from wrong
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise Invalid("trackers", f"{where}: the token is empty, or holds what no header can")
    return value


def _meant(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    found = near(name, names)
    return f"did you mean {found!r}?" if found else f"known: {', '.join(names)}"
