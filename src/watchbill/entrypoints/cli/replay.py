"""`alerts replay|preview`: what stored payloads would come to by the rules of now."""

from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import line, parse_when, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, verb
from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import to_text

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the two verbs to `alerts`."""
    verb(app, "replay")(replay)
    verb(app, "preview")(preview)


def replay(
    cli: Cli,
    *,
    last: Annotated[str, typer.Option("--last", metavar="DURATION", help="How far back, eg 7d.")] = "24h",
    since: Annotated[str | None, typer.Option("--since", help="From this moment, instead.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Up to this moment (default: now).")] = None,
    protocol: Annotated[
        str | None, typer.Option("--protocol", help="alertmanager, grafana, pagerduty, opsgenie, generic ...")
    ] = None,
    integration: Annotated[str | None, typer.Option("--integration", help="Only this sender.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Show also what would be the same.")] = False,
) -> None:
    """Run stored payloads through the present routes, silences and mappings; nothing is written."""
    start, end = parse_when(since, field="--since"), parse_when(until, field="--until")
    answer = cli.ask(
        "alerts.replay", last=last, since=to_text(start) if start else None, until=to_text(end) if end else None,
        protocol=protocol, integration=integration, all=all_,
    )  # fmt: skip
    cli.show(answer, _print_replay)


def preview(
    cli: Cli,
    integration: Annotated[str, typer.Argument(help="The integration's name.")],
    *,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="FILE", help="A mapping to try, as YAML (default: its own).")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=50, help="How many payloads.")] = 5,
) -> None:
    """Try a mapping on the last payloads of an integration."""
    try:
        text = mapping.read_text("utf-8") if mapping else None
    except (OSError, UnicodeDecodeError) as wrong:
        raise Invalid("--mapping", f"cannot read {mapping}: {wrong}") from wrong
    cli.show(cli.ask("integration.preview", name=integration, yaml=text, limit=limit), _print_previews)


def _print_replay(answer: dict[str, Any]) -> None:  # Any: JSON
    line(f"{when(answer['since'])} to {when(answer['until'])}: {answer['payloads']} payloads with {answer['claims']} claims, {answer['alerts']} alerts.")  # fmt: skip
    line(
        f"Would call for {answer['would_call_for']} alerts in {answer['would_begin']} calls; called for "
        f"{answer['called_for']}. Different: {answer['different']}."
    )
    if answer["truncated"]:
        line("The bound was reached: what came later was not replayed. Ask for less (--last, --integration).")
    for one in answer["faults"]:
        line(plain(f"NOT READ {when(one['received_at'])} {one['protocol']}:{one['integration']}: {one['fault']}"))
    if answer["outcomes"]:
        line()
        table(
            ("AT", "ALERT", "DIFFERENCE", "WOULD BE", "WAS"),
            (
                (when(one["at"]), (one["would"] or one["was"])["name"], "; ".join(one["differences"]) or "none", _side(one["would"], "would call"), _side(one["was"], "called"))
                for one in answer["outcomes"]
            ),
            empty="",
        )  # fmt: skip


def _side(one: dict[str, Any] | None, verb_: str) -> str:  # Any: JSON
    if one is None:
        return "no alert"
    to = ", ".join(one["escalation_policies"]) or "no policy"
    people = f": {', '.join(one['people'])}" if one["people"] else ""
    called = f"{verb_}{people}" if one.get("calls", one.get("called")) else "nobody is called"
    quiet = f" (silenced by {', '.join(one['silenced_by'])})" if one.get("silenced_by") else ""
    return f"{one['severity']} {one['service'] or 'no service'} -> {to}, {called}{quiet}"


def _print_previews(previews: list[dict[str, Any]]) -> None:  # Any: JSON
    if not previews:
        line("No payload of it is kept: either none came in the last days, or they came over another door.")
    for one in previews:
        line(plain(f"{when(one['received_at'])}  {one['payload']}"))
        if one["fault"]:
            line(plain(f"  NOTHING IS READ: {one['fault']}"))
        for name, claims in (("was", one["was"]), ("now", one["now"])):
            for claim in claims:
                labels = ", ".join(f"{label}={value}" for label, value in sorted(claim["labels"].items()))
                said = claim["annotations"].get("mapping_fault", "")
                line(plain(f"  {name}: {claim['says']} {labels or claim['key']}" + (f"  FAULT {said}" if said else "")))
