"""Opens log files for reading from a byte on: plain, .gz, .zst, standard input. Nothing here knows about lines."""

import os
import stat
import zlib
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from watchbill.adapters.measure.reading.scratch import Bytes
from watchbill.kernel.errors import Invalid

__all__ = ["STDIN", "Peeked", "Stream", "open_stream"]

STDIN = "-"
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_CHUNK = 1 << 20
_GZIP_WINDOW = 31  # zlib: expect a gzip header


class Stream(Protocol):
    """Bytes in order."""

    @property
    def damage(self) -> str:
        """What was wrong where the end came too early."""

    def read_into(self, space: Bytes) -> int:
        """Fill from the front; 0 only at the end."""

    def close(self) -> None:
        """Give the file back."""


def open_stream(path: str, start: int = 0) -> Stream:
    """The (unpacked) bytes of a regular file from `start` on; raises Invalid for what is no readable regular file."""
    if path == STDIN:
        piped = os.fdopen(os.dup(0), "rb")
        return _Gzip(piped) if piped.peek(2).startswith(_GZIP) else _Plain(piped)
    if "://" in path:
        raise Invalid(
            "files",
            f"{path} is not read here: it is fetched by `slo try`, `logs check` and SLIs, or not at all",
            hint="pipe it in: curl URL | watchbill slo try --log -",
        )
    try:
        file = Path(path).open("rb", buffering=0)  # noqa: SIM115 - the stream owns and closes it
    except OSError as wrong:
        raise Invalid("files", f"cannot read {path}: {wrong.strerror}") from wrong
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise Invalid("files", f"{path} is not a regular file")
    magic = os.pread(file.fileno(), 4, 0)
    if magic.startswith(_GZIP):
        return _skipped(_Gzip(file), start)
    if magic == _ZSTD:
        file.close()
        from watchbill.adapters.measure.reading.zstd import Zstd

        return _skipped(Zstd(path), start)
    file.seek(start)
    return _Plain(file)


def _skipped(stream: Stream, start: int) -> Stream:
    """What is packed can only be read from its beginning."""
    space = np.empty(min(start, _CHUNK), dtype=np.uint8)
    while start > 0:
        got = stream.read_into(space[: min(start, _CHUNK)])
        if not got:
            break
        start -= got
    return stream


class _Plain:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.damage = ""

    def read_into(self, space: Bytes) -> int:
        view = memoryview(space)  # type: ignore[arg-type]  # numpy arrays are buffers
        size = 0
        while size < len(view):
            got = self._file.readinto(view[size:])  # type: ignore[attr-defined] # raw files have readinto
            if not got:
                break
            size += got
        return size

    def close(self) -> None:
        self._file.close()


class _Gzip:
    """Members one after the other, as log rotation writes them; a torn end gives what can be unpacked."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._unpack = zlib.decompressobj(_GZIP_WINDOW)
        self._packed = b""
        self._begun = False
        self.damage = ""

    def read_into(self, space: Bytes) -> int:
        size = 0
        while size < len(space):
            piece = self._next(len(space) - size)
            if not piece:
                break
            space[size : size + len(piece)] = np.frombuffer(piece, dtype=np.uint8)
            size += len(piece)
        return size

    def _next(self, most: int) -> bytes:
        while True:
            self._packed = self._packed or self._file.read(_CHUNK)
            if not self._packed:
                if self._begun and not self._unpack.eof:
                    self.damage = "the packed file ends too early"
                return b""
            self._begun = True
            try:
                piece = self._unpack.decompress(self._packed, most)
            except zlib.error as wrong:
                self.damage, self._packed, self._begun = f"the packed file is damaged: {wrong}", b"", False
                while self._file.read(_CHUNK):  # to the end, which a pipe has too
                    pass
                return b""
            self._packed = self._unpack.unconsumed_tail
            if self._unpack.eof:
                self._packed = self._unpack.unused_data.lstrip(b"\0")  # tape blocks are filled up with zeros
                self._unpack, self._begun = zlib.decompressobj(_GZIP_WINDOW), bool(self._packed)
            if piece:
                return piece

    def close(self) -> None:
        self._file.close()


class Peeked:
    """A stream whose beginning was looked at already."""

    def __init__(self, stream: Stream, size: int) -> None:
        self._stream = stream
        space = np.empty(size, dtype=np.uint8)
        self.head = space[: stream.read_into(space)].tobytes()
        self._left = self.head

    @property
    def damage(self) -> str:
        """What was wrong where the end came too early."""
        return self._stream.damage

    def read_into(self, space: Bytes) -> int:
        """Fill from the front; 0 only at the end."""
        size = min(len(self._left), len(space))
        space[:size] = np.frombuffer(self._left[:size], dtype=np.uint8)
        self._left = self._left[size:]
        return size + (self._stream.read_into(space[size:]) if size < len(space) else 0)

    def close(self) -> None:
        """Give the file back."""
        self._stream.close()
