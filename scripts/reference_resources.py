"""The reference page of resource kinds, made from the JSON Schemas that editors get: every kind with every field."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from watchbill.adapters.resources.kinds import KINDS, Kind
from watchbill.adapters.resources.schema import schema

__all__ = ["resources_page"]

Json = Mapping[str, Any]  # Any: JSON Schema
_LEAD = """A resource is YAML whose top-level key is its kind; several documents may share a file, `---` between them. Names are `a-z`, `0-9` and `-`, at most 64 characters. Unknown fields are errors with the nearest name. An empty text means absent. `watchbill schema KIND` prints the schema that this page is made from, and the server has all of them at `/api/v1/schemas`."""


def resources_page(made: str) -> str:
    """Kinds in the order of the table, each with its fields and those of the mappings inside it."""
    index = " · ".join(f"[{word}](#{word})" for word in KINDS)
    parts = ["# Resources", made, _LEAD, index]
    for kind in KINDS.values():
        parts += _kind(kind)
    return "\n\n".join(parts) + "\n"


def _kind(kind: Kind) -> Iterator[str]:
    definitions: dict[str, Json] = dict(schema(kind.word)["$defs"])
    many = " A document may hold a list of them." if kind.many else ""
    yield f'## <a id="{kind.word}"></a>{kind.word}\n\n{kind.summary}\n\nName: {kind.naming}.{many}'
    top = definitions.pop(kind.word)
    if "$ref" in top and "properties" not in top:  # a kind that holds others of its own kind
        top = definitions.pop(str(top["$ref"]).rpartition("/")[2])
    yield _fields(top)
    for name, inner in definitions.items():
        if inner.get("properties"):
            about = str(inner.get("description", "")).partition("\n")[0]
            yield f"### {name.rpartition('.')[2].removesuffix('Spec')}\n\n{about}\n\n{_fields(inner)}"


def _fields(model: Json) -> str:
    required = set(model.get("required", ()))
    rows = ["| field | is | meaning |", "|---|---|---|"]
    for name, field in model.get("properties", {}).items():
        about = str(field.get("description", "")).replace("|", "\\|").replace("\n", " ")
        default = f" Default `{json.dumps(field['default'], ensure_ascii=False)}`." if "default" in field else ""
        needed = "**required.** " if name in required else ""
        rows.append(f"| `{name}` | {_type(field)} | {needed}{about}{'.' if about and default else ''}{default} |")
    return "\n".join(rows)


_WORDS = {"integer": "whole number", "number": "number", "boolean": "true or false"}
_TEXTS = {"date": "date", "date-time": "time"}


def _type(field: Json) -> str:
    """What may stand there, in words."""
    if "$ref" in field:
        return _target(field).removesuffix("Spec")
    values = field.get("enum") or ([field["const"]] if "const" in field else [])
    if values:
        return ", ".join(f"`{value}`" for value in values)
    if parts := [part for union in ("anyOf", "oneOf", "allOf") for part in field.get(union, ())]:
        return " or ".join(dict.fromkeys(_type(part) for part in parts))
    return _plain(field)


def _plain(field: Json) -> str:
    match field.get("type"):
        case "array":
            return f"list of {_type(field.get('items', {}))}"
        case "object":
            inner = field.get("additionalProperties")
            return f"mapping to {_type(inner)}" if isinstance(inner, dict) else "mapping"
        case "string":
            return _TEXTS.get(str(field.get("format", "")), "text")
        case known:
            return _WORDS.get(str(known), "any value")


def _target(field: Json) -> str:
    return str(field["$ref"]).rpartition("/")[2].rpartition(".")[2]
