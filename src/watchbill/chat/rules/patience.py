"""When something that a chat did not take is tried again, and when it is given up."""

from datetime import datetime, timedelta

from watchbill.chat.model import Post
from watchbill.oncall.model import Receipt

__all__ = ["COMMAND_LIFE", "GIVE_UP_AFTER", "next_try"]

_PAUSES_S = (1, 2, 5, 10, 30, 60, 120, 300)
GIVE_UP_AFTER = timedelta(hours=6)  # by then people have found another place to talk
COMMAND_LIFE = timedelta(minutes=15)  # a command that was said longer ago is not carried out unasked


def next_try(post: Post, receipt: Receipt, now: datetime) -> datetime | None:
    """The moment; None: given up. A provider's Retry-After is obeyed, up to five minutes."""
    if now - post.created_at >= GIVE_UP_AFTER:
        return None
    pause_s = _PAUSES_S[min(post.attempts, len(_PAUSES_S)) - 1]
    return now + timedelta(seconds=max(pause_s, min(receipt.retry_after_s or 0.0, _PAUSES_S[-1])))
