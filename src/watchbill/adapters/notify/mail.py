"""A page as an e-mail: plain text with a small HTML part, threaded by escalation, with an id that repeats share."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from watchbill.oncall.model import Outgoing

__all__ = ["compose", "mailbox"]

_LONGEST_ADDRESS, _LONGEST_SUBJECT = 254, 200
# The addresses that people have; quoted local parts, comments and groups are not among them, and line breaks never are.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
_MAILBOX = re.compile(rf"({_LOCAL})@({_DOMAIN})")


def mailbox(address: str) -> Address | None:
    """The address as a header takes it; an international domain in its ASCII form. None where it is not one."""
    local, at, domain = address.rpartition("@")
    if not at or len(address) > _LONGEST_ADDRESS:
        return None
    try:
        match = _MAILBOX.fullmatch(f"{local}@{domain.encode('idna').decode('ascii')}")
    except UnicodeError:
        return None
    return Address(username=match[1], domain=match[2]) if match else None


def compose(outgoing: Outgoing, to: Address, sender: Address) -> EmailMessage:
    """The message; building it twice gives the same bytes but for the attempt's time."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _one_line(outgoing.message.subject)[:_LONGEST_SUBJECT]
    message["From"] = Address("watchbill", sender.username, sender.domain)
    message["To"] = to
    message["Date"] = format_datetime(outgoing.at)
    message["Message-ID"] = f"<{outgoing.delivery}@{sender.domain}>"
    message["References"] = f"<{outgoing.escalation}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Watchbill-Delivery"] = outgoing.delivery
    if outgoing.urgent:
        message["Importance"] = "high"
        message["X-Priority"] = "1"
    message.set_content(outgoing.message.text)
    message.add_alternative(outgoing.message.html, subtype="html")
    return message


def _one_line(text: str) -> str:
    """A header cannot hold a line break or any other control character: what comes from an alert loses them."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
