"""Devices that take pages: browsers, on a phone or a desk, whose owner let them; and codes that prove other contacts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchbill.kernel.ids import DeliveryId, DeviceId

__all__ = ["Contactable", "Device", "HowProved", "Proof"]


@dataclass(frozen=True, slots=True)
class Device:
    """One browser. `endpoint`, `key` and `auth` are what its push service gave it: whoever has them can reach it.

    `shown_at`: when it last said that it showed something. One that is gone has no keys any more.
    """

    id: DeviceId
    person: str
    name: str
    endpoint: str
    key: str
    auth: str
    added_at: datetime
    shown_at: datetime | None = None
    gone_at: datetime | None = None
    gone_because: str = ""


class HowProved(StrEnum):
    """Why an address counts as one that reaches its person."""

    FILE = "file"  # mail: whoever writes the resources answers for it
    DEVICE = "device"  # a browser that its owner added while logged in
    NONE_NEEDED = "none_needed"  # a place that everybody sees: the terminal, the web page
    ANSWERED = "answered"  # a link in a message, or its code, came back


@dataclass(frozen=True, slots=True)
class Contactable:
    """One way to a person: `how` is None while nobody has proved that it reaches them; then it is the last resort."""

    channel: str
    address: str
    how: HowProved | None
    proved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A code that is under way in the message of a delivery. `tries` counts the wrong codes that were given."""

    delivery: DeliveryId
    person: str
    channel: str
    address: str
    sent_at: datetime
    tries: int = 0
