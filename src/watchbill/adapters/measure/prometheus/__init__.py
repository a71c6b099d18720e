"""Servers with the Prometheus HTTP API: Prometheus, VictoriaMetrics, Thanos, Mimir."""

from watchbill.adapters.measure.prometheus.client import PrometheusClient
from watchbill.adapters.measure.prometheus.reader import PrometheusReader

__all__ = ["PrometheusClient", "PrometheusReader"]
