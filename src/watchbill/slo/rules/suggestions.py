"""Which SLIs fit a service, as one literal table (playbook ph. 2): for every SLI of the seven types its expressions.

`good` and `total` are predicates over the events of a log (the structured log standard, or fields by their own name); the
PromQL uses the names that exporters commonly give, with `$service` for the service. What a source cannot tell stays None:
then the row says what to give instead.
"""

from dataclasses import dataclass

from watchbill.catalog.model import ServiceType
from watchbill.slo.model import SliType

__all__ = ["SUGGESTIONS", "Suggestion", "suggestions_for"]

_ALL = "true"
_HTTP = 'http_requests_total{service="$service"}[$window]'
_HTTP_OK = 'http_requests_total{service="$service",code!~"5.."}[$window]'
_COUNT = 'http_request_duration_seconds_count{service="$service"}[$window]'


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One SLI that a type of service should have; the first of a type is its primary one."""

    name: str
    type: SliType
    description: str
    good_events: str
    total_events: str
    good: str | None = None
    total: str | None = None
    prom_good: str | None = None
    prom_total: str | None = None
    beacon: bool = False  # browsers report it, where neither log nor server is named
    otherwise: str = ""  # what measures it where no log and no Prometheus server does
    target: str = "99.9"


def _bucket(seconds: str) -> str:
    return f'sum(increase(http_request_duration_seconds_bucket{{service="$service",le="{seconds}"}}[$window]))'


def _latency(name: str, share: str, limit_ms: int, *, what: str = "Requests") -> Suggestion:
    """A percentile as an SLI: pN <= limit is the promise that N % are at most that slow."""
    return Suggestion(
        name, SliType.LATENCY, f"{share} % of {what.lower()} take at most {limit_ms} ms",
        f"{what} that took at most {limit_ms} ms", f"All {what.lower()}", f"duration_ms <= {limit_ms}", _ALL,
        _bucket(f"{limit_ms / 1000:g}"), f"sum(increase({_COUNT}))", target=share,
    )  # fmt: skip


def _vital(name: str, metric: str, limit: str, words: str) -> Suggestion:
    return Suggestion(
        name, SliType.QUALITY, words, f"Page views with {metric} at most {limit}", f"All page views that report {metric}",
        f"metric = '{metric}' AND value <= {limit}", f"metric = '{metric}'",
        f'sum(increase(web_vitals_{metric.lower()}_bucket{{service="$service",le="{limit}"}}[$window]))',
        f'sum(increase(web_vitals_{metric.lower()}_count{{service="$service"}}[$window]))',
        beacon=True, otherwise="source: {beacon: SERVICE} takes what browsers report", target="75",
    )  # fmt: skip


def _records(name: str, type_: SliType, words: str, good: str, good_words: str, *, target: str = "99.9") -> Suggestion:
    metric = name.replace("-", "_")
    return Suggestion(
        name, type_, words, good_words, "All records", good, _ALL,
        f'sum(increase({metric}_good_total{{service="$service"}}[$window]))',
        f'sum(increase({metric}_total{{service="$service"}}[$window]))',
        otherwise="source: {push: {}} takes counts that the pipeline reports itself", target=target,
    )  # fmt: skip


def _throughput(words: str, metric: str) -> Suggestion:
    return Suggestion(
        "throughput", SliType.THROUGHPUT, words, "Minutes in which at least the usual minimum was handled", "All minutes",
        prom_good=f'count_over_time((sum(rate({metric}{{service="$service"}}[5m])) >= $floor)[$window:1m])',
        prom_total=f'count_over_time((sum(rate({metric}{{service="$service"}}[5m])) >= 0)[$window:1m])',
        otherwise="source: {push: {}} with one event a minute: good when at least the usual minimum was handled; the query's floor of 1 a second is yours to set", target="99",
    )  # fmt: skip


def _success(name: str, what: str, metric: str, good: str, label: str, *, target: str = "99") -> Suggestion:
    return Suggestion(
        name, SliType.AVAILABILITY, f"Share of {what} that succeed", f"{what.capitalize()} that succeeded", f"All {what}",
        good, _ALL, f'sum(increase({metric}{{service="$service",{label}}}[$window]))', f'sum(increase({metric}{{service="$service"}}[$window]))',
        otherwise="source: {heartbeat: NAME} counts each run that reports success", target=target,
    )  # fmt: skip


def _gauge(name: str, type_: SliType, words: str, good_words: str, test: str, *, target: str = "99") -> Suggestion:
    return Suggestion(
        name, type_, words, good_words, "All minutes", prom_good=f"count_over_time(({test})[$window:1m])",
        prom_total=f"count_over_time(({test.split(' <=', maxsplit=1)[0]} >= bool 0)[$window:1m])",
        otherwise="source: {heartbeat: NAME} (or {sql: ...}) with one event a minute", target=target,
    )  # fmt: skip


_REQUESTS = Suggestion(
    "request-success", SliType.AVAILABILITY, "Proportion of valid requests served successfully",
    "HTTP responses with status < 500", "All HTTP requests excluding health checks", "status < 500", _ALL,
    f"sum(increase({_HTTP_OK}))", f"sum(increase({_HTTP}))",
    otherwise="source: {probe: NAME} measures it from outside",
)  # fmt: skip
_AVAILABLE = Suggestion(
    "availability", SliType.AVAILABILITY, "Share of reads and writes that are answered",
    "Operations that did not fail", "All operations", "status < 500", _ALL,
    f"sum(increase({_HTTP_OK}))", f"sum(increase({_HTTP}))", otherwise="source: {probe: NAME} measures it from outside",
)  # fmt: skip

# playbook ph. 2, SLI selection by service type: primary first, then the secondary ones in its order.
SUGGESTIONS: dict[ServiceType, tuple[Suggestion, ...]] = {
    ServiceType.API: (
        _REQUESTS,
        _latency("latency-p50", "50", 100),
        _latency("latency-p95", "95", 300),
        _latency("latency-p99", "99", 1000),
        _throughput("Enough requests get through", "http_requests_total"),
    ),
    ServiceType.FRONTEND: (
        _vital("lcp", "LCP", "2500", "The largest thing on a page is there within 2.5 s (75th percentile)"),
        _vital("inp", "INP", "200", "A page answers a tap within 200 ms (75th percentile)"),
        _vital("fid", "FID", "100", "A page answers the first tap within 100 ms (75th percentile)"),
        _vital("cls", "CLS", "0.1", "A page does not jump: layout shift at most 0.1 (75th percentile)"),
        Suggestion(
            "page-errors", SliType.AVAILABILITY, "Share of page views without a script error",
            "Page views without a script error", "All page views", "errors = 0", "metric = 'view'",
            'sum(increase(page_views_total{service="$service",error="false"}[$window]))',
            'sum(increase(page_views_total{service="$service"}[$window]))',
            beacon=True, otherwise="source: {beacon: SERVICE} takes what browsers report",
        ),
    ),
    ServiceType.PIPELINE: (
        _gauge("freshness", SliType.FRESHNESS, "The newest output is at most 15 minutes old", "Minutes in which it was", 'time() - max(pipeline_last_success_timestamp_seconds{service="$service"}) <= 900'),
        _records("correctness", SliType.CORRECTNESS, "Share of records that pass validation", "valid = true", "Records that pass validation"),
        _records("completeness", SliType.COMPLETENESS, "Share of records that came in and went out again", "delivered = true", "Records that were delivered"),
        _throughput("Enough records get through", "pipeline_records_total"),
    ),
    ServiceType.STORAGE: (
        Suggestion(
            "durability", SliType.DURABILITY, "Share of sampled objects that read back as they were written",
            "Sampled objects whose checksum is right", "All sampled objects", "checksum_ok = true", "operation = 'audit'",
            'sum(increase(storage_audit_ok_total{service="$service"}[$window]))',
            'sum(increase(storage_audit_total{service="$service"}[$window]))',
            otherwise="source: {push: {}} with the result of each audit run", target="99.999",
        ),
        _AVAILABLE,
        _latency("latency-p99", "99", 100, what="Operations"),
    ),
    ServiceType.STREAMING: (
        _latency("processing-latency", "99", 1000, what="Messages"),
        _throughput("Enough messages get through", "stream_messages_total"),
        _records("ordering", SliType.CORRECTNESS, "Share of messages that arrive in order", "in_order = true", "Messages in order"),
        _records("data-loss", SliType.COMPLETENESS, "Share of messages that are not lost", "delivered = true", "Messages that arrived", target="99.99"),
    ),
    ServiceType.BATCH: (
        _success("run-success", "runs", "batch_runs_total", "outcome = 'success'", 'outcome="success"'),
        _latency("duration", "95", 3_600_000, what="Runs"),
        Suggestion(
            "sla-compliance", SliType.FRESHNESS, "Share of runs that are done by their deadline",
            "Runs that ended before their deadline", "All runs", "finished_late = false", _ALL,
            'sum(increase(batch_runs_total{service="$service",late="false"}[$window]))',
            'sum(increase(batch_runs_total{service="$service"}[$window]))',
            otherwise="source: {heartbeat: NAME} with its grace as the deadline", target="99",
        ),
    ),
    ServiceType.ML: (
        _latency("prediction-latency", "99", 200, what="Predictions"),
        _records("accuracy-drift", SliType.QUALITY, "Share of labelled predictions that were right", "correct = true", "Predictions that were right", target="95"),
        _gauge("feature-freshness", SliType.FRESHNESS, "Features are at most an hour old", "Minutes in which they were", 'time() - min(feature_last_update_timestamp_seconds{service="$service"}) <= 3600'),
    ),
}  # fmt: skip


def suggestions_for(kind: ServiceType) -> tuple[Suggestion, ...]:
    """The SLIs for that type of service, the primary one first."""
    return SUGGESTIONS[kind]
