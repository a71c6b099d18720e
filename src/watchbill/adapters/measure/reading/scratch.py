"""Scratch files in memory: the only files that DuckDB may open, so that no path of a user ever reaches it."""

import contextlib
import mmap
import os
import tempfile
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

__all__ = ["Bytes", "Scratch"]

Bytes = npt.NDArray[np.uint8]


class Scratch:
    """A file of up to `capacity` bytes, kept in memory and used again for every block.

    Linux gives a file without a name (memfd); elsewhere it is a private temporary file.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._named: str | None = None
        if hasattr(os, "memfd_create"):
            self._fd = os.memfd_create("watchbill-block", os.MFD_CLOEXEC)
            self.path = f"/proc/self/fd/{self._fd}"
        else:  # pragma: no cover - Linux has memfd
            self._fd, self._named = tempfile.mkstemp(prefix="watchbill-")
            self.path = self._named
        os.ftruncate(self._fd, capacity)
        self._map = mmap.mmap(self._fd, capacity)
        self.bytes: Bytes = np.frombuffer(self._map, dtype=np.uint8)
        self._size = capacity

    def open(self) -> Bytes:
        """The whole capacity, to be written to. What `close_at` cut off reads as zeros."""
        self._resize(self.capacity)
        return self.bytes

    def close_at(self, size: int) -> Bytes:
        """Make the file end after `size` bytes and give them; nothing beyond may be touched until `open`."""
        self._resize(size)
        return self.bytes[:size]

    def hold(self, content: bytes | Bytes) -> Bytes:
        """Make this the file's content."""
        size = len(content)
        self.open()[:size] = np.frombuffer(content, dtype=np.uint8) if isinstance(content, bytes) else content
        return self.close_at(size)

    def _resize(self, size: int) -> None:
        if size != self._size:
            os.ftruncate(self._fd, size)
            self._size = size

    def close(self) -> None:
        """Give the memory back."""
        del self.bytes
        # Somebody may still hold a view (a sample in a report): then the map goes with the last of them.
        with contextlib.suppress(BufferError):
            self._map.close()
        os.close(self._fd)
        if self._named:  # pragma: no cover - Linux has memfd
            os.unlink(self._named)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
