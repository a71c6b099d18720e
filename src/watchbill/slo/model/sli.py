"""SLIs: which events count, which of them are good, and where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from watchbill.kernel.errors import Invalid

__all__ = [
    "Beacon", "Beats", "Heartbeat", "Logs", "Otlp", "Plugin", "Probe", "Prometheus", "Push", "ReadFrom", "Sli", "SliType", "Source", "Sql",
]  # fmt: skip


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
    """Queries against a Prometheus-compatible server, in one of three forms; `$window` stands for `window`.

    `total` with one of `good` and `bad`: two counter queries. `histogram` with `threshold` (in the unit of the metric): how
    many observations were at most so large; `native` where it has no `_bucket` series. `value` with `good_if` (`< 100`): a
    gauge, each minute is good or bad. `window` longer than a minute smooths, for servers that scrape less than twice a minute.
    """

    url: str
    total: str | None = None
    good: str | None = None
    bad: str | None = None
    histogram: str | None = None
    threshold: Fraction | None = None
    native: bool = False
    value: str | None = None
    good_if: str | None = None
    window: timedelta = timedelta(minutes=1)

    def __post_init__(self) -> None:
        if len([form for form in (self.total, self.histogram, self.value) if form is not None]) != 1:
            raise Invalid("source.prometheus", "give exactly one of total, histogram and value", hint="good and total")
        if self.total is not None and (self.good is None) == (self.bad is None):
            raise Invalid(
                "source.prometheus", "give exactly one of good and bad", hint="total and good, or total and bad"
            )
        if (self.histogram is None) != (self.threshold is None):
            raise Invalid("source.prometheus", "histogram and threshold belong together", hint="threshold: 300ms")
        if (self.value is None) != (self.good_if is None):
            raise Invalid("source.prometheus", "value and good_if belong together", hint='good_if: "< 100"')


@dataclass(frozen=True, slots=True)
class Push:
    """Counts that somebody else measured and sends to `POST /api/v1/counts`."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A synthetic check, by the name of its `probe` resource."""

    name: str


@dataclass(frozen=True, slots=True)
class Beacon:
    """What browsers report of page views of the service of that name: `metric`, `value`, `path`, `errors`."""

    name: str


class Beats(StrEnum):
    """What about a heartbeat is counted.

    Minutes in which the last good run is recent enough, runs that went well, or runs that were quick enough
    (`max_duration` of the heartbeat).
    """

    FRESHNESS = "freshness"
    SUCCESS = "success"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A dead-man's switch, by the name of its `heartbeat` resource."""

    name: str
    measure: Beats = Beats.FRESHNESS


@dataclass(frozen=True, slots=True)
class Sql:
    """A query that returns minute, good, total for the minutes of [:start, :end)."""

    url: str
    query: str


@dataclass(frozen=True, slots=True)
class Otlp:
    """A metric that is sent to `/v1/metrics`. `where` and `good_where` are patterns that attributes match whole.

    Sums: points that match `good_where` are good (or, with `bad_where`, are not). Histograms: observations of at most
    `threshold`, in the unit of the metric.
    """

    metric: str
    where: Mapping[str, str] = field(default_factory=dict)
    good_where: Mapping[str, str] = field(default_factory=dict)
    bad_where: Mapping[str, str] = field(default_factory=dict)
    threshold: Fraction | None = None

    def __post_init__(self) -> None:
        if len([one for one in (self.good_where, self.bad_where, self.threshold) if one]) != 1:
            raise Invalid(
                "source.otlp",
                "give exactly one of good_where, bad_where and threshold",
                hint='bad_where: {http.response.status_code: "5.."}',
            )


@dataclass(frozen=True, slots=True)
class Plugin:
    """A source that somebody else's package brings (entry point group `watchbill.sources`), with its own options."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)


Source = Logs | Prometheus | Push | Beacon | Probe | Heartbeat | Sql | Otlp | Plugin


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
    late_arrival: timedelta = timedelta(minutes=10)  # the longest of its SLOs: so far back minutes may still change

    @property
    def late_minutes(self) -> int:
        """`late_arrival` in whole minutes, begun ones counted."""
        return -(-self.late_arrival // timedelta(minutes=1))
