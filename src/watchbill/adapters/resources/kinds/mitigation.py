"""`mitigation`: a way to stop the damage that can be taken with one button, wired to a command or a webhook of the settings."""

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from watchbill.adapters.resources.fields import Flag, Name, Spec, Title
from watchbill.adapters.resources.fields.spec import form_of
from watchbill.adapters.resources.fields.wrong import wrong

__all__ = ["MitigationOptionSpec"]

_Command = Annotated[
    Annotated[list[str], Tag("(argv)")] | Annotated[str, Tag("(text)")], Discriminator(form_of("(argv)", "(text)"))
]


class MitigationOptionSpec(Spec):
    """A mitigation."""

    name: Name = Field(description="The mitigation's id")
    title: Title = Field(description="What the button says")
    kind: Literal["rollback", "flag_off", "shift_traffic", "scale_up", "data_fix"] = Field(
        description="What it does; listed in this order, the fastest first. shift_traffic: or fail over; scale_up: or break the circuit"
    )
    services: list[Name] = Field(default=[], description="For which services; none: for every one")
    when: str | None = Field(default=None, description="When it is the right one")
    command: _Command | None = Field(
        default=None, description="What to run: argv, or text that is split as a shell would; allowed by the settings"
    )
    webhook: Name | None = Field(default=None, description="Or: a webhook of the settings, by its name there")
    values: dict[str, str] = Field(default={}, description="What placeholders stand for, and what the webhook is told")
    expected: str | None = Field(default=None, description="What a good answer holds: text, or /pattern/")
    if_unexpected: str | None = Field(default=None, description="What to do otherwise")
    approval: Flag | None = Field(default=None, description="Another person has to approve")

    @model_validator(mode="after")
    def _acts(self) -> Self:
        if bool(self.command) == bool(self.webhook):
            raise wrong("give either command or webhook", "command: [rollback, '{{ service }}']")
        return self
