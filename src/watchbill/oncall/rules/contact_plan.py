"""How one person is to be reached: their notification rules turned into channels with a time, and who stands by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from watchbill.people.model import Contact, Person

__all__ = ["EMAIL", "Planned", "channel_name", "plan", "shown_address", "stand_bys"]

EMAIL = "email"
# Other names under which people write a channel down.
_SHOWN_DIGITS = 3
_ALIASES = {"mail": EMAIL, "smtp": EMAIL}


@dataclass(frozen=True, slots=True)
class Planned:
    """Over this channel, so long after the page began."""

    channel: str
    address: str
    after: timedelta


def plan(person: Person, *, proved: Collection[tuple[str, str]] = ()) -> list[Planned]:
    """The person's own rules; without any the first contact at once; without contacts e-mail at once; else nothing.

    Where a channel has several addresses, one that was `proved` to reach the person is preferred. A rule whose channel the
    person has no address for is left out: `stand_bys` and the next step make up for it.
    """
    known = _contacts(person)
    planned: list[Planned] = []
    for rule in sorted(person.notification_rules, key=lambda rule: rule.after):
        contact = _best([one for one in known if one.channel == channel_name(rule.channel)], proved)
        if contact is not None:
            planned.append(Planned(contact.channel, contact.address or "", rule.after))
    if not planned and known:
        planned.append(Planned(known[0].channel, known[0].address or "", timedelta(0)))
    return planned


def stand_bys(person: Person, used: Collection[tuple[str, str]]) -> list[Planned]:
    """Contacts that the rules do not use, in the order of the person's list: fail-over when all else failed."""
    return [
        Planned(contact.channel, contact.address or "", timedelta(0))
        for contact in _contacts(person)
        if (contact.channel, contact.address or "") not in used
    ]


def shown_address(channel: str, address: str) -> str:
    """Enough for its owner to recognise it, and not enough for anybody else to use it."""
    if not address:
        return ""
    local, at, domain = address.rpartition("@")
    if at:
        return f"{local[:1]}…@{domain}"
    scheme, separator, rest = address.partition("://")
    if separator:
        return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}/…"
    return f"…{address[-_SHOWN_DIGITS:]}" if len(address) > 2 * _SHOWN_DIGITS else f"{channel} …"


def channel_name(written: str) -> str:
    """The one name of a channel."""
    lower = written.strip().lower()
    return _ALIASES.get(lower, lower)


def _contacts(person: Person) -> list[Contact]:
    """All ways to the person: the list, then the e-mail address where the list does not have it."""
    found = [
        Contact(channel_name(contact.channel), contact.address or (person.email if _is_mail(contact) else None))
        for contact in person.contacts
    ]
    if person.email and (EMAIL, person.email) not in [(contact.channel, contact.address) for contact in found]:
        found.append(Contact(EMAIL, person.email))
    return found


def _is_mail(contact: Contact) -> bool:
    return channel_name(contact.channel) == EMAIL


def _best(contacts: list[Contact], proved: Collection[tuple[str, str]]) -> Contact | None:
    return next(
        (one for one in contacts if (one.channel, one.address or "") in proved), contacts[0] if contacts else None
    )
