"""Operations on resources: validate, diff, apply, export, schema, and single resources for the web pages."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Plan, Report, Services, SourceFile
from watchbill.kernel.documents import Document
from watchbill.kernel.errors import Fault
from watchbill.people.model import Actor

__all__ = [
    "AppliedView",
    "ApplyResources",
    "ChangeView",
    "DiffResources",
    "ExportResources",
    "ExportView",
    "FaultView",
    "FieldChangeView",
    "FileModel",
    "ListResources",
    "NamedResource",
    "PlanView",
    "PutResource",
    "ResourceFiles",
    "ResourceRow",
    "ResourceView",
    "SchemaOf",
    "ValidationView",
    "apply",
    "delete",
    "diff",
    "export",
    "list_all",
    "put",
    "schema",
    "show",
    "validate",
    "validation_view",
]


class FileModel(BaseModel):
    """One YAML file: its path (as it shall show in faults and as origin) and its text."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(min_length=1, max_length=1024)
    text: str


class ResourceFiles(BaseModel):
    """Input of `resources.validate`."""

    model_config = ConfigDict(extra="forbid")

    files: list[FileModel] = Field(max_length=10_000)


class DiffResources(ResourceFiles):
    """Input of `resources.diff`; `prune` also plans to delete what came from files and is in none of these."""

    prune: bool = False


class ApplyResources(DiffResources):
    """Input of `resources.apply`; `dry_run` checks and plans everything and saves nothing."""

    dry_run: bool = False


class ListResources(BaseModel):
    """Input of `resources.list`."""

    model_config = ConfigDict(extra="forbid")

    kind: str | None = None


class NamedResource(BaseModel):
    """Input of `resources.show` and `resources.delete`."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    name: str


class PutResource(NamedResource):
    """Input of `resources.put`: the whole spec as it would stand below the kind; `revision` guards against lost updates."""

    spec: dict[str, Any]  # Any: the kind's own model checks it, with the same faults as a file
    revision: int | None = None


class ExportResources(BaseModel):
    """Input of `resources.export`: all kinds or one, one file a kind or one a resource."""

    model_config = ConfigDict(extra="forbid")

    kind: str | None = None
    name: str | None = None
    layout: Literal["kind", "resource"] = "kind"


class SchemaOf(BaseModel):
    """Input of `resources.schema`: one kind, or nothing for the schema of a whole document."""

    model_config = ConfigDict(extra="forbid")

    kind: str | None = None


class FaultView(BaseModel):
    """One fault: where, which field, what is wrong, what would be right."""

    path: str
    line: int
    column: int
    field: str
    reason: str
    hint: str
    severity: str


class ValidationView(BaseModel):
    """What `validate` found: `ok` when there is no error (warnings are no errors)."""

    ok: bool
    resources: int
    faults: list[FaultView]


class FieldChangeView(BaseModel):
    """One field of a changed resource, before and after; None on the side where it is not set."""

    field: str
    old: Any = None  # Any: whatever JSON the field holds
    new: Any = None  # Any: as above


class ChangeView(BaseModel):
    """One step of a plan."""

    action: Literal["create", "change", "delete"]
    kind: str
    name: str
    path: str | None
    line: int
    fields: list[FieldChangeView]


class PlanView(BaseModel):
    """What `diff` shows: the steps in order, how many resources stay as they are, and the warnings."""

    changes: list[ChangeView]
    unchanged: int
    faults: list[FaultView]


class AppliedView(PlanView):
    """What `apply` did; `applied` is False for a dry run and where nothing differed."""

    applied: bool
    version: int


class ResourceRow(BaseModel):
    """One resource in a list; `origin` is the file it came from, None where it was made by hand."""

    kind: str
    name: str
    origin: str | None
    line: int
    read_only: bool
    revision: int
    changed_by: str
    changed_at: datetime


class ResourceView(ResourceRow):
    """One resource with its spec, as data and as the YAML that `export` writes."""

    spec: dict[str, Any]  # Any: the kind's own fields
    yaml: str


class ExportView(BaseModel):
    """The files of an export."""

    files: list[FileModel]


def validate(s: Services, who: Actor, given: ResourceFiles) -> ValidationView:
    """All faults of the files among the stored resources."""
    return validation_view(s.resources.validate(_files(given), who))


def diff(s: Services, who: Actor, given: DiffResources) -> PlanView:
    """What applying would change."""
    plan = s.resources.diff(_files(given), who, prune=given.prune)
    return PlanView(changes=_changes(plan), unchanged=plan.unchanged, faults=_faults(plan.faults))


def apply(s: Services, who: Actor, given: ApplyResources) -> AppliedView:
    """Apply everything or nothing."""
    plan, version, applied = s.resources.apply(_files(given), who, prune=given.prune, dry_run=given.dry_run)
    return AppliedView(
        changes=_changes(plan),
        unchanged=plan.unchanged,
        faults=_faults(plan.faults),
        applied=applied,
        version=version.number,
    )


def export(s: Services, who: Actor, given: ExportResources) -> ExportView:
    """The resources as YAML files."""
    files = s.resources.export(kind=given.kind, name=given.name, layout=given.layout)
    return ExportView(files=[FileModel(path=file.path, text=file.text) for file in files])


def schema(s: Services, who: Actor, given: SchemaOf) -> dict[str, Any]:
    """A JSON Schema."""
    return s.resources.schema(given.kind)


def list_all(s: Services, who: Actor, given: ListResources) -> list[ResourceRow]:
    """Every resource, or those of one kind."""
    return [ResourceRow(**_row(document)) for document in s.resources.all(given.kind)]


def show(s: Services, who: Actor, given: NamedResource) -> ResourceView:
    """One resource."""
    return _view(s, s.resources.show(given.kind, given.name))


def put(s: Services, who: Actor, given: PutResource) -> ResourceView:
    """Create or replace one resource."""
    return _view(s, s.resources.put(given.kind, given.name, given.spec, who, revision=given.revision))


def delete(s: Services, who: Actor, given: NamedResource) -> ResourceRow:
    """Delete one resource and answer what it was."""
    return ResourceRow(**_row(s.resources.delete(given.kind, given.name, who)))


def validation_view(report: Report) -> ValidationView:
    """A report as its view."""
    return ValidationView(ok=report.ok, resources=len(report.resources), faults=_faults(report.faults))


def _files(given: ResourceFiles) -> list[SourceFile]:
    return [SourceFile(file.path, file.text) for file in given.files]


def _faults(faults: Iterable[Fault]) -> list[FaultView]:
    return [FaultView(**asdict(fault)) for fault in faults]


def _changes(plan: Plan) -> list[ChangeView]:
    return [ChangeView(**asdict(step)) for step in plan.steps]


def _row(document: Document) -> dict[str, Any]:  # Any: the fields of ResourceRow
    fields = {name: getattr(document, name) for name in ResourceRow.model_fields if name != "read_only"}
    return fields | {"read_only": document.origin is not None}


def _view(s: Services, document: Document) -> ResourceView:
    return ResourceView(**_row(document), spec=dict(document.spec), yaml=s.resources.text(document))
