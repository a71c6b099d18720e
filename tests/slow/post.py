"""A real SMTP server in a thread of its own that keeps what it is given; it outlives the watchbill that sends."""

import re
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.slow.servers import free_port

__all__ = ["Letter", "Post"]

_LINK = re.compile(r"http://\S+/p/\S+")


@dataclass(frozen=True)
class Letter:
    """One message as it was handed over; `at` is monotonic."""

    to: str
    message: EmailMessage
    at: float

    @property
    def delivery(self) -> str:
        """The id by which repeats are known."""
        return str(self.message["X-Watchbill-Delivery"])

    @property
    def text(self) -> str:
        """Its plain text."""
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def link(self) -> str:
        """The one-tap link."""
        found = _LINK.search(self.text)
        assert found, self.text
        return found[0]


@dataclass
class Post:
    """The server; `url` is where mail is handed over."""

    letters: list[Letter] = field(default_factory=list)
    _controller: Controller | None = None
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def start(self) -> None:
        """Listen on a free port."""
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()

    def stop(self) -> None:
        """End it."""
        assert self._controller is not None
        self._controller.stop()

    @property
    def url(self) -> str:
        """As WATCHBILL_SMTP_URL."""
        assert self._controller is not None
        return f"smtp://127.0.0.1:{self._controller.port}"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep it, then accept it."""
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self._arrived:
            self.letters += [Letter(to, message, time.monotonic()) for to in envelope.rcpt_tos]
            self._arrived.notify_all()
        return "250 kept"

    def to(self, address: str, about: str = "") -> list[Letter]:
        """The letters to an address that name something in subject or text."""
        return [
            one for one in list(self.letters) if one.to == address and about in f"{one.message['Subject']}\n{one.text}"
        ]

    def wait_for(self, address: str, about: str = "", *, count: int = 1, seconds: float = 30.0) -> list[Letter]:
        """Wait for so many of them."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.to(address, about)) >= count, seconds):
                kept = [(one.to, str(one.message["Subject"])) for one in self.letters]
                pytest.fail(
                    f"{count} letters to {address} about {about!r} did not arrive within {seconds} s; there are {kept}"
                )
        return self.to(address, about)
