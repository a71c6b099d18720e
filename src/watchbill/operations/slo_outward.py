"""Operations on what other tools run with: rules, dashboards and OpenSLO out; OpenSLO, Sloth, Pyrra and their rules in."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.bootstrap.outward import Outward, grafana_dashboard, import_slos, openslo, prometheus_rules
from watchbill.operations.resources import FaultView, FileModel
from watchbill.people.model import Actor

__all__ = ["DashboardOf", "ExportSlos", "ImportSlos", "ImportedView", "OutwardView", "RulesOf", "dashboard", "export", "read", "rules"]  # fmt: skip


class RulesOf(BaseModel):
    """Input of `slo.rules`: for these SLOs, or for all."""

    model_config = ConfigDict(extra="forbid")

    names: str | None = Field(default=None, description="Names with commas between them; all if left out")
    format: Literal["prometheus"] = "prometheus"


class DashboardOf(BaseModel):
    """Input of `slo.dashboard`."""

    model_config = ConfigDict(extra="forbid")

    names: str | None = Field(default=None, description="Names with commas between them; all if left out")
    format: Literal["grafana"] = "grafana"


class ExportSlos(BaseModel):
    """Input of `slo.export`."""

    model_config = ConfigDict(extra="forbid")

    names: str | None = Field(default=None, description="Names with commas between them; all if left out")
    format: Literal["openslo"] = "openslo"


class ImportSlos(BaseModel):
    """Input of `slo.import`: files of other tools. What they do not say can be given for all of them."""

    model_config = ConfigDict(extra="forbid")

    files: list[FileModel] = Field(min_length=1, max_length=1000)
    prometheus: str | None = Field(default=None, description="The server that answers the queries")
    runbook: str | None = Field(default=None, description="The runbook of SLOs that name none")
    service: str | None = Field(default=None, description="The service of SLOs that name none")


class OutwardView(BaseModel):
    """A file for another tool, the SLOs in it, and what it cannot carry."""

    text: str
    slos: list[str]
    notes: list[str]


class ImportedView(BaseModel):
    """Resources as YAML; `losses` are parts of the files that have no counterpart, `to_do` what applying would refuse."""

    text: str
    resources: int
    losses: list[FaultView]
    to_do: list[FaultView]


def rules(s: Services, who: Actor, given: RulesOf) -> OutwardView:
    """Recording and alerting rules for a Prometheus of the team's own."""
    return _view(prometheus_rules(s, _names(given.names)))


def dashboard(s: Services, who: Actor, given: DashboardOf) -> OutwardView:
    """A dashboard over the series that these rules record."""
    return _view(grafana_dashboard(s, _names(given.names)))


def export(s: Services, who: Actor, given: ExportSlos) -> OutwardView:
    """SLOs, SLIs and services as OpenSLO v1."""
    return _view(openslo(s, _names(given.names)))


def read(s: Services, who: Actor, given: ImportSlos) -> ImportedView:
    """Resources made of other tools' files; nothing is saved."""
    made = import_slos(
        [(file.path, file.text) for file in given.files],
        prometheus=given.prometheus,
        runbook=given.runbook,
        service=given.service,
    )
    return ImportedView(
        text=made.text,
        resources=made.resources,
        losses=[FaultView.model_validate(fault, from_attributes=True) for fault in made.losses],
        to_do=[FaultView.model_validate(fault, from_attributes=True) for fault in made.to_do],
    )


def _names(text: str | None) -> list[str]:
    return [name for part in (text or "").split(",") if (name := part.strip())]


def _view(made: Outward) -> OutwardView:
    return OutwardView(text=made.text, slos=list(made.slos), notes=list(made.notes))
