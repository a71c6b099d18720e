"""When to try a delivery again, when to give it up, and when the next channel is to be used beside it."""

import zlib
from datetime import datetime, timedelta

from watchbill.kernel.ids import DeliveryId
from watchbill.oncall.model import Delivery, Receipt

__all__ = ["FAIL_OVER_AFTER", "GIVE_UP_AFTER", "RETRY_AFTER_CAP", "fails_over", "next_try"]

# Seconds before the 2nd, 3rd ... attempt; the last repeats. A provider that is down for ten minutes is found again soon.
_PAUSES_S = (1, 2, 4, 8, 15, 30, 60)
GIVE_UP_AFTER = timedelta(minutes=15)
# F13: with a provider that is down the next channel is used within 60 s; two hanging attempts (10 s each) fit before that.
FAIL_OVER_AFTER = timedelta(seconds=25)
RETRY_AFTER_CAP = timedelta(minutes=5)


def next_try(delivery: Delivery, receipt: Receipt, now: datetime) -> datetime | None:
    """When a temporary failure is tried again; None: given up. A provider's Retry-After is obeyed, up to five minutes."""
    first = delivery.first_tried_at or now
    if now - first >= GIVE_UP_AFTER:
        return None
    pause_s = _PAUSES_S[min(delivery.attempts, len(_PAUSES_S)) - 1] * (1 + _spread(delivery.id, delivery.attempts) / 4)
    asked_s = min(receipt.retry_after_s or 0.0, RETRY_AFTER_CAP.total_seconds())
    return now + timedelta(seconds=max(pause_s, asked_s))


def fails_over(delivery: Delivery, next_at: datetime | None, now: datetime) -> bool:
    """Whether the person's next channel is to be used now: this one is given up, or would keep them waiting too long."""
    first = delivery.first_tried_at or now
    return next_at is None or now - first >= FAIL_OVER_AFTER or next_at - first > 2 * FAIL_OVER_AFTER


def _spread(delivery: DeliveryId, attempt: int) -> float:
    """0..1 by the delivery's own id: those that failed together do not come back together, and a test can foresee it."""
    return zlib.crc32(f"{delivery}:{attempt}".encode()) / 2**32
