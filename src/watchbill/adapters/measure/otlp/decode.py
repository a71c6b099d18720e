"""ExportMetricsServiceRequest, in both its forms, as metrics with their points. Unknown fields and kinds are left out.

Field numbers are those of opentelemetry-proto 1.x (metrics/v1/metrics.proto), which never change.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from watchbill.adapters.measure.otlp.exponential import Exponential, read_buckets
from watchbill.adapters.measure.protobuf import fields, zigzag
from watchbill.kernel.errors import Invalid

__all__ = ["Metric", "Point", "read_json", "read_protobuf"]

DELTA, CUMULATIVE = 1, 2
_TEMPORALITY = {"AGGREGATION_TEMPORALITY_DELTA": DELTA, "AGGREGATION_TEMPORALITY_CUMULATIVE": CUMULATIVE}
_SUM, _HISTOGRAM, _EXPONENTIAL = 7, 9, 10


@dataclass(frozen=True, slots=True)
class Point:
    """A data point: a number, the counts of a histogram's buckets (one more than `bounds`), or an exponential histogram.

    Times in nanoseconds. `wrong`: why this point cannot be counted; the others of the request can.
    """

    attributes: Mapping[str, str]
    start_ns: int
    time_ns: int
    value: float = 0.0
    counts: tuple[int, ...] = ()
    bounds: tuple[float, ...] = ()
    exponential: Exponential | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A sum or a histogram. Attributes of the resource are part of each point's."""

    name: str
    cumulative: bool
    points: Sequence[Point]
    is_histogram: bool = False


def read_protobuf(body: bytes) -> list[Metric]:
    """The sums and histograms of a body; raises Invalid where it is no such message."""
    found = []
    for number, resource_metrics in _messages(body):
        if number != 1:
            continue
        resource: dict[str, str] = {}
        scopes = []
        for field, part in _messages(resource_metrics):
            if field == 1:
                resource = dict(_attribute(one) for inner, one in _messages(part) if inner == 1)
            elif field == 2:
                scopes.append(part)
        found += [
            metric
            for scope in scopes
            for field, one in _messages(scope)
            if field == 2 and (metric := _metric(one, resource)) is not None
        ]
    return found


def read_json(body: bytes) -> list[Metric]:
    """The same from OTLP's JSON; raises Invalid where it is no such document."""
    try:
        document: Any = msgspec.json.decode(body)  # Any: JSON
        found = []
        for resource_metrics in document.get("resourceMetrics", []):
            resource = _json_attributes(resource_metrics.get("resource", {}).get("attributes", []))
            for scope in resource_metrics.get("scopeMetrics", []):
                for one in scope.get("metrics", []):
                    found += _json_metric(one, resource)
    except (msgspec.DecodeError, AttributeError, KeyError, TypeError, ValueError, RecursionError) as wrong:
        raise Invalid("body", f"is not OTLP's JSON: {type(wrong).__name__} {wrong}") from wrong
    return found


def _metric(data: bytes, resource: Mapping[str, str]) -> Metric | None:
    name, shape, inner = "", 0, b""
    for number, value in fields(data):
        if number == 1 and isinstance(value, bytes):
            name = _text(value)
        elif number in _POINTS and isinstance(value, bytes):
            shape, inner = number, value
    if not shape:
        return None
    points, temporality = [], 0
    for number, value in fields(inner):
        if number == 1 and isinstance(value, bytes):
            points.append(_POINTS[shape](value, resource))
        elif number == 2 and isinstance(value, int):
            temporality = value
    return Metric(name, temporality != DELTA, points, shape != _SUM)


def _number_point(data: bytes, resource: Mapping[str, str]) -> Point:
    attributes, start, time, value = dict(resource), 0, 0, 0.0
    for number, raw in fields(data):
        if not isinstance(raw, bytes):
            continue
        if number == 7:
            key, text = _attribute(raw)
            attributes[key] = text
        elif number == 2:
            start = _fixed(raw)
        elif number == 3:
            time = _fixed(raw)
        elif number == 4:
            value = _doubles(raw)[0]
        elif number == 6:
            value = float(struct.unpack("<q", _eight(raw))[0])
    return Point(attributes, start, time, value)


def _histogram_point(data: bytes, resource: Mapping[str, str]) -> Point:
    attributes, start, time = dict(resource), 0, 0
    counts: list[int] = []
    bounds: list[float] = []
    for number, raw in fields(data):
        if not isinstance(raw, bytes):
            continue
        if number == 9:
            key, text = _attribute(raw)
            attributes[key] = text
        elif number == 2:
            start = _fixed(raw)
        elif number == 3:
            time = _fixed(raw)
        elif number == 6:  # packed, or one by one
            counts += [_fixed(raw[at : at + 8]) for at in range(0, len(raw), 8)]
        elif number == 7:
            bounds += _doubles(raw)
    return Point(attributes, start, time, counts=tuple(counts), bounds=tuple(bounds))


def _exponential_point(data: bytes, resource: Mapping[str, str]) -> Point:
    attributes, start, time = dict(resource), 0, 0
    scale, below, offset, counts = 0, 0, 0, tuple[int, ...]()
    for number, raw in fields(data):
        if number == 6 and isinstance(raw, int):
            scale = zigzag(raw)
        if not isinstance(raw, bytes):
            continue
        if number == 1:
            key, text = _attribute(raw)
            attributes[key] = text
        elif number == 2:
            start = _fixed(raw)
        elif number == 3:
            time = _fixed(raw)
        elif number == 7:
            below += _fixed(raw)
        elif number == 8:
            offset, counts = read_buckets(raw)
        elif number == 9:
            below += sum(read_buckets(raw)[1])
    made, wrong = _made(scale, below, offset, counts)
    return Point(attributes, start, time, exponential=made, wrong=wrong)


def _made(scale: int, below: int, offset: int, counts: tuple[int, ...]) -> tuple[Exponential | None, str]:
    """The histogram, or why it is none: one exporter's odd point is no reason to refuse everybody else's."""
    try:
        return Exponential(scale, below, offset, counts), ""
    except Invalid as wrong:
        return None, wrong.reason


_POINTS = {_SUM: _number_point, _HISTOGRAM: _histogram_point, _EXPONENTIAL: _exponential_point}


def _attribute(data: bytes) -> tuple[str, str]:
    key, text = "", ""
    for number, value in _messages(data):
        if number == 1:
            key = _text(value)
        elif number == 2:
            text = _any_value(value)
    return key, text


def _any_value(data: bytes) -> str:
    """Texts as they are, numbers and truth as their JSON; lists and maps are no values to select by."""
    for number, value in fields(data):
        if number == 1 and isinstance(value, bytes):
            return _text(value)
        if number == 2:
            return "true" if value else "false"
        if number == 3 and isinstance(value, int):
            return str(value - (1 << 64) if value >> 63 else value)
        if number == 4 and isinstance(value, bytes):
            return f"{_doubles(value)[0]:g}"
    return ""


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    return ((number, value) for number, value in fields(data) if isinstance(value, bytes))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _eight(data: bytes) -> bytes:
    if len(data) != 8:
        raise Invalid("body", "is no OTLP message: a number has not 8 bytes")
    return data


def _fixed(data: bytes) -> int:
    return int.from_bytes(_eight(data), "little")


def _doubles(data: bytes) -> list[float]:
    if not data or len(data) % 8:
        raise Invalid("body", "is no OTLP message: a number has not 8 bytes")
    return [float(one[0]) for one in struct.iter_unpack("<d", data)]


def _json_metric(one: dict[str, Any], resource: Mapping[str, str]) -> list[Metric]:  # Any: JSON
    for shape in ("sum", "histogram", "exponentialHistogram"):
        if shape in one:
            inner = one[shape]
            temporality = inner.get("aggregationTemporality", 0)
            temporality = _TEMPORALITY.get(temporality, temporality)
            points = [_json_point(point, resource, shape) for point in inner.get("dataPoints", [])]
            return [Metric(str(one.get("name", "")), temporality != DELTA, points, shape != "sum")]
    return []


def _json_point(point: dict[str, Any], resource: Mapping[str, str], shape: str) -> Point:  # Any: JSON
    value = point.get("asDouble", point.get("asInt", 0))
    exponential, wrong = _json_exponential(point) if shape == "exponentialHistogram" else (None, "")
    return Point(
        attributes={**resource, **_json_attributes(point.get("attributes", []))},
        start_ns=int(point.get("startTimeUnixNano", 0)),
        time_ns=int(point.get("timeUnixNano", 0)),
        value=float(value),
        counts=tuple(int(count) for count in point.get("bucketCounts", [])),
        bounds=tuple(float(bound) for bound in point.get("explicitBounds", [])),
        exponential=exponential,
        wrong=wrong,
    )


def _json_exponential(point: dict[str, Any]) -> tuple[Exponential | None, str]:  # Any: JSON
    positive, negative = point.get("positive", {}), point.get("negative", {})
    below = int(point.get("zeroCount", 0)) + sum(int(count) for count in negative.get("bucketCounts", []))
    counts = tuple(int(count) for count in positive.get("bucketCounts", []))
    return _made(int(point.get("scale", 0)), below, int(positive.get("offset", 0)), counts)


def _json_attributes(rows: list[dict[str, Any]]) -> dict[str, str]:  # Any: JSON
    found = {}
    for row in rows:
        value = next(iter(row.get("value", {}).values()), "")
        found[str(row["key"])] = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return found
