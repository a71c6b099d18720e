"""Writes the reference pages that are made from the code: commands, REST, events, errors, settings, metrics, resources, logs.

A test keeps them up to date.

python scripts/reference.py
"""

import importlib
import pkgutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import typer
from typer.main import get_command

import watchbill
from watchbill.adapters.measure.formats.registry import FORMATS
from watchbill.adapters.measure.predicates.columns import ALIASES, CANONICAL
from watchbill.config import settings
from watchbill.entrypoints.api.problem import TITLES
from watchbill.entrypoints.cli.main import COMMANDS
from watchbill.entrypoints.server.metrics import METRICS
from watchbill.kernel import errors
from watchbill.kernel.events import Event, event_kinds
from watchbill.operations.run import runnable
from watchbill.operations.table import OPERATIONS

sys.path.insert(0, str(Path(__file__).parent))  # run as a program or loaded by a test, its neighbour is found

from reference_resources import resources_page

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
MADE = "<!-- Made from the code by scripts/reference.py; edit the code. -->"


def cli_page() -> str:
    """Every command with its help, as `--help` prints it."""
    parts = ["# Commands", MADE, textwrap.dedent(importlib.import_module("watchbill.entrypoints.cli").__doc__ or "")]
    parts.append(
        "Exit status: 0 yes or done, 1 failed or bad data, 2 usage, 3 the answer is no, 4 not found, 5 denied, 6 server unreachable."
    )
    for command in COMMANDS:
        module = importlib.import_module(f"watchbill.entrypoints.cli.{command.module}")
        parts.append(f"## watchbill {command.name}\n\n{command.help}.")
        parts += [f"```text\n{text}\n```" for text in _helps(module.apps[command.name], f"watchbill {command.name}")]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _helps(app: typer.Typer, name: str) -> Iterator[str]:
    command = get_command(app)
    subcommands = getattr(command, "commands", None)
    if not subcommands:
        yield _help(command, name)
        return
    for verb, subcommand in subcommands.items():
        yield _help(subcommand, f"{name} {verb}")


def _help(command: object, name: str) -> str:
    context = command.make_context(name, [], resilient_parsing=True, terminal_width=100, max_content_width=100)  # type: ignore[attr-defined]  # typer's own click
    text: str = command.get_help(context)  # type: ignore[attr-defined]  # as above
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def api_page() -> str:
    """Every operation with its route, role and input."""
    parts = ["# REST", MADE, _API_LEAD]
    noun = ""
    for row in OPERATIONS:
        if (head := row.name.partition(".")[0]) != noun:
            noun = head
            parts.append(f"## {noun}")
        given = runnable(row).given
        names = [f"`{name}`{'' if field.is_required() else '?'}" for name, field in given.model_fields.items()]
        takes = f" Takes {', '.join(names)}." if names else ""
        parts.append(f"### {row.name}\n\n`{row.method} {row.path}` · {row.role}\n\n{row.summary}.{takes}")
    return "\n\n".join(parts) + "\n"


_API_LEAD = """Every use case is one route under `/api/v1`; the machine-readable description (OpenAPI 3.1) is at `/api/v1/openapi.json`. Send `Authorization: Bearer TOKEN` (`watchbill token create`). Path names in braces are fields of the
input; the other fields travel as query (GET, DELETE) or as a JSON object (POST, PUT). `?` marks what may be left out. Lists that can be long answer `{"items": [...], "next": CURSOR}`; give the cursor back to get more.

A POST may carry `Idempotency-Key`: the first answer is kept for a day and given again to a retry. GET answers carry an `ETag`. Errors are `application/problem+json` with the codes of [Errors](errors.md). `GET /api/v1/events` is a stream of
server-sent [events](events.md); a reader that was away sends `Last-Event-ID`."""


def events_page() -> str:
    """Every kind of event with its fields."""
    _import_everything()
    parts = [
        "# Events",
        MADE,
        "What happened, in the past tense: on the timeline, on the stream `GET /api/v1/events`, and as the *when* of reactions.",
    ]
    own = {kind: event for kind, event in event_kinds().items() if event.__module__.startswith("watchbill.")}
    for kind, event in sorted(own.items()):
        parts.append(
            f"## {kind}\n\n{_first_paragraph(event)}\n\nFields: {', '.join(f'`{name}`' for name in _fields(event)) or 'none'}."
        )
    return "\n\n".join(parts) + "\n"


def _fields(event: type[Event]) -> list[str]:
    return [field.name for field in fields(event)]  # type: ignore[arg-type]  # every event is a dataclass


def errors_page() -> str:
    """Every error code with its answers."""
    heads = "| code | means | HTTP | exit status | MCP |\n|---|---|---|---|---|"
    rows = [
        f'| <a id="{code}"></a>`{code}` | {TITLES[code]} | {answer.http} | {answer.exit} | {answer.mcp} |'
        for code, answer in errors.ANSWERS.items()
    ]
    lead = "One table turns every error into each protocol's answer. REST says it as `application/problem+json` with `code`, `detail`, `hint`, and `field` or `faults` where they are known. A request that cannot be read at all has the code `malformed`."
    return "\n\n".join(["# Errors", MADE, lead, "\n".join([heads, *rows])]) + "\n"


def settings_page() -> str:
    """Every setting with its variable, default and meaning."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for one in settings():
        default = f"`{one.default}`" if one.default else ""
        secret = f" Secret: `{one.variable}_FILE` names a file that holds it." if one.secret else ""
        rows.append(f"| `{one.variable}` | {default} | {one.sentence}{secret} |")
    return "\n\n".join(["# Settings", MADE, _SETTINGS_LEAD, "\n".join(rows), _SETTINGS_CLIENT]) + "\n"


_SETTINGS_LEAD = """Settings are environment variables. A flag of the command wins over the variable, the variable over the default. `NAME_FILE` reads the value of `NAME` from a file, for secrets above all. A variable that begins with `WATCHBILL_` and is none of these is refused with the nearest name, so that a typo switches nothing off silently.
Spans are written `30s`, `5m`, `1h30m`, `28d`."""

_SETTINGS_CLIENT = """## The command line as a client

| variable | meaning |
|---|---|
| `WATCHBILL_TOKEN`, `WATCHBILL_TOKEN_FILE` | the token for `--server URL` |
| `WATCHBILL_SERVER` | the server to ask where neither `--server` nor `--data` is given |
| `WATCHBILL_TRACEBACK` | `1` prints the traceback of a fault of watchbill's own |
| `NO_COLOR`, `COLUMNS` | no colours; the width of tables on a terminal |
| `XDG_DATA_HOME` | where the default data directory lies |"""


def metrics_page() -> str:
    """Every metric of /metrics with its meaning."""
    rows = ["| metric | meaning |", "|---|---|", *(f"| `{name}` | {meaning} |" for name, meaning in METRICS.items())]
    lead = "What watchbill says about itself at `/metrics`, in the Prometheus text format; beside these the usual `process_*` ones. `WATCHBILL_METRICS_OPEN=false` asks for a token."
    return "\n\n".join(["# Metrics", MADE, lead, "\n".join(rows)]) + "\n"


def logs_page() -> str:
    """Formats and columns of logs."""
    formats = [
        "| format | what it is |",
        "|---|---|",
        *(f"| `{one.name}` | {_first_paragraph(one)} |" for one in FORMATS),
    ]
    aliases = {column: [name for name, meant in ALIASES.items() if meant == column] for column in CANONICAL}
    columns = ["| column | is | also called |", "|---|---|---|"]
    columns += [
        f"| `{name}` | {kind} | {', '.join(f'`{alias}`' for alias in aliases[name])} |"
        for name, kind in CANONICAL.items()
    ]
    return (
        "\n\n".join(
            [
                "# Logs: formats and columns",
                MADE,
                _LOGS_LEAD,
                "\n".join(formats),
                "## Columns",
                _COLUMNS_LEAD,
                "\n".join(columns),
            ]
        )
        + "\n"
    )


_LOGS_LEAD = "`format: auto` looks at the first lines and takes the format that most of them are written in. Compressed files are read as they are. A line that cannot be read is counted by its reason and sampled; it is never silently good."
_COLUMNS_LEAD = "What predicates (`good`, `total`, exclusions) can name. In JSON lines every top-level field is a column by its own name as well. A value that a format does not have is null."


def _first_paragraph(thing: object) -> str:
    return " ".join((thing.__doc__ or "").strip().partition("\n\n")[0].split())


def _import_everything() -> None:
    for module in pkgutil.walk_packages(watchbill.__path__, "watchbill."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "api.md": api_page,
    "events.md": events_page,
    "errors.md": errors_page,
    "settings.md": settings_page,
    "metrics.md": metrics_page,
    "resources.md": lambda: resources_page(MADE),
    "logs.md": logs_page,
}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
