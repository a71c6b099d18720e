"""What every command has in common: the three options, the call, and the two ways to show an answer."""

import inspect
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.client import Transport, connect
from watchbill.operations.table import operation

__all__ = ["Cli", "new_app", "verb"]

_COMMON: tuple[tuple[str, Any, Any], ...] = (  # Any: annotations and defaults, as inspect has them
    ("json_", Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")], False),
    ("data", Annotated[Path | None, typer.Option("--data", metavar="DIR", help="Data directory (or WATCHBILL_DATA).")], None),
    ("server", Annotated[str | None, typer.Option("--server", metavar="URL", help="A remote server (or WATCHBILL_SERVER); the token comes from WATCHBILL_TOKEN or WATCHBILL_TOKEN_FILE.")], None),
    ("database", Annotated[str | None, typer.Option("--database", metavar="URL", help="A PostgreSQL database instead of the data directory's own.")], None),
)  # fmt: skip


class Cli:
    """One run of a command: where to ask, and how to show."""

    def __init__(self, *, as_json: bool, data: Path | None, server: str | None, database: str | None) -> None:
        self.as_json, self.data, self.server, self.database = as_json, data, server, database
        self._transport: Transport | None = None

    @property
    def remote(self) -> str | None:
        """The server to ask: `--server`, else WATCHBILL_SERVER where no data of its own is named."""
        named = self.data is not None or self.database is not None
        return self.server or (None if named else os.environ.get("WATCHBILL_SERVER") or None)

    def ask(self, name: str, /, **fields: object) -> Any:  # Any: JSON
        """Run the operation of that name; fields of None are left out."""
        if self._transport is None:
            self._transport = connect(self.data, self.remote, self.database)
        return self._transport.call(operation(name), {key: value for key, value in fields.items() if value is not None})

    def follow_up(self) -> None:
        """Let what was asked for be run, where no server does it."""
        if self._transport is not None:
            self._transport.follow_up()

    def every(self, name: str, limit: int, /, **fields: object) -> list[Any]:  # Any: JSON
        """Items of a paged list, up to `limit`, following the cursor."""
        items: list[Any] = []
        cursor: str | None = None
        while len(items) < limit:
            page = self.ask(name, limit=min(limit - len(items), 200), cursor=cursor, **fields)
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                break
        return items

    def show(self, answer: object, people: Callable[[Any], None]) -> None:
        """JSON with --json, else what people read."""
        if self.as_json:
            self.json(answer)
        else:
            people(answer)

    def json(self, answer: object) -> None:
        """One JSON document on standard output: indented on a terminal, one line in a pipe."""
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None) + "\n")

    def confirm(self, question: str, *, yes: bool) -> bool:
        """Ask on a terminal; elsewhere only `--yes` says yes."""
        if yes or not sys.stdin.isatty():
            return yes
        return typer.confirm(question)

    def close(self) -> None:
        """Let go of the transport."""
        if self._transport is not None:
            self._transport.close()


def new_app(text: str) -> typer.Typer:
    """A Typer application in the house's manner: plain fast help, no completion options in every noun."""
    return typer.Typer(
        help=text, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
    )


def verb(app: typer.Typer, name: str | None = None) -> Callable[[Callable[..., int | None]], Callable[..., int]]:
    """Register `def command(cli: Cli, ...) -> int | None` under the name, with the common options added."""

    def register(command: Callable[..., int | None]) -> Callable[..., int]:
        signature = inspect.signature(command, eval_str=True)
        own = list(signature.parameters.values())[1:]
        common = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for key, annotation, default in _COMMON
        ]

        def run(**given: Any) -> int:  # Any: whatever the command's own parameters are
            cli = Cli(
                as_json=given.pop("json_"),
                data=given.pop("data"),
                server=given.pop("server"),
                database=given.pop("database"),
            )
            try:
                return command(cli, **given) or 0
            finally:
                cli.close()

        parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own] + common
        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # typer reads it
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        run.__name__, run.__doc__ = command.__name__, command.__doc__
        app.command(name)(run)
        return run

    return register
