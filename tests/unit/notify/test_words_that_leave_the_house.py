"""What foreign text may do to a mail, an answer and a signature: nothing."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address

import pytest

from watchbill.adapters.notify.judging import excerpt, judge_status, retry_after_s
from watchbill.adapters.notify.mail import compose, mailbox
from watchbill.adapters.notify.signing import headers, key_of, secret_text
from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import DeliveryId, EscalationId, PageId
from watchbill.oncall.model import Message, Outcome, Outgoing

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def outgoing(subject: str, text: str = "text") -> Outgoing:
    """A page with that subject."""
    return Outgoing(
        DeliveryId("dlv_1"), PageId("pag_1"), EscalationId("esc_1"), "email", "ann@shop.test", "ann", 1, NOW,
        urgent=True, link="https://x.test/p/1", message=Message(subject, text, "<p>text</p>", "short"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "title", ["down\r\nBcc: evil@x.test", "down\nX: y\n\nbody", "a\x00b\x1b[31mc", "down\u2028Bcc: x", "\x85Bcc: x"]
)
def test_a_title_cannot_add_a_header(title: str) -> None:
    """Line breaks of any kind in an alert's title become blanks in the subject."""
    raw = compose(outgoing(title), Address(addr_spec="ann@shop.test"), Address(addr_spec="wb@shop.test")).as_bytes()

    parsed = message_from_bytes(raw)
    assert parsed["Bcc"] is None
    assert parsed["X"] is None
    assert [name for name, _value in parsed.items() if name in {"Subject", "To", "From"}] == ["Subject", "From", "To"]
    assert parsed["To"] == "ann@shop.test"


def test_a_repeat_has_the_same_identity() -> None:
    """The Message-ID is the delivery's: a mailbox that knows ids shows one."""
    first, again = (
        compose(outgoing("x"), Address(addr_spec="ann@shop.test"), Address(addr_spec="wb@shop.test")) for _ in range(2)
    )

    assert first["Message-ID"] == again["Message-ID"] == "<dlv_1@shop.test>"
    assert first["References"] == "<esc_1@shop.test>"


@pytest.mark.parametrize(
    "address",
    ["ann", "ann@", "@shop.test", "ann@shop.test\r\nRCPT TO:<x>", "a@b@c d", '"a b"@c', "ann@-x.test", "ann@x..test", "a" * 250 + "@x.te"],
)  # fmt: skip
def test_what_is_no_mailbox_is_refused(address: str) -> None:
    """Nothing that could be two addresses, or a command, reaches a mail server."""
    assert mailbox(address) is None


def test_an_international_domain_is_written_in_ascii() -> None:
    """`shöp.test` goes out in the form that every server takes."""
    found = mailbox("ann@shöp.test")

    assert found is not None
    assert found.addr_spec == "ann@xn--shp-tna.test"


def test_a_signature_is_that_of_standard_webhooks() -> None:
    """HMAC-SHA256 over id, time and body, with the key that the secret holds."""
    key = bytes(range(32))
    made = headers(key, "dlv_1", 1_700_000_000, b'{"a":1}')

    signed = base64.b64encode(hmac.new(key, b'dlv_1.1700000000.{"a":1}', hashlib.sha256).digest()).decode()
    assert made == {"webhook-id": "dlv_1", "webhook-timestamp": "1700000000", "webhook-signature": f"v1,{signed}"}
    assert key_of(secret_text(key)) == key


@pytest.mark.parametrize("secret", ["", "whsec_AAAA", "whsec_***", "x" * 44])
def test_a_secret_that_is_too_short_or_none_is_refused_without_repeating_it(secret: str) -> None:
    """Less than 24 bytes is no key."""
    with pytest.raises(Invalid) as told:
        key_of(secret)

    assert not secret or secret not in str(told.value)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED), (204, Outcome.DELIVERED), (299, Outcome.DELIVERED), (301, Outcome.PERMANENT),
        (400, Outcome.PERMANENT), (404, Outcome.PERMANENT), (408, Outcome.TEMPORARY), (410, Outcome.PERMANENT),
        (425, Outcome.TEMPORARY), (429, Outcome.TEMPORARY), (500, Outcome.TEMPORARY), (501, Outcome.PERMANENT),
        (503, Outcome.TEMPORARY), (505, Outcome.PERMANENT),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int, outcome: Outcome) -> None:
    """2xx arrived; what passes is tried again; what stays is not."""
    assert judge_status(status, "", {}, NOW).outcome is outcome


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None), ("30", 30.0), (" 5 ", 5.0), ("-1", None), ("soon", None), ("1e3", None), ("9" * 40, 999_999_999.0),
        ("Tue, 24 Nov 2026 03:00:30 GMT", 30.0), ("Tue, 24 Nov 2026 02:00:00 GMT", 0.0), ("Tue, 24 Nov 2026 03:00:30", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str | None, seconds: float | None) -> None:
    """What cannot be read asks for nothing; a date that has passed asks for no wait."""
    assert retry_after_s(value, NOW) == seconds


def test_a_providers_words_become_one_short_printable_line() -> None:
    """Escapes, line breaks and a megabyte of answer do not reach a terminal or the timeline."""
    assert excerpt(b"no\r\n\x1b[31msuch\x00 user") == "no [31msuch user"
    assert len(excerpt(b"x" * 1_000_000)) == 300
