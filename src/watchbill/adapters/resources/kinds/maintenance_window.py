"""`maintenance_window`: planned work, once or again and again, that pages nobody."""

from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from watchbill.adapters.resources.fields import LocalTime, Name, Span, Spec, Zone, word_list
from watchbill.adapters.resources.fields.recurrence import recurrence as read_recurrence
from watchbill.adapters.resources.fields.wrong import wrong

__all__ = ["MaintenanceWindowSpec"]

Words = Annotated[list[str], BeforeValidator(word_list, json_schema_input_type=str | list[str])]


class MaintenanceWindowSpec(Spec):
    """A maintenance window."""

    name: Name = Field(description="The window's id")
    services: list[Name] = Field(default=[], description="Which services are worked on")
    match: Words = Field(default=[], description="Or: label matchers, all of which must hold, instead of services")
    starts: LocalTime = Field(description="The first start, on the wall clock of the zone")
    timezone: Zone | None = Field(default=None, description="Whose wall clock; the house's if left out")
    duration: Span = Field(description="How long it lasts")
    recurrence: Annotated[str, AfterValidator(read_recurrence)] | None = Field(
        default=None, description="When it happens again, as an RFC 5545 rule", examples=["FREQ=MONTHLY;BYDAY=1TU"]
    )
    what: str | None = Field(default=None, description="What is done")
    rollback_plan: str | None = Field(default=None, description="How to undo it")

    @model_validator(mode="after")
    def _covers_something(self) -> Self:
        if bool(self.services) == bool(self.match):
            raise wrong("give either services or match", "services: [payment-db]")
        return self
