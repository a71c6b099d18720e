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
    Operation("resources.validate", "POST", "/api/v1/resources/validate", "viewer", "resources:validate", "Check files and name every fault"),
    Operation("resources.diff", "POST", "/api/v1/resources/diff", "viewer", "resources:diff", "Show what applying files would change"),
    Operation("resources.apply", "POST", "/api/v1/resources/apply", "editor", "resources:apply", "Apply files in one transaction"),
    Operation("resources.export", "GET", "/api/v1/resources/export", "viewer", "resources:export", "Write the resources as YAML files"),
    Operation("resources.schema", "GET", "/api/v1/schemas", "anyone", "resources:schema", "The JSON Schema of one kind or of a whole document"),
    Operation("resources.list", "GET", "/api/v1/resources", "viewer", "resources:list_all", "List the resources"),
    Operation("resources.show", "GET", "/api/v1/resources/{kind}/{name}", "viewer", "resources:show", "Show one resource"),
    Operation("resources.put", "PUT", "/api/v1/resources/{kind}/{name}", "editor", "resources:put", "Create or change one resource"),
    Operation("resources.delete", "DELETE", "/api/v1/resources/{kind}/{name}", "editor", "resources:delete", "Delete one resource"),
    Operation("service.list", "GET", "/api/v1/services", "viewer", "services:list_all", "List the services of the catalog"),
    Operation("service.graph", "GET", "/api/v1/service-graph", "viewer", "services:graph", "The dependency graph, whole or around one service"),
    Operation("service.show", "GET", "/api/v1/services/{name}", "viewer", "services:show", "Everything known about one service"),
    Operation("change.add", "POST", "/api/v1/changes", "responder", "changes:add", "Record a change event"),
    Operation("change.list", "GET", "/api/v1/changes", "viewer", "changes:list_all", "List change events, newest first"),
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
