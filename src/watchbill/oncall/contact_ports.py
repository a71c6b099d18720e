"""What on-call needs to know about ways to people: which addresses are proved, browsers that take pages, codes under way."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from watchbill.kernel.ids import DeviceId
from watchbill.oncall.model import Device, Proof

__all__ = ["Contacts", "Devices", "Proofs"]


class Contacts(Protocol):
    """What is known about addresses: whether one was proved to reach its person."""

    def verified(self, person: str) -> Mapping[tuple[str, str], datetime]:
        """(channel, address) to when it was last proved."""

    def verify(self, person: str, channel: str, address: str, at: datetime) -> bool:
        """Note the proof; False where it was known already."""


class Devices(Protocol):
    """Browsers that take pages, in the running transaction."""

    def add(self, device: Device) -> None:
        """Save a new one."""

    def save(self, device: Device) -> None:
        """Write the new state over the old."""

    def get(self, device: DeviceId) -> Device | None:
        """One by id, gone or not."""

    def at(self, endpoint: str) -> Device | None:
        """The one that is reached at this address now."""

    def of_person(self, person: str, *, gone: bool = False) -> Sequence[Device]:
        """A person's, oldest first; with those that are gone where asked for."""


class Proofs(Protocol):
    """Codes that are under way, in the running transaction."""

    def add(self, proof: Proof) -> None:
        """Save a new one."""

    def of_person(self, person: str, *, since: datetime) -> Sequence[Proof]:
        """Those sent since then, newest first, locked."""

    def save(self, proof: Proof) -> None:
        """Write the new state over the old."""

    def forget(self, person: str, *, before: datetime | None = None, channel: str = "", address: str = "") -> None:
        """Drop a person's codes: those sent before a moment, else those for one address."""
