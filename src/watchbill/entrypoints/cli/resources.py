"""`validate`, `diff`, `apply`, `export`, `schema`: a folder of YAML as the source of truth."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, plain
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.errors import Fault, Invalid

__all__ = ["apps"]

FAILED, NO = 1, 3
MAX_FILE = (1 << 20) + 1  # one byte more than a resource file may have, so that the check that says so sees it

PathArgument = Annotated[Path, typer.Argument(metavar="PATH", help="A file, a folder, or - for standard input.")]
Prune = Annotated[bool, typer.Option("--prune", help="Also delete what came from files and is in none of these.")]

validate_app = new_app(
    "Check resource files: every fault with file:line:column, what is wrong and what would be right."
)
diff_app = new_app("Show what applying would change; exit status 3 when something would.")
apply_app = new_app("Apply a folder of resources in one transaction, everything or nothing.")
export_app = new_app("Write the resources as YAML, to standard output or into a folder.")
schema_app = new_app("Print the JSON Schema of a kind of resource, or of a whole document.")
apps = {"validate": validate_app, "diff": diff_app, "apply": apply_app, "export": export_app, "schema": schema_app}


@verb(validate_app, "validate")
def validate(cli: Cli, path: PathArgument) -> int:
    """Check files without applying them; needs no server."""
    answer = cli.ask("resources.validate", files=_files(path)) if cli.server else _offline(path)
    cli.show(answer, _print_validation)
    return 0 if answer["ok"] else FAILED


@verb(diff_app, "diff")
def diff(cli: Cli, path: PathArgument, *, prune: Prune = False) -> int:
    """Show the plan: what would be created, changed and deleted."""
    answer = cli.ask("resources.diff", files=_files(path), prune=prune)
    cli.show(answer, _print_plan)
    return NO if answer["changes"] else 0


@verb(apply_app, "apply")
def apply(
    cli: Cli,
    path: PathArgument,
    *,
    prune: Prune = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and plan everything, save nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before deleting.")] = False,
) -> int:
    """Apply files; with --prune, what is gone from them is deleted after a question."""
    files = _files(path)
    if prune and not dry_run and not yes:
        plan = cli.ask("resources.diff", files=files, prune=True)
        doomed = [change for change in plan["changes"] if change["action"] == "delete"]
        if doomed:
            for change in doomed:
                sys.stderr.write(f"- {change['kind']} {change['name']}\n")
            if not cli.confirm(f"Delete these {len(doomed)} resources?", yes=yes):
                raise Invalid(
                    "--prune", f"would delete {len(doomed)} resources", hint="say --yes to do that without a terminal"
                )
    answer = cli.ask("resources.apply", files=files, prune=prune, dry_run=dry_run)
    cli.show(answer, _print_plan)
    if not cli.as_json:
        line("Applied." if answer["applied"] else ("Nothing was saved (dry run)." if dry_run else "Nothing to do."))
    return 0


@verb(export_app, "export")
def export(
    cli: Cli,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Write files there instead of standard output.")
    ] = None,
    *,
    kind: Annotated[str | None, typer.Option("--kind", help="Only this kind.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Only the resource of this name.")] = None,
    layout: Annotated[str, typer.Option("--layout", help="One file for each `kind` or each `resource`.")] = "kind",
    form: Annotated[
        str, typer.Option("--format", help="watchbill, or openslo (services, SLIs and SLOs only).")
    ] = "watchbill",
    from_alertmanager: Annotated[
        Path | None,
        typer.Option("--from-alertmanager", metavar="FILE", help="Convert this Alertmanager file; needs no server."),
    ] = None,
) -> int:
    """Export resources in the template's order of keys."""
    if from_alertmanager is not None:
        return _convert(cli, from_alertmanager, folder)
    if form == "openslo":
        from watchbill.entrypoints.cli.slo_outward import write_openslo

        return write_openslo(cli, [name] if name else [], folder)
    if form != "watchbill":
        raise Invalid("--format", f"{form!r} is no format", hint="watchbill or openslo")
    answer = cli.ask("resources.export", kind=kind, name=name, layout=layout)
    if folder is not None:
        for file in answer["files"]:
            target = folder / file["path"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file["text"], "utf-8")
    if cli.as_json:
        cli.json(answer)
    elif folder is None:
        line("---\n".join(file["text"] for file in answer["files"]).rstrip("\n"))
    else:
        line(f"{len(answer['files'])} files written to {folder}")
    return 0


def _convert(cli: Cli, file: Path, folder: Path | None) -> int:
    """The routes and policies of an Alertmanager file; what does not carry over is said on standard error."""
    from watchbill.bootstrap.receivers import convert_alertmanager

    found = convert_alertmanager(file)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "alertmanager.yaml").write_text(found.text, "utf-8")
    if cli.as_json:
        cli.json({"text": found.text, "channels": list(found.channels), "remarks": list(found.remarks)})
        return 0
    if folder is None:
        line(found.text.rstrip("\n"))
    for remark in found.remarks:
        sys.stderr.write(f"{plain(remark)}\n")
    if found.channels:
        sys.stderr.write(f"channels that have to be set up: {', '.join(found.channels)}\n")
    return 0


@verb(schema_app, "schema")
def schema(
    cli: Cli, kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="service, slo, schedule, ...")] = None
) -> int:
    """Print a JSON Schema (draft 2020-12) for editors and checks."""
    if cli.server:
        found: Any = cli.ask("resources.schema", kind=kind)  # Any: JSON
    else:
        from watchbill.bootstrap import resource_schema

        found = resource_schema(kind)
    line(json.dumps(found, indent=2))
    return 0


def _offline(path: Path) -> dict[str, Any]:  # Any: JSON, as operations.resources.ValidationView
    """Without the operations, which would import the whole application; a test keeps the two answers alike."""
    from dataclasses import asdict

    from watchbill.bootstrap import validate_files

    report = validate_files(_pairs(path) if str(path) == "-" else [path])
    return {"ok": report.ok, "resources": len(report.resources), "faults": [asdict(fault) for fault in report.faults]}


def _files(path: Path) -> list[dict[str, str]]:
    return [{"path": name, "text": text} for name, text in _pairs(path)]


def _pairs(path: Path) -> list[tuple[str, str]]:
    """Files with their text; what is no UTF-8 is refused here, because it cannot travel as JSON."""
    if str(path) == "-":
        return [("<stdin>", sys.stdin.read(MAX_FILE))]
    from watchbill.bootstrap import resource_files

    return resource_files(path)


def _print_validation(answer: dict[str, Any]) -> None:  # Any: JSON
    _print_faults(answer["faults"])
    count = answer["resources"]
    line(
        f"{count} resource{'s' if count != 1 else ''}: {'all is well' if answer['ok'] else 'not valid, nothing was changed'}"
    )


def _print_faults(faults: list[dict[str, Any]]) -> None:  # Any: JSON
    for fault in faults:
        line(plain(Fault(**fault)))


_MARKS = {"create": ("+", "32"), "change": ("~", "33"), "delete": ("-", "31")}


def _print_plan(answer: dict[str, Any]) -> None:  # Any: JSON
    _print_faults(answer["faults"])
    for change in answer["changes"]:
        mark, colour = _MARKS[change["action"]]
        line(_coloured(f"{mark} {change['kind']} {plain(change['name'])}", colour))
        for field in change["fields"] if change["action"] == "change" else ():
            line(f"    {field['field']}: {plain(json.dumps(field['old']))} -> {plain(json.dumps(field['new']))}")
    counts = {action: sum(change["action"] == action for change in answer["changes"]) for action in _MARKS}
    line(
        f"{counts['create']} to create, {counts['change']} to change, {counts['delete']} to delete, {answer['unchanged']} unchanged."
    )


def _coloured(text: str, colour: str) -> str:
    import os

    return f"\033[{colour}m{text}\033[0m" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text
