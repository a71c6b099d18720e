"""What happened to notifications of receivers."""

from dataclasses import dataclass
from typing import ClassVar

from watchbill.kernel.events import Event

__all__ = ["ReceiverFailed", "ReceiverTold"]


@dataclass(frozen=True)
class ReceiverTold(Event):
    """An integration of the Alertmanager file took a notification. Subject: the group's id."""

    kind: ClassVar[str] = "receiver.told"
    integration: str
    group_key: str
    status: str
    alerts: tuple[str, ...]  # fingerprints
    attempts: int


@dataclass(frozen=True)
class ReceiverFailed(Event):
    """An integration did not take a notification, for good or until the group's next flush. Subject: the group's id."""

    kind: ClassVar[str] = "receiver.failed"
    integration: str
    group_key: str
    attempts: int
    answer: str
