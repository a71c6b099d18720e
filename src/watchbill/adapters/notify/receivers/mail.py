"""Mail of an e-mail integration, through the smarthost that the file names."""

import hashlib
from collections.abc import Callable, Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses

from watchbill.adapters.notify.mail import mailbox
from watchbill.adapters.notify.receivers.access import UnusableError
from watchbill.adapters.notify.receivers.bodies import Words
from watchbill.adapters.notify.smtp import MailServer, SmtpChannel
from watchbill.oncall.model import Receipt

__all__ = ["send_mail"]

_LONGEST_SUBJECT = 300
_IMPLICIT_TLS = 465


def send_mail(words: Words, *, monotonic: Callable[[], float]) -> Receipt:
    """One message to all addressees."""
    settings = words.integration
    host, _, port = settings.text("smarthost").rpartition(":")
    if not host or not port.isdecimal():
        raise UnusableError(f"smarthost {settings.text('smarthost')!r} is not host:port")
    server = MailServer(
        host.strip("[]"),
        int(port),
        implicit_tls=int(port) == _IMPLICIT_TLS,
        user=settings.text("auth_username"),
        password=words.keyed("auth_password"),
        demand_tls=bool(settings.settings["require_tls"]),
    )
    sender, addressees = _addresses(words.said("from"))[0], _addresses(words.said("to"))
    road = SmtpChannel(server, sender.addr_spec, monotonic=monotonic)
    return road.hand(_message(words, sender, addressees).as_bytes(), addressees)


def _message(words: Words, sender: Address, addressees: list[Address]) -> EmailMessage:
    headers = words.integration.settings["headers"]
    assert isinstance(headers, Mapping)
    said = {name.title(): _one_line(words.render(text)) for name, text in headers.items()}
    message = EmailMessage(policy=SMTP)
    message["Subject"] = (
        said.pop("Subject", "") or _one_line(words.render('{{ template "email.default.subject" . }}'))
    )[:_LONGEST_SUBJECT]
    message["From"], message["To"] = sender, addressees
    for name, text in said.items():
        if name not in {
            "From",
            "To",
            "Date",
            "Message-Id",
            "Content-Type",
            "Content-Transfer-Encoding",
            "Mime-Version",
        }:
            message[name] = text
    notification = words.telling.notification
    once = hashlib.sha256(f"{notification.id}\0{notification.at.isoformat()}".encode()).hexdigest()[:32]
    message["Date"] = format_datetime(words.telling.at)
    message["Message-ID"] = f"<{once}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words.said("text"))
    return message


def _addresses(text: str) -> list[Address]:
    found = []
    for name, plain in getaddresses([text]):
        address = mailbox(plain)
        if address is None:
            raise UnusableError(f"{plain or text!r} is not an e-mail address")
        found.append(Address(name, address.username, address.domain))
    if not found:
        raise UnusableError("there is no address to write to")
    return found


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
