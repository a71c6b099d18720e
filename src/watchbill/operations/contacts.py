"""Operations on ways to a person: which there are, proving one, and the browsers that take pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.oncall.model import Contactable, Device, EscalationStatus, HowProved, LinkAction
from watchbill.oncall.rules.contact_plan import plan, shown_address
from watchbill.oncall.service import NewDevice
from watchbill.operations.paging_views import EscalationDetailView, escalation_detail
from watchbill.people.model import Actor

__all__ = [
    "AddDevice",
    "AnswerPush",
    "ConfirmContact",
    "ConfirmedView",
    "ContactView",
    "ContactsView",
    "DeviceView",
    "OfDevice",
    "OfPerson",
    "PushAnswerView",
    "PushKeyView",
    "VerifyContact",
    "add_device",
    "answer",
    "confirm",
    "devices",
    "list_all",
    "push_key",
    "remove_device",
    "test_device",
    "verify",
]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Nothing(_Given):
    """No input."""


class OfPerson(_Given):
    """Input of `contact.list` and `device.list`: whose."""

    person: str


class VerifyContact(OfPerson):
    """Input of `contact.verify`: the contact by its channel; `number` counts where a channel has several addresses."""

    channel: str = Field(min_length=1, max_length=40)
    number: int = Field(default=1, ge=1, le=50)


class ConfirmContact(OfPerson):
    """Input of `contact.confirm`: the code that the message told."""

    code: str = Field(min_length=1, max_length=20)


class AddDevice(OfPerson):
    """Input of `device.add`: what the browser's push subscription says, and what its owner calls it."""

    name: str = Field(default="", max_length=100)
    endpoint: str = Field(max_length=2_000)
    key: str = Field(max_length=200, description="`p256dh` of the subscription, base64url")
    auth: str = Field(max_length=100, description="`auth` of the subscription, base64url")


class OfDevice(_Given):
    """Input of `device.remove` and `device.test`: which."""

    device: str


class AnswerPush(_Given):
    """Input of `push.answer`: what a device did with a message; the token is the one of the message's link."""

    token: str = Field(max_length=200)
    does: Literal["shown", "ack"]


class ContactView(BaseModel):
    """One way to a person. `how` is null while nobody has proved that it reaches them; then it is the last resort."""

    channel: str
    number: int
    address: str  # shortened to what its owner recognises
    how: HowProved | None
    proved_at: datetime | None
    fault: str | None  # why the channel cannot be used here


class ContactsView(BaseModel):
    """All ways to a person in their order, and which of them a page takes, when."""

    person: str
    contacts: list[ContactView]
    plan: list[str]
    quiet_hours: str | None


class ConfirmedView(BaseModel):
    """Whether the code was right."""

    confirmed: bool
    contact: ContactView | None
    sentence: str


class DeviceView(BaseModel):
    """One browser that takes pages."""

    id: str
    person: str
    name: str
    service: str  # the host of its push service
    added_at: datetime
    shown_at: datetime | None  # when it last said that it showed something
    gone_at: datetime | None
    gone_because: str


class PushKeyView(BaseModel):
    """What a browser needs to subscribe."""

    key: str


class PushAnswerView(BaseModel):
    """How the page stands after the answer."""

    title: str
    status: EscalationStatus
    acknowledged_by: str | None


def list_all(s: Services, who: Actor, given: OfPerson) -> ContactsView:
    """All ways to a person, and what a page would do."""
    person, known = s.contacts.of(given.person)
    views = _views(s, known)
    planned = [
        f"after {int(one.after.total_seconds() // 60)} min: {one.channel} {shown_address(one.channel, one.address)}".rstrip()
        for one in plan(person, known)
    ]
    hours = person.quiet_hours
    quiet = f"{hours.start:%H:%M} to {hours.end:%H:%M} {person.timezone.key}" if hours.start != hours.end else None
    return ContactsView(person=person.name, contacts=views, plan=planned, quiet_hours=quiet)


def verify(s: Services, who: Actor, given: VerifyContact) -> EscalationDetailView:
    """Send a code and a link over one contact."""
    return escalation_detail(s, s.contacts.send_code(given.person, given.channel, who, number=given.number).id)


def confirm(s: Services, who: Actor, given: ConfirmContact) -> ConfirmedView:
    """Give the code back."""
    contact = s.contacts.confirm(given.person, given.code, who)
    if contact is None:
        return ConfirmedView(
            confirmed=False, contact=None, sentence="This is not the code of a message of the last 15 minutes."
        )
    known = s.contacts.of(given.person)[1]
    view = _views(s, known)[list(known).index(contact)]
    return ConfirmedView(confirmed=True, contact=view, sentence=f"{contact.channel} pages from now on.")


def devices(s: Services, who: Actor, given: OfPerson) -> list[DeviceView]:
    """A person's browsers, with those that are gone, newest first."""
    return [_device(one) for one in reversed(s.contacts.devices(given.person, gone=True))]


def add_device(s: Services, who: Actor, given: AddDevice) -> DeviceView:
    """Let a browser take the person's pages."""
    return _device(
        s.contacts.add_device(given.person, NewDevice(given.name, given.endpoint, given.key, given.auth), who)
    )


def remove_device(s: Services, who: Actor, given: OfDevice) -> DeviceView:
    """It takes no pages any more."""
    return _device(s.contacts.remove_device(given.device, who))


def test_device(s: Services, who: Actor, given: OfDevice) -> EscalationDetailView:
    """Send something to this one browser."""
    return escalation_detail(s, s.contacts.test_device(given.device, who).id)


def push_key(s: Services, who: Actor, given: Nothing) -> PushKeyView:
    """The public key of this installation, for browsers that subscribe."""
    return PushKeyView(key=s.app.roads.vapid.public)


def answer(s: Services, who: Actor, given: AnswerPush) -> PushAnswerView:
    """What a device did: it showed the page, or its owner pressed the button there. Holding the token is the permission."""
    s.contacts.shown(given.token)
    facts = s.paging.act(given.token, LinkAction.ACK) if given.does == "ack" else s.paging.open_link(given.token)
    by = facts.acknowledged.by if facts.acknowledged else None
    return PushAnswerView(title=facts.title, status=facts.status, acknowledged_by=by)


def _views(s: Services, known: Sequence[Contactable]) -> list[ContactView]:
    counted: dict[str, int] = {}
    views = []
    for one in known:
        counted[one.channel] = counted.get(one.channel, 0) + 1
        channel = s.app.channels.get(one.channel)
        views.append(
            ContactView(
                channel=one.channel,
                number=counted[one.channel],
                address=shown_address(one.channel, one.address),
                how=one.how,
                proved_at=one.proved_at,
                fault=channel.refusal(one.address) if channel else "is not set up here",
            )
        )
    return views


def _device(device: Device) -> DeviceView:
    return DeviceView(
        id=device.id,
        person=device.person,
        name=device.name,
        service=device.endpoint.partition("://")[2].partition("/")[0],
        added_at=device.added_at,
        shown_at=device.shown_at,
        gone_at=device.gone_at,
        gone_because=device.gone_because,
    )
