"""The table of operations: name, REST route, least role and the function behind it. Data only, so that reading it is instant.

A row's path parameters are fields of the operation's input model; the other fields travel as query (GET, DELETE) or JSON body.
A route that is not in this table (or in the drop-in and page tables of the entrypoints) does not exist: deny by default.
"""

from dataclasses import dataclass
from typing import Literal

from watchbill.kernel.errors import NotFound

__all__ = ["OPERATIONS", "Operation", "operation"]

Role = Literal["anyone", "viewer", "responder", "editor", "admin"]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One use case as the outside sees it; `run` is `module:function` below watchbill.operations."""

    name: str
    method: Method
    path: str
    role: Role
    run: str
    summary: str

    @property
    def writes(self) -> bool:
        """Whether it changes anything: GET never does."""
        return self.method != "GET"


OPERATIONS: tuple[Operation, ...] = (
    # --- resources (YAML), catalog, changes: resources engineer ---
    # --- slo, budget: slo engineer ---
    # --- alerts, routes: alerts engineer ---
    # --- on-call, pages, runbooks: oncall engineer ---
    # --- incidents, postmortems, trace: incidents engineer ---
    # --- people, tokens, sessions, audit: platform engineer ---
)

_BY_NAME = {row.name: row for row in OPERATIONS}


def operation(name: str) -> Operation:
    """The row of that name; raises NotFound with the nearest name."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise NotFound("operation", name, known=_BY_NAME) from None
