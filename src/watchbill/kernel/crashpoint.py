"""Named places at which a test may kill the process, to prove that nothing acknowledged is lost."""

import os
import threading

__all__ = ["CRASH_EXIT", "crashpoint"]

CRASH_EXIT = 137  # what a shell reports for kill -9
_lock = threading.Lock()
_hits = 0


def crashpoint(name: str) -> None:
    """Do nothing, unless WATCHBILL_CRASHPOINT is `NAME` or `NAME:N`: then end the process at the N-th visit, at once."""
    wanted = os.environ.get("WATCHBILL_CRASHPOINT")
    if not wanted:
        return
    target, _, count = wanted.partition(":")
    if target != name:
        return
    global _hits  # noqa: PLW0603 - one counter a process is the point
    with _lock:
        _hits += 1
        if _hits >= int(count or 1):
            os._exit(CRASH_EXIT)
