"""OpenTelemetry metrics, as exporters send them over HTTP."""

from watchbill.adapters.measure.otlp.decode import Metric, Point, read_json, read_protobuf
from watchbill.adapters.measure.otlp.receiver import Receiver, Taken

__all__ = ["Metric", "Point", "Receiver", "Taken", "read_json", "read_protobuf"]
