"""The mail channel against a real SMTP server: what arrives, what is refused, what is never sent in the clear."""

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from watchbill.adapters.notify.smtp import MailServer, SmtpChannel
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import DeliveryId, EscalationId, PageId
from watchbill.oncall.model import Message, Outcome, Outgoing

CLOCK = SystemClock()


class Postbox:
    """Keeps what it is given; answers RCPT as told."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.rcpt = "250 OK"
        self.encrypted: list[bool] = []

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the recipient, or not."""
        self.encrypted.append(session.ssl is not None)
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep the message."""
        self.mails.append(envelope)
        return "250 2.0.0 queued as 4711"


@pytest.fixture
def postbox() -> Postbox:
    """An empty one."""
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[Controller]:
    """A mail server on loopback, without TLS."""
    running = Controller(postbox, hostname="127.0.0.1", port=free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, and its key, in one file; made by Debian's openssl."""
    openssl = shutil.which("openssl")
    if openssl is None:
        assert os.environ.get("CI") != "true", "openssl is not installed"
        pytest.skip("openssl is not installed")
    made, key = tmp_path / "server.pem", tmp_path / "server.key"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    made.write_text(made.read_text() + key.read_text())
    return made


def free_port() -> int:
    """One that nobody listened on a moment ago; the controller cannot take one by itself."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def page(address: str = "ann@shop.test", subject: str = "P0 checkout is down", text: str = "zwölf Euro\n") -> Outgoing:
    """A page to that mailbox."""
    at = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    return Outgoing(
        DeliveryId("dlv_1"), PageId("pag_1"), EscalationId("esc_1"), "email", address, "ann", 1, at,
        urgent=True, link="https://x.test/p/1", message=Message(subject, text, "<p>zwölf</p>", "short"),
    )  # fmt: skip


def channel(port: int, **more: object) -> SmtpChannel:
    """The channel over that server."""
    return SmtpChannel(MailServer.parse(f"smtp://127.0.0.1:{port}"), "wb@shop.test", monotonic=CLOCK.monotonic, **more)  # type: ignore[arg-type]  # the named options of the channel


def test_a_page_arrives_as_it_was_written(server: Controller, postbox: Postbox) -> None:
    """Subject, both parts, threading and priority; the receipt keeps the server's words."""
    receipt = channel(server.port).send(page())

    (mail,) = postbox.mails
    assert isinstance(mail.content, bytes)
    parsed = message_from_bytes(mail.content, policy=modern)
    assert (receipt.outcome, receipt.code) == (Outcome.DELIVERED, 250)
    assert "queued as 4711" in receipt.answer
    assert (mail.mail_from, mail.rcpt_tos) == ("wb@shop.test", ["ann@shop.test"])
    assert (parsed["Subject"], parsed["Message-ID"]) == ("P0 checkout is down", "<dlv_1@shop.test>")
    assert parsed["X-Priority"] == "1"
    body = parsed.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["zwölf Euro"]


def test_a_title_with_line_breaks_adds_no_header_and_no_recipient(server: Controller, postbox: Postbox) -> None:
    """What arrives has one recipient and no header of the sender's making."""
    receipt = channel(server.port).send(page(subject="down\r\nBcc: evil@x.test\r\n\r\nbody", text=".\r\n.\r\nQUIT\r\n"))

    (mail,) = postbox.mails
    assert isinstance(mail.content, bytes)
    assert receipt.outcome is Outcome.DELIVERED
    assert mail.rcpt_tos == ["ann@shop.test"]
    assert message_from_bytes(mail.content)["Bcc"] is None


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("550 5.1.1 no such user", Outcome.PERMANENT), ("451 4.7.1 greylisted", Outcome.TEMPORARY)],
)
def test_what_the_server_says_about_a_recipient_decides(
    server: Controller, postbox: Postbox, answer: str, outcome: Outcome
) -> None:
    """5xx stays, 4xx is tried again; the server's words are kept."""
    postbox.rcpt = answer

    receipt = channel(server.port).send(page())

    assert (receipt.outcome, receipt.answer) == (outcome, answer)


def test_a_server_that_is_away_passes() -> None:
    """Nobody listens there: try again."""
    assert channel(1).send(page()).outcome is Outcome.TEMPORARY


def test_mail_is_not_sent_in_the_clear_over_a_network(
    server: Controller, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is not on this machine and offers no STARTTLS gets nothing."""
    monkeypatch.setattr(MailServer, "is_local", False)

    receipt = channel(server.port).send(page())

    assert receipt.outcome is Outcome.PERMANENT
    assert "offers no STARTTLS" in receipt.answer
    assert postbox.mails == []


@pytest.mark.parametrize("trusted", [True, False])
def test_starttls_is_used_and_its_certificate_verified(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch, certificate: Path, *, trusted: bool
) -> None:
    """With a certificate that verifies the mail goes over TLS; with another nothing is sent, and that stays."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    client = ssl.create_default_context(cafile=certificate if trusted else None)
    monkeypatch.setattr(MailServer, "is_local", False)
    running = Controller(postbox, hostname="127.0.0.1", port=free_port(), tls_context=context)
    running.start()
    try:
        receipt = channel(running.port, tls=client).send(page())
    finally:
        running.stop()

    assert receipt.outcome is (Outcome.DELIVERED if trusted else Outcome.PERMANENT)
    assert postbox.encrypted == ([True] if trusted else [])
    assert trusted or "certificate does not verify" in receipt.answer


def test_a_password_is_never_repeated() -> None:
    """Neither by the refusal of a wrong address, nor by the server's own text."""
    with pytest.raises(Invalid) as told:
        MailServer.parse("smtp://wb:hunter2@host:port")
    server = MailServer.parse("smtps://wb:hunter2@mail.shop.test")

    assert "hunter2" not in str(told.value) + str(server) + repr(server)
    assert (server.port, server.implicit_tls, server.password) == (465, True, "hunter2")
