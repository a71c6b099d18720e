"""The actions file: TOML that says which programs and webhooks may be run for people. What it does not name is refused.

[commands.kubectl]
program = "/usr/bin/kubectl"
allow = [["rollout", "undo|status", "deployment/[a-z0-9-]+"]]

[webhooks.deployer]
url = "https://deploy.example.org/rollback"

[placeholders]
shard = "[0-9]{1,3}"
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from watchbill.adapters.act.patterns import fits
from watchbill.execution.model import AllowedCommand, AllowedWebhook
from watchbill.execution.rules.arguments import PLACEHOLDERS, Fits
from watchbill.kernel.errors import Invalid, near
from watchbill.kernel.units import duration

__all__ = ["FileAllowList", "read_actions"]

_OTHERS_WRITE, _OTHERS_READ = 0o022, 0o077
_MAX_TIMEOUT_S, _MAX_OUTPUT = 3_600, 1 << 20
_REST = "..."  # as the last pattern: any further arguments, each of which must not be an option
_COMMAND_KEYS = ("program", "allow", "timeout", "output_bytes", "approval", "dry_run", "environment", "directory", "user", "sha256")  # fmt: skip
_WEBHOOK_KEYS = ("url", "timeout", "approval", "dry_run")
_TABLES = ("commands", "webhooks", "placeholders")
Given = Mapping[str, Any]  # Any: TOML


@dataclass(frozen=True)
class FileAllowList:
    """execution.ports.AllowList. Without a file nothing may be run."""

    by_name: Mapping[str, AllowedCommand] = field(default_factory=dict)
    hooks: Mapping[str, AllowedWebhook] = field(default_factory=dict)
    fits: Mapping[str, Fits] = field(default_factory=lambda: dict(PLACEHOLDERS))

    def command(self, program: str) -> AllowedCommand | None:
        """By name, or by the program's path as the file writes it."""
        found = self.by_name.get(program)
        return found or next((one for one in self.by_name.values() if one.program == program), None)

    def webhook(self, name: str) -> AllowedWebhook | None:
        """By name."""
        return self.hooks.get(name)

    def commands(self) -> Sequence[AllowedCommand]:
        """All, by name."""
        return [self.by_name[name] for name in sorted(self.by_name)]

    def webhooks(self) -> Sequence[AllowedWebhook]:
        """All, by name."""
        return [self.hooks[name] for name in sorted(self.hooks)]

    def placeholders(self) -> Mapping[str, Fits]:
        """What may stand in commands."""
        return self.fits


def read_actions(file: Path | None) -> FileAllowList:
    """The allow-list of the file; raises Invalid that says what is wrong and where."""
    if file is None:
        return FileAllowList()
    try:
        if file.stat().st_mode & _OTHERS_WRITE or file.stat().st_mode & _OTHERS_READ:
            raise Invalid("actions", f"{file} can be read or written by others", hint=f"chmod 600 {file}")
        tables = tomllib.loads(file.read_text("utf-8"))
    except OSError as wrong:
        raise Invalid("actions", f"{file} cannot be read: {wrong.strerror}") from wrong
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise Invalid("actions", f"{file} is not TOML: {wrong}") from wrong
    _known(file, "", tables, _TABLES)
    return FileAllowList(
        {name: _command(file, name, given) for name, given in _rows(file, "commands", tables)},
        {name: _webhook(file, name, given) for name, given in _rows(file, "webhooks", tables)},
        dict(PLACEHOLDERS) | _placeholders(file, tables.get("placeholders", {})),
    )


def _rows(file: Path, table: str, tables: Given) -> list[tuple[str, Given]]:
    rows = tables.get(table, {})
    if not isinstance(rows, dict) or not all(isinstance(given, dict) for given in rows.values()):
        raise Invalid("actions", f"{file}: [{table}] holds something else than tables", hint=f"write [{table}.NAME]")
    return list(rows.items())


def _command(file: Path, name: str, given: Given) -> AllowedCommand:
    where = f"[commands.{name}]"
    _known(file, where, given, _COMMAND_KEYS)
    program = _text(file, where, given, "program")
    if not program.startswith("/"):
        raise Invalid("actions", f"{file}: {where} program is no absolute path", hint="write /usr/bin/NAME")
    rows = given.get("allow")
    if not isinstance(rows, list) or not rows or not all(_texts(row) for row in rows):
        raise Invalid("actions", f"{file}: {where} lacks `allow`, a list of lists of patterns", hint='write allow = [["get", "pods"]], or [["..."]] for any arguments')  # fmt: skip
    for row in rows:
        for pattern in row:
            _checked(file, where, pattern)
    environment = given.get("environment", {})
    if not isinstance(environment, dict) or not _texts(list(environment.values())):
        raise Invalid("actions", f"{file}: {where} environment holds something else than texts")
    rehearsal = given.get("dry_run")
    if rehearsal is not None and not _texts(rehearsal):
        raise Invalid("actions", f"{file}: {where} dry_run is a list of arguments", hint='write dry_run = ["--dry-run=server"]')  # fmt: skip
    return AllowedCommand(
        name=name,
        program=program,
        accepts=partial(_accepts, tuple(map(tuple, rows))),
        timeout_s=_timeout(file, where, given, 60),
        output_bytes=_output_bytes(file, where, given),
        approval=_flag(file, where, given, "approval"),
        dry_run=None if rehearsal is None else tuple(rehearsal),
        environment=dict(environment),
        directory=_text(file, where, given, "directory", "/"),
        user=_text(file, where, given, "user", "") or None,
        sha256=_text(file, where, given, "sha256", "").lower() or None,
        patterns=tuple(" ".join((name, *row)) for row in rows),
    )


def _accepts(rows: Sequence[Sequence[str]], arguments: Sequence[str]) -> bool:
    return any(_row_accepts(row, arguments) for row in rows)


def _row_accepts(row: Sequence[str], arguments: Sequence[str]) -> bool:
    """Each argument is wholly what its pattern says; `...` at the end takes any number of further ones."""
    if row and row[-1] == _REST:
        given = row[:-1]
        return len(arguments) >= len(given) and all(map(fits, given, arguments))
    return len(row) == len(arguments) and all(map(fits, row, arguments))


def _webhook(file: Path, name: str, given: Given) -> AllowedWebhook:
    where = f"[webhooks.{name}]"
    _known(file, where, given, _WEBHOOK_KEYS)
    url = _text(file, where, given, "url")
    if not url.startswith(("https://", "http://")):
        raise Invalid("actions", f"{file}: {where} url is no web address", hint="write https://...")
    seconds = _timeout(file, where, given, 10)
    return AllowedWebhook(
        name, url, seconds, _flag(file, where, given, "approval"), _flag(file, where, given, "dry_run")
    )


def _placeholders(file: Path, given: object) -> dict[str, Fits]:
    if not isinstance(given, dict) or not _texts(list(given.values())):
        raise Invalid("actions", f"{file}: [placeholders] holds something else than patterns")
    for name, pattern in given.items():
        if name in PLACEHOLDERS:
            raise Invalid("actions", f"{file}: the placeholder {name!r} is built in and cannot be changed")
        _checked(file, f"[placeholders] {name}", pattern)
    return {name: partial(fits, pattern) for name, pattern in given.items()}


def _checked(file: Path, where: str, pattern: str) -> None:
    try:
        fits(pattern, "")
    except Invalid as wrong:
        raise Invalid("actions", f"{file}: {where}: {pattern!r}: {wrong.reason}", hint=wrong.hint) from wrong


def _known(file: Path, where: str, given: Given, known: Sequence[str]) -> None:
    for key in given:
        if key not in known:
            close = near(key, known)
            hint = f"did you mean {close!r}?" if close else f"known: {', '.join(known)}"
            raise Invalid("actions", f"{file}: {where} has no {key!r}".replace(":  ", ": "), hint=hint)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _text(file: Path, where: str, given: Given, key: str, default: str | None = None) -> str:
    value = given.get(key, default)
    if not isinstance(value, str):
        raise Invalid(
            "actions", f"{file}: {where} lacks {key}" if value is None else f"{file}: {where} {key} is no text"
        )
    return value


def _flag(file: Path, where: str, given: Given, key: str) -> bool:
    value = given.get(key, False)
    if not isinstance(value, bool):
        raise Invalid("actions", f"{file}: {where} {key} is neither true nor false")
    return value


def _output_bytes(file: Path, where: str, given: Given) -> int:
    value = given.get("output_bytes", 64 << 10)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MAX_OUTPUT:
        raise Invalid("actions", f"{file}: {where} output_bytes lies between 1 and {_MAX_OUTPUT}")
    return value


def _timeout(file: Path, where: str, given: Given, default_s: int) -> int:
    text = given.get("timeout")
    if text is None:
        return default_s
    try:
        seconds = int(duration(str(text), field="timeout").total_seconds())
    except Invalid as wrong:
        raise Invalid("actions", f"{file}: {where} {wrong}", hint=wrong.hint) from wrong
    if not 1 <= seconds <= _MAX_TIMEOUT_S:
        raise Invalid("actions", f"{file}: {where} timeout lies between 1s and 1h")
    return seconds
