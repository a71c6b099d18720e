"""Who does what in an incident."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import IncidentId

__all__ = ["Assignment", "IncidentRole", "RoleWarning", "Suggestion"]


class IncidentRole(StrEnum):
    """The incident command system's roles (playbook ph. 5); there may be several subject matter experts."""

    IC = "ic"
    COMMUNICATIONS = "communications"
    OPERATIONS = "operations"
    SME = "sme"
    SCRIBE = "scribe"

    @classmethod
    def read(cls, text: str) -> "IncidentRole":
        """The role, also by its short and long names; raises Invalid."""
        wanted = text.strip().lower().replace("_", " ").replace("-", " ")
        if wanted not in _NAMES:
            raise Invalid(
                "role", f"{text!r} is no role of an incident", hint="ic, communications, operations, sme or scribe"
            )
        return _NAMES[wanted]

    @property
    def label(self) -> str:
        """`incident commander`."""
        return _TITLES[self]


_TITLES = {
    IncidentRole.IC: "incident commander",
    IncidentRole.COMMUNICATIONS: "communications lead",
    IncidentRole.OPERATIONS: "operations lead",
    IncidentRole.SME: "subject matter expert",
    IncidentRole.SCRIBE: "scribe",
}
_NAMES = {
    **{role.value: role for role in IncidentRole},
    **{title: role for role, title in _TITLES.items()},
    "commander": IncidentRole.IC,
    "comms": IncidentRole.COMMUNICATIONS,
    "comms lead": IncidentRole.COMMUNICATIONS,
    "ops": IncidentRole.OPERATIONS,
    "ops lead": IncidentRole.OPERATIONS,
    "expert": IncidentRole.SME,
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """A person in a role. `turn` numbers the incident's assignments from 1.

    One that watchbill made is `accepted_at` None until the person acknowledges or somebody confirms it.
    """

    incident: IncidentId
    turn: int
    role: IncidentRole
    person: str
    assigned_at: datetime
    assigned_by: str
    accepted_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who could take a role, and why."""

    role: IncidentRole
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class RoleWarning:
    """Something about the roles that the commander should know; `code` is stable, `text` is for people."""

    code: str
    text: str
