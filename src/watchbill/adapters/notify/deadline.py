"""One deadline for a whole exchange: a peer that drips a byte a second must not hold a sending slot for minutes."""

import io
import socket
from collections.abc import Callable
from typing import Any

__all__ = ["Deadline", "timed_file"]


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


def timed_file(sock: socket.socket, deadline: Deadline) -> io.BufferedReader:
    """A file to read the socket by, each read of which ends at the deadline at the latest."""
    return io.BufferedReader(_Reader(sock, deadline))


class _Reader(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # Any: a writable buffer, as io.RawIOBase types it
        self._sock.settimeout(self._deadline.left)
        return self._sock.recv_into(buffer)
