"""`status_page`: what outsiders see of the services."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import Name, Spec, Title

__all__ = ["ComponentSpec", "StatusPageSpec"]


class ComponentSpec(Spec):
    """A line of the page."""

    service: Name = Field(description="The service behind it")
    title: Title | None = Field(default=None, description="What outsiders call it")


class StatusPageSpec(Spec):
    """A status page."""

    name: Name = Field(description="The page's id")
    components: list[ComponentSpec] = Field(min_length=1, description="In the order shown")
    audience: Literal["public", "token", "team"] = Field(default="team", description="Who may see it")
