"""One message to one person, which nobody has to answer: no walk, no step after it, nobody else.

By day it comes over the person's first contact. In their quiet hours it comes at once over one that wakes nobody, and where
there is none it waits until they end. What is asked for by the person it goes to (a test, a code) does not wait.
"""

from watchbill.kernel.ids import EscalationId
from watchbill.oncall.model import (
    Contactable,
    Escalation,
    EscalationKind,
    EscalationPolicy,
    EscalationStatus,
    Page,
    PolicyStep,
    Target,
    TargetKind,
)
from watchbill.oncall.rules.contact_plan import first_for_notices
from watchbill.oncall.service.calling import Calling
from watchbill.oncall.service.desk import Desk
from watchbill.oncall.service.intake import NewPage
from watchbill.oncall.service.reach import Recipient, contacts_at
from watchbill.people.model import Contact, Person
from watchbill.people.rules import quiet_until

__all__ = ["Telling"]


class Telling:
    """Sends such messages, as pages of an escalation that is over from the beginning."""

    def __init__(self, desk: Desk, calling: Calling) -> None:
        self._desk = desk
        self._calling = calling

    def tell(self, name: str, new: NewPage, *, key: str, cause: str | None = None) -> Escalation | None:
        """Tell whoever has that handle, full name or e-mail address; None where nobody has.

        Where the contact fails the next one is used; where all fail nothing follows.
        """
        person = self._person(name)
        if person is None:
            return None
        quiet = quiet_until(person.quiet_hours, person.timezone, self._desk.now) is not None
        first = first_for_notices(contacts_at(self._desk, person), quiet=quiet)
        return self._send(EscalationKind.NOTICE, person, first, new, key, cause)[0] if first else None

    def over(self, person: Person, contact: Contactable, new: NewPage, *, key: str) -> tuple[Escalation, Page]:
        """Send it over this contact and no other, now: somebody waits for it."""
        return self._send(EscalationKind.PROOF, person, contact, new, key, None)

    def _send(  # noqa: PLR0917 - what one message is made of
        self, kind: EscalationKind, person: Person, contact: Contactable, new: NewPage, key: str, cause: str | None
    ) -> tuple[Escalation, Page]:
        now = self._desk.now
        told = Escalation(
            id=self._desk.ids.new(EscalationId),
            kind=kind,
            status=EscalationStatus.RESOLVED,
            group_key=f"{kind}:{key}",
            title=new.title,
            sentence=new.sentence or new.title,
            severity=new.severity,
            service=new.service,
            runbook=new.runbook,
            policy=EscalationPolicy(str(kind), (PolicyStep((Target(TargetKind.PERSON, person.name),)),)),
            started_at=now,
            cause=cause,
            resolved_at=now,
        )
        self._desk.escalations.add(told)
        place = Contact(contact.channel, contact.address or None)
        return told, self._calling.page(told, Recipient(person.name, "it is yours", person, place))

    def _person(self, name: str) -> Person | None:
        wanted = name.lower()
        known = self._desk.people.persons()
        return next((one for one in known if wanted in {one.name.lower(), one.full_name.lower(), (one.email or "").lower()}), None)  # fmt: skip
