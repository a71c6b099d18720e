"""One deadline for a whole exchange: a peer that drips a byte a second must not hold a sending slot for minutes."""

import io
import socket
from collections.abc import Callable
from typing import Any

__all__ = ["Deadline", "TimedReader"]


class Deadline:
    """So many seconds from now on; `monotonic` is the clock's."""

    def __init__(self, monotonic: Callable[[], float], seconds: float) -> None:
        self._monotonic = monotonic
        self._end = monotonic() + seconds
        self.seconds = seconds

    @property
    def left(self) -> float:
        """Seconds that remain; raises TimeoutError when none do."""
        left = self._end - self._monotonic()
        if left <= 0:
            raise TimeoutError(f"no answer within {self.seconds:g} s")
        return left

    def within(self, seconds: float) -> "Deadline":
        """A shorter deadline inside this one."""
        return Deadline(self._monotonic, min(seconds, self.left))


class TimedReader(io.RawIOBase):
    """Reads a socket; every read ends at the deadline at the latest. The deadline may be moved between reads."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self.deadline = deadline

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:  # Any: a writable buffer, as io.RawIOBase types it
        """Whatever has come, or comes before the deadline; raises TimeoutError."""
        self._sock.settimeout(self.deadline.left)
        return self._sock.recv_into(buffer)
