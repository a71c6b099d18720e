"""`maintenance_window`: planned work, once or again and again, that pages nobody."""

from typing import Annotated

from pydantic import AfterValidator, Field

from watchbill.adapters.resources.fields import LocalTime, Name, Span, Spec, Zone
from watchbill.adapters.resources.fields.recurrence import recurrence as read_recurrence

__all__ = ["MaintenanceWindowSpec"]


class MaintenanceWindowSpec(Spec):
    """A maintenance window."""

    name: Name = Field(description="The window's id")
    services: list[Name] = Field(min_length=1, description="Which services are worked on")
    starts: LocalTime = Field(description="The first start, on the wall clock of the zone")
    timezone: Zone | None = Field(default=None, description="Whose wall clock; the house's if left out")
    duration: Span = Field(description="How long it lasts")
    recurrence: Annotated[str, AfterValidator(read_recurrence)] | None = Field(
        default=None, description="When it happens again, as an RFC 5545 rule", examples=["FREQ=MONTHLY;BYDAY=1TU"]
    )
    what: str | None = Field(default=None, description="What is done")
    rollback_plan: str | None = Field(default=None, description="How to undo it")
