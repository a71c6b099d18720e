"""Titles as data, channels from titles, what a title says, and how people refer to incidents."""

import pytest
from tests.unit.incidents.conftest import NOW

from watchbill.incidents.model import IncidentRole, Severity
from watchbill.incidents.rules.naming import channel_name, read_text, reference_number, text_block, title_line
from watchbill.kernel.errors import Invalid

SERVICES = ["checkout", "payment", "payment-api", "for"]


@pytest.mark.parametrize(
    ("title", "channel"),
    [
        ("checkout returns 500s", "inc-2026-11-24-checkout-returns-500s"),
        ("Störung: Zahlung ÜBERALL!", "inc-2026-11-24-storung-zahlung-uberall"),
        ("<script>alert(1)</script>", "inc-2026-11-24-script-alert-1-script"),
        ("@channel everybody", "inc-2026-11-24-channel-everybody"),
        ("支払いが失敗する", "inc-2026-11-24-incident"),
        ("!!!", "inc-2026-11-24-incident"),
        ("a" * 200, "inc-2026-11-24-" + "a" * 48),
        ("one two " + "x" * 60, "inc-2026-11-24-one-two"),
    ],
)
def test_channels_are_plain_words_of_the_title(title: str, channel: str) -> None:
    """Letters and digits joined by hyphens, whole words, bounded; always something."""
    assert channel_name(title, NOW) == channel


def test_every_channel_is_one_that_chats_accept() -> None:
    """Never longer than 63 characters, whatever the title."""
    assert all(len(channel_name(title, NOW)) <= 63 for title in ("w" * 200, "ab " * 60, "🔥" * 100))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  checkout   down ", "checkout down"),
        ("two\nlines\tand\x1b[31m colours", "two lines and [31m colours"),
        ('"; drop table incidents', '"; drop table incidents'),
        ("right\u202eto left", "right to left"),
    ],
)
def test_titles_are_one_harmless_line(text: str, line: str) -> None:
    """Control characters and reversed text are gone, everything else is data."""
    assert title_line(text) == line


@pytest.mark.parametrize("text", ["", "   ", "\x00\x1b", "x" * 201])
def test_no_title_is_no_incident(text: str) -> None:
    """Empty ones and novels are refused."""
    with pytest.raises(Invalid) as refused:
        title_line(text)

    assert refused.value.field == "title"


def test_text_keeps_its_lines() -> None:
    """Paragraphs stay, escapes and trailing space do not."""
    assert text_block("one \r\n\n two\x1b\n", field="text") == "one\n\n two"


@pytest.mark.parametrize(
    ("title", "severity", "service"),
    [
        ("sev1 checkout is down", Severity.SEV1, "checkout"),
        ("SEV-2: cards fail in payment-api", Severity.SEV2, "payment-api"),
        ("sev 3 on payment", Severity.SEV3, "payment"),
        ("checkout and payment fail", None, None),
        ("sev1 or sev2?", None, None),
        ("sev5 nonsense, seven orders", None, None),
        ("checkouts are slow", None, None),
        ("the checkout-page is slow", None, None),
        ("Checkout is down", None, "checkout"),
    ],
)
def test_a_title_is_read_without_inventing(title: str, severity: Severity | None, service: str | None) -> None:
    """Only whole words count, and two of a kind count as none."""
    found = read_text(title, SERVICES)

    assert (found.severity, found.service) == (severity, service)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("INC-12", 12),
        ("inc12", 12),
        ("#12", 12),
        (" Inc 12 ", 12),
        ("inc_01kq", None),
        ("12a", None),
        ("", None),
    ],
)
def test_references(text: str, number: int | None) -> None:
    """A number is a number in all the ways people say it; an id is not."""
    assert reference_number(text) == number


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("ic", IncidentRole.IC),
        ("Incident Commander", IncidentRole.IC),
        ("comms", IncidentRole.COMMUNICATIONS),
        ("operations-lead", IncidentRole.OPERATIONS),
        ("SME", IncidentRole.SME),
    ],
)
def test_roles_are_read_by_all_their_names(text: str, role: IncidentRole) -> None:
    """Short and long, with any kind of space."""
    assert IncidentRole.read(text) is role


def test_an_unknown_role_is_refused() -> None:
    """Nothing is guessed."""
    with pytest.raises(Invalid, match="no role of an incident"):
        IncidentRole.read("captain")
