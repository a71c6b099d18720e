"""`sli`: how a service is measured (playbook ph. 2); prose for people, and beside it the machine form that counts."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from watchbill.adapters.resources.fields import LooseName, Name, Spec, WebUrl
from watchbill.adapters.resources.fields.spec import form_of

__all__ = ["SliSpec", "SourceSpec"]


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
    total: str = Field(description="PromQL of all events")


class SqlSpec(Spec):
    """A query that returns minute, good and total."""

    url: str = Field(description="The database, as SQLAlchemy writes it, without a password")
    query: str = Field(description="The query")


class PushSpec(Spec):
    """Counts that are pushed over the API."""


class SourceSpec(Spec):
    """Where the events come from: exactly one of these."""

    logs: LogsSpec | None = Field(default=None, description="Log files")
    prometheus: PrometheusSpec | None = Field(default=None, description="A server with the Prometheus HTTP API")
    push: PushSpec | None = Field(default=None, description="Counts pushed over the API: write push: {}")
    probe: Name | None = Field(default=None, description="A probe, by name")
    heartbeat: Name | None = Field(default=None, description="A heartbeat, by name")
    sql: SqlSpec | None = Field(default=None, description="A query that returns minute, good and total")


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
