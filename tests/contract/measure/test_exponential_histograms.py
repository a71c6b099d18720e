"""OpenTelemetry's exponential histograms: as its own SDK makes and sends them, split at a threshold."""

from collections.abc import Iterator
from fractions import Fraction
from math import exp
from pathlib import Path
from statistics import NormalDist

import pytest
from google.protobuf.json_format import MessageToJson
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.sdk.metrics import Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation

from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.otlp import Receiver, read_json, read_protobuf
from watchbill.adapters.measure.otlp.decode import Metric
from watchbill.adapters.measure.otlp.exponential import Exponential
from watchbill.kernel.clock import ManualClock, SystemClock
from watchbill.kernel.errors import Invalid
from watchbill.slo.model import Otlp, Sli


@pytest.fixture
def counts(tmp_path: Path) -> Iterator[CountsStore]:
    """An empty store."""
    made = CountsStore(tmp_path / "counts", SystemClock())
    yield made
    made.close()


def _sent(values: list[float]) -> tuple[list[Metric], list[Metric]]:
    """The values as the SDK aggregates and encodes them: read from protobuf, and from JSON."""
    reader = InMemoryMetricReader(preferred_aggregation={Histogram: ExponentialBucketHistogramAggregation()})
    provider = MeterProvider([reader])
    histogram = provider.get_meter("test").create_histogram("http.duration", unit="s")
    for value in values:
        histogram.record(value, {"code": 200})
    data = reader.get_metrics_data()
    assert data is not None
    request = encode_metrics(data)
    provider.shutdown()
    return read_protobuf(request.SerializeToString()), read_json(MessageToJson(request).encode())


@pytest.mark.parametrize("spread", [0.1, 0.5, 1.0, 3.0])
def test_at_most_one_buckets_values_are_on_the_wrong_side(spread: float) -> None:
    """A thousand values as the SDK counts them, read from both forms: every threshold is right within its bucket."""
    values = [exp(NormalDist(-2, spread).inv_cdf((one + 0.5) / 1000)) for one in range(1000)] + [0.0]
    binary, text = _sent(values)
    found = binary[0].points[0].exponential

    assert text == binary
    assert found is not None
    assert (found.total, binary[0].is_histogram, binary[0].points[0].attributes["code"]) == (1001, True, "200")
    base = 2 ** (2**-found.scale)
    for threshold in (0.01, 0.1, 0.25, 0.3, 1.0, 5.0, 1e6):
        least, most = (sum(value <= edge for value in values) for edge in (threshold / base, threshold * base))
        assert least <= found.at_most(threshold) <= most


@pytest.mark.parametrize(
    ("threshold", "good"),
    [(0.25, 1), (0.5, 3), (1.0, 6), (2.0, 10), (2.0**0.5, 8), (4.0, 14), (100.0, 14), (0.001, 1)],
)
def test_bounds_are_exact_and_a_bucket_is_divided_evenly_on_the_logarithm(threshold: float, good: float) -> None:
    """Scale 0: buckets (1/4, 1/2], (1/2, 1], (1, 2], (2, 4] with 2, 3, 4 and... values; the square root of 2 is half-way."""
    one = Exponential(scale=0, below=1, offset=-2, counts=(2, 3, 4, 4))

    assert one.at_most(threshold) == pytest.approx(good)


def test_what_no_exporter_sends_is_refused() -> None:
    """Scales beyond the standard's, and more buckets than anybody needs."""
    with pytest.raises(Invalid):
        Exponential(21, 0, 0, ())
    with pytest.raises(Invalid):
        Exponential(0, 0, 0, (1,) * 20_001)


@pytest.mark.parametrize("form", ["protobuf", "json"])
@pytest.mark.parametrize(
    ("scale", "buckets", "why"), [(21, 1, "scale 21"), (-11, 1, "scale -11"), (0, 20_001, "20001")]
)
def test_a_point_of_unknown_scale_refuses_itself_alone(
    counts: CountsStore, form: str, scale: int, buckets: int, why: str
) -> None:
    """The good point beside it, and another metric of the same request, are counted; the reason names metric and scale."""
    clock = ManualClock(SystemClock().now())
    receiver = Receiver(counts, clock)
    slis = [
        Sli("quick", source=Otlp("http.duration", threshold=Fraction(1, 4))),
        Sli("all", source=Otlp("calls", good_where={"code": "2.."})),
    ]
    receiver.take([], slis)
    request = _request(int(clock.now().timestamp() * 1e9), (scale, buckets))
    metrics = (
        read_protobuf(request.SerializeToString()) if form == "protobuf" else read_json(MessageToJson(request).encode())
    )
    taken = receiver.take(metrics, slis)
    found = {name: counts.sums(name, [5], clock.now())[0].total for name in ("quick", "all")}

    assert (taken.counted, taken.rejected) == (2, 1)
    assert taken.why.startswith("http.duration: ")
    assert why in taken.why
    assert found == {"quick": 6, "all": 3}


def _request(time_ns: int, odd: tuple[int, int]) -> ExportMetricsServiceRequest:
    """Two exponential points, the first of them with an odd scale or too many buckets, and a sum."""
    request = ExportMetricsServiceRequest()
    metrics = request.resource_metrics.add().scope_metrics.add().metrics
    histogram = metrics.add(name="http.duration").exponential_histogram
    histogram.aggregation_temporality = 1
    for number, (scale, buckets) in enumerate((odd, (0, 3))):
        point = histogram.data_points.add(scale=scale, start_time_unix_nano=time_ns, time_unix_nano=time_ns)
        point.attributes.add(key="pod").value.string_value = str(number)
        point.positive.bucket_counts.extend([2] * buckets)
    calls = metrics.add(name="calls").sum
    calls.aggregation_temporality = 1
    one = calls.data_points.add(as_int=3, start_time_unix_nano=time_ns, time_unix_nano=time_ns)
    one.attributes.add(key="code").value.string_value = "200"
    return request


def test_it_is_counted_like_any_histogram(counts: CountsStore) -> None:
    """Three of four observations are within a quarter of a second; sent again, nothing changes; errors go by attribute."""
    clock = ManualClock(SystemClock().now())
    receiver = Receiver(counts, clock)
    slis = [
        Sli("quick", source=Otlp("http.duration", threshold=Fraction(1, 4))),
        Sli("fine", source=Otlp("http.duration", good_where={"code": "2.."})),
    ]
    receiver.take([], slis)
    metrics, _ = _sent([0.01, 0.2, 0.2, 3.0])
    for _ in range(2):
        taken = receiver.take(metrics, slis)
        assert (taken.rejected, taken.why) == (0, "")
    found = {name: counts.sums(name, [5], clock.now())[0] for name in ("quick", "fine")}

    assert {name: (one.good, one.total) for name, one in found.items()} == {"quick": (3, 4), "fine": (4, 4)}
