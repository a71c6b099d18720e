"""Plans: which resources differ, and in which fields."""

from datetime import UTC, datetime
from typing import Any

from watchbill.adapters.resources.loading import parse_file
from watchbill.adapters.resources.plan import Plan, planned
from watchbill.kernel.documents import Document

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def _document(kind: str, name: str, spec: dict[str, Any], *, origin: str | None = "a.yaml", line: int = 1) -> Document:
    return Document(kind, name, spec, origin, line, 1, "ann", AT)


def _plan(text: str, *stored: Document, gone: tuple[Document, ...] = ()) -> Plan:
    parsed = parse_file("a.yaml", text)
    assert parsed.faults == []
    return planned(parsed.resources, {one.key: one for one in stored}, gone, [])


def test_a_new_resource_lists_its_fields() -> None:
    """Every field with nothing before it."""
    [step] = _plan("service: {name: a, tier: critical, dependencies: {upstream: [b]}}").steps

    assert (step.action, step.kind, step.name, step.path, step.line) == ("create", "service", "a", "a.yaml", 1)
    assert [(one.field, one.old, one.new) for one in step.fields] == [
        ("name", None, "a"),
        ("tier", None, "critical"),
        ("dependencies", None, {"upstream": ["b"]}),
    ]


def test_a_changed_resource_lists_only_what_differs() -> None:
    """By path: mappings by key, lists of mappings by place, other lists whole."""
    old = {"service": "a", "sli": "b", "target": 99.9, "stakeholders": ["x"], "burn_rate_alerts": [
        {"name": "t", "burn_rate": 2, "short_window": "5m", "long_window": "1h"}]}  # fmt: skip
    text = """\
slo:
  service: a
  sli: b
  target: 99.95
  stakeholders: [x, z]
  burn_rate_alerts:
    - {name: t, burn_rate: 3, short_window: 5m, long_window: 1h}
    - {name: u, burn_rate: 1, short_window: 1h, long_window: 1d}
  owner: ann
"""

    [step] = _plan(text, _document("slo", "a-b", old)).steps

    added = {"name": "u", "burn_rate": 1, "short_window": "1h", "long_window": "1d"}
    assert step.action == "change"
    assert [(one.field, one.old, one.new) for one in step.fields] == [
        ("target", 99.9, 99.95),
        ("burn_rate_alerts[0].burn_rate", 2, 3),
        ("burn_rate_alerts[1]", None, added),
        ("owner", None, "ann"),
        ("stakeholders", ["x"], ["x", "z"]),
    ]


def test_the_same_meaning_in_other_words_is_no_change() -> None:
    """Quotes, order, spelled-out dependencies, 99.90 for 99.9: nothing differs."""
    old = {"service": "a", "sli": "b", "target": 99.9}

    plan = _plan('slo: {target: 99.90, "sli": "b", service: a, owner: ""}', _document("slo", "a-b", old))

    assert plan.steps == ()
    assert plan.unchanged == 1
    assert plan.moved == ()


def test_a_resource_that_moved_in_its_file_is_unchanged_and_noted() -> None:
    """So that its origin stays true."""
    plan = _plan("# one\n# two\nservice: {name: a}", _document("service", "a", {"name": "a"}))

    assert plan.steps == ()
    assert [one.name for one in plan.moved] == ["a"]


def test_what_goes_is_listed_with_what_it_held() -> None:
    """Field by field, with nothing after it."""
    gone = _document("team", "t", {"name": "t", "members": ["ann"]}, line=7)

    [step] = _plan("service: {name: a}", _document("service", "a", {"name": "a"}), gone=(gone,)).steps

    assert (step.action, step.path, step.line) == ("delete", "a.yaml", 7)
    assert [(one.field, one.old, one.new) for one in step.fields] == [("name", "t", None), ("members", ["ann"], None)]
