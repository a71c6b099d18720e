"""Follows logs for the SLIs that read them: from their start, through rotation and truncation, exactly once.

The position of a reader and the counts that it found go into the counts store in one append, so that a kill at any moment
neither doubles nor loses an event. SLIs that stand at the same place of a file are counted in one pass and saved with one
sync.
"""

import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from watchbill.adapters.measure.contributors import Contributors
from watchbill.adapters.measure.counting import Counting, Readers, definition_of, source_of
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.files import (
    HEAD,
    Place,
    beginning_of,
    expand,
    find_earlier,
    find_rest,
    is_packed,
    is_remote,
    is_same,
    place_of,
    rotated_after,
    rotation_base,
    size_of,
)  # fmt: skip
from watchbill.adapters.measure.reading.parquet import is_parquet, is_whole
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, WatchbillError
from watchbill.slo.model import Logs, ReadFrom, Sli

__all__ = ["LogFollower"]


class LogFollower:
    """`cycle` is the worker's loop body. `late_arrival` behind a source's own newest event a minute is final."""

    def __init__(self, counts: CountsStore, clock: Clock, *, contributors: Contributors | None = None) -> None:
        self._counts = counts
        self._counting = Counting(counts, clock, contributors=contributors)
        self._lock = threading.Lock()
        self.troubles: dict[str, str] = {}  # what is wrong at present, by SLI

    def cycle(self, slis: Sequence[Sli]) -> int:
        """Read what is new in every log, a bounded amount of each; the number of lines read. Never raises for one bad log."""
        lines = 0
        with self._lock:
            found: dict[str, str] = {}
            for path, readers in _by_file(slis).items():
                try:
                    lines += self._read(path, readers)
                    found |= {sli.name: blind for sli in readers if (blind := self._blind(sli, path))}
                except (OSError, WatchbillError) as wrong:
                    found |= dict.fromkeys((sli.name for sli in readers), f"{path}: {wrong}")
            self.troubles = found
        return lines

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            self._counting.close()

    def _blind(self, sli: Sli, path: str) -> str:
        """Which groups cannot be told because the log has no such column; the whole is counted all the same."""
        position = self._counts.source(source_of(sli.name, path)).position
        missing = {name for columns in sli.groupings for name in columns} & set(position.get("missing", ()))
        return f"group_by: {position['format']} logs have no column {', '.join(sorted(missing))}" if missing else ""

    def _read(self, path: str, slis: Sequence[Sli]) -> int:
        known = size_of(path)
        if known is None:
            raise Invalid("path", "there is no such file", hint="is the log written yet?")
        standing: dict[tuple[object, ...], list[Sli]] = {}
        places: dict[tuple[object, ...], Place] = {}
        for sli in slis:
            assert isinstance(sli.source, Logs)
            place = self._place(sli, path, known)
            key = (place, self._counts.source(source_of(sli.name, path)).mark, sli.source, sli.late_minutes)
            standing.setdefault(key, []).append(sli)
            places[key] = place
        # Saved before anything is read: the log's beginning is known from now on, and its end is where it was when we came.
        self._counting.begin({sli: place for key, place in places.items() for sli in standing[key]}, path)
        return sum(
            self._go_on(places[key], Readers(path, tuple(readers), self._mark(readers[0], path)), known)
            for key, readers in standing.items()
        )

    def _mark(self, sli: Sli, path: str) -> int | None:
        return self._counts.source(source_of(sli.name, path)).mark

    # --- where a reader stands

    def _place(self, sli: Sli, path: str, known: tuple[int, int]) -> Place:
        """Where this SLI's reader stands; a new one at the start or, if so asked, at the end.

        Where the SLI counts something else than before, it starts anew if the whole log is still there.
        """
        position = self._counts.source(source_of(sli.name, path)).position
        if not position:
            at_end = isinstance(sli.source, Logs) and sli.source.read_from is ReadFrom.END
            return self._begin(sli, path, known, at_end=at_end)
        place = place_of(position)
        same = position.get("definition", definition_of(sli)) == definition_of(sli)
        if same or not (place.from_start and not place.done and is_same(path, place) and _reads_one(sli)):
            return place
        return self._counting.restart(sli, path, replace(place, offset=0, inside_long=False, sealed=0))

    def _begin(self, sli: Sli, path: str, known: tuple[int, int], *, at_end: bool) -> Place:
        """The beginning of a file, or where the SLI came to in it under another of its names."""
        head, head_size = beginning_of(path)
        if at_end and (is_packed(path) or is_parquet(path)):
            return Place(known[0], head, head_size, 0, sealed=known[1])
        fresh = Place(known[0], head, head_size, known[1] if at_end else 0, from_start=not at_end)
        read = self._furthest(sli, path, fresh)
        return replace(fresh, offset=max(fresh.offset, read), from_start=fresh.from_start and not read)

    def _furthest(self, sli: Sli, path: str, place: Place) -> int:
        """How far the SLI has read this very file under any name of the same log (a glob may name its rotated files as well)."""
        base, furthest = rotation_base(path), 0
        most = sys.maxsize if is_packed(path) else (size_of(path) or (0, 0))[1]
        prefix = source_of(sli.name, "")
        for name, source in self._counts.sources(prefix).items():
            if rotation_base(name.removeprefix(prefix)) != base or not source.position:
                continue
            for head, head_size, offset in place_of(source.position).finished:
                if head_size and furthest < offset <= most and _begins_so(path, place, head, head_size):
                    furthest = offset
        return furthest

    # --- reading on

    def _go_on(self, place: Place, readers: Readers, known: tuple[int, int]) -> int:
        path, (inode, size) = readers.path, known
        if is_parquet(path):
            return self._parquet(place, readers, size)
        if is_packed(path):
            return self._packed(place, readers, known)
        if size < place.offset or not is_same(path, place) or _came_and_went(path, place):
            return self._after_rotation(place, readers)
        if size == place.offset:
            return 0
        if place.inode != inode or place.head_size < min(size, HEAD):
            head, head_size = beginning_of(path)
            place = replace(place, inode=inode, head=head, head_size=head_size)
        return self._counting.count(path, place, readers, until=size, whole=False)[0]

    def _packed(self, place: Place, readers: Readers, known: tuple[int, int]) -> int:
        """A packed file is read to its end, once; it is read again only where it has grown, from where it ended."""
        if is_same(readers.path, place):
            if place.sealed == known[1]:
                return 0
        else:
            place = self._begin(readers.slis[0], readers.path, known, at_end=False)
        if place.head_size < HEAD:
            head, head_size = beginning_of(readers.path)
            place = replace(place, head=head, head_size=head_size)
        lines, place, readers = self._counting.count(readers.path, place, readers, until=None, whole=True)
        self._counting.move(readers, replace(place, sealed=known[1]))
        return lines

    def _parquet(self, place: Place, readers: Readers, size: int) -> int:
        """A Parquet file is counted once, whole, when its writer is done."""
        if place.sealed == size and is_same(readers.path, place):
            return 0
        if not is_whole(readers.path):
            raise Invalid("path", "the Parquet file is not complete yet")
        head, head_size = beginning_of(readers.path)
        fresh = Place(
            (size_of(readers.path) or (0, 0))[0], head, head_size, 0, done=place.done, from_start=place.from_start
        )
        return self._counting.count_parquet(readers.path, fresh, readers, size)

    def _after_rotation(self, place: Place, readers: Readers) -> int:
        """Read the rest of the old file where it lies now, then those that came and went since, then begin the new one."""
        path, lines = readers.path, 0
        rest = find_rest(path, place)
        if rest is not None:
            known = {self._furthest(sli, rest, place) for sli in readers.slis}
            if len(known) > 1:  # some read a part of it under its new name already: each for itself
                return sum(self._after_rotation(place, replace(readers, slis=(sli,))) for sli in readers.slis)
            head, head_size = beginning_of(rest)  # it may have grown since we looked
            place = replace(place, offset=max(place.offset, *known), head=head, head_size=head_size)
            lines, place, readers = self._counting.count(rest, place, readers, until=None, whole=True)
        elif not place.head_size:
            rest = find_earlier(path, place)  # it was empty when we saw it: it came after the one before it
        for missed in rotated_after(path, rest) if rest is not None else ():
            place = self._next(readers, missed, place)
            read, place, readers = self._counting.count(missed, place, readers, until=None, whole=True)
            lines += read
        place = self._next(readers, path, place)
        self._counting.move(readers, place)
        size = (size_of(path) or (0, 0))[1]
        return lines + (
            self._counting.count(path, place, readers, until=size, whole=False)[0] if size > place.offset else 0
        )

    def _next(self, readers: Readers, path: str, before: Place) -> Place:
        """The beginning of the file that follows."""
        begun = self._begin(readers.slis[0], path, size_of(path) or (0, 0), at_end=False)
        return replace(begun, done=before.finished, format=before.format, from_start=before.from_start)


def _begins_so(path: str, place: Place, head: str, head_size: int) -> bool:
    if head_size == place.head_size:
        return head == place.head
    return head_size < place.head_size and is_same(path, replace(place, head=head, head_size=head_size))


def _came_and_went(path: str, place: Place) -> bool:
    """Whether a file that was empty when we saw it was written and packed since; an inode may be given to the next one."""
    earlier = None if place.head_size else find_earlier(path, place)
    return earlier is not None and bool(rotated_after(path, earlier))


def _reads_one(sli: Sli) -> bool:
    """Whether the SLI reads one file and no glob."""
    return isinstance(sli.source, Logs) and expand(sli.source.path) == [sli.source.path]


def _by_file(slis: Sequence[Sli]) -> Mapping[str, list[Sli]]:
    found: dict[str, list[Sli]] = {}
    for sli in slis:
        if isinstance(sli.source, Logs) and sli.good is not None and not is_remote(sli.source.path):
            for path in expand(sli.source.path):
                found.setdefault(path, []).append(sli)
    return found
