"""What the operations on incidents take: one model each. `id` is a number, `INC-12` or the id itself."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from watchbill.incidents.model import (
    DetectedBy,
    Impairment,
    IncidentRole,
    NoteKind,
    Phase,
    Severity,
    Status,
)
from watchbill.incidents.rules.export import TimelineFormat
from watchbill.kernel.errors import Invalid

__all__ = [
    "AddTask",
    "AssignRole",
    "ChangeSeverity",
    "CloseIncident",
    "DoneTask",
    "ExportTimeline",
    "FindSimilar",
    "GivenImpact",
    "ListIncidents",
    "MergeIncident",
    "MitigateIncident",
    "MovePhase",
    "NamedIncident",
    "NoteIncident",
    "ReadTimeline",
    "RelateIncident",
    "ReopenIncident",
    "ResolveIncident",
    "SendUpdate",
    "Sev",
    "ShowIncident",
    "StartIncident",
    "UnmergeIncident",
]  # fmt: skip


def _severity(value: object) -> object:
    if isinstance(value, str | int):
        try:
            return Severity.read(str(value))
        except Invalid as wrong:
            raise ValueError(f"{wrong.reason} ({wrong.hint})") from wrong
    return value


def _role(value: object) -> object:
    if isinstance(value, str):
        try:
            return IncidentRole.read(value)
        except Invalid as wrong:
            raise ValueError(f"{wrong.reason} ({wrong.hint})") from wrong
    return value


Sev = Annotated[Severity, BeforeValidator(_severity)]
RoleName = Annotated[IncidentRole, BeforeValidator(_role)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]


class NamedIncident(BaseModel):
    """An input that names one incident."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=64)


class GivenImpact(BaseModel):
    """What is known of the damage; what is left out stays as it was."""

    model_config = ConfigDict(extra="forbid")

    impairment: Impairment | None = None
    users_affected: int | None = Field(default=None, ge=0)
    users_total: int | None = Field(default=None, ge=0)
    affected_pct: Decimal | None = Field(default=None, ge=0, le=100)
    data_loss: bool | None = None
    pii_breach: bool | None = None
    revenue: bool | None = None
    customer_tickets: int | None = Field(default=None, ge=0)


class StartIncident(GivenImpact):
    """Input of `incident.start`. `read_text`: take `sev1`..`sev4` and a service's name from the title where they are not given.

    `confirm`: declare although a similar incident is open. `call`: a drill calls people as well, each call marked as a drill.
    `alert`: the id of the alert that made you declare it: it belongs to the incident, and tells its service.
    """

    title: str = Field(min_length=1, max_length=200)
    severity: Sev | None = None
    service: str | None = Field(default=None, max_length=64)
    detected_by: DetectedBy = DetectedBy.MANUAL_CHECK
    started_at: AwareDatetime | None = None
    drill: bool = False
    read_text: bool = False
    confirm: bool = False
    call: bool = False
    alert: str | None = Field(default=None, max_length=64)


class FindSimilar(BaseModel):
    """Input of `incident.similar`: what is open or has been and looks like this."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", max_length=200)
    service: str | None = None


class ListIncidents(BaseModel):
    """Input of `incident.list`, newest first. `open` is short for the statuses open and mitigated."""

    model_config = ConfigDict(extra="forbid")

    open: bool | None = None
    status: Status | None = None
    severity: Sev | None = None
    service: str | None = None
    drill: bool | None = None
    text: str | None = Field(default=None, max_length=200)
    since: datetime | None = None
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = None


class ChangeSeverity(NamedIncident, GivenImpact):
    """Input of `incident.severity`: a severity with its reason, or what is known of the damage (the matrix decides), or both."""

    severity: Sev | None = None
    reason: str = Field(default="", max_length=2000)
    started_at: AwareDatetime | None = None


class AssignRole(NamedIncident):
    """Input of `incident.role`; `person` None takes the role away. `summary` is what the next holder has to know."""

    role: RoleName
    person: str | None = Field(default=None, max_length=64)
    summary: str = Field(default="", max_length=4000)


class MovePhase(NamedIncident):
    """Input of `incident.phase`: go on to a later phase."""

    phase: Phase


class SendUpdate(NamedIncident):
    """Input of `incident.update`: rendered from data, or `text` as it stands; only with `send` is it told to anybody.

    `template`: initial, progress, customer, mitigated, resolution, or a communication template of the house by its name.
    """

    template: str | None = Field(default=None, max_length=64)
    text: str | None = Field(default=None, max_length=8000)
    draft: str | None = None  # the id of an earlier draft
    send: bool = False


class NoteIncident(NamedIncident):
    """Input of `incident.note`. `supersedes` is the sequence number of an entry that this one corrects, or withdraws."""

    text: str = Field(default="", max_length=4000)
    kind: NoteKind = NoteKind.NOTE
    at: AwareDatetime | None = None
    supersedes: int | None = Field(default=None, ge=1)
    withdraw: bool = False


class MitigateIncident(NamedIncident):
    """Input of `incident.mitigate`."""

    how: str | None = Field(default=None, max_length=2000)
    at: AwareDatetime | None = None


class ResolveIncident(NamedIncident):
    """Input of `incident.resolve`. `all_clear`: send the all-clear in the same step. `reason`: needed from anyone but the commander."""

    root_cause: str | None = Field(default=None, max_length=4000)
    override: str | None = Field(default=None, max_length=2000)
    reason: str | None = Field(default=None, max_length=2000)
    all_clear: bool = False


class CloseIncident(NamedIncident):
    """Input of `incident.close`; one that was never resolved needs a reason, and counts as a false alarm."""

    reason: str = Field(default="", max_length=2000)


class ReopenIncident(NamedIncident):
    """Input of `incident.reopen`."""

    reason: Text


class MergeIncident(NamedIncident):
    """Input of `incident.merge`: this one is the same as `into`, which goes on."""

    into: str = Field(min_length=1, max_length=64)


class UnmergeIncident(NamedIncident):
    """Input of `incident.unmerge`: a merged incident goes on by itself."""

    reason: Text


class ExportTimeline(NamedIncident):
    """Input of `incident.export`: the whole timeline as JSON, Markdown or CSV. `current`: without what was corrected or withdrawn."""

    format: TimelineFormat = TimelineFormat.MARKDOWN
    current: bool = False


class ShowIncident(NamedIncident):
    """Input of `incident.show`. `before`: the timeline's entries below this sequence number instead of the newest."""

    before: int | None = Field(default=None, ge=1)


class RelateIncident(NamedIncident):
    """Input of `incident.relate`: the two belong together and both go on."""

    to: str = Field(min_length=1, max_length=64)


class ReadTimeline(NamedIncident):
    """Input of `incident.timeline`, in order of sequence. `current`: without what was superseded or withdrawn."""

    limit: int = Field(default=200, ge=1, le=1000)
    cursor: str | None = None
    current: bool = False


class AddTask(NamedIncident):
    """Input of `incident.task`: something to do, or a track of investigation, with its owner."""

    text: Text
    owner: str | None = Field(default=None, max_length=64)
    phase: Phase | None = None


class DoneTask(NamedIncident):
    """Input of `incident.task.done`; `task` is its id or the key of the check-list's row. `done` False takes it back."""

    task: str = Field(min_length=1, max_length=64)
    done: bool = True
