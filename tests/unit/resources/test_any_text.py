"""Whatever is in a file, the answer is resources and faults, with places inside the file, and never an exception."""

import re
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from watchbill.adapters.resources.kinds import KINDS
from watchbill.adapters.resources.loading import parse_spec
from watchbill.adapters.resources.parsed import nowhere
from watchbill.bootstrap import validate_files

HERE = Path(__file__).parent
TEMPLATES = [
    block
    for name in ("playbook_templates.md", "further_templates.md")
    for block in re.findall(r"```yaml\n(.*?)```", (HERE / name).read_text("utf-8"), re.DOTALL)
]
PIECES = st.sampled_from(["", ":", "- ", "[", "]", "{", "}", '"', "'", "|", "\n", "  ", "#", "&a ", "*a", "!x ", "<<: ", "\t", "null", "~", "9" * 50, ".nan", "true", "---\n", "é", "\u202e", "[[[[", "? ", "%"])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    template=st.sampled_from(TEMPLATES),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), PIECES), min_size=1, max_size=4),
)
def test_no_text_crashes_the_reader(template: str, cuts: list[tuple[float, int, str]]) -> None:
    """Templates with pieces cut out and odd ones put in."""
    text = template
    for place, length, piece in cuts:
        start = int(place * len(text))
        text = text[:start] + piece + text[start + length :]

    report = validate_files([("a.yaml", text)])

    lines = text.count("\n") + 2
    assert all(0 < fault.line <= lines and fault.column > 0 for fault in report.faults)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(kind=st.sampled_from(list(KINDS.values())), data=st.data())
def test_no_json_crashes_a_model(kind: Any, data: st.DataObject) -> None:
    """Any JSON in any field of any kind, as the API may bring it."""
    fields = [field.alias or name for name, field in kind.model.model_fields.items()]
    spec = data.draw(st.dictionaries(st.sampled_from(fields), JSON, max_size=4))

    found = parse_spec(kind, spec, path="", node=nowhere())

    assert isinstance(found, list) or found.kind is kind
