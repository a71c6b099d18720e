"""Counts logs that lie elsewhere for the SLIs that read them: a file is fetched when it is new or changed, counted, and let go.

Positions are kept as for local logs, by the file's address: what was counted is not counted again, a file that has grown is
counted from where it ended, and after a crash in the middle it is fetched again and goes on from there.
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from watchbill.adapters.measure.contributors import Contributors
from watchbill.adapters.measure.counting import Counting, Readers, source_of
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.counts.batch import Source
from watchbill.adapters.measure.files import HEAD, Place, beginning_of, is_packed, is_remote, is_same, place_of
from watchbill.adapters.measure.reading.parquet import is_parquet, is_whole
from watchbill.adapters.measure.remote.fetching import Fetcher, Found
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, WatchbillError
from watchbill.slo.model import Logs, ReadFrom, Sli

__all__ = ["RemoteLogs"]

_LOOK_EVERY_S = 60.0
_AT_ONCE = 20  # files a cycle, then others have their turn


class RemoteLogs:
    """`cycle` is a loop's body; it never raises for one bad log."""

    def __init__(
        self, counts: CountsStore, clock: Clock, fetcher: Fetcher, *, contributors: Contributors | None = None
    ) -> None:
        self._counts, self._clock, self._fetcher = counts, clock, fetcher
        self._counting = Counting(counts, clock, contributors=contributors)
        self._lock = threading.Lock()
        self._waiting: dict[str, list[Found]] = {}  # address to files that were found and not looked at yet
        self._looked_at_s: dict[str, float] = {}
        self.troubles: dict[str, str] = {}  # what is wrong at present, by SLI

    def cycle(self, slis: Sequence[Sli]) -> int:
        """Look for new and changed files once a minute, count some of them; the number of lines read."""
        by_address: dict[str, list[Sli]] = {}
        for sli in slis:
            if isinstance(sli.source, Logs) and is_remote(sli.source.path) and sli.good is not None:
                by_address.setdefault(sli.source.path, []).append(sli)
        lines = 0
        with self._lock:
            for address, readers in by_address.items():
                try:
                    lines += self._some(address, readers)
                except (OSError, WatchbillError) as wrong:
                    self._waiting.pop(address, None)
                    self.troubles |= dict.fromkeys((sli.name for sli in readers), str(wrong))
                else:
                    for sli in readers:
                        self.troubles.pop(sli.name, None)
        return lines

    def sources(self, sli: Sli) -> list[Source]:
        """What is known of each file that the SLI has read."""
        prefixes = (source_of(sli.name, scheme) for scheme in ("http://", "https://", "s3://"))
        return [one for prefix in prefixes for one in self._counts.sources(prefix).values()]

    def has_caught_up(self, sli: Sli) -> bool:
        """Whether nothing that was found still waits."""
        assert isinstance(sli.source, Logs)
        return sli.source.path in self._looked_at_s and not self._waiting.get(sli.source.path)

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            self._counting.close()

    def _some(self, address: str, slis: Sequence[Sli]) -> int:
        now_s = self._clock.monotonic()
        if not self._waiting.get(address):
            if now_s - self._looked_at_s.get(address, -_LOOK_EVERY_S) < _LOOK_EVERY_S:
                return 0
            self._looked_at_s[address] = now_s
            listed = self._fetcher.find(address)
            self._skip(listed, slis)
            self._waiting[address] = [one for one in listed if self._due(one, slis)]
        waiting = self._waiting[address]
        lines = 0
        for found in waiting[:_AT_ONCE]:
            lines += self._one(found, self._due(found, slis))
            waiting.remove(found)
        return lines

    def _due(self, found: Found, slis: Sequence[Sli]) -> list[Sli]:
        """The SLIs that have not counted the file as it is now; where nobody can tell whether it changed, all of them."""
        return [sli for sli in slis if not found.mark or self._position(sli, found).get("mark") != found.mark]

    def _position(self, sli: Sli, found: Found) -> dict[str, object]:
        return self._counts.source(source_of(sli.name, found.address)).position

    def _one(self, found: Found, slis: Sequence[Sli]) -> int:
        if not slis:
            return 0
        with TemporaryDirectory(prefix="watchbill-log-") as folder:
            # The name tells packed files from others; the rest of it is nobody's business.
            name = hashlib.blake2b(found.address.encode(), digest_size=8).hexdigest() + _ending(found.address)
            file = Path(folder) / name
            self._fetcher.fetch(found, file)
            return sum(self._count(found, sli, str(file)) for sli in slis)

    def _count(self, found: Found, sli: Sli, file: str) -> int:
        source = self._counts.source(source_of(sli.name, found.address))
        place = self._place(source, file)
        readers = Readers(found.address, (sli,), source.mark)
        if is_parquet(file):
            if not is_whole(file):
                raise Invalid("path", f"{found.address}: the Parquet file is not complete")
            if place.sealed:
                return 0
            lines = self._counting.count_parquet(file, place, readers, Path(file).stat().st_size)
            place = place_of(self._position(sli, found))
        else:
            lines, place = self._read(file, place, readers, whole=found.bucket is not None)
        self._counting.move(readers, place, mark=found.mark)
        return lines

    def _read(self, file: str, place: Place, readers: Readers, *, whole: bool) -> tuple[int, Place]:
        """An object is complete; of a file that may still be written to the last line counts once it has its end."""
        if whole or is_packed(file):
            lines, place, _ = self._counting.count(file, place, readers, until=None, whole=True)
            return lines, place
        lines, size = 0, Path(file).stat().st_size
        while True:
            read, moved, readers = self._counting.count(file, place, readers, until=size, whole=False)
            if moved.offset == place.offset:
                return lines, moved
            lines, place = lines + read, moved

    def _skip(self, listed: Sequence[Found], slis: Sequence[Sli]) -> None:
        """Who begins at the end takes what is there already as read."""
        for sli in slis:
            if isinstance(sli.source, Logs) and sli.source.read_from is ReadFrom.END and not self.sources(sli):
                for found in listed:
                    if found.bucket is None:
                        raise Invalid(
                            "from", "end is for logs on this machine and in object stores", hint="from: start"
                        )
                    self._counting.move(Readers(found.address, (sli,), None), Place(0, "", 0, 0), mark=found.mark)

    def _place(self, source: Source, file: str) -> Place:
        """Where it goes on in a file that has grown; the beginning of one that is new or was replaced by another."""
        head, head_size = beginning_of(file)
        if source.position:
            known = place_of(source.position)
            if is_same(file, known):
                return known if known.head_size >= HEAD else replace(known, head=head, head_size=head_size)
        return Place(0, head, head_size, 0, from_start=True)


def _ending(address: str) -> str:
    return next((one for one in (".gz", ".zst", ".parquet", ".csv", ".tsv") if address.endswith(one)), ".log")
