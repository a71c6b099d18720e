"""Pages as they stand in a chat: where each is, and that its message follows what becomes of it."""

from watchbill.chat.model import Act, PageMessage, Provider
from watchbill.chat.service.desk import Desk
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import EscalationId
from watchbill.oncall.model import EscalationStatus, Outgoing, Receipt

__all__ = ["Pages"]


class Pages:
    """Messages of pages within one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def told(self, outgoing: Outgoing, receipt: Receipt) -> None:
        """A page was handed to a chat that said which message it became: remember it, and bring it up to date at once
        where somebody answered while it was on its way.
        """
        if receipt.message is None or outgoing.channel not in set(Provider):
            return
        provider = Provider(outgoing.channel)
        chat = self._desk.chats.get(provider)
        if chat is None:
            return
        room, _, message = receipt.message.partition(" ")
        kept = PageMessage(outgoing.delivery, outgoing.escalation, provider, room, message, outgoing.person)
        self._desk.records.add_message(kept)
        if chat.signs:
            self._desk.put(_line(kept), provider, Act.SIGNS, delivery=kept.delivery)
        if self._desk.paging.escalation(outgoing.escalation).status is not EscalationStatus.OPEN:
            self._desk.put(_line(kept), provider, Act.PAGE, delivery=kept.delivery)

    def changed(self, recorded: Recorded) -> None:
        """A walk was answered, snoozed, handed on or ended: its messages say so."""
        escalation = EscalationId(str(getattr(recorded.event, "escalation", recorded.subject)))
        for kept in self._desk.records.messages_of(escalation):
            self._desk.put(_line(kept), kept.provider, Act.PAGE, delivery=kept.delivery)


def _line(kept: PageMessage) -> str:
    return f"{kept.provider}/{kept.room}"
