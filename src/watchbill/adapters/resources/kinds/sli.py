"""`sli`: how a service is measured (playbook ph. 2); prose for people, and beside it the machine form that counts."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from watchbill.adapters.resources.fields import Flag, LooseName, Name, OpenValue, Span, Spec, WebUrl, shorthand
from watchbill.adapters.resources.fields.spec import form_of
from watchbill.adapters.resources.fields.wrong import wrong
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration

__all__ = ["SliSpec", "SourceSpec"]

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_COMPARISON = re.compile(r"(<=|>=|<|>) *-?[0-9]+(\.[0-9]+)?")


def _threshold(value: object) -> object:
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        return value
    if not _NUMBER.fullmatch(text):
        try:
            duration(text)
        except Invalid as bad:
            raise wrong(f"{text!r} is neither a number nor a duration", "write 300ms, or 0.3") from bad
    return text


def _comparison(text: str) -> str:
    if not _COMPARISON.fullmatch(text.strip()):
        raise wrong(f"{text!r} is no comparison with a number", "write < 100")
    return text.strip()


Threshold = Annotated[str, BeforeValidator(_threshold), Field(examples=["300ms", "0.3"])]
_Comparison = Annotated[str, AfterValidator(_comparison), Field(examples=["< 100"])]


class LogsSpec(Spec):
    """Log files: combined, alb, envoy, haproxy, caddy, envoy-json, json, csv, parquet; plain, .gz or .zst."""

    path: str = Field(min_length=1, description="A file, or a glob of files")
    format: str = Field(default="auto", description="The log format; auto looks at the first lines")
    start: Literal["start", "end"] = Field(default="start", alias="from", description="Where a new source is begun")
    timezone: str | None = Field(default=None, description="The wall clock of times without a zone, eg Europe/Paris")


class PrometheusSpec(Spec):
    """A server with the Prometheus HTTP API."""

    url: WebUrl = Field(description="The server")
    good: str | None = Field(default=None, description="PromQL of the good events; $window stands for the range")
    bad: str | None = Field(default=None, description="PromQL of the bad events, instead of good")
    total: str | None = Field(default=None, description="PromQL of all events")
    histogram: str | None = Field(
        default=None, description="A histogram with its matchers, instead of queries: http_seconds{job='shop'}"
    )
    threshold: Threshold | None = Field(default=None, description="Observations of at most so much are good")
    native: Flag = Field(default=False, description="The histogram is a native one, without _bucket series")
    value: str | None = Field(default=None, description="PromQL of a gauge, instead: each minute is good or bad")
    good_if: _Comparison | None = Field(default=None, description="Which values of the gauge are good")
    window: Span = Field(default="1m", description="What $window stands for; at least twice the scrape interval")


class SqlSpec(Spec):
    """A query that returns minute, good and total."""

    url: str = Field(description="The database, as SQLAlchemy writes it, without a password")
    query: str = Field(description="The query; :start and :end are the span of minutes that is asked for")


class OtlpSpec(Spec):
    """A metric that OpenTelemetry exporters send to /v1/metrics."""

    metric: str = Field(min_length=1, description="The metric's name")
    where: dict[str, str] = Field(default={}, description="Attributes that points must have, as patterns")
    good_where: dict[str, str] = Field(default={}, description="Of a sum: points that are good")
    bad_where: dict[str, str] = Field(default={}, description="Of a sum, instead: points that are bad")
    threshold: Threshold | None = Field(
        default=None, description="Of a histogram: observations of at most so much are good, in its unit"
    )


class HeartbeatUseSpec(Spec):
    """What is measured of a heartbeat."""

    name: Name = Field(description="The heartbeat")
    measure: Literal["freshness", "success", "duration"] = Field(
        default="freshness", description="Fresh minutes, runs that went well, or runs that were quick enough"
    )


class PluginSpec(Spec):
    """A source of an installed package (entry point group watchbill.sources)."""

    name: LooseName = Field(description="The name of the entry point")
    options: dict[str, OpenValue] = Field(default={}, description="What the package wants to know")


class PushSpec(Spec):
    """Counts that are pushed over the API."""


class SourceSpec(Spec):
    """Where the events come from: exactly one of these."""

    logs: LogsSpec | None = Field(default=None, description="Log files")
    prometheus: PrometheusSpec | None = Field(default=None, description="A server with the Prometheus HTTP API")
    push: PushSpec | None = Field(default=None, description="Counts pushed over the API: write push: {}")
    beacon: Name | None = Field(default=None, description="What browsers report of page views of that service")
    probe: Name | None = Field(default=None, description="A probe, by name")
    heartbeat: Annotated[HeartbeatUseSpec, BeforeValidator(shorthand("name"))] | None = Field(
        default=None, description="A heartbeat, by name"
    )
    sql: SqlSpec | None = Field(default=None, description="A query that returns minute, good and total")
    otlp: OtlpSpec | None = Field(default=None, description="A metric that OpenTelemetry exporters send")
    plugin: PluginSpec | None = Field(default=None, description="A source that an installed package brings")


_Source = Annotated[
    Annotated[SourceSpec, Tag("(machine)")] | Annotated[str, Tag("(prose)")],
    Discriminator(form_of("(machine)", "(prose)")),
]


class MeasurementSpec(Spec):
    """What counts as good, out of what."""

    good_events: str | None = Field(default=None, description="Good events in prose: shown, never evaluated")
    total_events: str | None = Field(default=None, description="All events in prose: shown, never evaluated")
    source: _Source | None = Field(default=None, description="Where the events come from, or prose about it")
    aggregation: str | None = Field(
        default=None, description="Prose; good / total over the SLO's window is what is done"
    )
    good: str | None = Field(default=None, description="Predicate over an event's columns: it was good")
    total: str | None = Field(default=None, description="Predicate over an event's columns: it counts at all")


class SliSpec(Spec):
    """A service level indicator: the share of good events."""

    name: LooseName = Field(description="The SLI's id")
    description: str | None = Field(default=None, description="What it says about users")
    type: Literal[
        "availability",
        "latency",
        "quality",
        "freshness",
        "correctness",
        "completeness",
        "throughput",
        "durability",
        "saturation",
    ] = Field(default="availability", description="What it measures")
    measurement: MeasurementSpec = Field(default=MeasurementSpec(), description="What counts as good, out of what")
    exclusions: list[str] = Field(
        default=[], description="Events left out of good and total: predicates, presets or prose"
    )
    service: Name | None = Field(default=None, description="The service that it measures")
