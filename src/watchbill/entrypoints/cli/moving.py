"""`import`: people, schedules and escalation policies of another pager as watchbill's YAML."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from watchbill.entrypoints.cli.shown import plain
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Invalid

__all__ = ["apps"]

NO = 3

app = new_app("Turn another pager's set-up (JSON of its API) into resources; exit status 3 when the result differs.")
apps = {"import": app}


@verb(app, "import")
def move_in(
    cli: Cli,
    files: Annotated[list[Path], typer.Argument(metavar="FILE..", help="Answers of its API, saved as JSON.")],
    *,
    source: Annotated[str, typer.Option("--from", help="grafana-oncall, pagerduty, opsgenie or goalert.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the YAML here, not to standard output.")
    ] = None,
) -> int:
    """Write YAML to standard output and every loss to standard error; nothing is applied."""
    from watchbill.bootstrap.moving import move_in as moved
    from watchbill.kernel.clock import SystemClock

    text, losses, faults = moved(source, [(str(path), _read(path)) for path in files], SystemClock().now())
    if cli.as_json:
        told = [{"about": one.about, "what": one.what, "differs": one.differs} for one in losses]
        cli.json({"yaml": text, "losses": told, "faults": [str(fault) for fault in faults]})
    elif out is not None:
        out.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    for one in losses:
        sys.stderr.write(plain(f"{'DIFFERS' if one.differs else 'lost'}: {one.about}: {one.what}") + "\n")
    for fault in faults:
        sys.stderr.write(plain(str(fault)) + "\n")
    return NO if any(one.differs for one in losses) or any(fault.severity == "error" for fault in faults) else 0


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        reason = getattr(wrong, "strerror", None) or "it is not UTF-8 text"
        raise Invalid("FILE", f"cannot read {path}: {reason}") from wrong
