"""`slo rules`, `slo dashboard`, `slo export` and `slo import`: what other tools run with."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, plain
from watchbill.entrypoints.cli.verbs import Cli, verb
from watchbill.kernel.errors import Fault, Invalid

__all__ = ["add_to", "write_openslo"]

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="SLOs by name; all if left out.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write there instead of standard output.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    verb(app, "rules")(_rules)
    verb(app, "dashboard")(_dashboard)
    verb(app, "export")(_export)
    verb(app, "import")(_import)


def write_openslo(cli: Cli, names: list[str], folder: Path | None) -> int:
    """`export --format openslo`: one file, or standard output."""
    return _write(cli, cli.ask("slo.export", names=_joined(names)), folder / "openslo.yaml" if folder else None)


def _rules(
    cli: Cli,
    names: Names = None,
    *,
    form: Annotated[str, typer.Option("--format", help="prometheus.")] = "prometheus",
    out: Out = None,
) -> int:
    """Recording rules and burn-rate alerts for your own Prometheus; what cannot be carried over is said on standard error."""
    _check(form, "prometheus")
    return _write(cli, cli.ask("slo.rules", names=_joined(names)), out)


def _dashboard(
    cli: Cli,
    names: Names = None,
    *,
    form: Annotated[str, typer.Option("--format", help="grafana.")] = "grafana",
    out: Out = None,
) -> int:
    """A Grafana dashboard over the series that these rules record."""
    _check(form, "grafana")
    return _write(cli, cli.ask("slo.dashboard", names=_joined(names)), out)


def _export(
    cli: Cli,
    names: Names = None,
    *,
    form: Annotated[str, typer.Option("--format", help="openslo.")] = "openslo",
    out: Out = None,
) -> int:
    """SLOs with their SLIs and services as OpenSLO v1."""
    _check(form, "openslo")
    return _write(cli, cli.ask("slo.export", names=_joined(names)), out)


def _import(
    cli: Cli,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A file or folder of OpenSLO, Sloth, Pyrra or their rules; - reads standard input.")],
    *,
    out: Out = None,
    prometheus: Annotated[str | None, typer.Option("--prometheus", metavar="URL", help="The server that answers the queries.")] = None,
    runbook: Annotated[str | None, typer.Option("--runbook", help="The runbook of SLOs that name none.")] = None,
    service: Annotated[str | None, typer.Option("--service", help="The service of SLOs that name none.")] = None,
) -> int:  # fmt: skip
    """Resources as YAML from other tools' files; every loss is named, and nothing is applied. Needs no server."""
    asked = {"prometheus": prometheus, "runbook": runbook, "service": service}
    files = _files(path)
    answer = (
        cli.ask("slo.import", files=[{"path": name, "text": text} for name, text in files], **asked)
        if cli.server
        else _offline(files, asked)
    )
    if out is not None:
        out.write_text(answer["text"], "utf-8")
    if cli.as_json:
        cli.json(answer)
        return 0
    _complain("lost", answer["losses"])
    _complain("to do before applying", [fault for fault in answer["to_do"] if fault["severity"] == "error"])
    if out is None:
        line(answer["text"].rstrip("\n"))
    else:
        line(f"{answer['resources']} resources written to {out}: look at them, then `watchbill apply {out}`")
    return 0


def _offline(files: list[tuple[str, str]], asked: dict[str, str | None]) -> dict[str, Any]:  # Any: JSON
    from dataclasses import asdict

    from watchbill.bootstrap.outward import import_slos

    return asdict(
        import_slos(files, prometheus=asked["prometheus"], runbook=asked["runbook"], service=asked["service"])
    )


def _files(path: Path) -> list[tuple[str, str]]:
    if str(path) == "-":
        return [("<stdin>", sys.stdin.read())]
    from watchbill.bootstrap import resource_files

    return resource_files(path)


def _write(cli: Cli, answer: dict[str, Any], out: Path | None) -> int:  # Any: JSON
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(answer["text"], "utf-8")
    if cli.as_json:
        cli.json(answer)
        return 0
    for note in answer["notes"]:
        sys.stderr.write(f"note: {plain(note)}\n")
    if out is None:
        line(answer["text"].rstrip("\n"))
    else:
        line(f"{len(answer['slos'])} SLOs written to {out}")
    return 0


def _complain(what: str, faults: list[dict[str, Any]]) -> None:  # Any: JSON
    if faults:
        sys.stderr.write(f"{what}:\n")
    for fault in faults:
        sys.stderr.write(f"  {plain(Fault(**fault))}\n")


def _check(form: str, known: str) -> None:
    if form != known:
        raise Invalid("--format", f"{form!r} is no format of this command", hint=f"write {known}")


def _joined(names: list[str] | None) -> str | None:
    return ",".join(names) if names else None
