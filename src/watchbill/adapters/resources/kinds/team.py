"""`team`: people who own services together."""

from pydantic import Field

from watchbill.adapters.resources.fields import Name, Spec

__all__ = ["TeamSpec"]


class TeamSpec(Spec):
    """A team."""

    name: Name = Field(description="The team's id")
    members: list[Name] = Field(default=[], description="Persons, by name")
    lead: Name | None = Field(default=None, description="One of them")
