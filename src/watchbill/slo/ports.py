"""What the SLO domain needs from outside: definitions, counts, sources, and a place for the tiers that fire."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from watchbill.slo.model import (
    BeatRule,
    BeatStanding,
    Bound,
    Bucket,
    Contributor,
    Ping,
    ProbeRule,
    ProbeStanding,
    Sli,
    Slo,
    SourceState,
    TierStanding,
    WindowSum,
)

__all__ = [
    "BeatIntake",
    "CheckDefinitions",
    "Counts",
    "CountsIntake",
    "History",
    "ProbeStandings",
    "SliSources",
    "SloDefinitions",
    "TierStandings",
]


class SloDefinitions(Protocol):
    """The SLOs and SLIs of the resources, as one consistent state."""

    def version(self) -> str:
        """Changes whenever any definition does: what was computed from the definitions is kept under it."""

    def slo(self, name: str) -> Slo | None:
        """The SLO of that name."""

    def slos(self) -> Sequence[Slo]:
        """All SLOs, by name."""

    def sli(self, name: str) -> Sli | None:
        """The SLI of that name."""

    def slis(self) -> Sequence[Sli]:
        """All SLIs, by name."""


class CheckDefinitions(Protocol):
    """The probes and heartbeats of the resources."""

    def probes(self) -> Sequence[ProbeRule]:
        """All probes, by name."""

    def beats(self) -> Sequence[BeatRule]:
        """All heartbeats, by name."""


class Counts(Protocol):
    """Good and total events of each SLI at 1-minute grain. Unknown SLIs have no data; they never raise.

    At `at`, the window of w minutes is the minute that holds `at` and the w - 1 before it. What a minute holds may still
    change while it is younger than the late arrival; sums always say what is known now.
    """

    def sums(self, sli: str, minutes: Sequence[int], at: datetime) -> list[WindowSum]:
        """The windows of these lengths that end with the minute of `at`; running sums for lengths that ticks ask for."""

    def between(self, sli: str, start: datetime, end: datetime) -> WindowSum:
        """The minutes of [start, end); a minute counts when its start lies inside."""

    def compare(self, bounds: tuple[Bound, ...], at: datetime) -> bytes:
        """One Verdict a bound, in order; exact integers, whatever their size.

        Called every tick with the very same tuple until definitions change: an implementation compiles it once
        (by identity) and then touches only the minutes that enter and leave. Cost must not grow with window length.
        """

    def groups(self, sli: str) -> Sequence[str]:
        """The series of the SLI's single groups (`slo.model.series_of`), by name."""

    def first_minute(self, sli: str) -> datetime | None:
        """The first minute with data; None where there never was any."""

    def series(self, sli: str, start: datetime, end: datetime, step_minutes: int = 1) -> list[Bucket]:
        """Every step of [start, end), in order, zero buckets included; a bucket is covered if any minute of it is."""


class History(Protocol):
    """Counts of the past, judged again as if they had come in minute by minute."""

    def replay(self, asked: Iterable[tuple[Bound, ...]], start: datetime, end: datetime) -> Iterator[list[bytes]]:
        """For each set of bounds, in order: a row a bound, with its Verdict at the end of each minute of [start, end).

        Both are whole minutes; a bound's `since` lies at or before `start`. Equal, byte for byte, to `Counts.compare` at each
        of these minutes. Where only hours are kept, an hour's events lie in its first minute.
        """


class CountsIntake(Protocol):
    """Takes counts that somebody else measured (`source: {push: {}}`)."""

    def push(self, sli: str, batch: str, minutes: Sequence[Bucket]) -> bool:
        """Add to these minutes (each `start` is a whole minute); False and no change where this batch id was taken before.

        Durable when it returns.
        """


class BeatIntake(Protocol):
    """Takes in what jobs report, and knows how their heartbeats stand."""

    def ping(self, rule: BeatRule, ping: Ping, slis: Sequence[Sli]) -> bool:
        """Count a run for the SLIs that rest on the heartbeat; False where it was taken before. Durable when it returns."""

    def standing(self, rule: BeatRule) -> BeatStanding:
        """How a heartbeat stands."""


class ProbeStandings(Protocol):
    """Knows how probes went."""

    def standing(self, rule: ProbeRule) -> ProbeStanding:
        """How a probe went last."""

    def try_out(self, rule: ProbeRule) -> ProbeStanding:
        """Run a probe here and now, without counting it; takes as long as its timeout at most."""


class SliSources(Protocol):
    """What is known about where an SLI's events come from."""

    def state(self, sli: Sli) -> SourceState:
        """How the source stands; a source without an adapter is `measured=False` with the reason."""

    def contributors(self, sli: Sli, start: datetime, end: datetime, *, limit: int = 3) -> Sequence[Contributor]:
        """Where the bad events of [start, end) came from, worst first; empty where the source cannot tell.

        Asked when an alert fires: an answer that is not there within about a second is not waited for.
        """


class TierStandings(Protocol):
    """The tiers that fire, in the running transaction, so that a restart neither repeats nor forgets an alert."""

    def all(self) -> Sequence[TierStanding]:
        """Every standing."""

    def save(self, changed: Sequence[TierStanding], cleared: Sequence[tuple[str, str]]) -> None:
        """Insert or update the changed ones and drop the cleared (slo, tier)."""
