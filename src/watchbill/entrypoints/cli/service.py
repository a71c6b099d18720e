"""`service`: the catalog."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import facts, line, pct, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb

__all__ = ["apps"]

app = new_app("Services and what they depend on.")
apps = {"service": app}


@verb(app, "list")
def list_all(
    cli: Cli,
    *,
    tier: Annotated[
        str | None, typer.Option("--tier", help="Only critical, important, standard or experimental ones.")
    ] = None,
    team: Annotated[str | None, typer.Option("--team", help="Only services of this team.")] = None,
) -> None:
    """List services with who stands watch and how their budgets do."""
    cli.show(cli.ask("service.list", tier=tier, team=team), _print_list)


@verb(app, "show")
def show(cli: Cli, name: Annotated[str, typer.Argument(help="Name or alias.")]) -> None:
    """Show everything known about one service."""
    cli.show(cli.ask("service.show", name=name), _print_one)


@verb(app, "graph")
def graph(cli: Cli, name: Annotated[str | None, typer.Argument(help="Around this service only.")] = None) -> None:
    """Show who calls whom."""
    cli.show(cli.ask("service.graph", name=name), _print_graph)


def _print_list(services: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("SERVICE", "TIER", "TEAM", "ON CALL", "BUDGET", "INCIDENTS"),
        (
            (
                one["name"],
                one["tier"],
                one["owner_team"],
                (one["oncall"] or {}).get("primary"),
                (one["budget_state"] or "no SLO") + (", frozen" if one["frozen"] else ""),
                ", ".join(f"INC-{incident['number']}" for incident in one["open_incidents"]),
            )
            for one in services
        ),
        empty="No services yet: `watchbill init` writes the first one.",
    )


def _print_one(one: dict[str, Any]) -> None:  # Any: JSON
    oncall = one["oncall"] or {}
    facts(
        [
            ("service", one["name"]),
            ("about", one["description"]),
            ("tier", one["tier"]),
            ("type", one["type"]),
            ("team", one["owner_team"]),
            ("on call", oncall.get("primary") and f"{oncall['primary']} until {when(oncall['until'])}"),
            ("calls", ", ".join(edge["service"] for edge in one["upstream"])),
            ("called by", ", ".join(edge["service"] for edge in one["downstream"])),
            ("if it fails", ", ".join(f"{blast['service']} ({blast['tier']})" for blast in one["blast_radius"])),
            ("promise", one["promise"]["sentence"]),
            ("file", one["origin"]),
        ]
    )
    line()
    table(
        ("SLO", "TARGET", "LEFT", "STATE"),
        ((slo["slo"], pct(slo["target_pct"]), pct(slo["budget_remaining_pct"]), slo["state"]) for slo in one["slos"]),
        empty="No SLO.",
    )
    for change in one["changes"][:5]:
        line(plain(f"{when(change['at'])}  {change['kind']} {change['version'] or ''} {change['summary']}"))


def _print_graph(graph: dict[str, Any]) -> None:  # Any: JSON
    for edge in graph["edges"]:
        line(f"{edge['source']} -> {edge['target']}" + ("" if edge["hard"] else " (soft)"))
    for cycle in graph["cycles"]:
        line("cycle: " + " -> ".join(cycle))
    if not graph["edges"]:
        line("No dependencies are declared.")
