"""Devices that take pages, and codes that are under way, over one connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from watchbill.adapters.store.tables.oncall import devices, proofs
from watchbill.kernel.ids import DeviceId
from watchbill.oncall.model import Device, Proof

__all__ = ["DeviceRecords", "ProofRecords"]


class DeviceRecords:
    """What oncall.contact_ports.Devices asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, device: Device) -> None:
        """Save a new one."""
        self._connection.execute(insert(devices).values(_row(device)))

    def save(self, device: Device) -> None:
        """Write the new state over the old."""
        self._connection.execute(update(devices).where(devices.c.id == device.id).values(_row(device)))

    def get(self, device: DeviceId) -> Device | None:
        """One by id, gone or not."""
        return next(iter(self._found(select(devices).where(devices.c.id == device))), None)

    def at(self, endpoint: str) -> Device | None:
        """The one that is reached at this address now."""
        query = select(devices).where(devices.c.endpoint == endpoint, devices.c.gone_at.is_(None))
        return next(iter(self._found(query)), None)

    def of_person(self, person: str, *, gone: bool = False) -> Sequence[Device]:
        """A person's, oldest first; with those that are gone where asked for."""
        query = select(devices).where(devices.c.person == person).order_by(devices.c.id)
        return self._found(query if gone else query.where(devices.c.gone_at.is_(None)))

    def _found(self, query: Select[Any]) -> list[Device]:  # Any: the columns of the table
        return [Device(**row) for row in self._connection.execute(query).mappings()]


class ProofRecords:
    """What oncall.contact_ports.Proofs asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, proof: Proof) -> None:
        """Save a new one."""
        self._connection.execute(insert(proofs).values(_row(proof)))

    def of_person(self, person: str, *, since: datetime) -> Sequence[Proof]:
        """Those sent since then, newest first, locked."""
        query = select(proofs).where(proofs.c.person == person, proofs.c.sent_at >= since)
        query = query.order_by(proofs.c.delivery.desc()).with_for_update()
        return [Proof(**row) for row in self._connection.execute(query).mappings()]

    def save(self, proof: Proof) -> None:
        """Write the new state over the old."""
        self._connection.execute(update(proofs).where(proofs.c.delivery == proof.delivery).values(tries=proof.tries))

    def forget(self, person: str, *, before: datetime | None = None, channel: str = "", address: str = "") -> None:
        """Drop a person's codes: those sent before a moment, else those for one address."""
        query = delete(proofs).where(proofs.c.person == person)
        if before is not None:
            self._connection.execute(query.where(proofs.c.sent_at < before))
        else:
            self._connection.execute(query.where(proofs.c.channel == channel, proofs.c.address == address))


def _row(record: Device | Proof) -> dict[str, Any]:  # Any: columns of their own types
    return {name: getattr(record, name) for name in record.__slots__}
