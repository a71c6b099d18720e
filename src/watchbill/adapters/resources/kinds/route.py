"""`route`: which alert goes to which service and escalation policy; first match wins unless it says `continue`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from watchbill.adapters.resources.fields import Flag, LooseName, Name, Signed, Span, Spec, Wait, word_list

__all__ = ["DeclareSpec", "RouteSpec"]

_Severity = Literal["P0", "P1", "P2", "P3"]
_Words = Annotated[list[str], BeforeValidator(word_list, json_schema_input_type=str | list[str])]


class DeclareSpec(Spec):
    """When an alert opens an incident by itself."""

    when: Literal["P0", "P1", "P2", "P3", "never"] = Field(description="From this severity on")


class RouteSpec(Spec):
    """A node of the routing tree; what a node does not say it inherits from the one above."""

    name: LooseName | None = Field(default=None, description="The route's id; its service or policy if left out")
    match: _Words = Field(default=[], description="Label matchers, all of which must hold; none matches everything")
    service: Name | None = Field(default=None, description="The service that the alert is about")
    escalation_policy: Name | None = Field(default=None, description="Who is called")
    severity: _Severity | None = Field(default=None, description="Instead of what the alert says")
    group_by: _Words | None = Field(default=None, description="Labels that make one notification; ... for all")
    group_wait: Wait | None = Field(default=None, description="How long a new group collects alerts")
    group_interval: Span | None = Field(default=None, description="How long until news of a group are told")
    repeat_interval: Span | None = Field(default=None, description="How long until an unchanged group is told again")
    declare_incident: DeclareSpec | None = Field(default=None, description="When to open an incident")
    go_on: Flag = Field(default=False, alias="continue", description="Try the following routes as well")
    order: Signed | None = Field(
        default=None, description="Top-level routes: lower ones are tried first; 100 if left out"
    )
    routes: list["RouteSpec"] = Field(default=[], description="More particular routes below this one")
