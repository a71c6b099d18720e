"""JSON Schemas (draft 2020-12) of the kinds, made from their models, so that editors complete and check."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from watchbill.adapters.resources.kinds import KINDS, Kind, kind_named

__all__ = ["schema"]

Json = dict[str, Any]  # Any: JSON Schema
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(word: str | None = None) -> Json:
    """The schema of a document that holds this kind, or any kind; raises NotFound for an unknown word."""
    kinds = [kind_named(word)] if word is not None else list(KINDS.values())
    definitions: Json = {}
    properties = {kind.word: _property(kind, definitions) for kind in kinds}
    return {
        "$schema": _DIALECT,
        "$id": f"urn:watchbill:schema:{word or 'resource'}",
        "title": f"watchbill {word.replace('_', ' ')}" if word else "watchbill resource",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": [word]} if word is not None else {"minProperties": 1}),
        "$defs": definitions,
    }


def _property(kind: Kind, definitions: Json) -> Json:
    own = kind.model.model_json_schema(
        mode="validation", by_alias=True, ref_template=f"#/$defs/{kind.word}.{{model}}", schema_generator=_Generator
    )
    for name, definition in own.pop("$defs", {}).items():
        definitions[f"{kind.word}.{name}"] = definition
    if "$ref" in own and not own.get("properties"):  # a model that refers to itself (routes)
        definitions[kind.word] = {"$ref": own["$ref"]}
    else:
        definitions[kind.word] = own
    one: Json = {"$ref": f"#/$defs/{kind.word}"}
    return {"anyOf": [{"type": "array", "items": one}, one]} if kind.many else one


class _Generator(GenerateJsonSchema):
    """Leaves out what would only be noise in an editor: generated titles, and defaults of null."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature; Any: as there
        """Names of fields say it."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Without `default: null`: absent means not given."""
        made = super().default_schema(schema)
        if made.get("default", ...) is None:
            made.pop("default")
        return made

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Optional means that it may be left out, or empty; not a type of its own."""
        return self.generate_inner(schema["schema"])
