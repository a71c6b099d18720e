"""`postmortem export|publish`: postmortems as files, in a folder, in a git repository."""

import base64
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.postmortem_app import Id, app
from watchbill.entrypoints.cli.shown import line, plain
from watchbill.entrypoints.cli.verbs import Cli, verb
from watchbill.kernel.errors import Conflict

__all__: list[str] = []

_EVERY = 10_000
Json = dict[str, Any]  # Any: JSON


@verb(app, "export")
def export(
    cli: Cli,
    identifier: Id,
    *,
    form: Annotated[str, typer.Option("--format", help="yaml, md, html, pdf, or svg (the fishbone).")] = "yaml",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it; a folder takes its own name.")] = None,
) -> None:  # fmt: skip
    """Export it: YAML that reads back, Markdown, one HTML file with pictures, PDF, or the fishbone."""
    one = cli.ask("postmortem.export", id=identifier, format=form)
    if output is None and not (one["base64"] and sys.stdout.isatty()):
        cli.show(one, _print_file)
        return
    path = output or Path()
    path = path / one["name"] if path.is_dir() else path
    path.write_bytes(_bytes(one))
    cli.show({**one, "content": "", "path": str(path)}, lambda _one: line(plain(f"Wrote {path}.")))


@verb(app, "publish")
def publish(
    cli: Cli,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder, or a clone of a repository.")],
    identifiers: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="By default all that are final.")] = None,
    *,
    form: Annotated[list[str] | None, typer.Option("--format", help="yaml, md, html, pdf; once for each. Default: md and yaml.")] = None,
    commit: Annotated[bool, typer.Option("--commit", help="Commit what changed to the git repository there.")] = False,
    push: Annotated[bool, typer.Option("--push", help="Push it as well.")] = False,
) -> None:  # fmt: skip
    """Write postmortems into a folder, with a list of them; what has not changed is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    final = cli.every("postmortem.list", _EVERY, status="final")
    chosen = [cli.ask("postmortem.show", id=one) for one in identifiers] if identifiers else final
    forms = form or ["md", "yaml"]
    changed, names = [], []
    for one in chosen:
        files = [cli.ask("postmortem.export", id=one["id"], format=each) for each in forms]
        names += [file["name"] for file in files]
        changed += [file["name"] for file in files if _write(folder / file["name"], _bytes(file))]
    if _write(folder / "README.md", _index(chosen if not identifiers else _merged(final, chosen), folder)):
        changed.append("README.md")
    if commit or push:
        _commit(folder, [*names, "README.md"], push=push)
    cli.show({"folder": str(folder), "written": changed}, lambda one: _print_written(one["written"], len(chosen)))


def _merged(final: list[Json], chosen: list[Json]) -> list[Json]:
    """The list keeps what was published before."""
    return list({one["id"]: one for one in (*final, *chosen)}.values())


def _index(rows: list[Json], folder: Path) -> bytes:
    """What lies there, newest first."""
    lines = ["# Postmortems", "", "| Date | Incident | Severity | What | Status |", "|---|---|---|---|---|"]
    for one in sorted(rows, key=lambda row: (row["date"], row["id"]), reverse=True):
        stem = f"{one['date']}-{one['incident'] or one['slo'] or one['id']}"
        found = next((f"{stem}.{ending}" for ending in ("md", "html", "yaml", "pdf") if (folder / f"{stem}.{ending}").exists()), None)  # fmt: skip
        if found:
            title = one["title"].replace("|", "\\|").replace("[", "\\[").replace("]", "\\]").replace("<", "&lt;")
            lines.append(f"| {one['date']} | {one['incident'] or ''} | {one['severity'] or ''} | [{title}]({found}) | {one['status']} |")  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def _write(path: Path, content: bytes) -> bool:
    """Whether the file changed."""
    if path.exists() and path.read_bytes() == content:
        return False
    path.write_bytes(content)
    return True


def _commit(folder: Path, names: list[str], *, push: bool) -> None:
    _git(folder, "add", "--", *names)
    staged = _git(folder, "diff", "--cached", "--name-only", "--", *names)
    if staged.strip():
        _git(folder, "commit", "--quiet", "-m", "Postmortems as they stand", "--", *names)
    if push:
        _git(folder, "push", "--quiet")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607 - git as the user has it, with fixed words
    except FileNotFoundError:
        raise Conflict("git is not installed here", hint="the files are written; commit them elsewhere") from None
    if done.returncode != 0:
        raise Conflict(
            f"git {arguments[0]} failed: {plain(done.stderr.strip() or done.stdout.strip())}",
            hint="the files are written",
        )
    return done.stdout


def _bytes(one: Json) -> bytes:
    content: str = one["content"]
    return base64.b64decode(content) if one["base64"] else content.encode()


def _print_file(one: Json) -> None:
    if one["base64"]:
        sys.stdout.buffer.write(_bytes(one))
    else:
        line(one["content"].rstrip("\n"))


def _print_written(changed: list[str], count: int) -> None:
    line(f"{count} {'postmortem' if count == 1 else 'postmortems'}, {len(changed) or 'no'} {'file' if len(changed) == 1 else 'files'} written.")  # fmt: skip
    for name in changed:
        line(plain(f"  {name}"))
