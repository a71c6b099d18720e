"""Ways to a person: devices that take pages, codes that prove other contacts, and what devices answer.

A person sets up their own; an admin may do it for them. Whatever is done is in the audit log.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from watchbill.alerts.model import Severity
from watchbill.kernel.audit import AuditLog
from watchbill.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import DeviceId
from watchbill.kernel.instants import to_text
from watchbill.oncall.model import (
    Contactable,
    ContactVerified,
    DeliveryFailed,
    Device,
    DeviceAdded,
    DeviceGone,
    Escalation,
    HowProved,
    Page,
    PageShown,
    Proof,
)
from watchbill.oncall.rules.contact_plan import PUSH, channel_name
from watchbill.oncall.service.calling import Calling
from watchbill.oncall.service.desk import Desk
from watchbill.oncall.service.intake import NewPage
from watchbill.oncall.service.reach import contacts_at
from watchbill.oncall.service.telling import Telling
from watchbill.people.model import Actor, Person, Role

__all__ = ["CODE_LIFE", "CODE_TRIES", "ContactService", "NewDevice"]

CODE_LIFE, CODE_TRIES, CODE_PAUSE = timedelta(minutes=15), 5, timedelta(seconds=30)
MOST_DEVICES, _LONGEST_NAME = 20, 60
_FORGOTTEN = {404, 410}  # what a push service says of a device that has gone for good


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What a browser says about itself when it is to take pages; the three texts are its push service's."""

    name: str
    endpoint: str
    key: str
    auth: str


class ContactService:
    """Use cases of contacts within one transaction. `check` raises Invalid for a browser to which nothing could be sent."""

    def __init__(self, desk: Desk, audit: AuditLog, check: Callable[[NewDevice], None]) -> None:
        self._desk = desk
        self._telling = Telling(desk, Calling(desk))
        self._audit = audit
        self._check = check

    def of(self, name: str) -> tuple[Person, Sequence[Contactable]]:
        """The person and all ways to them, in their order; raises NotFound."""
        person = self._desk.people.person(name)
        return person, contacts_at(self._desk, person)

    # --- devices

    def devices(self, name: str, *, gone: bool = False) -> Sequence[Device]:
        """A person's browsers, oldest first."""
        return self._desk.devices.of_person(self._desk.people.person(name).name, gone=gone)

    def add_device(self, name: str, new: NewDevice, who: Actor) -> Device:
        """Let a browser take the person's pages. One that is known gets its new keys and name; one of somebody else moves."""
        person = self._own(name, who)
        self._check(new)
        known = self._desk.devices.at(new.endpoint)
        if known is not None and known.person == person.name:
            renewed = replace(known, name=_name(new.name), key=new.key, auth=new.auth)
            self._desk.devices.save(renewed)
            return renewed
        if known is not None:
            self._gone(known, f"the browser takes the pages of {person.name} now", who)
        if len(self._desk.devices.of_person(person.name)) >= MOST_DEVICES:
            raise Conflict(f"{person.name} has {MOST_DEVICES} devices already", hint="remove one that is not in use")
        device = Device(
            self._desk.ids.new(DeviceId), person.name, _name(new.name), new.endpoint, new.key, new.auth, self._desk.now
        )
        self._desk.devices.add(device)
        self._audit.record(who.name, "device.add", device.id, {"person": person.name, "name": device.name})
        self._desk.events.publish(DeviceAdded(person.name, device.name), subject=device.id, cause=None)
        return device

    def remove_device(self, device: str, who: Actor) -> Device:
        """It takes no pages any more; one that is gone already is fine."""
        known = self._device(device)
        self._own(known.person, who)
        return known if known.gone_at else self._gone(known, "removed", who)

    def test_device(self, device: str, who: Actor) -> Escalation:
        """Send something to this one device."""
        known = self._device(device)
        if known.gone_at:
            raise Conflict(f"{known.name} takes no pages any more: {known.gone_because}", hint="add it again")
        new = NewPage(
            f"Test of {known.name}", f"{who.name} is trying out this device. It works: nothing has to be done."
        )
        contact = Contactable(PUSH, known.id, HowProved.DEVICE)
        key = f"device:{known.id}:{to_text(self._desk.now)}"
        return self._telling.over(self._desk.people.person(known.person), contact, new, key=key)[0]

    def delivery_failed(self, recorded: Recorded) -> None:
        """Where its push service does not know a device any more, it is gone, and its owner is told another way."""
        event = recorded.event
        assert isinstance(event, DeliveryFailed)
        delivery = self._desk.deliveries.get(event.delivery)
        tried = self._desk.deliveries.attempts([event.delivery])
        known = self._desk.devices.get(DeviceId(delivery.address)) if delivery else None
        if known is None or known.gone_at is not None or not tried or tried[-1].code not in _FORGOTTEN:
            return
        self._gone(known, "its push service does not know it any more", Actor("watchbill", Role.RESPONDER, "push"))
        new = NewPage(
            f"{known.name} takes no pages any more",
            f"The push service of {known.name} has forgotten it: pages for you do not arrive there. "
            "Open watchbill on it, choose your contacts, and turn push on again.",
            Severity.P2,
        )
        self._telling.tell(known.person, new, key=f"gone:{known.id}", cause=recorded.subject)

    def shown(self, token: str) -> None:
        """A device says that it showed what the link of this token belongs to; again changes nothing."""
        known = self._desk.deliveries.get(self._desk.links.read(token, self._desk.now))
        if known is None or known.channel != PUSH:
            raise NotFound("delivery to a device", "of this token")
        self._desk.escalations.get(known.escalation, lock=True)
        delivery = self._desk.deliveries.get(known.id, lock=True)
        page = self._desk.escalations.page(known.page)
        device = self._desk.devices.get(DeviceId(known.address))
        assert delivery is not None, "it was just found"
        assert page is not None, "a delivery is made together with its page"
        if delivery.shown_at is not None or device is None:
            return
        self._desk.deliveries.save(replace(delivery, shown_at=self._desk.now))
        self._desk.devices.save(replace(device, shown_at=self._desk.now))
        event = PageShown(page.id, page.escalation, delivery.id, page.person, device.id)
        self._desk.events.publish(event, subject=delivery.id, cause=page.id)

    # --- proving that a contact reaches its person

    def send_code(self, name: str, channel: str, who: Actor, *, number: int = 1) -> Escalation:
        """Send a message with a link and a code over one contact: the `number`th of that channel."""
        person = self._own(name, who)
        contact = self._contact(person, channel, number)
        for proof in self._desk.proofs.of_person(person.name, since=self._desk.now - CODE_PAUSE):
            if (proof.channel, proof.address) == (contact.channel, contact.address):
                raise Unavailable("a code was sent a moment ago", hint="wait half a minute", retry_after_s=30)
        new = NewPage(
            title="Does this reach you?",
            sentence=f"{who.name} wants to know whether {contact.channel} reaches {person.display_name}. "
            "If you are not, ignore this: you will not be called.",
        )
        key = f"{person.name}:{contact.channel}:{number}:{to_text(self._desk.now)}"
        told, page = self._telling.over(person, contact, new, key=key)
        self._expect(person, contact, page)
        self._audit.record(who.name, "contact.verify", person.name, {"channel": contact.channel})
        return told

    def confirm(self, name: str, code: str, who: Actor) -> Contactable | None:
        """The code came back: the contact pages from now on. None for a wrong one, which counts; Conflict after too many."""
        person = self._own(name, who)
        proofs = self._desk.proofs.of_person(person.name, since=self._desk.now - CODE_LIFE)
        if not proofs:
            raise Conflict(f"no code is under way for {person.name}", hint="send one: it is good for 15 min")
        if max(proof.tries for proof in proofs) >= CODE_TRIES:
            raise Conflict("too many wrong codes were given", hint="wait a quarter of an hour and send a new one")
        for proof in proofs:
            if hmac.compare_digest(self._desk.links.code(proof.delivery).encode(), code.strip().encode()):
                return self._proved(person, proof)
        for proof in proofs:
            self._desk.proofs.save(replace(proof, tries=proof.tries + 1))
        self._audit.record(who.name, "contact.wrong-code", person.name, {"via": who.via})
        return None

    # ---

    def _proved(self, person: Person, proof: Proof) -> Contactable:
        if self._desk.contacts.verify(person.name, proof.channel, proof.address, self._desk.now):
            event = ContactVerified(person.name, proof.channel, proof.address)
            self._desk.events.publish(event, subject=proof.delivery, cause=None)
        self._desk.proofs.forget(person.name, channel=proof.channel, address=proof.address)
        return next(
            one
            for one in contacts_at(self._desk, person)
            if one.channel == proof.channel and one.address == proof.address
        )

    def _expect(self, person: Person, contact: Contactable, page: Page) -> None:
        self._desk.proofs.forget(person.name, before=self._desk.now - CODE_LIFE)
        for delivery in self._desk.deliveries.of_page(page.id):
            self._desk.proofs.add(Proof(delivery.id, person.name, contact.channel, contact.address, self._desk.now))

    def _contact(self, person: Person, channel: str, number: int) -> Contactable:
        wanted = channel_name(channel)
        known = contacts_at(self._desk, person)
        found = [one for one in known if one.channel == wanted]
        if wanted == PUSH:
            raise Invalid("channel", "a device proves itself", hint="test it instead")
        if not 1 <= number <= len(found):
            raise NotFound("contact", f"{wanted} {number}", known=sorted({one.channel for one in known}))
        return found[number - 1]

    def _own(self, name: str, who: Actor) -> Person:
        person = self._desk.people.person(name)
        themselves = person.name == who.name and who.via != "token"  # a token may have anybody's name
        if not themselves and not who.role.covers(Role.ADMIN):
            raise Forbidden(
                f"{who.name} is not {person.name}", hint="people set up their own contacts; an admin may do it for them"
            )
        return person

    def _device(self, device: str) -> Device:
        known = self._desk.devices.get(DeviceId(device))
        if known is None:
            raise NotFound("device", device, hint="`watchbill contact list NAME` shows them")
        return known

    def _gone(self, device: Device, because: str, who: Actor) -> Device:
        """The keys are forgotten with it: nobody can write to it any more, from here or from a backup."""
        gone = replace(device, endpoint="", key="", auth="", gone_at=self._desk.now, gone_because=because)
        self._desk.devices.save(gone)
        self._audit.record(who.name, "device.gone", device.id, {"person": device.person, "because": because})
        event = DeviceGone(device.person, device.name, because, who.name)
        self._desk.events.publish(event, subject=device.id, cause=None)
        return gone


def _name(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_NAME] or "Browser"
