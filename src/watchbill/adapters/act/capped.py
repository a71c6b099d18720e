"""Keeps the beginning and the end of an output of any length in bounded memory."""

from collections import deque

__all__ = ["Capped"]


class Capped:
    """At most `limit` bytes of what is added: its first half and its last half."""

    def __init__(self, limit: int) -> None:
        self._head_limit, self._tail_limit = limit - limit // 2, limit // 2
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self.total = 0

    def add(self, chunk: bytes) -> None:
        """Take a chunk; the middle of a long output is forgotten."""
        self.total += len(chunk)
        room = self._head_limit - len(self._head)
        if room > 0:
            self._head += chunk[:room]
            chunk = chunk[room:]
        if not chunk:
            return
        self._tail.append(chunk[-self._tail_limit :] if self._tail_limit else b"")
        self._tail_size += len(self._tail[-1])
        while self._tail and self._tail_size - len(self._tail[0]) >= self._tail_limit:
            self._tail_size -= len(self._tail.popleft())

    def text(self) -> bytes:
        """What was kept, with a line that says how much was left out."""
        tail = b"".join(self._tail)[-self._tail_limit :] if self._tail_limit else b""
        left_out = self.total - len(self._head) - len(tail)
        middle = f"\n[... {left_out} bytes left out ...]\n".encode() if left_out > 0 else b""
        return bytes(self._head) + middle + tail
