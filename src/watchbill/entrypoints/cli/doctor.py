"""`doctor`: what is not well here, and the exact step that repairs it."""

import http.client
import json
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from watchbill.config import Config, unix_address
from watchbill.entrypoints.cli.shown import table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import WatchbillError

__all__ = ["apps"]

NO = 3
LEAST_FREE = 1 << 30  # bytes; below this a long outage's alerts may not fit

app = new_app("Check this installation and say how to repair what is wrong; exit status 3 when something is.")
apps = {"doctor": app}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `fix` is the exact next step, empty where all is well."""

    check: str
    detail: str
    fix: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is to be done."""
        return not self.fix


@verb(app, "doctor")
def doctor(cli: Cli) -> int:
    """Run every check; none of them changes anything."""
    findings = [*_machine(cli), *_server(cli), *_records(cli)]
    cli.show([asdict(finding) | {"ok": finding.ok} for finding in findings], lambda _rows: _print(findings))
    return 0 if all(finding.ok for finding in findings) else NO


def _machine(cli: Cli) -> Iterator[Finding]:
    if cli.remote:
        return
    config = Config.load(data=cli.data, database=cli.database)
    yield Finding("python", sys.version.split()[0])
    folder = _existing(config.data)
    free = shutil.disk_usage(folder).free
    yield Finding(
        "disk",
        f"{free / (1 << 30):.1f} GiB free below {folder}",
        "" if free >= LEAST_FREE else "make room, or move the data directory with --data",
    )
    private = not config.data.exists() or config.data.stat().st_mode & 0o077 == 0
    yield Finding("data directory", str(config.data), "" if private else f"chmod 700 {config.data}")
    mail = bool(config.smtp_url)
    yield Finding(
        "mail",
        "set up" if mail else "no mail server is set: pages by e-mail cannot leave",
        ""
        if mail
        else "export WATCHBILL_SMTP_URL=smtp://user:password@host:587 (docs/how-to/page-by-mail-and-webhook.md)",
    )
    outside = config.listens_on_loopback or bool(config.public_url)
    yield Finding(
        "public address",
        config.public_url or config.listen,
        "" if outside else "export WATCHBILL_PUBLIC_URL=https://...: links in pages point there",
    )


def _server(cli: Cli) -> Iterator[Finding]:
    if cli.remote:
        return
    path = Config.load(data=cli.data, database=cli.database).socket_path
    if not path.exists():
        yield Finding("server", "no server runs on this data directory", "watchbill serve")
        return
    try:
        status, body = _readiness(path)
    except OSError as wrong:
        yield Finding("server", f"{path} does not answer: {wrong}", "watchbill serve")
        return
    yield Finding(
        "server",
        json.dumps(body),
        "" if status == http.client.OK else "the reasons are in the detail; /readyz says when they are gone",
    )
    if (beat := body.get("heartbeat")) is not None:
        yield _heartbeat(beat)


def _heartbeat(beat: dict[str, Any]) -> Finding:  # Any: JSON
    """Nobody outside watches, the watcher cannot be reached, or when it last heard of us."""
    if not beat["set"]:
        fix = "export WATCHBILL_HEARTBEAT_URL=https://...: somebody must notice when watchbill itself is gone (docs/how-to/watch-the-watcher.md)"
        return Finding("heartbeat", "no outside watcher is set", fix)
    last = f"last heard {when(beat['last_at'])}" if beat["last_at"] else "never heard yet"
    if beat["fault"]:
        return Finding(
            "heartbeat", f"{beat['fault']}; {last}", "the outside watcher raises the alarm until this is gone"
        )
    return Finding("heartbeat", last)


def _records(cli: Cli) -> Iterator[Finding]:
    try:
        slos, schedules, people = cli.ask("slo.list"), cli.ask("oncall.list"), cli.ask("person.list")
    except WatchbillError as wrong:
        yield Finding("answers", wrong.message, wrong.hint or "see the message")
        return
    yield Finding("promises", f"{len(slos)} SLOs", "" if slos else "watchbill init")
    for one in slos:
        fresh = one["data_status"] in {"ok", "partial"}
        yield Finding(
            f"slo {one['slo']}",
            f"{one['data_status']} {one['data_reason']}".strip(),
            "" if fresh else f"watchbill slo show {one['slo']}",
        )
    for schedule in schedules:
        gaps = schedule["gaps"]
        detail = f"{len(gaps)} gaps in the next two weeks" if gaps else "no gaps in the next two weeks"
        yield Finding(
            f"schedule {schedule['name']}",
            detail,
            f"watchbill oncall show {schedule['name']} --gaps" if gaps else "",
        )
    for one in cli.ask("chat.show"):
        yield Finding(f"chat {one['provider']}", one["detail"], "" if one["ok"] else one["hint"])
    admins = [one["name"] for one in people if one["role"] == "admin"]
    yield Finding(
        "admins",
        ", ".join(admins) or "nobody may change settings in the browser",
        "" if admins else "watchbill user add NAME --role admin",
    )


def _readiness(path: Path) -> tuple[int, Any]:  # Any: JSON
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(5)
        with unix_address(path) as address:
            line.connect(address)
        connection = http.client.HTTPConnection("watchbill")
        connection.sock = line
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"{}")


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _print(findings: list[Finding]) -> None:
    table(
        ("", "CHECK", "DETAIL", "TO DO"),
        (("ok" if finding.ok else "NOT OK", finding.check, finding.detail, finding.fix) for finding in findings),
        empty="",
    )
