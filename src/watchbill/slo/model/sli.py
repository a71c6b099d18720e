"""SLIs: which events count, which of them are good, and where they come from."""

from dataclasses import dataclass
from enum import StrEnum

from watchbill.kernel.errors import Invalid

__all__ = ["Heartbeat", "Logs", "Probe", "Prometheus", "Push", "ReadFrom", "Sli", "SliType", "Source", "Sql"]


class SliType(StrEnum):
    """What about the service is measured; every type reduces to good and total events (or minutes)."""

    AVAILABILITY = "availability"
    LATENCY = "latency"
    QUALITY = "quality"
    FRESHNESS = "freshness"
    CORRECTNESS = "correctness"
    COMPLETENESS = "completeness"
    THROUGHPUT = "throughput"
    DURABILITY = "durability"
    SATURATION = "saturation"


class ReadFrom(StrEnum):
    """Where a new log source begins: with the history that is there, or with what comes from now on."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Logs:
    """Files or globs of log lines; `format` is `auto` or the name of a format, `zone` where times without a zone are meant."""

    path: str
    format: str = "auto"
    read_from: ReadFrom = ReadFrom.START
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Prometheus:
    """Queries against a Prometheus-compatible server; `$window` stands for the window. Two of good, bad and total."""

    url: str
    total: str
    good: str | None = None
    bad: str | None = None

    def __post_init__(self) -> None:
        if (self.good is None) == (self.bad is None):
            raise Invalid(
                "source.prometheus", "give exactly one of good and bad", hint="total and good, or total and bad"
            )


@dataclass(frozen=True, slots=True)
class Push:
    """Counts that somebody else measured and sends to `POST /api/v1/counts`."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A synthetic check, by the name of its `probe` resource."""

    name: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A dead-man's switch, by the name of its `heartbeat` resource."""

    name: str


@dataclass(frozen=True, slots=True)
class Sql:
    """A query that returns minute, good, total."""

    url: str
    query: str


Source = Logs | Prometheus | Push | Probe | Heartbeat | Sql


@dataclass(frozen=True, slots=True)
class Sli:
    """One indicator. `good` and `total` are predicates over an event's columns; the `*_events` beside them are prose.

    `exclusions` are predicates, preset sentences or prose, as written: see `slo.rules.exclusions`.
    `source` is None where only prose says where the events come from (`source_text`): then nothing is measured.
    """

    name: str
    type: SliType = SliType.AVAILABILITY
    service: str | None = None
    description: str | None = None
    good: str | None = None
    total: str | None = None
    good_events: str | None = None
    total_events: str | None = None
    source: Source | None = None
    source_text: str | None = None
    aggregation: str | None = None
    exclusions: tuple[str, ...] = ()
    groupings: tuple[
        tuple[str, ...], ...
    ] = ()  # by which columns its SLOs group; the source counts those apart as well
