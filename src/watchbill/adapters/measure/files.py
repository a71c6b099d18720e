"""Log files over time: which file a position belongs to, and where its rest lies after a rotation."""

import glob
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from watchbill.adapters.measure.reading.streams import open_stream
from watchbill.kernel.errors import Invalid

__all__ = [
    "HEAD", "Place", "beginning_of", "expand", "find_earlier", "find_rest", "is_packed", "is_remote", "is_same", "place_of", "rotated_after", "rotation_base", "size_of",
]  # fmt: skip

HEAD = 1024  # bytes that tell one log from another
_PACKED = (".gz", ".zst")
_GLOB = set("*?[")
_MOST_DONE = 40
# app.log.1, app.log-20261124, app.log.2026-11-24_03.gz; app-20261124.log; app.1.log
_STAMP = r"[.-]\d[\dT_:.-]*"
_SUFFIXED = re.compile(rf"(?P<name>.+?)(?:{_STAMP})?")
_INFIXED = re.compile(rf"(?P<stem>.+?){_STAMP}(?P<ending>\.[A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands in a file: its inode, how it begins, and the first byte that was not read.

    `sealed` is the size of a packed or Parquet file that was read to its end (offsets are those of the unpacked bytes).
    `done` are the files that this reader finished, as (head, head_size, offset), the latest last: a glob may name them again.
    `from_start` says that everything since the first byte of the log was counted.
    """

    inode: int
    head: str
    head_size: int
    offset: int
    inside_long: bool = False
    format: str = ""
    sealed: int = 0
    done: tuple[tuple[str, int, int], ...] = ()
    from_start: bool = False

    @property
    def finished(self) -> tuple[tuple[str, int, int], ...]:
        """`done` with this file as its last."""
        mine = ((self.head, self.head_size, self.offset),) if self.head_size else ()
        return (*self.done, *mine)[-_MOST_DONE:]


def place_of(position: Mapping[str, Any]) -> Place:  # Any: as it was saved
    """The place that a saved position tells of."""
    known = {name: position[name] for name in Place.__dataclass_fields__ if name in position}
    known["done"] = tuple((str(head), int(size), int(offset)) for head, size, offset in position.get("done", ()))
    return Place(**known)


def expand(path: str) -> list[str]:
    """The files that a path or glob names, by name; a plain path is named whether it exists or not."""
    return sorted(glob.glob(path)) if _GLOB & set(path) else [path]  # noqa: PTH207 - the pattern is one text, folders and all


def is_remote(path: str) -> bool:
    """Whether a log's path is an address: such logs are fetched, not followed."""
    return "://" in path


def is_packed(path: str) -> bool:
    """Whether the name says that the file is packed: its size says nothing of its lines then."""
    return path.endswith(_PACKED)


def size_of(path: str) -> tuple[int, int] | None:
    """(inode, size); None where there is no such file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one call of a hot loop
    except OSError:
        return None
    return found.st_ino, found.st_size


def beginning_of(path: str, size: int = HEAD) -> tuple[str, int]:
    """A digest of the first bytes (unpacked), and how many those were."""
    space = np.empty(size, dtype=np.uint8)
    stream = open_stream(path)
    try:
        got = stream.read_into(space)
    finally:
        stream.close()
    return hashlib.blake2b(space[:got].tobytes(), digest_size=16).hexdigest(), got


def is_same(path: str, place: Place) -> bool:
    """Whether the file begins as the one that the place belongs to; of an empty one only its inode tells."""
    if not place.head_size:
        return (size_of(path) or (0, 0))[0] == place.inode
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
        fits = is_packed(neighbour) or known[0] == place.inode or known[1] >= place.offset
        if fits and is_same(neighbour, place):
            return neighbour
    return None


def find_earlier(path: str, place: Place) -> str | None:
    """Where the file lies that was finished before this one."""
    if not place.done:
        return None
    head, head_size, offset = place.done[-1]
    return find_rest(path, replace(place, inode=0, head=head, head_size=head_size, offset=offset))


def rotated_after(path: str, rest: str) -> list[str]:
    """The log's rotated files that are younger than `rest`, the oldest first: what came and went while nobody read."""
    since = Path(rest).stat().st_mtime_ns
    base = rotation_base(path)
    found = [
        one
        for one in _neighbours(path)
        if rotation_base(one) == base and one != rest and Path(one).stat().st_mtime_ns > since
    ]
    return found[::-1]


def rotation_base(path: str) -> str:
    """The name under which a rotated log was written: `/var/log/app.log` for `app.log.1`, `app.log-20261124.gz`, `app-1.log`."""
    folder, name = os.path.split(path)
    name = name.removesuffix(".gz").removesuffix(".zst")
    infixed = _INFIXED.fullmatch(name)
    if infixed is not None:
        return str(Path(folder) / (infixed["stem"] + infixed["ending"]))
    suffixed = _SUFFIXED.fullmatch(name)
    return str(Path(folder) / (suffixed["name"] if suffixed is not None else name))


def _neighbours(path: str) -> Iterator[str]:
    """Files beside it whose names begin alike, the youngest first."""
    folder, name = Path(path).parent, Path(path).name
    stem = name.split(".")[0]
    found = [one for one in folder.glob(f"{glob.escape(stem)}*") if one.name != name and one.is_file()]
    yield from (str(one) for one in sorted(found, key=lambda one: one.stat().st_mtime_ns, reverse=True))
