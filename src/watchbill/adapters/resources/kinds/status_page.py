"""`status_page`: what outsiders see of the services."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import Name, Spec, Title

__all__ = ["ComponentSpec", "StatusPageSpec"]


class ComponentSpec(Spec):
    """A line of the page."""

    service: Name = Field(description="The service behind it")
    title: Title | None = Field(default=None, description="What outsiders call it")
    group: Title | None = Field(default=None, description="The heading under which it stands")
    slo: Name | None = Field(
        default=None, description="The SLO whose days are drawn; without it the worst of the service's"
    )


class StatusPageSpec(Spec):
    """A status page."""

    name: Name = Field(description="The page's id, part of its address")
    title: Title | None = Field(default=None, description="The heading of the page")
    components: list[ComponentSpec] = Field(min_length=1, description="In the order shown")
    audience: Literal["public", "token", "team"] = Field(default="team", description="Who may see it")
    reports: bool = Field(default=True, description="Whether visitors may report a problem")
    contact: Title | None = Field(default=None, description="Where visitors turn to for help: an address or a sentence")
    edition: int = Field(default=1, ge=1, description="Raise it to make the old secret address of a token page useless")
