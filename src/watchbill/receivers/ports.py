"""What receivers need from outside: a place for groups and logs, and alerts as they stand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from watchbill.alerts.model import Alert
from watchbill.kernel.ids import AlertId
from watchbill.receivers.model import Group, Log, Notification

__all__ = ["Alerts", "Groups"]


class Groups(Protocol):
    """Groups, their members, what is being told, and what was told."""

    def get(self, group: str) -> Group | None:
        """One by id, locked."""

    def add(self, group: Group) -> bool:
        """Save a new one; False where it is there already."""

    def flushed(self, group: str) -> None:
        """Note that it was told of for the first time."""

    def drop(self, group: str) -> None:
        """Delete it with its members and what is being told of it."""

    def join(self, group: str, fingerprint: str, at: datetime) -> None:
        """Make an alert a member, unless it is one."""

    def leave(self, fingerprints: Collection[str], *, group: str) -> None:
        """Take members out."""

    def of(self, fingerprint: str) -> Sequence[str]:
        """The groups that the alert is a member of."""

    def members(self, group: str) -> Sequence[str]:
        """The fingerprints of the members."""

    def drop_other_versions(self, version: str) -> Sequence[str]:
        """Delete the groups of other versions of the file; the fingerprints of their members."""

    def log(self, key: str, integration: str, now: datetime) -> Log | None:
        """What the integration was told last about the group of that key; None: nothing that is still remembered."""

    def write_log(self, key: str, integration: str, log: Log, forget_at: datetime) -> None:
        """Note what it was told; also deletes what may be forgotten of that key."""

    def pending(self, group: str, now: datetime) -> int:
        """How many notifications of the group are under way and may still be tried."""

    def notification(self, group: str, integration: str) -> Notification | None:
        """One that is under way, locked."""

    def save(self, notification: Notification) -> None:
        """Write it, over an older one to the same integration."""

    def done(self, notification: Notification) -> None:
        """Delete it."""


class Alerts(Protocol):
    """Alerts in the running transaction."""

    def get(self, alert: AlertId) -> Alert | None:
        """One occurrence by id."""

    def latest_of(self, fingerprints: Collection[str]) -> Sequence[Alert]:
        """The newest occurrence of each fingerprint that has one."""

    def firing(self) -> Iterable[Alert]:
        """All that fire."""

    def firing_labels(self) -> Iterable[tuple[str, Mapping[str, str]]]:
        """Fingerprint and labels of all that fire."""
