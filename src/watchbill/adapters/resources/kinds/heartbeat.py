"""`heartbeat`: a dead-man's switch for jobs that should report in."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import Name, Span, Spec, Wait

__all__ = ["HeartbeatSpec"]


class HeartbeatSpec(Spec):
    """A heartbeat."""

    name: Name = Field(description="The heartbeat's id")
    service: Name = Field(description="The service that it tells about")
    every: Span = Field(description="How often it must come")
    grace: Wait = Field(default="0s", description="How late it may be")
    max_duration: Span | None = Field(default=None, description="A run that takes longer is a slow one")
    severity: Literal["P0", "P1", "P2", "P3"] = Field(default="P1", description="Of the alert when it stays away")
