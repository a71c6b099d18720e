"""`stakeholder_list`: who reads the status updates of which incidents by mail."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import EmailText, Name, Spec

__all__ = ["StakeholderListSpec"]


class StakeholderListSpec(Spec):
    """A list of readers of status updates."""

    name: Name = Field(description="The list's id")
    audience: Literal["internal", "customers"] = Field(default="internal", description="Which updates they read")
    emails: list[EmailText] = Field(default=[], description="Addresses")
    people: list[Name] = Field(default=[], description="Persons, by name; written to at their address")
    services: list[Name] = Field(default=[], description="Only incidents of these services; all if left out")
    severities: list[Literal["SEV1", "SEV2", "SEV3", "SEV4"]] = Field(
        default=[], description="Only incidents of these severities; all if left out"
    )
