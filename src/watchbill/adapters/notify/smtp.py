"""The e-mail channel: hands messages to one mail server, over TLS everywhere but on this machine itself."""

import contextlib
import io
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from watchbill.adapters.notify.deadline import Deadline, TimedReader
from watchbill.adapters.notify.judging import excerpt, judge_error
from watchbill.adapters.notify.mail import compose, mailbox
from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import Outcome, Outgoing, Receipt

__all__ = ["TOTAL_S", "MailServer", "SmtpChannel"]

TOTAL_S = 10.0
_READY, _PERMANENT = 220, 500
_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. `implicit_tls` for smtps://; else STARTTLS is demanded, but not on loopback."""

    host: str
    port: int
    implicit_tls: bool
    user: str = ""
    password: str = field(default="", repr=False)
    demand_tls: bool = True

    @classmethod
    def parse(cls, url: str) -> "MailServer":
        """`smtp://user:password@host:587`, `smtps://host`; raises Invalid without repeating the password."""
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in _PORTS or not parts.hostname or port == -1:
            raise Invalid("smtp_url", "is not a mail server's address", hint="write smtp://user:password@host:587")
        return cls(
            parts.hostname,
            port or _PORTS[parts.scheme],
            parts.scheme == "smtps",
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine, so that nobody can listen in."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class SmtpChannel:
    """Sends pages by mail; a new connection for each, so that a stale one never costs a page."""

    name = "email"

    def __init__(
        self,
        server: MailServer,
        sender: str,
        *,
        monotonic: Callable[[], float],
        tls: ssl.SSLContext | None = None,
        total_s: float = TOTAL_S,
    ) -> None:
        self._server = server
        found = mailbox(sender)
        if found is None:
            raise Invalid("mail_from", f"{sender!r} is not an e-mail address", hint="write watchbill@example.org")
        self._sender: Address = found
        self._monotonic = monotonic
        self._given_tls = tls
        self._total_s = total_s

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made on first use: reading the system's certificates takes a while."""
        return self._given_tls or ssl.create_default_context()

    def refusal(self, address: str) -> str | None:
        """Why this is no address to write to."""
        return None if mailbox(address) else "is not an e-mail address"

    def lane(self, address: str) -> str:  # noqa: ARG002 - one server takes the mail for every address
        """One: there is one mail server."""
        return self.name

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand it over."""
        to = mailbox(outgoing.address)
        if to is None:
            return Receipt(Outcome.PERMANENT, "the contact is not an e-mail address")
        return self.hand(compose(outgoing, to, self._sender).as_bytes(), [to])

    def hand(self, message: bytes, to: Sequence[Address]) -> Receipt:
        """Hand a finished message over. Answers of 5xx, wrong certificates and missing STARTTLS stay; 4xx and broken
        connections pass. It has arrived where one of the addressees was taken.
        """
        try:
            return self._hand_over(message, to)
        except _NoTlsError:
            return Receipt(Outcome.PERMANENT, f"{self._server} offers no STARTTLS; mail is not sent in the clear")
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            return _answered(code, words)
        except smtplib.SMTPResponseException as answered:
            return _answered(answered.smtp_code, answered.smtp_error)
        except smtplib.SMTPNotSupportedError as wrong:
            return Receipt(Outcome.PERMANENT, f"{self._server}: {wrong}")
        except smtplib.SMTPException as wrong:
            return Receipt(Outcome.TEMPORARY, f"{self._server}: {str(wrong) or type(wrong).__name__}")
        except OSError as wrong:
            return judge_error(wrong, str(self._server))

    def _hand_over(self, message: bytes, to: Sequence[Address]) -> Receipt:
        deadline = Deadline(self._monotonic, self._total_s)
        client = _Client(self._server, deadline, self._tls, greeting=self._sender.domain)
        try:
            client.open()
            client.sendmail(self._sender.addr_spec, [one.addr_spec for one in to], message)
            receipt = Receipt(
                Outcome.DELIVERED, f"{self._server} took it: {excerpt(client.last_words)}", client.last_code
            )
            client.leave()
        finally:
            client.close()
        return receipt


class _NoTlsError(Exception):
    """The server does not offer STARTTLS."""


class _Client(smtplib.SMTP):
    """smtplib's client with one deadline over all of its reads, and the words of the last answer."""

    def __init__(self, server: MailServer, deadline: Deadline, tls: ssl.SSLContext, *, greeting: str) -> None:
        self._server = server
        self._deadline = deadline
        self._context = tls
        self.last_code = 0
        self.last_words = b""
        super().__init__(local_hostname=greeting, timeout=deadline.left)
        self._host = server.host  # the name that STARTTLS checks the certificate against

    def open(self) -> None:
        """Connect, greet, secure, log in."""
        code, words = self.connect(self._server.host, self._server.port)
        if code != _READY:
            raise smtplib.SMTPConnectError(code, words)
        self.ehlo_or_helo_if_needed()
        if not self._server.implicit_tls and not self._server.is_local:
            if self.has_extn("starttls"):
                self.starttls(context=self._context)
                self.ehlo_or_helo_if_needed()
            elif self._server.demand_tls:
                raise _NoTlsError
        if self._server.user:
            self.login(self._server.user, self._server.password)

    def leave(self) -> None:
        """Say goodbye without waiting for an answer: the message has been taken, whatever happens now."""
        with contextlib.suppress(OSError):
            self.putcmd("quit")

    def getreply(self) -> tuple[int, bytes]:
        """One answer, read by the deadline."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(TimedReader(self.sock, self._deadline))
        self.last_code, self.last_words = super().getreply()
        return self.last_code, self.last_words

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.create_connection((host, port), timeout=min(timeout, self._deadline.left))
        if not self._server.implicit_tls:
            return sock
        try:
            return self._context.wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise


def _answered(code: int, words: bytes | str) -> Receipt:
    text = excerpt(words.encode() if isinstance(words, str) else words)
    outcome = Outcome.PERMANENT if code >= _PERMANENT else Outcome.TEMPORARY
    return Receipt(outcome, f"{code} {text}".strip(), code)
