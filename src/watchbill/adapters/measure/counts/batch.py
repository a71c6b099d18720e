"""What goes into the store in one append, and what is known of each source afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from watchbill.kernel.instants import floor_minute
from watchbill.slo.model import Bucket, series_of

__all__ = ["Batch", "Cell", "Source", "pushed", "pushed_source"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Events to add to one minute of one series; `good` is counted inside `total`. Both 0: the minute is known and was quiet."""

    series: str
    minute: int  # minutes since 1970-01-01T00:00Z
    good: int
    total: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Cells of one source, with where the source stands after them: both are saved in the same append.

    `batch` names it: the same name from the same source a second time changes nothing. `position` is the reader's own
    bookkeeping, JSON-able, given back by `CountsStore.source`. `read` and `rejected` are added to the source's counters.
    """

    source: str
    cells: Sequence[Cell]
    position: Mapping[str, Any] | None = None  # Any: the reader's own
    batch: str | None = None
    mark: int | None = None  # minute of the newest event that the source has shown
    read: int = 0
    rejected: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)  # how many of the rejected for each reason
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)  # a few of each
    reset: bool = False  # forget what was known of the source before: it is counted anew


@dataclass(slots=True)
class Source:
    """What is known of a source: its position, its own high-water mark, counters, late corrections, the batches it sent."""

    position: dict[str, Any] = field(default_factory=dict)  # Any: the reader's own
    mark: int | None = None
    read: int = 0
    rejected: int = 0
    late: int = 0  # cells that changed a minute older than the mark
    late_at: int | None = None  # the newest minute that was corrected so
    reasons: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[str]] = field(default_factory=dict)  # the latest few of each reason
    batches: dict[str, int] = field(default_factory=dict)  # batch id -> minute in which it was taken


def pushed_source(sli: str) -> str:
    """The source under which counts are kept that somebody else measured."""
    return f"push:{sli}"


def pushed(sli: str, batch: str, minutes: Sequence[Bucket]) -> Batch:
    """Such counts as a batch, with those of their groups."""
    series = [(sli, one) for one in minutes]
    series += [(series_of(sli, group), one) for one in minutes for group in one.groups]
    cells = [Cell(name, int(floor_minute(one.start).timestamp()) // 60, one.good, one.total) for name, one in series]
    mark = max((cell.minute for cell in cells), default=None)
    return Batch(pushed_source(sli), cells, batch=batch, mark=mark, read=sum(one.total for one in minutes))
