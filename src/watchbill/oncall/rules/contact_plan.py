"""How one person is to be reached: their notification rules turned into channels with a time, and who stands by.

A contact pages once it is proved that it reaches its person. One that nobody has proved is the last resort, not a first
choice: a page to a wrong number is bad, a page to nobody is worse.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchbill.oncall.model.devices import Contactable, HowProved
from watchbill.people.model import Person

__all__ = [
    "EMAIL",
    "PUSH",
    "Planned",
    "channel_name",
    "contacts_of",
    "first_for_notices",
    "plan",
    "shown_address",
    "stand_bys",
    "wakes",
]

EMAIL, PUSH = "email", "push"
_SHOWN_DIGITS = 3
# Other names under which people write a channel down.
_ALIASES = {"mail": EMAIL, "smtp": EMAIL}
_SEEN_BY_ALL = {"terminal", "web"}
# What lies there until somebody looks; of anything else it must be thought that it makes a sound.
_SILENT = {EMAIL, *_SEEN_BY_ALL}
Proved = Mapping[tuple[str, str], datetime]


@dataclass(frozen=True, slots=True)
class Planned:
    """Over this channel, so long after the page began. `beside`: at once with the one before, another device of the person."""

    channel: str
    address: str
    after: timedelta
    beside: bool = False


def contacts_of(person: Person, proved: Proved, devices: Sequence[str]) -> list[Contactable]:
    """All ways to the person, in their order: the list, then the e-mail address where the list does not have it, then
    devices that the list does not speak of. `push` without an address stands for every device; without any for none.
    """
    written = [(channel_name(one.channel), one.address or "") for one in person.contacts]
    if person.email:
        written = [(channel, address or person.email) if channel == EMAIL else (channel, address) for channel, address in written]  # fmt: skip
        written.append((EMAIL, person.email))
    written.append((PUSH, ""))
    found: dict[tuple[str, str], Contactable] = {}
    for channel, address in written:
        for one in [(PUSH, device) for device in devices] if (channel, address) == (PUSH, "") else [(channel, address)]:
            found.setdefault(one, Contactable(*one, _how(*one, proved, devices), proved.get(one)))
    return list(found.values())


def plan(person: Person, contacts: Sequence[Contactable]) -> list[Planned]:
    """The person's own rules over what is proved; without any every device and the first of the list at once; where nothing
    is proved, the same over all.

    Where a channel has several addresses, one that somebody answered from is preferred; all devices are told together. A
    rule whose channel the person has no address for is left out: `stand_bys` and the next step make up for it.
    """
    known = [one for one in contacts if one.how] or list(contacts)
    planned: list[Planned] = []
    for rule in sorted(person.notification_rules, key=lambda rule: rule.after):
        planned += _over(channel_name(rule.channel), known, rule.after)
    if not planned and known:
        planned = _over(PUSH, known, timedelta(0)) if any(one.how is HowProved.DEVICE for one in known) else []
        planned += _over(known[0].channel, known, timedelta(0)) if not planned or known[0].channel != PUSH else []
    return planned


def stand_bys(contacts: Sequence[Contactable], used: Collection[tuple[str, str]]) -> list[Planned]:
    """Contacts that are not in use yet, in the order of the person's list, the unproved ones last: fail-over when all else failed."""
    left = [one for one in contacts if (one.channel, one.address) not in used]
    return [Planned(one.channel, one.address, timedelta(0)) for one in sorted(left, key=lambda one: one.how is None)]


def first_for_notices(contacts: Sequence[Contactable], *, quiet: bool) -> Contactable | None:
    """Over which contact something goes that nobody has to answer: a proved one; a call only where there is nothing else.

    In quiet hours one that wakes nobody, if there is one.
    """

    def order(one: Contactable) -> tuple[bool, bool, bool]:
        return one.how is None, quiet and wakes(one.channel), one.channel == "voice"

    return min(contacts, key=order, default=None)


def wakes(channel: str) -> bool:
    """Whether a message over this channel may make a sound at night."""
    return channel not in _SILENT


def shown_address(channel: str, address: str) -> str:
    """Enough for its owner to recognise it, and not enough for anybody else to use it."""
    if not address:
        return ""
    if channel == PUSH:
        return f"device …{address[-_SHOWN_DIGITS:]}"
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


def _how(channel: str, address: str, proved: Proved, devices: Sequence[str]) -> HowProved | None:
    """An answer counts most. Mail counts as it is written: it does not ring at a stranger's, and a wrong address bounces."""
    if (channel, address) in proved:
        return HowProved.ANSWERED
    if channel == EMAIL:
        return HowProved.FILE
    if channel == PUSH and address in devices:
        return HowProved.DEVICE
    return HowProved.NONE_NEEDED if channel in _SEEN_BY_ALL else None


def _over(channel: str, known: Sequence[Contactable], after: timedelta) -> list[Planned]:
    meant = [one for one in known if one.channel == channel]
    if channel == PUSH:
        return [Planned(PUSH, one.address, after, beside=index > 0) for index, one in enumerate(meant)]
    best = next((one for one in meant if one.how is HowProved.ANSWERED), meant[0] if meant else None)
    return [Planned(channel, best.address, after)] if best else []
