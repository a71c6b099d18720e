"""The journal: every append as one record with a check sum, on disk before anything else is touched."""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from watchbill.kernel.errors import Unavailable

__all__ = ["Journal"]

_HEAD = struct.Struct("<II")  # length, CRC-32 of the payload
_MAX_RECORD = 64 << 20


class Journal:
    """One file of records; a torn tail, as a crash leaves it, is cut off when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch(mode=0o600, exist_ok=True)
        self._file = path.open("r+b", buffering=0)
        self._size = 0

    def replay(self) -> Iterator[bytes]:
        """The payloads, oldest first; afterwards the file ends behind the last whole record."""
        data = self.path.read_bytes()
        at = 0
        while at + _HEAD.size <= len(data):
            length, check = _HEAD.unpack_from(data, at)
            payload = data[at + _HEAD.size : at + _HEAD.size + length]
            if length > _MAX_RECORD or len(payload) < length or zlib.crc32(payload) != check:
                break
            at += _HEAD.size + length
            yield payload
        self._size = at
        if at != len(data):
            self._file.truncate(at)
            os.fsync(self._file.fileno())

    def append(self, *payloads: bytes) -> None:
        """On disk when it returns; where the disk refuses, the file is cut back and Unavailable is raised."""
        record = b"".join(_HEAD.pack(len(payload), zlib.crc32(payload)) + payload for payload in payloads)
        try:
            self._file.seek(self._size)
            whole = self._file.write(record) == len(record)
            os.fsync(self._file.fileno())
        except OSError as wrong:
            self._file.truncate(self._size)
            raise Unavailable(f"the counts journal cannot be written: {wrong}", hint="is the disk full?") from wrong
        if not whole:
            self._file.truncate(self._size)
            raise Unavailable("the counts journal was written in part only", hint="is the disk full?")
        self._size += len(record)

    @property
    def size(self) -> int:
        """Bytes of whole records."""
        return self._size

    def close(self) -> None:
        """Close the file."""
        self._file.close()
