"""Log files over time: which file a position belongs to, and where its rest lies after a rotation."""

import glob
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from watchbill.adapters.measure.reading.streams import open_stream
from watchbill.kernel.errors import Invalid

__all__ = ["Place", "beginning_of", "expand", "find_rest", "size_of"]

_HEAD = 256  # bytes that tell one log from another
_PACKED = (".gz", ".zst")
_GLOB = set("*?[")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands in a file: its inode, how it begins, and the first byte that was not read."""

    inode: int
    head: str
    head_size: int
    offset: int
    inside_long: bool = False
    format: str = ""


def expand(path: str) -> list[str]:
    """The files that a path or glob names, by name; a plain path is named whether it exists or not."""
    return sorted(glob.glob(path)) if _GLOB & set(path) else [path]  # noqa: PTH207 - the pattern is one text, folders and all


def size_of(path: str) -> tuple[int, int] | None:
    """(inode, size); None where there is no such file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one call of a hot loop
    except OSError:
        return None
    return found.st_ino, found.st_size


def beginning_of(path: str, size: int = _HEAD) -> tuple[str, int]:
    """A digest of the first bytes (unpacked), and how many those were."""
    space = np.empty(size, dtype=np.uint8)
    stream = open_stream(path)
    try:
        got = stream.read_into(space)
    finally:
        stream.close()
    return hashlib.blake2b(space[:got].tobytes(), digest_size=16).hexdigest(), got


def is_same(path: str, place: Place) -> bool:
    """Whether the file begins as the one that the place belongs to."""
    try:
        return beginning_of(path, place.head_size) == (place.head, place.head_size)
    except Invalid:
        return False


def find_rest(path: str, place: Place) -> str | None:
    """Where the file that was read lies now: under a rotated name (`app.log.1`), or packed (`app.log.1.gz`)."""
    for neighbour in _neighbours(path):
        known = size_of(neighbour)
        if known is None:
            continue
        packed = neighbour.endswith(_PACKED)
        if (packed or known[0] == place.inode or known[1] >= place.offset) and is_same(neighbour, place):
            return neighbour
    return None


def _neighbours(path: str) -> Iterator[str]:
    """Files beside it whose names begin alike, the youngest first."""
    folder, name = Path(path).parent, Path(path).name
    stem = name.split(".")[0]
    found = [one for one in folder.glob(f"{glob.escape(stem)}*") if one.name != name and one.is_file()]
    yield from (str(one) for one in sorted(found, key=lambda one: one.stat().st_mtime, reverse=True))
