"""Tells what users notice (symptoms) from what may be behind it (causes), by the names of the series that an alert reads."""

from collections.abc import Iterable, Mapping

from watchbill.alerts.model.written import WrittenAlert

__all__ = ["CAUSES", "causes_of", "has_symptom"]

# What a series is about, by how its name begins. The exporters that everybody runs.
CAUSES: Mapping[str, str] = {
    "node_cpu_": "CPU", "node_memory_": "memory", "node_filesystem_": "disk space", "node_disk_": "disk",
    "node_network_": "network", "node_load": "load", "node_": "the host", "windows_": "the host",
    "process_": "the process", "container_": "a container", "kube_": "Kubernetes' state", "kubelet_": "the kubelet",
    "etcd_": "etcd", "go_": "the Go runtime", "jvm_": "the JVM", "nodejs_": "the Node runtime", "python_gc_": "the Python runtime",
    "pg_": "the database", "mysql_": "the database", "redis_": "the cache", "mongodb_": "the database",
    "kafka_": "the queue", "rabbitmq_": "the queue", "elasticsearch_": "the search index", "up": "a target's scrape",
}  # fmt: skip
_EXACT = frozenset({"up"})
# Words in the names of series that count what users asked for and what they got.
_SYMPTOMS = (
    "request", "response", "http_server", "grpc_server", "latency", "error", "failure", "availability", "probe_",
    "checkout", "order", "login", "sli", "slo", "burn", "blackbox", "freshness",
)  # fmt: skip


def causes_of(metrics: Iterable[str]) -> list[str]:
    """What the series are about that are known causes, each once; empty where any of them is none."""
    found: dict[str, None] = {}
    for metric in metrics:
        cause = next((what for begin, what in CAUSES.items() if _begins(metric, begin)), None)
        if cause is None:
            return []
        found[cause] = None
    return list(found)


def has_symptom(alert: WrittenAlert) -> bool:
    """Whether it speaks of what users notice: of a promise, or of requests, errors, latency and the like."""
    if "slo" in alert.labels or "burn" in alert.name.lower():
        return True
    metrics = alert.expression.metrics if alert.expression else ()
    return any(word in metric.lower() and not causes_of([metric]) for metric in metrics for word in _SYMPTOMS)


def _begins(metric: str, begin: str) -> bool:
    return metric == begin if begin in _EXACT else metric.startswith(begin)
