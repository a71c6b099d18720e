"""The counts store of several nodes: young minutes in PostgreSQL, final ones in a Prometheus-compatible store.

Each node evaluates on a copy of its own, in the form of the embedded store, so that a tick costs the same at any size. The
copy follows the log of appends; one that has fallen behind the log, or is new, is made from both stores. It can be thrown away
at any time. Appends, positions and batch ids are PostgreSQL's: what it has committed counts, once, whichever node did it.
"""

import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from watchbill.adapters.measure.counts.batch import Batch, Cell, Source
from watchbill.adapters.measure.counts.day import DAY
from watchbill.adapters.measure.counts.postgresql import YOUNG, Moving, PostgresqlMinutes
from watchbill.adapters.measure.counts.store import CountsStore
from watchbill.kernel.clock import Clock
from watchbill.kernel.crashpoint import crashpoint
from watchbill.slo.model import Bound, Bucket, WindowSum

__all__ = ["Remote", "SharedCounts"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_COPY = "shared"  # the copy's own source: how far it has followed the log
_DAYS = 90
_MOST_MOVED = 20_000
_LOG_KEPT = 1440  # minutes
_CHUNK = 50_000


class Remote(Protocol):
    """Where final minutes lie."""

    def write(self, minutes: Sequence[Moving]) -> None:
        """Send minutes; sending them again changes nothing."""

    def read(self, start: int, end: int) -> Iterable[Moving]:
        """Every minute of [start, end), part by part."""


class SharedCounts(CountsStore):
    """`young` minutes behind the newest one are still changed. `look_every_s`: how old a copy may be when it is asked."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        shared: PostgresqlMinutes,
        remote: Remote,
        *,
        young: int = 15,
        look_every_s: float = 1.0,
    ) -> None:
        super().__init__(folder, clock)
        self._shared, self._remote, self._young, self._look_every_s = shared, remote, young, look_every_s
        self._seen: dict[str, int] = {}
        self._looked_at: float | None = None

    # --- taking counts in

    def append(self, batch: Batch) -> bool:
        """Add a batch with its source's position, durably, all of it or nothing; False where it was taken before.

        Raises Unavailable where another node has moved the source on since this one asked for its position.
        """
        now = self._minute()
        with self._lock:
            seen = self._seen.pop(batch.source, None)
            oldest = (now // DAY - _DAYS + 1) * DAY
            taken = self._shared.append(batch, taken=now, oldest=oldest, seen=seen)
            self._follow(at_once=taken)
            return taken

    def append_all(self, batches: Sequence[Batch]) -> bool:
        """One after the other, a transaction each; False where none was new."""
        taken = [self.append(batch) for batch in batches]
        return any(taken)

    def source(self, name: str) -> Source:
        """What is known of a source, on all nodes."""
        found, revision = self._shared.source(name)
        with self._lock:
            self._seen[name] = revision
        return found

    # --- asking: the embedded store's answers, from a copy that is new enough

    def first_minute(self, sli: str) -> datetime | None:
        """The first minute with data."""
        with self._lock:
            self._follow()
            return super().first_minute(sli)

    def sums(self, sli: str, minutes: Sequence[int], at: datetime) -> list[WindowSum]:
        """Windows that end with the minute of `at`."""
        with self._lock:
            self._follow()
            return super().sums(sli, minutes, at)

    def between(self, sli: str, start: datetime, end: datetime) -> WindowSum:
        """Every minute that starts in [start, end)."""
        with self._lock:
            self._follow()
            return super().between(sli, start, end)

    def compare(self, bounds: tuple[Bound, ...], at: datetime) -> bytes:
        """One verdict a bound."""
        with self._lock:
            self._follow()
            return super().compare(bounds, at)

    def series(self, sli: str, start: datetime, end: datetime, step_minutes: int = 1) -> list[Bucket]:
        """Every step of [start, end), in order."""
        with self._lock:
            self._follow()
            return super().series(sli, start, end, step_minutes)

    # --- keeping

    def settle(self, young: int | None = None) -> int:
        """Move minutes that have become final into the metrics store; how many have arrived. For one node at a time.

        `young`: as many minutes behind now may still change, where somebody waits longer for late events than usual.

        A minute stays in PostgreSQL until it was read back from where it went, so that a crash anywhere loses nothing.
        """
        self._shared.send_off(self._minute() - max(self._young, young or 0), _MOST_MOVED)
        crashpoint("counts.after_send_off")
        moving = self._shared.moving(_MOST_MOVED)
        if not moving:
            return 0
        self._remote.write(moving)
        crashpoint("counts.after_remote_write")
        there = set(self._remote.read(min(one.minute for one in moving), max(one.minute for one in moving) + 1))
        arrived = [one for one in moving if one in there]
        if arrived:
            self._shared.arrived(arrived)
        return len(arrived)

    def compact(self) -> int:
        """As the embedded store, and forget what is past its time in PostgreSQL."""
        now = self._minute()
        self._shared.forget(log_before=now - _LOG_KEPT, batches_before=now - _DAYS * DAY)
        return super().compact()

    def _minute(self) -> int:
        return (self._clock.now() - _EPOCH) // _MINUTE

    def _follow(self, *, at_once: bool = False) -> None:
        """Apply what was appended by any node since; asked within `look_every_s` again, the copy is new enough."""
        now = self._clock.monotonic()
        if not at_once and self._looked_at is not None and now - self._looked_at < self._look_every_s:
            return
        while True:
            seq = super().source(_COPY).position.get("seq")
            entries = None if seq is None else self._shared.after(int(seq))
            if entries is None:
                self._make_anew()
                continue
            if not entries:
                break
            cells = [Cell(*cell) for _, one in entries for cell in one]
            super().append(Batch(_COPY, cells, position={"seq": entries[-1][0]}))
        self._looked_at = now

    def _make_anew(self) -> None:
        """From both stores. What PostgreSQL has in hand wins over the same minute in the metrics store.

        Samples behind a part's newest minute as of the cut were sent off after it: they are still among the cut's young ones.
        """
        super().close()
        shutil.rmtree(self._folder)
        self._load()
        cut = self._shared.cut()
        end = self._minute()
        known = {
            (one.series, one.minute, one.part): one
            for one in self._remote.read((end // DAY - _DAYS + 1) * DAY, end + 1)
            if one.minute <= cut.newest.get((one.series, one.part), YOUNG)
        }
        known |= {(one.series, one.minute, one.part): one for one in cut.minutes}
        cells = [Cell(one.series, one.minute, one.good, one.total) for one in known.values()]
        for start in range(0, len(cells), _CHUNK):
            super().append(Batch(_COPY, cells[start : start + _CHUNK]))
        # Only now: a copy that was interrupted before has no position, and is made again.
        super().append(Batch(_COPY, (), position={"seq": cut.seq}))
