"""How a person is reached: contacts and whether they are proved, browsers that take pages, and what a page does."""

import hashlib

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words.contacts import HOW, opening
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.oncall.model import Device
from watchbill.operations import contacts

__all__ = ["act", "page"]

_HERE = "/me/contacts"
_MARK = 16


def page(s: Services, visit: Visit) -> Shown:
    """All ways to whoever is logged in; one who is on no rota has none."""
    me = contacts.OfPerson(person=visit.who.name)
    try:
        known = contacts.list_all(s, visit.who, me)
    except NotFound:
        headline, more = opening(None)
        return Shown(
            "contacts.html",
            {"person": None, "contacts": (), "devices": (), "gone": (), "headline": headline, "more": more},
        )
    headline, more = opening(known)
    marks = {str(one.id): _mark(one) for one in s.contacts.devices(visit.who.name)}
    devices = contacts.devices(s, visit.who, me)
    return Shown(
        "contacts.html",
        {
            "person": known.person,
            "contacts": known.contacts,
            "plan": known.plan,
            "quiet": known.quiet_hours,
            "how": HOW,
            "headline": headline,
            "more": more,
            "devices": [{**one.model_dump(), "mark": marks[one.id]} for one in devices if one.gone_at is None],
            "gone": [one for one in devices if one.gone_at is not None],
            "push_key": contacts.push_key(s, visit.who, contacts.Nothing()).key,
        },
    )


def act(s: Services, visit: Visit) -> Go:
    """Send a code, take it back, add, test and remove a browser."""
    me, form = visit.who.name, visit.form
    match form.get("act", ""):
        case "verify":
            number = form.get("number", "1")
            given = contacts.VerifyContact(
                person=me, channel=visit.need("channel"), number=int(number) if number.isdecimal() else 1
            )
            contacts.verify(s, visit.who, given)
            return Go(_HERE, said="code-sent")
        case "confirm":
            answer = contacts.confirm(s, visit.who, contacts.ConfirmContact(person=me, code=visit.need("code")[:20]))
            return Go(_HERE, said="proved" if answer.confirmed else "wrong-code")
        case "add":
            new = contacts.AddDevice(
                person=me,
                name=form.get("name", "")[:100],
                endpoint=visit.need("endpoint"),
                key=visit.need("key"),
                auth=visit.need("auth"),
            )
            contacts.add_device(s, visit.who, new)
            return Go(f"{_HERE}#devices", said="device-added")
        case "test":
            contacts.test_device(s, visit.who, contacts.OfDevice(device=visit.need("device")))
            return Go(f"{_HERE}#devices", said="device-tested")
        case "remove":
            contacts.remove_device(s, visit.who, contacts.OfDevice(device=visit.need("device")))
            return Go(f"{_HERE}#devices", said="device-removed")
        case other:
            raise Invalid("act", f"{other!r} is not something that this page does")


def _mark(device: Device) -> str:
    """By which a browser finds itself in the list, without the list telling anybody how to write to it."""
    return hashlib.sha256(device.endpoint.encode()).hexdigest()[:_MARK]
