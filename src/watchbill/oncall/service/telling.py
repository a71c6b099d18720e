"""One message to one person, which nobody has to answer: no walk, no step after it, nobody else."""

from watchbill.kernel.ids import EscalationId
from watchbill.oncall.model import (
    Escalation,
    EscalationKind,
    EscalationPolicy,
    EscalationStatus,
    PolicyStep,
    Target,
    TargetKind,
)
from watchbill.oncall.rules.contact_plan import stand_bys
from watchbill.oncall.service.calling import Calling
from watchbill.oncall.service.desk import Desk
from watchbill.oncall.service.intake import NewPage
from watchbill.oncall.service.reach import Recipient
from watchbill.people.model import Contact, Person

__all__ = ["Telling"]


class Telling:
    """Sends such messages, as pages of an escalation that is over from the beginning."""

    def __init__(self, desk: Desk, calling: Calling) -> None:
        self._desk = desk
        self._calling = calling

    def tell(self, name: str, new: NewPage, *, key: str, cause: str | None) -> Escalation | None:
        """Tell whoever has that handle, full name or e-mail address, over the first contact; None where nobody has.

        Where that contact fails the next one is used; where all fail nothing follows.
        """
        person = self._person(name)
        first = next(iter(stand_bys(person, ())), None) if person else None
        if person is None or first is None:
            return None
        now = self._desk.now
        told = Escalation(
            id=self._desk.ids.new(EscalationId),
            kind=EscalationKind.NOTICE,
            status=EscalationStatus.RESOLVED,
            group_key=f"notice:{key}",
            title=new.title,
            sentence=new.sentence or new.title,
            severity=new.severity,
            service=new.service,
            runbook=new.runbook,
            policy=EscalationPolicy("notice", (PolicyStep((Target(TargetKind.PERSON, person.name),)),)),
            started_at=now,
            cause=cause,
            resolved_at=now,
        )
        self._desk.escalations.add(told)
        place = Contact(first.channel, first.address or None)
        self._calling.page(told, Recipient(person.name, "it is yours", person, place))
        return told

    def _person(self, name: str) -> Person | None:
        wanted = name.lower()
        known = self._desk.people.persons()
        return next((one for one in known if wanted in {one.name.lower(), one.full_name.lower(), (one.email or "").lower()}), None)  # fmt: skip
