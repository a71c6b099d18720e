"""How commands are read: verbs, incidents that are named, options, and what phones make of quotes and dashes."""

import pytest

from watchbill.chat.rules.commands import COMMANDS, Asked, Verb, help_words, read_command
from watchbill.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Asked(Verb.HELP)),
        ("ack", Asked(Verb.ACK)),
        ("ACK inc-12", Asked(Verb.ACK, "", "inc-12")),
        ("ack pag_01abc", Asked(Verb.ACK, "pag_01abc")),
        ("sev 1", Asked(Verb.SEV, "1")),
        ("severity #INC-7 2 only one shop", Asked(Verb.SEV, "2 only one shop", "INC-7")),
        ("sev 2 --reason only one shop", Asked(Verb.SEV, "2", None, {"reason": "only one shop"})),
        ("role ic @ann", Asked(Verb.ROLE, "ic @ann")),
        ("update We -- the team -- roll back --now", Asked(Verb.UPDATE, "We -- the team -- roll back --now")),
        ("note \u201cit is the cache\u201d", Asked(Verb.NOTE, "it is the cache")),
        ('note "a" and "b"', Asked(Verb.NOTE, '"a" and "b"')),
        ("note first line\nsecond line", Asked(Verb.NOTE, "first line\nsecond line")),
        ("resolve bad deploy \u2014override checked by hand", Asked(Verb.RESOLVE, "bad deploy", None, {"override": "checked by hand"})),
        ("resolve --all-clear", Asked(Verb.RESOLVE, "", None, {"all-clear": ""})),
        ("incident start checkout is down --severity 1", Asked(Verb.DECLARE, "checkout is down", None, {"severity": "1"})),
        ("declare INC-4 came back", Asked(Verb.DECLARE, "INC-4 came back")),
        ("oncall checkout", Asked(Verb.ONCALL, "checkout")),
    ],
)  # fmt: skip
def test_a_command_is_read(text: str, asked: Asked) -> None:
    """Each as it was meant; words of people stay words of people."""
    assert read_command(text) == asked


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("akc", "did you mean 'ack'"),
        ("resolve x --overide y", "did you mean --override"),
        ("don't resolve", "there is no command"),
        ("note " + "x" * 9_000, "longer than"),
    ],
)
def test_what_is_no_command_says_what_is_meant(text: str, says: str) -> None:
    """Never guessed: the nearest verb is offered, and nothing is done."""
    with pytest.raises(Invalid) as wrong:
        read_command(text)

    assert says in f"{wrong.value} {wrong.value.hint}"


def test_help_names_every_command_with_the_prefix_of_the_chat() -> None:
    """The list is the table."""
    assert [line.split()[1] for line in help_words("!wb").splitlines()] == [verb.value for verb in COMMANDS]
