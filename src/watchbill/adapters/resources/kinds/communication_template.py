"""`communication_template`: how the house words its status updates."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from watchbill.adapters.resources.fields import Name, Spec
from watchbill.incidents.model import UpdateKind

__all__ = ["CommunicationTemplateSpec"]

_LONGEST = 8_000
_TAKEN = {str(kind) for kind in UpdateKind}


def _free(name: str) -> str:
    """A template of one's own is asked for by its name, which therefore cannot be that of ours."""
    if name in _TAKEN:
        raise ValueError(f"{name} is the name of a template that ships with watchbill; say `replaces: {name}`")
    return name


class CommunicationTemplateSpec(Spec):
    """A template for status updates, in Liquid."""

    name: Annotated[Name, AfterValidator(_free)] = Field(description="The template's id, by which it is asked for")
    replaces: Literal["initial", "progress", "customer", "mitigated", "resolution"] | None = Field(
        default=None, description="The template of watchbill's that it takes the place of"
    )
    audience: Literal["internal", "customers"] | None = Field(
        default=None, description="Who reads it; that of the replaced one, else internal"
    )
    text: str = Field(
        min_length=1, max_length=_LONGEST, description="Liquid over the incident's facts: title, severity, users, ..."
    )
