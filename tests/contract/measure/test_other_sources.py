"""SQL, plug-ins and OTLP as sources: what they say is counted once, and what is wrong with them is said."""

import gzip
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from watchbill.adapters.measure.asking import Credentials
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.otlp import Metric, Point, Receiver, read_json, read_protobuf
from watchbill.adapters.measure.plugins import PluginReader
from watchbill.adapters.measure.pulling import Ask, Puller
from watchbill.adapters.measure.sql import SqlReader
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Invalid
from watchbill.slo.model import Otlp, Plugin, Sli, Sql

NOW = datetime(2026, 11, 24, 3, 0, 30, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
END = (NOW - EPOCH) // MINUTE
NS = 10**9


@pytest.fixture
def clock() -> ManualClock:
    """Half past a minute."""
    return ManualClock(NOW)


@pytest.fixture
def counts(tmp_path: Path, clock: ManualClock) -> Iterator[CountsStore]:
    """An empty store."""
    opened = CountsStore(tmp_path / "counts", clock)
    yield opened
    opened.close()


def _puller(counts: CountsStore, clock: ManualClock, ask: Ask) -> Puller:
    return Puller(counts, clock, ask, lambda sli: sli.name)


# --- SQL


@pytest.fixture
def orders(tmp_path: Path) -> str:
    """A database with an event a second for ten minutes, every tenth one bad."""
    path = tmp_path / "orders.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE orders (at TEXT, ok INTEGER)")
        start = NOW.replace(second=0) - 10 * MINUTE
        rows = [(f"{start + timedelta(seconds=n):%Y-%m-%d %H:%M:%S}", int(n % 10 != 0)) for n in range(600)]
        database.executemany("INSERT INTO orders VALUES (?, ?)", rows)
    return f"sqlite:///{path}"


QUERY = """
SELECT strftime('%Y-%m-%d %H:%M:00', at) AS minute, sum(ok), count(*) FROM orders
WHERE at >= :start AND at < :end GROUP BY minute
"""


def test_a_query_counts_its_minutes_once(orders: str, counts: CountsStore, clock: ManualClock) -> None:
    """Asked again each minute, with rows that came late in between, every row is counted exactly once."""
    sli = Sli("orders", source=Sql(orders, QUERY))
    puller = _puller(counts, clock, SqlReader(clock.monotonic).ask)
    puller.cycle([sli], {"orders": timedelta(hours=1)})
    with sqlite3.connect(orders.removeprefix("sqlite:///")) as database:
        database.execute("INSERT INTO orders SELECT at, 0 FROM orders LIMIT 1")
    clock.forward(MINUTE)
    puller.cycle([sli], {"orders": timedelta(hours=1)})
    found = counts.sums("orders", [60], NOW)[0]

    assert (found.good, found.total, found.covered) == (540, 601, 10)
    assert puller.state(sli).reason == ""


@pytest.mark.parametrize(
    ("url", "query", "said"),
    [
        ("", "DELETE FROM orders", "would change data"),
        ("", "WITH gone AS (SELECT 1) INSERT INTO orders SELECT '2026-01-01', 1", "readonly database"),
        ("", "SELECT at FROM orders", "gives 1 columns"),
        ("", "SELECT missing", "no such column"),
        ("", "SELECT 'noon', 1, 2", "a row was left out: ('noon', '1', '2')"),
        ("", "SELECT '2026-11-24 02:59:00', 3, 2", "a row was left out"),
        ("nonsense", "SELECT 1", "address cannot be used"),
        ("oracle://db/x", "SELECT 1", "oracledb"),
    ],
)
def test_a_query_that_cannot_count_says_why(
    orders: str, counts: CountsStore, clock: ManualClock, url: str, query: str, said: str
) -> None:
    """Writing is refused by us and by the database; wrong columns, rows and addresses each have their sentence."""
    sli = Sli("orders", source=Sql(url or orders, query))
    puller = _puller(counts, clock, SqlReader(clock.monotonic).ask)
    puller.cycle([sli], {})

    assert said in puller.state(sli).reason
    assert counts.sums("orders", [60], NOW)[0].total == 0
    with sqlite3.connect(orders.removeprefix("sqlite:///")) as database:
        assert database.execute("SELECT count(*) FROM orders").fetchone() == (600,)


def test_a_query_that_does_not_end_is_ended(orders: str, counts: CountsStore, clock: ManualClock) -> None:
    """Past the timeout the database stops working on it."""
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, 1, 1 FROM n WHERE x < 0"
    ticks = iter(range(10**9))
    puller = _puller(counts, clock, SqlReader(lambda: float(next(ticks)), timeout_s=20).ask)
    sli = Sli("orders", source=Sql(orders, endless))
    puller.cycle([sli], {})

    assert puller.state(sli).reason == "the database says: interrupted"


def test_postgresql_refuses_to_write_and_ends_what_takes_too_long(
    postgresql_url: str, counts: CountsStore, clock: ManualClock
) -> None:
    """On a real PostgreSQL: times are times, the transaction only reads, and the statement timeout holds."""
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders (at timestamptz, ok boolean)"))
        values = {"at": NOW - 5 * MINUTE}
        connection.execute(text("INSERT INTO orders SELECT :at, n > 2 FROM generate_series(1, 10) n"), values)
        connection.execute(
            text("CREATE FUNCTION spoil() RETURNS bigint LANGUAGE sql AS 'DELETE FROM orders RETURNING 1::bigint'")
        )
    engine.dispose()
    counted = (
        "SELECT date_trunc('minute', at), count(*) FILTER (WHERE ok), count(*) FROM orders "
        "WHERE at >= :start AND at < :end GROUP BY 1"
    )
    slis = {
        "good": Sli("good", source=Sql(postgresql_url, counted)),
        "writes": Sli("writes", source=Sql(postgresql_url, "SELECT now(), spoil(), 1")),
        "sleeps": Sli("sleeps", source=Sql(postgresql_url, "SELECT now(), 1, 1 FROM pg_sleep(5)")),
    }
    puller = _puller(counts, clock, SqlReader(clock.monotonic, timeout_s=0.3).ask)
    puller.cycle(list(slis.values()), {})
    found = counts.sums("good", [60], NOW)[0]

    assert (found.good, found.total) == (8, 10)
    assert "read-only transaction" in puller.state(slis["writes"]).reason
    assert "statement timeout" in puller.state(slis["sleeps"]).reason


def test_a_password_is_taken_from_the_settings() -> None:
    """The resource names the database, the settings hold the password."""
    known = Credentials(["postgresql://db.example:5432=reader:s3cret"])

    assert known.pair("postgresql+psycopg://db.example:5432/orders") == ("reader", "s3cret")
    assert known.pair("postgresql://other.example:5432/orders") is None


# --- plug-ins


def _tides(options: Mapping[str, object]) -> Callable[[datetime, datetime], Iterable[tuple[datetime, int, int]]]:
    """A source as a third party writes it: `options` from the resource, then minutes on demand."""
    total = int(str(options["total"]))

    def minutes(start: datetime, end: datetime) -> Iterable[tuple[datetime, int, int]]:
        while start < end:
            yield start, total - 1, total
            start += MINUTE

    return minutes


def test_a_plug_in_is_a_source(counts: CountsStore, clock: ManualClock) -> None:
    """What the function of an entry point yields is counted like any other source."""
    reader = PluginReader(lambda: {"tides": lambda: _tides})
    sli = Sli("sea", source=Plugin("tides", {"total": 5}))
    puller = _puller(counts, clock, reader.ask)
    puller.cycle([sli], {})
    found = counts.sums("sea", [61], NOW)[0]

    assert (found.good, found.total, found.covered) == (240, 300, 60)


def test_an_installed_package_brings_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point of the group `watchbill.sources` is found in whatever is installed."""
    (tmp_path / "tidal.py").write_text("def source(options):\n    return lambda start, end: [(start, 1, 2)]\n")
    metadata = tmp_path / "tidal-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: tidal\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[watchbill.sources]\ntides = tidal:source\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    sli = Sli("sea", source=Plugin("tides"))

    assert PluginReader().ask([sli], 10, 20, {})["sea"].minutes == {10: (1.0, 2.0)}


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("waves", {}, "no installed package brings the source 'waves' (there are: tides)"),
        ("tides", {}, "the plug-in tides failed: KeyError: 'total'"),
    ],
)
def test_a_plug_in_that_fails_says_so(name: str, options: dict[str, object], said: str) -> None:
    """Whatever somebody else's code raises is the trouble of its SLI."""
    reader = PluginReader(lambda: {"tides": lambda: _tides})
    found = reader.ask([Sli("sea", source=Plugin(name, options))], 10, 20, {})["sea"]

    assert (found.failed, found.trouble) == (True, said)


# --- OTLP

ERRORS = Sli("calls", source=Otlp("http.calls", {"service.name": "shop"}, bad_where={"code": "5.."}))
LATENCY = Sli("quick", source=Otlp("http.duration", threshold=Fraction(1, 4)))


def _sum(value: float, minute: int, code: str, *, cumulative: bool = True, start: int = END * 60) -> Metric:
    point = Point({"service.name": "shop", "code": code}, start * NS, minute * 60 * NS + 30 * NS, value)
    return Metric("http.calls", cumulative, [point])


@pytest.mark.parametrize("cumulative", [True, False])
def test_a_request_sent_again_counts_once(counts: CountsStore, clock: ManualClock, *, cumulative: bool) -> None:
    """Cumulative and delta streams: the increase is counted, a repeated request changes nothing, errors are bad events."""
    receiver = Receiver(counts, clock)
    receiver.take([_sum(0, END, "200", cumulative=cumulative), _sum(0, END, "500", cumulative=cumulative)], [ERRORS])
    clock.forward(2 * MINUTE)
    later = [
        _sum(90, END + 1, "200", cumulative=cumulative, start=END * 60 + 31),
        _sum(10, END + 1, "503", cumulative=cumulative, start=END * 60 + 31),
    ]
    for _ in range(3):
        receiver.take(later, [ERRORS])
    found = counts.sums("calls", [5], clock.now())[0]

    assert (found.good, found.total) == (90, 100)


def test_what_was_counted_before_we_listened_is_not_dated(counts: CountsStore, clock: ManualClock) -> None:
    """The first value of an old cumulative stream is where counting begins; a restart begins a new stream from zero."""
    receiver = Receiver(counts, clock)
    old = END * 60 - 86_400
    receiver.take([_sum(1_000_000, END, "200", start=old)], [ERRORS])
    clock.forward(2 * MINUTE)
    receiver.take([_sum(1_000_007, END + 1, "200", start=old)], [ERRORS])
    receiver.take([_sum(3, END + 2, "200", start=END * 60 + 100)], [ERRORS])

    assert counts.sums("calls", [5], clock.now())[0].total == 10


def test_a_histogram_is_split_at_its_bound(counts: CountsStore, clock: ManualClock) -> None:
    """Observations up to the threshold are good; a threshold that is no bound is refused with the bounds that there are."""
    point = Point({}, END * 60 * NS, END * 60 * NS, counts=(5, 3, 2), bounds=(0.1, 0.25))
    receiver = Receiver(counts, clock)
    taken = receiver.take([Metric("http.duration", False, [point], is_histogram=True)], [LATENCY])
    found = counts.sums("quick", [5], NOW)[0]

    assert (found.good, found.total, taken.rejected) == (8, 10, 0)

    odd = Sli("quick", source=Otlp("http.duration", threshold=Fraction(1, 3)))
    taken = receiver.take([Metric("http.duration", False, [point], is_histogram=True)], [odd])

    assert (taken.rejected, taken.why) == (1, "0.333333 is no bound of a bucket; there are 0.1, 0.25")


@pytest.mark.parametrize("minute", [END + 60, END - 91 * 1440], ids=["in the future", "too old"])
def test_a_point_out_of_time_is_rejected(counts: CountsStore, clock: ManualClock, minute: int) -> None:
    """It is told to the sender and counted as rejected."""
    taken = Receiver(counts, clock).take([_sum(5, minute, "200", cumulative=False)], [ERRORS])

    assert taken.rejected == 1
    assert counts.source("otlp:calls").rejected == 1


def test_both_forms_of_a_real_exporter_are_read() -> None:
    """What OpenTelemetry's own library encodes is read with the same values from protobuf and from JSON."""
    from google.protobuf.json_format import MessageToJson
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
    from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality

    request = ExportMetricsServiceRequest()
    resource = request.resource_metrics.add()
    resource.resource.attributes.add(key="service.name").value.string_value = "shop"
    scope = resource.scope_metrics.add()
    calls = scope.metrics.add(name="http.calls")
    calls.sum.aggregation_temporality = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
    calls.sum.is_monotonic = True
    point = calls.sum.data_points.add(start_time_unix_nano=5, time_unix_nano=2**62, as_int=7)
    point.attributes.add(key="code").value.int_value = -3
    duration = scope.metrics.add(name="http.duration")
    duration.histogram.aggregation_temporality = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
    bucket = duration.histogram.data_points.add(time_unix_nano=9, count=6, sum=1.5)
    bucket.bucket_counts.extend([1, 2, 3])
    bucket.explicit_bounds.extend([0.1, 0.25])
    scope.metrics.add(name="gauge").gauge.data_points.add(as_double=1.5)
    wanted = [
        Metric("http.calls", True, [Point({"service.name": "shop", "code": "-3"}, 5, 2**62, 7.0)]),
        Metric(
            "http.duration",
            False,
            [Point({"service.name": "shop"}, 0, 9, 0.0, (1, 2, 3), (0.1, 0.25))],
            is_histogram=True,
        ),
    ]

    assert read_protobuf(request.SerializeToString()) == wanted
    assert read_json(MessageToJson(request).encode()) == wanted


@pytest.mark.parametrize(
    "body",
    [b"\xff", b"\x0a\x05ab", b"\x0b", gzip.compress(b"x", mtime=0), b"\x80" * 20],
    ids=["byte", "cut off", "group", "gzip", "endless"],
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    """Any bytes at all are read or refused with Invalid, never with anything else."""
    with pytest.raises(Invalid):
        read_protobuf(body)


@pytest.mark.parametrize(
    "document", [[], {"resourceMetrics": 3}, {"resourceMetrics": [{"scopeMetrics": [{"metrics": [3]}]}]}]
)
def test_what_is_no_document_is_refused(document: object) -> None:
    """JSON of another shape is refused as well."""
    with pytest.raises(Invalid):
        read_json(json.dumps(document).encode())
