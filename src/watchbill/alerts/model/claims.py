"""What senders that name their alerts themselves say besides "it fires": it is over, somebody has it, a remark."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watchbill.alerts.model.alerts import Observation

__all__ = ["Parcel", "Says", "SenderWord"]


class Says(StrEnum):
    """What a sender says about an alert that it named before."""

    ENDED = "ended"
    ACKNOWLEDGED = "acknowledged"
    NOTED = "noted"
    AMENDED = "amended"  # other words for it: labels and annotations to lay over those that stand


@dataclass(frozen=True, slots=True)
class SenderWord:
    """One such word. About an alert that does not fire it says nothing: it is dropped, as the originals drop it."""

    key: str
    says: Says
    received_at: datetime
    by: str = ""
    note: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A body as it was received over one of the protocols, and the claims that were read out of it.

    `protocol` and `integration` say by which door it came; `raw` is kept for replay, without secrets.
    """

    protocol: str
    integration: str
    raw: bytes
    claims: tuple[Observation | SenderWord, ...]
