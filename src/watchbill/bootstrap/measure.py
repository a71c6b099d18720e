"""What a process keeps of the measurements: the counts, the readers of logs, the plan of the tick."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from watchbill.adapters.measure.attempt import Attempt, try_log
from watchbill.adapters.measure.contributors import Contributors
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.follow import LogFollower
from watchbill.adapters.measure.sources import Sources
from watchbill.kernel.clock import Clock
from watchbill.slo.computed_counts import Memory
from watchbill.slo.model import Sli
from watchbill.slo.service.tick import Plans

__all__ = ["Attempt", "MeasureParts", "try_log"]


@dataclass(eq=False)
class MeasureParts:
    """One set for each process. Opened on first use: a command that asks for no numbers opens no counts."""

    folder: Path
    clock: Clock
    plans: Plans = field(default_factory=Plans)
    memory: Memory = field(default_factory=Memory)

    @cached_property
    def counts(self) -> CountsStore:
        """Good and total events by the minute."""
        return CountsStore(self.folder, self.clock)

    @cached_property
    def contributor_counts(self) -> CountsStore:
        """Bad events by dimension, apart from what ticks touch."""
        return CountsStore(self.folder / "contributors", self.clock)

    @property
    def contributors(self) -> Contributors:
        """Where bad events came from."""
        return Contributors(self.contributor_counts)

    @cached_property
    def follower(self) -> LogFollower:
        """Reads the logs of SLIs as they grow."""
        return LogFollower(self.counts, self.clock, contributors=self.contributors)

    @cached_property
    def sources(self) -> Sources:
        """How each source stands."""
        return Sources(self.counts, self.follower, self.contributors)

    def follow(self, slis: Sequence[Sli]) -> int:
        """One round over all logs; the number of lines read."""
        return self.follower.cycle(slis)

    def close(self) -> None:
        """Checkpoint the counts and give memory back; nothing that was never opened is opened for that."""
        for part in ("sources", "follower", "contributor_counts", "counts"):
            if part in self.__dict__:
                getattr(self, part).close()
