"""Native histograms: a real Prometheus scrapes them, and latency SLIs are split at a threshold by its own arithmetic.

The target dates its samples itself (15 s apart, in the last minutes), so that nobody waits for minutes to pass.
"""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.slow.measure.conftest import PROMETHEUS, free_port, needed, running

from watchbill.adapters.measure.asking import Http
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.prometheus import PrometheusReader
from watchbill.adapters.measure.protobuf import length_delimited, varint, write_double
from watchbill.adapters.measure.pulling import Puller
from watchbill.adapters.measure.pulling.puller import Pace
from watchbill.kernel.clock import SystemClock
from watchbill.slo.model import Prometheus, Sli

pytestmark = pytest.mark.slow
STEP_S, STEPS = 15, 32  # eight minutes
QUICK, SLOW = 30, 10  # observations of a step in (1/4, 1/2] and in (1, 2] seconds


@pytest.fixture
def target() -> Iterator[int]:
    """The port of a target whose every scrape shows the next step of its histogram."""
    start_ms = (int(datetime.now(UTC).timestamp()) // 60 - 8) * 60_000
    steps = iter(range(STEPS))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            step = next(steps, None)
            body = b"" if step is None else _family(step, start_ms + step * STEP_S * 1000)
            self.send_response(200)
            kind = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_native_histogram_is_split_at_a_bound_and_within_a_bucket(target: int, tmp_path: Path) -> None:
    """At half a second exactly three of four are good; at 1.5 s some of the slow bucket are; the classic form finds nothing."""
    port, clock = free_port(), SystemClock()
    (tmp_path / "prometheus.yml").write_text(
        f"scrape_configs: [{{job_name: shop, scrape_interval: 200ms, static_configs: [{{targets: ['127.0.0.1:{target}']}}]}}]\n"
    )
    command = [
        needed(PROMETHEUS), f"--config.file={tmp_path / 'prometheus.yml'}", f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}", "--enable-feature=native-histograms",
    ]  # fmt: skip
    with running(command, f"http://127.0.0.1:{port}/-/ready", tmp_path / "log"):
        url = f"http://127.0.0.1:{port}"
        slis = [
            Sli("bound", source=Prometheus(url, histogram="seconds", threshold=Fraction(1, 2), native=True)),
            Sli("within", source=Prometheus(url, histogram="seconds", threshold=Fraction(3, 2), native=True)),
            Sli("classic", source=Prometheus(url, histogram="seconds", threshold=Fraction(1, 2))),
        ]
        for _ in range(100):
            counts = CountsStore(tmp_path / f"counts-{clock.monotonic()}", clock)
            found = _counted(counts, slis, clock)
            counts.close()
            if found["bound"][1] >= 7 * 60 // STEP_S * (QUICK + SLOW):
                break
            clock.sleep(0.2)

    # Seven whole minutes have a whole minute of samples before them; the first is what the server makes of its beginning.
    good, total = found["bound"]
    assert total >= 7 * 60 // STEP_S * (QUICK + SLOW)
    assert abs(good - Fraction(3, 4) * total) <= 1
    assert good < found["within"][0] < total
    assert found["classic"] == (0, 0)


def _counted(counts: CountsStore, slis: list[Sli], clock: SystemClock) -> dict[str, tuple[int, int]]:
    reader = PrometheusReader(Http(clock.monotonic))
    puller = Puller(counts, clock, reader.ask, lambda sli: sli.name, Pace(delay=timedelta(0)))
    puller.cycle(slis, {sli.name: timedelta(hours=1) for sli in slis})
    sums = {sli.name: counts.sums(sli.name, [60], clock.now())[0] for sli in slis}
    return {name: (one.good, one.total) for name, one in sums.items()}


def _family(step: int, at_ms: int) -> bytes:
    """A MetricFamily of one native histogram of schema 0, cumulative since step 0."""
    quick, slow = QUICK * (step + 1), SLOW * (step + 1)
    histogram = _number(1, quick + slow) + write_double(2, 0.3 * quick + 1.4 * slow)
    histogram += _number(5, 0) + write_double(6, 1e-128) + _number(7, 0)
    # Bucket i is (2^(i-1), 2^i]: -1 and 1, so two spans (the second begins one bucket later); counts as deltas.
    histogram += length_delimited(12, _number(1, _zigzag(-1)) + _number(2, 1))
    histogram += length_delimited(12, _number(1, _zigzag(1)) + _number(2, 1))
    histogram += _number(13, _zigzag(quick)) + _number(13, _zigzag(slow - quick))
    metric = length_delimited(7, histogram) + _number(6, at_ms)
    family = length_delimited(1, b"seconds") + _number(3, 4) + length_delimited(4, metric)
    return varint(len(family)) + family


def _number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1
