"""Updates by mail: queued for every address of the lists that are concerned, sent in a lane of their own, recorded.

Nothing of a drill leaves the house. A mail that cannot be delivered stands on the timeline, so that somebody can call.
"""

from dataclasses import replace

from watchbill.incidents.model import Audience, Incident, Mail, MailState, Source, UpdateSent
from watchbill.incidents.rules.mailing import addresses, again_in, concerned, message
from watchbill.incidents.service.desk import Book, Desk
from watchbill.kernel.errors import NotFound
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import DeliveryId, EscalationId, PageId
from watchbill.kernel.jobs import Job, sending_lane
from watchbill.oncall.model import Outcome, Outgoing, Receipt

__all__ = ["MAIL", "Mailing"]

MAIL = "incident.mail"
_LANE = sending_lane("updates")  # not the lane of pages: a list of hundreds never stands before one
_PRIORITY = 6


class Mailing:
    """Tells stakeholders."""

    def __init__(self, desk: Desk, book: Book) -> None:
        self._desk = desk
        self._book = book

    def readers(self, incident: Incident, audience: Audience) -> dict[str, str]:
        """Each address that would be written to, with its list; nobody where it is a drill."""
        if incident.drill:
            return {}
        lists = concerned(self._desk.communication.lists(), incident, audience)
        return addresses(lists, self._email_of)

    def update_sent(self, recorded: Recorded) -> None:
        """An update was sent: queue a mail to every reader."""
        event = recorded.event
        assert isinstance(event, UpdateSent)
        update = self._desk.store.update(event.update)
        assert update is not None  # updates are never deleted once they are sent
        incident = self._book.locked(event.incident)
        readers = self.readers(incident, update.audience)
        mails = [
            Mail(self._desk.ids.new(DeliveryId), update.id, incident.id, address, name, self._desk.now)
            for address, name in readers.items()
        ]
        if not mails:
            return
        self._desk.mails.add(mails)
        for mail in mails:
            self._desk.jobs.schedule(MAIL, mail.id, self._desk.now, priority=_PRIORITY, lane=_LANE)
        count = f"{len(mails)} address{'' if len(mails) == 1 else 'es'}"
        text = f"Mailed to {count}: {', '.join(dict.fromkeys(readers.values()))}"
        self._book.save(self._book.write(incident, Source.PAGE, text, cause=update.id))

    def begin(self, job: Job) -> Outgoing | None:
        """What to send now; None where that was done."""
        mail = self._desk.mails.get(DeliveryId(job.key))
        if mail is None or mail.state is not MailState.WAITING:
            return None
        update, incident = self._desk.store.update(mail.update), self._desk.store.get(mail.incident)
        assert update is not None
        assert incident is not None
        mail = replace(mail, attempts=mail.attempts + 1)
        self._desk.mails.save(mail)
        link = f"{self._desk.public_url}/incidents/{incident.number}" if self._desk.public_url else ""
        return Outgoing(
            delivery=mail.id,
            page=PageId(update.id),  # an update is to a mail what a page is to a delivery,
            escalation=EscalationId(incident.id),  # and mails of one incident make one thread
            channel="email",
            address=mail.address,
            person=mail.address,
            attempt=mail.attempts,
            at=self._desk.now,
            urgent=False,
            link=link,
            message=message(incident, update, link),
        )

    def finish(self, outgoing: Outgoing, receipt: Receipt) -> None:
        """Record the answer: sent, to be tried again, or given up, which the timeline tells."""
        mail = self._desk.mails.get(outgoing.delivery)
        assert mail is not None
        mail = replace(mail, answered_at=self._desk.now, answer=receipt.answer)
        wait = again_in(mail.attempts)
        if receipt.outcome is Outcome.DELIVERED:
            self._desk.mails.save(replace(mail, state=MailState.SENT))
        elif receipt.outcome is Outcome.TEMPORARY and wait is not None:
            self._desk.mails.save(mail)
            self._desk.jobs.schedule(MAIL, mail.id, self._desk.now + wait, priority=_PRIORITY, lane=_LANE)
        else:
            self._desk.mails.save(replace(mail, state=MailState.FAILED))
            incident = self._book.locked(mail.incident)
            text = f"{mail.address} ({mail.list}) could not be told: {receipt.answer}"
            self._book.save(self._book.write(incident, Source.PAGE, text, cause=mail.id))

    def _email_of(self, person: str) -> str | None:
        try:
            return self._desk.people.person(person).email
        except NotFound:  # somebody who has left
            return None
