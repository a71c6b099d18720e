"""What a checkpoint keeps beside the day files: names of the series, sources, and which journal goes on from here."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from watchbill.adapters.measure.counts.batch import Source
from watchbill.kernel.errors import Unavailable

__all__ = ["Record", "State", "load_state", "save_state"]


class Record(msgspec.Struct, array_like=True):
    """One record of the journal: cells with their new values (series name, minute, good, total), and the source after them."""

    source: str
    cells: list[tuple[str, int, int, int]]
    position: dict[str, object] | None
    batch: str | None
    mark: int | None
    read: int
    rejected: int
    late: int
    taken: int
    reasons: dict[str, int] = {}
    samples: dict[str, list[str]] = {}
    late_at: int | None = None
    reset: bool = False


@dataclass(slots=True)
class State:
    """`series` gives each series its column; `first` the first minute with data of each column."""

    journal: int = 0
    series: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)


def load_state(path: Path) -> State:
    """The last checkpoint; a fresh state where there is none."""
    if not path.exists():
        return State()
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except msgspec.DecodeError as wrong:
        raise Unavailable(
            f"{path} cannot be read: {wrong}", hint="restore it from a backup: `watchbill restore`"
        ) from wrong


def save_state(path: Path, state: State) -> None:
    """Replace the checkpoint; whoever reads finds the old one or the new one, whole."""
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(msgspec.json.encode(state))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
