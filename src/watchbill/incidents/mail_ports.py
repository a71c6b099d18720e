"""What telling stakeholders needs from outside: the house's templates and lists, and a store for the mails."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from watchbill.incidents.model import CommunicationTemplate, Mail, MailState, StakeholderList
from watchbill.kernel.ids import DeliveryId, IncidentId, UpdateId

__all__ = ["Communication", "Mails"]


class Communication(Protocol):
    """The house's own templates and lists, as they are defined."""

    def templates(self) -> Sequence[CommunicationTemplate]:
        """All templates."""

    def lists(self) -> Sequence[StakeholderList]:
        """All lists of stakeholders."""


class Mails(Protocol):
    """Mails that carry updates, in the running transaction."""

    def add(self, mails: Sequence[Mail]) -> None:
        """Save new ones."""

    def get(self, mail: DeliveryId) -> Mail | None:
        """One by id."""

    def save(self, mail: Mail) -> None:
        """Write the new state over the old."""

    def states(self, incident: IncidentId) -> Mapping[UpdateId, Mapping[MailState, int]]:
        """How many mails of each update of an incident are in each state."""
