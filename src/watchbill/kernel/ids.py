"""Ids: typed, prefixed, sortable by the time they were made. The table of prefixes is the list of all kinds of records."""

import secrets
import threading
from collections.abc import Callable
from typing import NewType, Protocol, TypeVar

from watchbill.kernel.clock import Clock

__all__ = [
    "KINDS",
    "ActionItemId",
    "AdjustmentId",
    "AlertId",
    "BulletinId",
    "ChangeId",
    "CommentId",
    "DeliveryId",
    "DeviceId",
    "DutyId",
    "EscalationId",
    "EventId",
    "ExecutionId",
    "FeedId",
    "GateDecisionId",
    "HandoffId",
    "IdSource",
    "Ids",
    "IncidentId",
    "JobId",
    "LeaveId",
    "OverrideId",
    "PageId",
    "PersonId",
    "PostmortemId",
    "ReviewId",
    "RunbookRunId",
    "SessionId",
    "ShiftId",
    "StatusReportId",
    "SubscriberId",
    "SurveyId",
    "SwapId",
    "TaskId",
    "TicketId",
    "TimelineId",
    "TokenId",
    "UpdateId",
    "kind_of",
]  # fmt: skip

ActionItemId = NewType("ActionItemId", str)
AdjustmentId = NewType("AdjustmentId", str)
AlertId = NewType("AlertId", str)
BulletinId = NewType("BulletinId", str)
ChangeId = NewType("ChangeId", str)
CommentId = NewType("CommentId", str)
DeliveryId = NewType("DeliveryId", str)
DeviceId = NewType("DeviceId", str)
DutyId = NewType("DutyId", str)
EscalationId = NewType("EscalationId", str)
EventId = NewType("EventId", str)
FeedId = NewType("FeedId", str)
ExecutionId = NewType("ExecutionId", str)
GateDecisionId = NewType("GateDecisionId", str)
HandoffId = NewType("HandoffId", str)
IncidentId = NewType("IncidentId", str)
JobId = NewType("JobId", str)
LeaveId = NewType("LeaveId", str)
OverrideId = NewType("OverrideId", str)
PageId = NewType("PageId", str)
PersonId = NewType("PersonId", str)
PostmortemId = NewType("PostmortemId", str)
ReviewId = NewType("ReviewId", str)
RunbookRunId = NewType("RunbookRunId", str)
SessionId = NewType("SessionId", str)
StatusReportId = NewType("StatusReportId", str)
SubscriberId = NewType("SubscriberId", str)
SwapId = NewType("SwapId", str)
ShiftId = NewType("ShiftId", str)
SurveyId = NewType("SurveyId", str)
TaskId = NewType("TaskId", str)
TicketId = NewType("TicketId", str)
TimelineId = NewType("TimelineId", str)
TokenId = NewType("TokenId", str)
UpdateId = NewType("UpdateId", str)

# NewType name -> (prefix, what people call the kind).
KINDS: dict[str, tuple[str, str]] = {
    "ActionItemId": ("act", "action item"),
    "AdjustmentId": ("adj", "budget adjustment"),
    "AlertId": ("alr", "alert"),
    "BulletinId": ("bul", "status page bulletin"),
    "ChangeId": ("chg", "change"),
    "CommentId": ("cmt", "comment"),
    "DeliveryId": ("dlv", "delivery"),
    "DeviceId": ("dev", "device"),
    "DutyId": ("dut", "budget duty"),
    "EscalationId": ("esc", "escalation"),
    "EventId": ("evt", "event"),
    "FeedId": ("fee", "calendar feed"),
    "ExecutionId": ("exe", "execution"),
    "GateDecisionId": ("gat", "gate decision"),
    "HandoffId": ("hof", "hand-over"),
    "IncidentId": ("inc", "incident"),
    "JobId": ("job", "job"),
    "LeaveId": ("lea", "leave"),
    "OverrideId": ("ovr", "override"),
    "PageId": ("pag", "page"),
    "PersonId": ("per", "person"),
    "PostmortemId": ("pm", "postmortem"),
    "ReviewId": ("rev", "SLO review"),
    "RunbookRunId": ("rbr", "runbook run"),
    "SessionId": ("ses", "session"),
    "StatusReportId": ("rep", "report by a visitor"),
    "SubscriberId": ("sbs", "status page subscriber"),
    "SwapId": ("swp", "shift swap"),
    "ShiftId": ("shf", "shift"),
    "SurveyId": ("srv", "survey"),
    "TaskId": ("tsk", "task"),
    "TicketId": ("tkt", "ticket"),
    "TimelineId": ("tml", "timeline entry"),
    "TokenId": ("tok", "token"),
    "UpdateId": ("upd", "status update"),
}
_KIND_OF_PREFIX = dict(KINDS.values())
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [high + low for high in _CROCKFORD for low in _CROCKFORD]
_TIME_DIGITS, _RANDOM_BITS, _RANDOM_DIGITS = 10, 80, 16

T = TypeVar("T", bound=str)


class Ids(Protocol):
    """Makes ids; injected, so that tests get the same ones each time."""

    def new(self, of: Callable[[str], T]) -> T:
        """A fresh id of the given type: `ids.new(IncidentId)`."""


class IdSource:
    """ULID-shaped ids: 48 bits of milliseconds, 80 random bits; strictly rising within one process."""

    def __init__(self, clock: Clock, random_bits: Callable[[int], int] = secrets.randbits) -> None:
        self._clock = clock
        self._random_bits = random_bits
        self._lock = threading.Lock()
        self._last = (0, 0)

    def new(self, of: Callable[[str], T]) -> T:
        """A fresh id; two made in one millisecond keep their order."""
        millis = int(self._clock.now().timestamp() * 1000)
        with self._lock:
            last_millis, last_random = self._last
            if millis <= last_millis:
                millis, noise = last_millis, last_random + 1
            else:
                # The top bit stays free, so that counting up within a millisecond never overflows.
                noise = self._random_bits(_RANDOM_BITS - 1)
            self._last = (millis, noise)
        prefix = KINDS[getattr(of, "__name__", "")][0]
        return of(f"{prefix}_{_base32(millis, _TIME_DIGITS)}{_base32(noise, _RANDOM_DIGITS)}")


def kind_of(identifier: str) -> str | None:
    """`incident` for `inc_...`; None where the text is no id."""
    prefix, underscore, rest = identifier.partition("_")
    return _KIND_OF_PREFIX.get(prefix) if underscore and rest else None


def _base32(number: int, digits: int) -> str:
    """Two digits at a time; every record of a storm gets an id, so this runs often. `digits` is even."""
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in range((digits - 2) * 5, -1, -10)])
