"""Probes against real sockets: what is there is good, what is wrong is bad and named, and each run counts once."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.contract.measure.prometheus_server import ScriptedServer, scripted

from watchbill.adapters.measure.checking import Outcome, Rounds, run_check
from watchbill.adapters.measure.counts import CountsStore
from watchbill.kernel.clock import ManualClock, SystemClock
from watchbill.slo.model import DnsCheck, HttpCheck, Probe, ProbeRule, Sli, TcpCheck, TlsCheck

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
Check = HttpCheck | TcpCheck | DnsCheck | TlsCheck


def _ask(check: Check, timeout_s: float = 2.0, now: datetime = NOW) -> Outcome:
    rule = ProbeRule("p", "shop", check, timedelta(seconds=30), timedelta(seconds=timeout_s))
    return run_check(rule, now=now, monotonic=SystemClock().monotonic)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """An HTTP server whose answers the test writes."""
    with scripted() as server:
        yield server


@pytest.mark.parametrize(
    ("answer", "check", "ok", "said"),
    [
        ((200, "text/html", b"Cart"), {"body": "Cart"}, True, "status 200"),
        ((200, "text/html", b"Sorry"), {"body": "Cart"}, False, "status 200, but the answer does not hold 'Cart'"),
        ((500, "text/html", b""), {}, False, "status 500, and 200 is fine"),
        ((302, "text/html", b""), {}, False, "status 302, and 200 is fine"),
        ((302, "text/html", b""), {"statuses": (200, 302)}, True, "status 302"),
        ((200, "text/html", b""), {"method": "HEAD"}, False, "status 501, and 200 is fine"),
        (None, {}, False, "127.0.0.1: Remote end closed connection without response"),
    ],
)
def test_a_page_is_fetched(
    server: ScriptedServer, answer: tuple[int, str, bytes] | None, check: dict[str, object], *, ok: bool, said: str
) -> None:
    """Status and text decide; a redirect is an answer and is not followed."""
    server.answer = lambda _path, _fields: answer
    found = _ask(HttpCheck(server.url + "/cart", **check))  # type: ignore[arg-type]  # the fields of the case

    assert (found.ok, found.said) == (ok, said)


def test_a_slow_page_is_bad(server: ScriptedServer) -> None:
    """What comes after the timeout does not count."""
    held = threading.Event()

    def slow(_path: str, _fields: dict[str, str]) -> None:
        held.wait(2)

    server.answer = slow
    found = _ask(HttpCheck(server.url), timeout_s=0.2)
    held.set()

    assert (found.ok, found.said) == (False, "127.0.0.1: no answer within 0.2 s")


def test_a_port_is_open_or_not() -> None:
    """A listener is good, a closed port is bad."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        assert _ask(TcpCheck("127.0.0.1", port)).ok

    assert _ask(TcpCheck("127.0.0.1", port)).said == f"127.0.0.1:{port}: nothing listens there"


@contextmanager
def _tls_server(folder: Path) -> Iterator[tuple[int, Path]]:
    """A TLS server with a certificate for localhost that lasts 30 days; its port, and the certificate."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            try:
                context.wrap_socket(connection, server_side=True).close()
            except OSError:
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1], certificate
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(2)


def test_a_certificate_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trusted and long enough is good; too few days, another name, or an unknown authority is bad."""
    now = datetime.now(UTC)  # noqa: TID251 - the certificate is made by the machine's clock
    with _tls_server(tmp_path) as (port, certificate):
        strange = _ask(TlsCheck("localhost", port), now=now)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        good = _ask(TlsCheck("localhost", port, min_days=29), now=now)
        short = _ask(TlsCheck("localhost", port, min_days=30), now=now)
        other = _ask(TlsCheck("127.0.0.1", port), now=now)

    assert good == Outcome(True, "the certificate is good for 29 days", good.took_ms)
    assert (short.ok, short.said) == (False, "the certificate ends in 29 days, and 30 are wanted")
    assert (strange.ok, strange.said) == (
        False,
        f"localhost:{port}: the certificate is not good: self-signed certificate",
    )
    assert not other.ok
    assert "IP address mismatch" in other.said


@pytest.fixture
def name_server() -> Iterator[str]:
    """A name server that knows shop.example, and answers NXDOMAIN for all else."""
    import dns.message
    import dns.rcode
    import dns.rrset

    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                data, sender = listening.recvfrom(4096)
            except OSError:
                return
            if data == b"stop":
                return
            query = dns.message.from_wire(data)
            answer = dns.message.make_response(query)
            if str(query.question[0].name) == "shop.example.":
                answer.answer.append(dns.rrset.from_text("shop.example.", 5, "IN", "A", "192.0.2.7", "192.0.2.8"))
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            listening.sendto(answer.to_wire(), sender)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"127.0.0.1:{listening.getsockname()[1]}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
        last.sendto(b"stop", listening.getsockname())
    thread.join(2)
    listening.close()


def test_a_name_is_resolved(name_server: str) -> None:
    """There is an answer, one of those that are expected; a name that does not exist is bad."""
    assert _ask(DnsCheck("shop.example", server=name_server)).said == "shop.example is 192.0.2.7, 192.0.2.8"
    assert _ask(DnsCheck("shop.example", expect=("192.0.2.8",), server=name_server)).ok
    wrong = _ask(DnsCheck("shop.example", expect=("192.0.2.9",), server=name_server))

    assert (wrong.ok, wrong.said) == (False, "shop.example is 192.0.2.7, 192.0.2.8, and 192.0.2.9 is wanted")
    assert not _ask(DnsCheck("nothing.example", server=name_server)).ok


# --- the rounds


@pytest.fixture
def clock() -> ManualClock:
    """On the hour."""
    return ManualClock(NOW)


@pytest.fixture
def counts(tmp_path: Path, clock: ManualClock) -> Iterator[CountsStore]:
    """An empty store."""
    opened = CountsStore(tmp_path / "counts", clock)
    yield opened
    opened.close()


SLI = Sli("home", source=Probe("p"))
RULE = ProbeRule("p", "shop", TcpCheck("x", 1), timedelta(seconds=30), timedelta(seconds=5))


def test_a_probe_runs_at_its_moments_and_counts(counts: CountsStore, clock: ManualClock) -> None:
    """At once when it is new and then every 30 seconds, whatever the looks in between; each run is one event."""
    outcomes = iter([Outcome(True, "fine")] * 10 + [Outcome(False, "refused")] * 11)
    rounds = Rounds(counts, clock, run=lambda _rule: next(outcomes))
    started = 0
    for _ in range(300):
        started += rounds.cycle([RULE], [SLI])
        rounds.settle()
        clock.forward(timedelta(seconds=2))
    found = counts.sums("home", [60], clock.now())[0]
    standing = rounds.standing(RULE)

    assert started == found.total == 21
    assert found.good == 10
    assert (standing.ok, standing.said, standing.failures) == (False, "refused", 11)
    rounds.close()


def test_moments_survive_a_restart_and_are_spread(counts: CountsStore, clock: ManualClock) -> None:
    """After a restart a probe waits for its own moment; probes with other names have other moments."""
    rules = [
        ProbeRule(f"p{n}", "shop", TcpCheck("x", 1), timedelta(seconds=60), timedelta(seconds=5)) for n in range(20)
    ]
    rounds = Rounds(counts, clock, run=lambda _rule: Outcome(True, ""))

    assert rounds.cycle(rules, []) == 20
    rounds.settle()
    clock.forward(timedelta(seconds=1))
    again = Rounds(counts, clock, run=lambda _rule: Outcome(True, ""))
    starts = []
    for _ in range(60):
        starts.append(again.cycle(rules, []))
        again.settle()
        clock.forward(timedelta(seconds=1))

    assert sum(starts) == 20
    assert max(starts) <= 4
    rounds.close()
    again.close()


def test_a_check_that_hangs_is_given_up(counts: CountsStore, clock: ManualClock) -> None:
    """Where even our own deadline does not end it, it counts as failed once, and its late answer does not count."""
    held = threading.Event()

    def hanging(_rule: ProbeRule) -> Outcome:
        held.wait(5)
        return Outcome(True, "at last")

    rounds = Rounds(counts, clock, run=hanging)
    rounds.cycle([RULE], [SLI])
    clock.forward(timedelta(seconds=16))
    rounds.cycle([], [SLI])
    held.set()
    rounds.close()
    found = counts.sums("home", [60], clock.now())[0]

    assert (found.good, found.total) == (0, 1)
    assert rounds.standing(RULE).said == "no answer within 5 s"


def test_a_fault_of_ours_is_told(counts: CountsStore, clock: ManualClock) -> None:
    """A check that raises is bad and says what it raised; the next one runs."""

    def broken(_rule: ProbeRule) -> Outcome:
        raise RuntimeError("oops")

    rounds = Rounds(counts, clock, run=broken)
    rounds.cycle([RULE], [SLI])
    rounds.settle()

    assert rounds.standing(RULE).said == "the check itself failed: RuntimeError: oops"
    rounds.close()
