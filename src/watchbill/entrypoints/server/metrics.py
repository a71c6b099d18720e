"""What watchbill says about itself in the Prometheus text format; every name is in docs/reference/metrics.md."""

from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from watchbill import __version__
from watchbill.bootstrap import App
from watchbill.entrypoints.server.health import Readiness
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.errors import Unavailable

__all__ = ["METRICS", "Metrics"]

# Name to meaning: the table behind the reference page and the collector below.
METRICS: dict[str, str] = {
    "watchbill_build_info": "Always 1; the version is a label.",
    "watchbill_ready": "1 when /readyz answers 200.",
    "watchbill_http_requests_total": "Requests answered, by surface (api, web, house), method and status.",
    "watchbill_http_request_duration_seconds": "How long answers took to begin, by surface.",
    "watchbill_connections_refused_total": "Connections that were refused before there was a request, by status.",
    "watchbill_jobs": "Jobs by state: waiting (all open ones), due, leased, parked.",
    "watchbill_job_lag_seconds": "For how long the oldest due job has been waiting.",
    "watchbill_loop_cycles_total": "Cycles of each background loop.",
    "watchbill_loop_failures_total": "Cycles that failed and threads that ended, by loop.",
    "watchbill_loop_up": "1 while the loop can be relied on.",
    "watchbill_deliveries_total": "Attempts to send, by lane and outcome.",
    "watchbill_deliveries_waiting": "Deliveries that have not left yet.",
    "watchbill_alerts_received_total": "Alerts that were taken in, durably, by this process.",
    "watchbill_alerts_refused_total": "Bodies of alerts that found no room in the inbox and were answered with 503.",
    "watchbill_alerts_folded_total": "Alerts that were folded into state by this process, repetitions included.",
    "watchbill_alerts_ignored_total": "Of those, alerts that changed nothing because they spoke of what was over already.",
    "watchbill_alerts_set_aside_total": "Alerts that could not be folded; the log says why.",
    "watchbill_inbox_waiting_bytes": "How much waits in the inbox to be folded.",
}
disable_created_metrics()  # type: ignore[no-untyped-call]  # a start time beside every counter would double the page
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics(Collector):
    """A registry of its own, so that several servers in one process (tests) do not mix."""

    def __init__(self, app: App, worker: Worker | None, readiness: Readiness, refused: Mapping[str, int]) -> None:
        self._app = app
        self._worker = worker
        self._readiness = readiness
        self._refused = refused
        self._registry = CollectorRegistry()
        labels = ("surface", "method", "status")
        self.requests = Counter(
            "watchbill_http_requests", METRICS["watchbill_http_requests_total"], labels, registry=self._registry
        )
        name = "watchbill_http_request_duration_seconds"
        self.durations = Histogram(name, METRICS[name], ("surface",), buckets=_BUCKETS, registry=self._registry)
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def text(self) -> bytes:
        """The whole exposition."""
        return generate_latest(self._registry)

    def describe(self) -> list[Metric]:
        """Nothing is asked of the store when the registry is made."""
        return []

    def collect(self) -> Iterator[Metric]:
        """What is read at each scrape."""
        yield _family(GaugeMetricFamily, "watchbill_build_info", ["version"], {(__version__,): 1})
        yield _family(GaugeMetricFamily, "watchbill_ready", [], {(): not self._readiness.faults()})
        refused = {(status,): count for status, count in self._refused.items()}
        yield _family(CounterMetricFamily, "watchbill_connections_refused_total", ["status"], refused)
        yield from self._intake()
        yield from self._queue()
        if self._worker:
            yield from self._loops(self._worker)

    def _queue(self) -> Iterator[Metric]:
        try:
            depth = self._app.depth()
        except Unavailable:
            return  # watchbill_ready says why
        states = {(state,): count for state, count in depth.jobs.items()}
        yield _family(GaugeMetricFamily, "watchbill_jobs", ["state"], states)
        yield _family(GaugeMetricFamily, "watchbill_job_lag_seconds", [], {(): depth.lag_s})
        yield _family(GaugeMetricFamily, "watchbill_deliveries_waiting", [], {(): depth.deliveries})

    def _intake(self) -> Iterator[Metric]:
        """What this process took in and folded; the size of the backlog is refreshed while alerts come in."""
        parts = self._app.alert_parts
        counted = {
            "received": parts.inbox.accepted,
            "refused": parts.inbox.refused,
            "folded": parts.fold.folded,
            "ignored": parts.fold.ignored,
            "set_aside": parts.fold.set_aside,
        }
        for what, count in counted.items():
            yield _family(CounterMetricFamily, f"watchbill_alerts_{what}_total", [], {(): count})
        yield _family(GaugeMetricFamily, "watchbill_inbox_waiting_bytes", [], {(): parts.inbox.backlog_bytes})

    def _loops(self, worker: Worker) -> Iterator[Metric]:
        faults = worker.faults()
        loops = worker.loops.values()
        cycles = {(loop.name,): loop.health.cycles for loop in loops}
        yield _family(CounterMetricFamily, "watchbill_loop_cycles_total", ["loop"], cycles)
        failures = {(loop.name,): loop.health.restarts for loop in loops}
        yield _family(CounterMetricFamily, "watchbill_loop_failures_total", ["loop"], failures)
        yield _family(
            GaugeMetricFamily, "watchbill_loop_up", ["loop"], {(loop.name,): loop.name not in faults for loop in loops}
        )
        yield _family(CounterMetricFamily, "watchbill_deliveries_total", ["lane", "outcome"], worker.sent)


def _family(
    kind: type[GaugeMetricFamily] | type[CounterMetricFamily],
    name: str,
    labels: list[str],
    values: Mapping[Any, float],
    # Any: tuples of label values, of each length
) -> Metric:
    family = kind(name, METRICS[name], labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, float(value))
    return family
