"""What other tools run with, made from the resources; and resources made from what other tools ran with."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watchbill.adapters.outward.grafana import dashboard_for
from watchbill.adapters.outward.openslo import openslo_documents
from watchbill.adapters.outward.prometheus import rules_for
from watchbill.adapters.outward.written import yaml_text
from watchbill.adapters.resources.files import SourceFile
from watchbill.adapters.resources.importing import Imported, import_files
from watchbill.bootstrap.resources import PREDICATES
from watchbill.kernel.errors import NotFound
from watchbill.slo.model import Slo

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["Imported", "Outward", "grafana_dashboard", "import_slos", "openslo", "prometheus_rules"]

_HEAD = "Made by `watchbill slo rules`. Change the SLO and make them again; do not edit."


@dataclass(frozen=True, slots=True)
class Outward:
    """A file for another tool, the SLOs in it, and in words what it cannot carry."""

    text: str
    slos: tuple[str, ...]
    notes: tuple[str, ...]


def prometheus_rules(s: "Services", names: Sequence[str]) -> Outward:
    """Rules for these SLOs, or for all; raises NotFound for a name that is not there."""
    made = rules_for([(slo, s.slo.sli(slo)) for slo in _chosen(s, names)], s.clock.now())
    text = yaml_text([{"groups": made.groups}], [_HEAD, *(f"Note: {note}" for note in made.notes)])
    return Outward(text, tuple(made.slos), tuple(made.notes))


def grafana_dashboard(s: "Services", names: Sequence[str]) -> Outward:
    """A dashboard over the rules of these SLOs, or of all."""
    chosen = _chosen(s, names)
    made = rules_for([(slo, s.slo.sli(slo)) for slo in chosen], s.clock.now())
    shown = [slo for slo in chosen if slo.name in made.slos]
    return Outward(json.dumps(dashboard_for(shown), indent=2) + "\n", tuple(made.slos), tuple(made.notes))


def openslo(s: "Services", names: Sequence[str]) -> Outward:
    """These SLOs, or all, with their SLIs and services, as OpenSLO v1."""
    chosen = _chosen(s, names)
    slis, services = {slo.sli for slo in chosen}, {slo.service for slo in chosen}
    made = openslo_documents(
        [one for _, one in _written(s, "service", services)],
        [one for _, one in _written(s, "sli", slis)],
        _written(s, "slo", {slo.name for slo in chosen}),
    )
    return Outward(yaml_text(made.documents), tuple(slo.name for slo in chosen), tuple(made.notes))


def import_slos(
    files: Iterable[tuple[str, str]], *, prometheus: str | None, runbook: str | None, service: str | None
) -> Imported:
    """Resources made of documents of OpenSLO, Sloth, Pyrra, or of Prometheus rules that these generated."""
    given = [SourceFile(path, text) for path, text in files]
    return import_files(given, PREDICATES, prometheus=prometheus, runbook=runbook, service=service)


def _chosen(s: "Services", names: Sequence[str]) -> list[Slo]:
    known = {slo.name: slo for slo in s.slo.list()}
    for name in names:
        if name not in known:
            raise NotFound("SLO", name, known=known)
    return [known[name] for name in names] if names else list(known.values())


def _written(s: "Services", kind: str, names: set[str]) -> list[tuple[str, dict[str, Any]]]:  # Any: JSON
    return [(one.name, dict(one.spec)) for one in s.resources.all(kind) if one.name in names]
