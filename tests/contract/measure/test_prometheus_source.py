"""A Prometheus-compatible server as a source: whatever it answers, nothing is silently good and nothing counts twice."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import inf, nan
from pathlib import Path

import pytest
from tests.contract.measure.prometheus_server import Answer, ScriptedServer, matrix, scripted

from watchbill.adapters.measure.asking import Credentials, Http
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.prometheus import PrometheusReader
from watchbill.adapters.measure.pulling import Puller
from watchbill.adapters.measure.pulling.puller import Pace
from watchbill.kernel.clock import ManualClock
from watchbill.slo.model import Prometheus, Sli, SourceState

NOW = datetime(2026, 11, 24, 3, 0, 30, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
END = (NOW - EPOCH) // MINUTE  # the running minute; those before it are asked for
SHORT = timedelta(hours=2)


class Bench:
    """A store, a clock, a server and the puller between them."""

    def __init__(self, folder: Path, server: ScriptedServer, timeout_s: float = 5.0) -> None:
        self.clock = ManualClock(NOW)
        self.folder = folder
        self.server = server
        self.credentials = Credentials()
        self.timeout_s = timeout_s
        self.open()

    def open(self) -> None:
        """Begin anew, as a process does."""
        self.counts = CountsStore(self.folder, self.clock)
        http = Http(self.clock.monotonic, timeout_s=self.timeout_s, credentials=self.credentials)
        self.puller = Puller(self.counts, self.clock, PrometheusReader(http).ask, lambda _: "server", Pace())

    def pull(self, *slis: Sli, windows: timedelta = SHORT) -> int:
        """One cycle."""
        return self.puller.cycle(slis, {sli.name: windows for sli in slis})

    def sli(self, name: str = "s", **source: object) -> Sli:
        """An SLI on the server; by default one with bad and total."""
        given = source or {"bad": 'bad{x="1"} > 0', "total": 'total{x="1"} > 0'}
        return Sli(name, source=Prometheus(self.server.url, **given))  # type: ignore[arg-type]  # the fields of the case

    def counted(self, name: str = "s", minutes: int = 120) -> tuple[int, int, int]:
        """Good, total and covered minutes of the last two hours."""
        found = self.counts.sums(name, [minutes], NOW)[0]
        return found.good, found.total, found.covered

    def state(self, name: str = "s") -> SourceState:
        """What is said about the source."""
        return self.puller.state(self.sli(name))


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server whose answers the test writes."""
    with scripted() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, server: ScriptedServer) -> Iterator[Bench]:
    """All parts together."""
    made = Bench(tmp_path / "counts", server)
    yield made
    made.counts.close()


def steady(bad: float | None, total: float | None) -> object:
    """An answer with the same values in every minute that is asked for; None: the series is absent."""

    def answer(path: str, fields: dict[str, str]) -> Answer:
        if path != "/api/v1/query_range":
            return 404, "text/plain", b"no such page"
        minutes = range(int(fields["start"]) // 60 - 1, int(fields["end"]) // 60)
        found = {"0": bad, "1": total}
        return matrix({slot: dict.fromkeys(minutes, value) for slot, value in found.items() if value is not None})

    return answer


def say(server: ScriptedServer, answer: object) -> None:
    """Script the server."""
    server.answer = answer  # type: ignore[assignment]  # the shapes above


def test_an_error_series_that_does_not_exist_yet_is_no_error(bench: Bench) -> None:
    """Without any bad series all events are good, and the minutes are known."""
    say(bench.server, steady(None, 60.0))
    bench.pull(bench.sli())

    assert bench.counted() == (3600, 3600, 60)
    assert bench.state().reason == ""


def test_an_absent_total_is_no_data(bench: Bench) -> None:
    """Nothing is known of a minute in which the server knows no events; it is neither good nor bad."""
    say(bench.server, steady(5.0, None))
    bench.pull(bench.sli())

    assert bench.counted() == (0, 0, 0)


def test_a_quiet_minute_is_known(bench: Bench) -> None:
    """A total of zero is data: the minute is covered and holds nothing."""
    say(bench.server, steady(0.0, 0.0))
    bench.pull(bench.sli())

    assert bench.counted() == (0, 0, 60)


def test_good_events_that_never_came_are_a_doubt_and_not_an_outage(bench: Bench) -> None:
    """A `good` query that has never returned anything counts nothing and says so; once it was there its absence is failure."""
    sli = bench.sli(good="good > 0", total="total > 0")
    say(bench.server, steady(None, 60.0))
    bench.pull(sli)

    assert bench.counted() == (0, 0, 0)
    assert "never returned anything" in bench.state().reason

    bench.clock.forward(MINUTE)
    say(bench.server, steady(60.0, 60.0))
    bench.pull(sli)
    good, total, _ = bench.counted()

    assert good == total > 0

    bench.clock.forward(15 * MINUTE)
    say(bench.server, steady(None, 60.0))
    bench.pull(sli)

    assert bench.counts.sums("s", [5], bench.clock.now() - MINUTE)[0].good == 0


@pytest.mark.parametrize(
    ("bad", "total", "rejected"),
    [(nan, 60.0, 60), (1.0, nan, 60), (1.0, inf, 60), (-1.0, 60.0, 60), (1.0, -60.0, 60), (70.0, 60.0, 60)],
    ids=["bad-nan", "total-nan", "infinite", "negative-bad", "negative-total", "more-bad-than-there-are"],
)
def test_values_that_cannot_be_are_counted_as_rejected(bench: Bench, bad: float, total: float, rejected: int) -> None:
    """Such minutes have no data: they are never good, and their number shows."""
    say(bench.server, steady(bad, total))
    bench.pull(bench.sli())

    assert bench.counted() == (0, 0, 0)
    assert bench.state().rejected == rejected


_FAULTS: dict[str, tuple[Answer, str]] = {
    "a login page": ((200, "text/html", b"<!DOCTYPE html><html>Log in</html>"), "web page (HTTP 200)"),
    "a redirect": ((302, "text/plain", b""), "sends elsewhere (HTTP 302)"),
    "an error with 200": (
        (200, "application/json", b'{"status":"error","errorType":"timeout","error":"query timed out"}'),
        "timeout: query timed out",
    ),
    "a refused query": (
        (400, "application/json", b'{"status":"error","errorType":"bad_data","error":"parse error"}'),
        "is refused: bad_data: parse error",
    ),
    "too many samples": (
        (422, "application/json", b'{"status":"error","errorType":"execution","error":"too many samples"}'),
        "too many samples",
    ),
    "overload": ((503, "text/plain", b"busy"), "not the Prometheus API's JSON (HTTP 503)"),
    "half an answer": (
        (200, "application/json", b'{"status":"success","data":{"resul'),
        "not the Prometheus API's JSON",
    ),
    "no vector": (
        (200, "application/json", b'{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}'),
        "gives a scalar",
    ),
    "a part of the data": (
        (200, "application/json", b'{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[]}}'),
        "a part of the data only",
    ),
    "an end without a word": (None, "127.0.0.1"),
}


@pytest.mark.parametrize("case", list(_FAULTS))
def test_no_answer_is_no_data_and_says_why(bench: Bench, case: str) -> None:
    """Each fault has its sentence; nothing is counted, and what was missed is asked for again afterwards."""
    answer, said = _FAULTS[case]
    say(bench.server, lambda _path, _fields: answer)
    bench.pull(bench.sli())

    assert bench.counted() == (0, 0, 0)
    assert said in bench.state().reason
    assert not bench.state().caught_up

    bench.clock.forward(7 * MINUTE)
    say(bench.server, steady(1.0, 60.0))
    bench.pull(bench.sli())

    assert bench.counted(minutes=120)[2] >= 52
    assert bench.state().reason == ""


def test_nobody_listens(bench: Bench, tmp_path: Path) -> None:
    """A server that is down is named with what is wrong."""
    sli = Sli("s", source=Prometheus("http://127.0.0.1:1", total="t", bad="b"))
    bench.pull(sli)

    assert bench.puller.state(sli).reason == "127.0.0.1: nothing listens there"


def test_a_slow_server_is_given_up(tmp_path: Path, server: ScriptedServer) -> None:
    """An answer past the timeout is none, and the sentence says how long was waited."""
    import threading

    held = threading.Event()

    def slow(_path: str, _fields: dict[str, str]) -> Answer:
        held.wait(2)
        return None

    bench = Bench(tmp_path / "counts", server, timeout_s=0.2)
    server.answer = slow
    bench.pull(bench.sli())
    held.set()

    assert bench.state().reason == "127.0.0.1: no answer within 0.2 s"
    bench.counts.close()


def test_one_wrong_query_spoils_no_other(bench: Bench) -> None:
    """Of SLIs that are asked for together the refused one says so, and the others are counted."""

    def answer(path: str, fields: dict[str, str]) -> Answer:
        if "wrong" in fields.get("query", ""):
            return 400, "application/json", b'{"status":"error","errorType":"bad_data","error":"unknown function"}'
        asked = re.findall(r'label_replace\(\((\w+).*?\), "watchbill_slot", "(\d+)"', fields.get("query", ""))
        minutes = range(END - 60, END)
        return matrix({slot: dict.fromkeys(minutes, 60.0 if name[0] == "t" else 1.0) for name, slot in asked})

    say(bench.server, answer)
    wrong = bench.sli("w", bad="wrong()", total="total > 0")
    bench.pull(bench.sli("a"), wrong, bench.sli("b", bad="b > 1", total="t > 1"))

    assert bench.counted("a")[1] == 3600
    assert bench.counted("b")[1] == 3600
    assert "the query of bad is refused: bad_data: unknown function" in bench.state("w").reason


def test_minutes_asked_for_twice_count_once(bench: Bench) -> None:
    """Each minute asks for the ten before it again; what did not change is not counted again, what did is corrected."""
    values = dict.fromkeys(range(END - 70, END + 20), 60.0)
    say(bench.server, lambda path, fields: _table(path, fields, values))
    for _ in range(12):
        bench.pull(bench.sli())
        bench.clock.forward(MINUTE)
    values[END + 9] = 66.0  # a sample that came late
    bench.pull(bench.sli())
    found = bench.counts.between("s", EPOCH + END * MINUTE, EPOCH + (END + 12) * MINUTE)

    assert (found.total, found.covered) == (12 * 60 + 6, 12)


def test_a_restart_neither_doubles_nor_loses(bench: Bench) -> None:
    """The position lies beside the counts: after a kill the same minutes are there once."""
    say(bench.server, steady(1.0, 60.0))
    bench.pull(bench.sli())
    bench.counts._journal.close()  # no close(): killed
    bench.open()
    bench.pull(bench.sli())

    assert bench.counted() == (59 * 60, 3600, 60)


def test_fractions_add_up(bench: Bench) -> None:
    """What scrapes cut into fractions of events is counted whole, and never off by more than one."""
    say(bench.server, steady(0.3, 1.4))
    bench.pull(bench.sli())
    good, total, covered = bench.counted()

    assert (total, total - good, covered) == (84, 18, 60)


def test_history_is_read_back_in_stretches(bench: Bench) -> None:
    """A new source counts the last hour first and then goes back as far as the windows reach, below the server's limit of points."""
    say(bench.server, steady(1.0, 60.0))
    sli, month = bench.sli(), timedelta(days=28)
    bench.pull(sli, windows=month)

    assert not bench.state().caught_up
    for _ in range(40):
        bench.pull(sli, windows=month)

    assert bench.state().caught_up
    assert bench.counts.sums("s", [28 * 1440], NOW)[0].covered == 28 * 1440 - 1  # all but the running minute
    spans = [int(fields["end"]) - int(fields["start"]) for path, fields in bench.server.asked if path.endswith("range")]
    assert max(spans) // 60 < 11_000


def test_a_server_that_forgets_sooner_shows_in_the_coverage(bench: Bench) -> None:
    """Where the server keeps less than the window, what is missing is missing, and the server's own word for it is passed on."""
    remembered = END - 5 * 1440

    def answer(path: str, fields: dict[str, str]) -> Answer:
        if path.endswith("runtimeinfo"):
            return 200, "application/json", b'{"status":"success","data":{"storageRetention":"5d"}}'
        minutes = [m for m in range(int(fields["start"]) // 60 - 1, int(fields["end"]) // 60) if m >= remembered]
        return matrix({"1": dict.fromkeys(minutes, 60.0)})

    say(bench.server, answer)
    for _ in range(40):
        bench.pull(bench.sli(), windows=timedelta(days=28))
    found = bench.counts.sums("s", [28 * 1440], NOW)[0]

    assert found.covered == 5 * 1440
    assert bench.state().caught_up
    assert bench.state().reason == "the server keeps 5d"


def test_a_gap_has_no_data(bench: Bench) -> None:
    """Minutes that the server knows nothing about are not covered, and those around them are."""
    values = {minute: 60.0 for minute in range(END - 70, END) if not END - 30 <= minute < END - 20}
    say(bench.server, lambda path, fields: _table(path, fields, values))
    bench.pull(bench.sli())

    assert bench.counted()[2] == 50


def test_a_query_with_several_series_is_refused(bench: Bench) -> None:
    """Counting one of several series would be wrong without a word."""

    def answer(path: str, fields: dict[str, str]) -> Answer:
        row = {"metric": {"watchbill_slot": "1"}, "values": [[END * 60, "1"]]}
        both = [row, {"metric": {"watchbill_slot": "1", "pod": "b"}, "values": [[END * 60, "1"]]}]
        return (
            200,
            "application/json",
            json.dumps({"status": "success", "data": {"resultType": "matrix", "result": both}}).encode(),
        )

    say(bench.server, answer)
    bench.pull(bench.sli())

    assert "put sum() around it" in bench.state().reason
    assert bench.counted() == (0, 0, 0)


def test_a_gauge_makes_good_and_bad_minutes(bench: Bench) -> None:
    """A value of the gauge on the good side of the threshold is a good minute, exactly at `<` it is bad; NaN is no data."""
    values = {END - 3: 99.0, END - 2: 100.0, END - 1: nan}
    say(bench.server, lambda _path, _fields: matrix({"0": values}))
    bench.pull(bench.sli(value="max(queue)", good_if="< 100"))

    assert bench.counted() == (1, 2, 2)


def test_a_missing_bucket_tells_which_there_are(bench: Bench) -> None:
    """A threshold between two buckets cannot be measured: nothing is counted, and the buckets are named."""

    def answer(path: str, fields: dict[str, str]) -> Answer:
        if "/label/le/values" in path:
            return 200, "application/json", b'{"status":"success","data":["+Inf","0.1","0.5","1"]}'
        return steady(None, 60.0)(path, fields)  # type: ignore[operator, no-any-return]  # the helper above

    say(bench.server, answer)
    bench.pull(bench.sli(histogram='lat{job="a"}', threshold=Fraction(3, 10)))

    assert bench.state().reason == "there is no bucket le=0.3; there are: 0.1, 0.5, 1, +Inf"
    assert bench.counted() == (0, 0, 0)


def test_credentials_go_to_their_own_address_only() -> None:
    """A token is sent to the origin that it was written for, and a pair becomes Basic."""
    known = Credentials(["https://a.example=TOKEN", "http://b.example:9090=ann:secret"])

    assert known.header("https://a.example/api") == {"Authorization": "Bearer TOKEN"}
    assert known.header("http://b.example:9090/x") == {"Authorization": "Basic YW5uOnNlY3JldA=="}
    assert known.header("http://a.example/") == {}
    assert known.header("https://a.example:8443/") == {}


def _table(path: str, fields: dict[str, str], values: dict[int, float]) -> Answer:
    if not path.endswith("range"):
        return 404, "text/plain", b""
    first, last = int(fields["start"]) // 60 - 1, int(fields["end"]) // 60 - 1
    return matrix({"1": {minute: value for minute, value in values.items() if first <= minute <= last}})


def test_a_sample_that_comes_late_counts_as_long_as_the_slos_wait(bench: Bench) -> None:
    """15 minutes later the minute has ten events more: an SLI that waits 20 minutes counts them, one that waits 10 does not."""
    values = dict.fromkeys(range(END - 60, END + 20), 60.0)

    def answer(path: str, fields: dict[str, str]) -> Answer:
        if path != "/api/v1/query_range":
            return 404, "text/plain", b"no such page"
        minutes = range(int(fields["start"]) // 60 - 1, int(fields["end"]) // 60)
        return matrix({"1": {minute: values[minute] for minute in minutes if minute in values}})

    say(bench.server, answer)
    hasty, patient = bench.sli("hasty"), replace(bench.sli("patient"), late_arrival=20 * MINUTE)
    for _ in range(15):
        bench.pull(hasty, patient)
        bench.clock.forward(MINUTE)
    values[END - 1] = 70.0
    bench.pull(hasty, patient)

    now = bench.clock.now()
    found = {name: bench.counts.sums(name, [120], now)[0].total for name in ("hasty", "patient")}
    assert found["patient"] - found["hasty"] == 10
