"""The OpenAPI 3.1 description, made from the table of operations: what is not described here does not exist."""

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from watchbill import __version__
from watchbill.operations.run import runnable
from watchbill.operations.table import OPERATIONS, Operation

__all__ = ["describe", "path_parameters"]

_REF = "#/components/schemas/{model}"
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"},
        "detail": {"type": "string"}, "hint": {"type": "string"}, "field": {"type": "string"},
        "faults": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip
_REFUSALS = {"400": "The request cannot be read", "401": "Log in first", "403": "The role does not allow this", "404": "Not found",
             "409": "The present state does not allow this", "413": "Too large", "415": "Not JSON",
             "422": "The input is not valid", "503": "Not possible right now"}  # fmt: skip


def path_parameters(path: str) -> list[str]:
    """Names in braces, in order."""
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


@cache
def describe() -> dict[str, Any]:  # Any: JSON
    """The whole document."""
    _, definitions = models_json_schema([(runnable(row).given, "validation") for row in OPERATIONS], ref_template=_REF)
    schemas: dict[str, Any] = dict(definitions.get("$defs", {}))
    paths: dict[str, dict[str, Any]] = {}
    for row in OPERATIONS:
        paths.setdefault(row.path, {})[row.method.lower()] = _entry(row, schemas)
    schemas["Problem"] = _PROBLEM
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "watchbill",
            "version": __version__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "watchbill token create"}},
        },
        "security": [{"token": []}],
    }


def _entry(row: Operation, schemas: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    loaded = runnable(row)
    answer = loaded.answer.json_schema(mode="serialization", ref_template=_REF)
    schemas |= answer.pop("$defs", {})
    own = loaded.given.model_json_schema(ref_template=_REF)
    own.pop("$defs", None)
    names = path_parameters(row.path)
    entry: dict[str, Any] = {
        "operationId": row.name,
        "summary": row.summary,
        "tags": [row.name.partition(".")[0]],
        "description": f"Least role: {row.role}.",
        "parameters": _parameters(row, own, names),
        "responses": {"200": {"description": "Done", "content": {"application/json": {"schema": answer}}}}
        | {
            status: {
                "description": said,
                "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}},
            }
            for status, said in _REFUSALS.items()
        },
    }
    if row.role == "anyone":
        entry["security"] = []
    if row.method not in {"GET", "DELETE"}:
        body = _without(own, names)
        entry["requestBody"] = {
            "required": bool(body.get("required")),
            "content": {"application/json": {"schema": body}},
        }
    return entry


def _parameters(row: Operation, own: dict[str, Any], names: list[str]) -> list[dict[str, Any]]:  # Any: JSON
    properties = own.get("properties", {})
    found = [
        {"name": name, "in": "path", "required": True, "schema": properties.get(name, {"type": "string"})}
        for name in names
    ]
    if row.method in {"GET", "DELETE"}:
        required = set(own.get("required", []))
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in properties.items()
            if name not in names
        ]
    elif row.method == "POST":
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "maxLength": 255},
            }
        )
    return found


def _without(schema: dict[str, Any], names: list[str]) -> dict[str, Any]:  # Any: JSON
    rest = {key: value for key, value in schema.items() if key not in {"properties", "required"}}
    rest["properties"] = {key: value for key, value in schema.get("properties", {}).items() if key not in names}
    if required := [key for key in schema.get("required", []) if key not in names]:
        rest["required"] = required
    return rest
