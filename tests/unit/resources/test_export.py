"""Exported YAML: what was written comes back, whatever letters it holds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from watchbill.adapters.resources.emit import document_text, file_text
from watchbill.adapters.resources.kinds import KINDS
from watchbill.adapters.resources.loading import parse_file

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n"), min_size=1, max_size=60)
# Short texts full of what YAML gives a meaning to.
TRAPS = st.text(
    st.sampled_from("ab: -#'\"\\\n\t,[]{}&*!|>%@`?~0123.eE+yYnNoOtTrRuUlLfF=<éß€😀\u2028\x85\ufeff"),
    min_size=1,
    max_size=20,
)
WORDS = st.one_of(TEXT, TRAPS)
NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
NUMBERS = st.one_of(
    st.integers(0, 10**14),
    st.decimals(0, 10**6, places=4, allow_nan=False).map(float),
    st.sampled_from([0.1, 99.95, 1e-9]),
)
OPEN = st.recursive(
    st.one_of(WORDS, st.booleans(), NUMBERS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3), st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)
SPECS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "service": st.fixed_dictionaries(
        {"name": NAMES},
        optional={
            "language": WORDS,
            "description": WORDS,
            "peak_rps": NUMBERS,
            "dependencies": st.fixed_dictionaries(
                {},
                optional={
                    "upstream": st.lists(
                        st.one_of(NAMES, st.fixed_dictionaries({"name": NAMES, "hard": st.booleans()}))
                    ),
                    "downstream": st.lists(NAMES),
                },
            ),
            "chaos": st.fixed_dictionaries({"allowed": st.lists(WORDS, max_size=4)}),
        },
    ),
    "runbook": st.fixed_dictionaries(
        {"name": NAMES, "title": st.just("A title")},
        optional={
            "overview": WORDS,
            "diagnosis": st.lists(
                st.fixed_dictionaries(
                    {"step": WORDS}, optional={"command": st.one_of(WORDS, st.lists(WORDS, min_size=1))}
                ),
                max_size=3,
            ),
            "mitigation": st.lists(st.fixed_dictionaries({"option": WORDS, "steps": st.lists(WORDS, max_size=3)})),
        },
    ),
    "experiment": st.fixed_dictionaries(
        {"name": st.just("A fault")},
        optional={"method": st.fixed_dictionaries({"fault": st.dictionaries(NAMES, OPEN, max_size=3)})},
    ),
    "auto_remediation": st.fixed_dictionaries(
        {"trigger": NAMES}, optional={"condition": WORDS, "run": st.dictionaries(NAMES, OPEN, min_size=1, max_size=3)}
    ),
    "route": st.fixed_dictionaries(
        {"name": NAMES}, optional={"match": st.lists(WORDS, max_size=3), "continue": st.booleans(), "order": NUMBERS}
    ),
}


@pytest.mark.parametrize("kind", SPECS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_export_then_load_is_identity(kind: str, data: st.DataObject) -> None:
    """For any letters, numbers, lists and mappings: the spec that was stored is the spec that loads."""
    model = KINDS[kind].model
    written = model.model_validate(data.draw(SPECS[kind])).written()
    text = document_text(kind, written)

    parsed = parse_file("a.yaml", text)

    assert parsed.faults == []
    assert [one.written for one in parsed.resources] == [written]


@settings(max_examples=200, deadline=None)
@given(text=WORDS)
def test_other_readers_see_the_same_text(text: str) -> None:
    """A YAML 1.2 reader that knows no schema takes exported text for text, never for a number, a date or a flag."""
    made = document_text("service", {"name": "a", "language": text})

    loaded = YAML(typ="safe", pure=True).load(made)

    assert loaded["service"]["language"] == text


READABLE = {
    "words": ("Deploy the version before", "Deploy the version before"),
    "a reference": ("schedule:primary", "schedule:primary"),
    "a flag's word": ("yes", '"yes"'),
    "a number's letters": ("1.10", '"1.10"'),
    "a span": ("28d", '"28d"'),
    "quotes": ('team="payments"', "'team=\"payments\"'"),
    "a colon": ("Check: health", '"Check: health"'),
    "a comment sign": ("a #b", '"a #b"'),
    "several lines": ("one\ntwo\n", "|\n    one\n    two"),
    "several lines without an end": ("one\ntwo", "|-\n    one\n    two"),
    "leading space": (" one\ntwo\n", '" one\\ntwo\\n"'),
    "an escape": ("a\u2028b", '"a\\u2028b"'),
}


@pytest.mark.parametrize(("text", "written"), READABLE.values(), ids=READABLE.keys())
def test_text_is_quoted_only_where_a_reader_might_stumble(text: str, written: str) -> None:
    """Plain where it can be, a block for several lines."""
    assert document_text("service", {"language": text}) == f"service:\n  language: {written}\n"


def test_lists_of_rules_are_written_as_one_list() -> None:
    """As the playbook's template of auto_remediation stands; other kinds are documents of their own."""
    rules: list[tuple[str, dict[str, object]]] = [
        ("auto_remediation", {"trigger": "a"}),
        ("auto_remediation", {"trigger": "b"}),
    ]

    assert file_text(rules) == "auto_remediation:\n  - trigger: a\n  - trigger: b\n"
    assert file_text([("team", {"name": "a"}), ("team", {"name": "b"})]) == "team:\n  name: a\n---\nteam:\n  name: b\n"
