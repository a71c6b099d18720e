"""A command becomes arguments without a shell, and no value can become more than the one argument it stands in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.execution.rules.arguments import PLACEHOLDERS, fill, placeholders, split
from watchbill.kernel.errors import Invalid

HOSTILE = [
    "; rm -rf /", "$(reboot)", "`reboot`", "a b", "a\nb", "a\n", "--flag", "-", "-rf", "a\0b", "../etc/passwd", "a|b", "a&b",
    "a>b", "'", '"', "\\", "*", "~", "a\tb", "", "é", "\N{FULLWIDTH SEMICOLON}", "x" * 300, "{{ service }}",
]  # fmt: skip


def test_words_are_split_as_a_shell_would() -> None:
    """Quotes hold words together and are gone afterwards; placeholders stay where they stand."""
    words = split("kubectl rollout undo 'deployment/{{ service }}' -n \"my shop\"")

    assert words == ("kubectl", "rollout", "undo", "deployment/{{service}}", "-n", "my shop")


@pytest.mark.parametrize("command", ["a; b", "a && b", "a | b", "a > b", "a < b", "a & b", "(a)"])
def test_what_only_a_shell_could_do_is_refused(command: str) -> None:
    """Operators outside of quotes are refused with the reason, rather than handed over as odd arguments."""
    with pytest.raises(Invalid, match="needs a shell"):
        split(command)


@pytest.mark.parametrize("command", ["echo 'a; b'", 'echo "a | b"', "echo a\\;b"])
def test_quoted_operators_are_text(command: str) -> None:
    """Inside quotes an operator is a character like any other."""
    assert split(command)[0] == "echo"


@pytest.mark.parametrize("command", ["", "   ", "a 'b", "a\nb", "{{ service }} x", "a\0b"])
def test_commands_that_make_no_sense_are_refused(command: str) -> None:
    """No program, an open quote, a line break, a placeholder in the program's place."""
    with pytest.raises(Invalid):
        split(command)


@pytest.mark.parametrize("name", sorted(PLACEHOLDERS))
@pytest.mark.parametrize("value", HOSTILE)
def test_no_placeholder_takes_a_hostile_value(name: str, value: str) -> None:
    """Whatever the placeholder, values that a shell, a program or a path could misread are refused."""
    with pytest.raises(Invalid, match="nothing was run"):
        fill(("x", "{{" + name + "}}"), {name: value}, PLACEHOLDERS)


@given(st.text(max_size=20))
def test_a_value_never_makes_another_argument(value: str) -> None:
    """Any text either is refused or stands whole in the one argument it was written into."""
    try:
        filled = fill(("echo", "a={{service}}"), {"service": value}, PLACEHOLDERS)
    except Invalid:
        return

    assert filled == ("echo", f"a={value}")


def test_unknown_and_missing_placeholders_are_named() -> None:
    """A name that is not in the table, and one without a value, are refused by name."""
    with pytest.raises(Invalid, match="is not a placeholder"):
        fill(("{{nonsense}}",), {"nonsense": "a"}, PLACEHOLDERS)
    with pytest.raises(Invalid, match="has no value"):
        fill(("{{service}}",), {}, PLACEHOLDERS)


def test_placeholders_are_listed_once() -> None:
    """Each name once, in order, however it is spaced."""
    assert placeholders("a {{ service }} {{region}} {{service}}") == ("service", "region")
