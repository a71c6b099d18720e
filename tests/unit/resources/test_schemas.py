"""The published JSON Schemas: valid drafts, complete, and of one mind with the reader."""

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from watchbill.adapters.resources.kinds import KINDS
from watchbill.bootstrap import resource_schema
from watchbill.kernel.errors import NotFound

HERE = Path(__file__).parent
EXAMPLES = Path(__file__).parents[3] / "examples" / "shop"


def _documents() -> list[dict[str, Any]]:
    texts = [(HERE / name).read_text("utf-8") for name in ("playbook_templates.md", "further_templates.md")]
    blocks = [block for text in texts for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    blocks += [path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))]
    yaml = YAML(typ="safe", pure=True)
    return [document for block in blocks for document in yaml.load_all(block)]


DOCUMENTS = _documents()


@pytest.mark.parametrize("kind", [*KINDS, None])
def test_every_schema_is_a_valid_draft(kind: str | None) -> None:
    """2020-12, with an id, closed to unknown keys."""
    made = resource_schema(kind)

    Draft202012Validator.check_schema(made)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["additionalProperties"] is False


@pytest.mark.parametrize("document", DOCUMENTS, ids=[next(iter(one)) for one in DOCUMENTS])
def test_what_loads_is_valid_by_the_schema(document: dict[str, Any]) -> None:
    """Every template and every resource of the example, by the schema of its kind and by that of any document."""
    for kind, made in [(None, resource_schema()), *((kind, resource_schema(kind)) for kind in document)]:
        part = document if kind is None else {kind: document[kind]}
        errors = [error.message for error in Draft202012Validator(made).iter_errors(part)]

        assert errors == []


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("an unknown key", {"service": {"name": "a", "severty": "x"}}),
    ("no name", {"service": {"tier": "critical"}}),
    ("a name that is no slug", {"service": {"name": "Payment API"}}),
    ("an unknown tier", {"service": {"name": "a", "tier": "vital"}}),
    ("a target of 100", {"slo": {"service": "a", "sli": "b", "target": 100}}),
    ("a rotation of nobody", {"schedule": {"name": "s", "layers": [{"name": "w", "rotation": "daily", "start": "x", "people": []}]}}),
    ("another kind", {"servise": {"name": "a"}}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "document"), REFUSED, ids=[what for what, _ in REFUSED])
def test_the_schema_refuses_what_the_reader_refuses(what: str, document: dict[str, Any]) -> None:
    """So that an editor underlines it."""
    assert not Draft202012Validator(resource_schema()).is_valid(document), what


def _objects(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in schema["$defs"].values() if one.get("type") == "object"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind: str) -> None:
    """An editor shows a sentence for each field, at every depth."""
    silent = [
        name
        for made in _objects(resource_schema(kind))
        for name, field in made["properties"].items()
        if not field.get("description")
    ]

    assert silent == []


def test_an_unknown_kind_gets_the_nearest() -> None:
    """`schema servise` asks back."""
    with pytest.raises(NotFound, match="did you mean 'service'"):
        resource_schema("servise")
