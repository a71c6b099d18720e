"""YAML that is refused, each with the exact answer: where, what, and what to do (bad input list, rows 1 to 10 and 16 to 18)."""

import time
from collections.abc import Callable

import pytest

from watchbill.adapters.resources.reading.compose import compose
from watchbill.adapters.resources.reading.decode import MAX_BYTES, decoded
from watchbill.adapters.resources.validation import Report
from watchbill.kernel.errors import Fault

Read = Callable[[str], Report]
SLO = "slo: {service: checkout, sli: success, target: %s}"


def _lines(report: Report) -> list[str]:
    return [str(fault) for fault in report.faults]


def test_an_alias_bomb_is_refused_without_being_built() -> None:
    """Nine levels of nine aliases (306 bytes, 387 million leaves) are refused by name within 50 ms."""
    levels = [f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)]
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(levels)
    began = time.process_time()

    composed = compose("bomb.yaml", bomb)

    assert len(bomb) == 306
    assert "aliases not allowed: *a" in {fault.reason for fault in composed.faults}
    assert composed.spoilt == {0}
    assert time.process_time() - began < 0.05


@pytest.mark.parametrize(("opening", "place"), [("[" * 500, (1, 33)), ("- " * 500 + "x", (1, 65))])
def test_nesting_stops_at_depth_32(opening: str, place: tuple[int, int]) -> None:
    """500 brackets end at the 33rd, before anything recurses."""
    composed = compose("deep.yaml", opening)

    assert [(one.line, one.column, one.reason) for one in composed.faults] == [(*place, "nested deeper than 32 levels")]


def test_nesting_is_refused_in_constant_time() -> None:
    """A megabyte of brackets takes no longer than the scanner's look-ahead of 1,024 characters."""
    began = time.process_time()

    composed = compose("deep.yaml", "[" * MAX_BYTES)

    assert len(composed.faults) == 1
    assert time.process_time() - began < 1


def test_a_file_of_more_than_one_mebibyte_is_refused_before_it_is_parsed() -> None:
    """1 MiB is read, one byte more is not."""
    assert isinstance(decoded("a.yaml", b"#" * MAX_BYTES), str)
    assert decoded("a.yaml", b"#" * (MAX_BYTES + 1)) == Fault(
        "a.yaml", 1, 1, "", "the file holds more than 1 MiB", "at most 1 MiB a file; split it"
    )


WHOLE_FILE = {
    "a duplicate key names both lines": (
        "service:\n  name: a\n  tier: critical\n  tier: standard\n",
        "a.yaml:4:3: error: 'tier' is given twice, here and in line 3 (keep one of them)",
    ),
    "a tag that would run code": (
        "service:\n  name: !!python/object/apply:os.system [id]\n",
        "a.yaml:2:9: error: tag not allowed: tag:yaml.org,2002:python/object/apply:os.system (fields have their type from the schema)",
    ),
    "even a harmless tag": (
        "service: {name: !!str a}\n",
        "a.yaml:1:17: error: tag not allowed: tag:yaml.org,2002:str (fields have their type from the schema)",
    ),
    "an anchor": (
        "service: {name: &x a}\n",
        "a.yaml:1:17: error: anchors not allowed: &x (write the value out where it is needed)",
    ),
    "a merge key": (
        "service:\n  <<: {tier: critical}\n  name: a\n",
        "a.yaml:2:3: error: merge keys (<<) not allowed (write the fields out)",
    ),
    "a tab as indentation": (
        "service:\n\tname: a\n",
        "a.yaml:2:1: error: a tab where YAML wants spaces (indent with spaces)",
    ),
    "a colon in plain text": (
        "service:\n  name: a\n  description: one: two\n",
        "a.yaml:3:19: error: mapping values are not allowed here (put text that holds a colon in quotes)",
    ),
    "a NUL character": ("service: {name: a\0}\n", "a.yaml:1:18: error: a NUL character is not allowed (remove it)"),
    "another control character": (
        "service:\n  name: a\x07\n",
        "a.yaml:2:10: error: control character U+0007 is not allowed (remove it)",
    ),
    "an empty file": ("", "a.yaml:1:1: error: the file holds no resource (write one, or remove it)"),
    "only comments": ("# nothing\n", "a.yaml:1:1: error: the file holds no resource (write one, or remove it)"),
    "a list at the top": (
        "- service\n",
        "a.yaml:1:1: error: a list is no resource (write the kind, a colon, and its fields below: service:)",
    ),
    "a value at the top": (
        "service\n",
        "a.yaml:1:1: error: a single value is no resource (write the kind, a colon, and its fields below: service:)",
    ),
    "a kind without fields": ("service:\n", "a.yaml:1:1: error: service: nothing stands below it"),
    "a list of services": (
        "service:\n  - name: a\n",
        "a.yaml:2:3: error: service: must be a mapping of fields (write one mapping; further ones in documents of their own, after ---)",
    ),
    "an unknown kind": ("servise: {name: a}\n", "a.yaml:1:1: error: servise: unknown kind (did you mean 'service'?)"),
    "a key that is a list": ("? [a]\n: b\n", "a.yaml:1:3: error: a key must be text"),
}


@pytest.mark.parametrize(("text", "answer"), WHOLE_FILE.values(), ids=WHOLE_FILE.keys())
def test_a_bad_file_gets_exactly_this_answer(read: Read, text: str, answer: str) -> None:
    """One fault, with line and column, and nothing else said."""
    assert _lines(read(text)) == [answer]


BYTES = {
    "UTF-16 with a mark": ("service: {name: a}".encode("utf-16"), "the file is UTF-16"),
    "UTF-16 without a mark": ("service: {name: a}".encode("utf-16-le"), None),
    "Latin-1": (b"service:\n  name: a\n  description: caf\xe9\n", "byte 0xe9 is not UTF-8"),
}


@pytest.mark.parametrize(("data", "reason"), BYTES.values(), ids=BYTES.keys())
def test_other_encodings_are_refused(data: bytes, reason: str | None) -> None:
    """UTF-8 is read, nothing else is guessed at."""
    fault = decoded("a.yaml", data)

    assert isinstance(fault, Fault)
    assert fault.reason == (reason or "the file is UTF-16")


def test_a_latin_1_byte_is_found_at_its_place() -> None:
    """Line and column count characters, not bytes."""
    fault = decoded("a.yaml", "service:\n  description: ä".encode() + b"\xe9\n")

    assert isinstance(fault, Fault)
    assert (fault.line, fault.column) == (2, 17)


def test_byte_order_mark_and_crlf_are_accepted(read: Read) -> None:
    """Files from Windows load, and their lines count as everywhere."""
    text = decoded("a.yaml", b"\xef\xbb\xbfservice:\r\n  name: a\r\n  tier: x\r\n")
    assert isinstance(text, str)

    report = read(text)

    assert [(fault.line, fault.column) for fault in report.faults] == [(3, 3)]


def test_several_documents_share_a_file(read: Read) -> None:
    """Documents, empty ones between them, and two kinds in one document all load."""
    report = read("---\nservice: {name: a}\n---\n---\nservice: {name: b}\nteam: {name: t}\n...\n")

    assert [one.key for one in report.resources] == [("service", "a"), ("service", "b"), ("team", "t")]


def test_documents_before_a_syntax_error_are_still_checked(read: Read) -> None:
    """A run names every fault that it can see, not only the first."""
    report = read("service: {name: a, tier: x}\n---\nteam: {name: [}\n")

    assert [(fault.line, fault.field) for fault in report.faults] == [(1, "service.tier"), (3, "")]


def test_the_same_resource_twice_names_the_other_place(read: Read) -> None:
    """Two files, or two documents, that define one name are told apart by path and line."""
    report = read("service: {name: a}\n---\nservice: {name: a}\n")

    assert [fault.reason for fault in report.faults] == ["service 'a' is already written in a.yaml:1"]


KEPT = {
    "Norway": ("NO", "NO"),
    "on and off": ("off", "off"),
    "a version": ("1.10", "1.10"),
    "an octal number": ("010", "010"),
    "a sexagesimal number": ("12:30:45", "12:30:45"),
    "a number with underscores": ("1_000", "1_000"),
    "a date": ("2026-02-30", "2026-02-30"),
    "a quoted null": ('"null"', "null"),
    "infinity": (".inf", ".inf"),
}


@pytest.mark.parametrize(("written", "text"), KEPT.values(), ids=KEPT.keys())
def test_text_fields_keep_what_was_written(read: Read, written: str, text: str) -> None:
    """A field of text is text, whatever else YAML might see in it."""
    report = read(f"service: {{name: a, language: {written}}}")

    assert report.resources[0].written["language"] == text


@pytest.mark.parametrize("empty", ['""', "''", "~", "null", ""])
def test_empty_text_means_absent(read: Read, empty: str) -> None:
    """An unfilled line of a template is as if it were not there."""
    report = read(f"service:\n  name: a\n  tier: {empty}\n  dependencies:\n    upstream: [{empty or '~'}]\n")

    assert report.resources[0].written == {"name": "a", "dependencies": {"upstream": []}}


NUMBERS = {
    "an octal number": ("010", "'010' is not a number", "write 10"),
    "underscores": ("1_000", "'1_000' is not a number", "write 1000"),
    "a sexagesimal number": ("12:30:45", "'12:30:45' is not a number", "write 10 or 99.9"),
    "not a number": (".nan", "'.nan' is not a number", "write 10 or 99.9"),
    "infinity": (".inf", "'.inf' is not a number", "write 10 or 99.9"),
    "a leading plus": ("+5", "'+5' is not a number", "write 10 or 99.9"),
    "minus zero": ("-0", "-0 is below 0", "write 0 or more"),
    "too large": ("1e400", "'1e400' has more than 15 digits", "write fewer digits"),
    "too small": ("1e-400", "'1e-400' is too small", "write 0"),
    "quoted": ('"40"', "'40' is text, not a number", "write 40 without quotes"),
    "a percentage": ("40%", "'40%' is not a number", "write 40"),
    "a list": ("[1]", "must be a number", "write 10 or 99.9"),
    "5,000 digits": ("9" * 5000, f"'{'9' * 37}...' is not a number", "write fewer digits"),
}


@pytest.mark.parametrize(("written", "reason", "hint"), NUMBERS.values(), ids=NUMBERS.keys())
def test_number_fields_take_only_what_json_calls_a_number(read: Read, written: str, reason: str, hint: str) -> None:
    """What other readers would quietly turn into another number is a fault with a hint."""
    [fault] = read(f"service:\n  name: a\n  peak_rps: {written}\n").faults

    assert (fault.line, fault.column, fault.field) == (3, 3, "service.peak_rps")
    assert (fault.reason, fault.hint) == (reason, hint)


@pytest.mark.parametrize(
    ("written", "hint"),
    [("yes", "write true"), ("off", "write false"), ('"true"', "write true or false, without quotes")],
)
def test_flags_are_true_or_false(read: Read, written: str, hint: str) -> None:
    """`yes` and `off` are words, and a quoted flag is text."""
    [fault] = read(f"service: {{name: a, dependencies: {{upstream: [{{name: b, external: {written}}}]}}}}").faults

    assert fault.reason.endswith("is neither true nor false")
    assert fault.hint == hint


def test_an_impossible_date_is_a_fault_at_its_line(read: Read) -> None:
    """30 February is refused where it stands."""
    [fault] = read("postmortem:\n  title: Outage\n  date: 2026-02-30\n").faults

    assert (fault.line, fault.field) == (3, "postmortem.date")
    assert fault.reason.startswith("'2026-02-30' is not a date: day")
