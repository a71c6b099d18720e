"""Logs over HTTP and in S3-compatible stores: only what the allow-list names, each event once, whatever happens between."""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from watchbill.adapters.measure.asking import Credentials, Http
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.remote import Allowed, Fetcher, RemoteLogs
from watchbill.adapters.measure.remote.places import Bucket
from watchbill.adapters.measure.remote.signing import Signer
from watchbill.bootstrap.resources import may_read
from watchbill.entrypoints.cli.main import run
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Invalid, Unavailable
from watchbill.slo.model import Logs, ReadFrom, Sli

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEYS = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


def _lines(count: int, *, minute: int = 0, status: int = 200) -> bytes:
    line = f'10.0.0.1 - - [24/Nov/2026:03:{minute:02}:00 +0000] "GET /a HTTP/1.1" {status} 7 "-" "curl" 0.100\n'
    return line.encode() * count


@dataclass
class Store:
    """What lies on the server: files by path, and what was asked of it. `signed`: unsigned requests are refused."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    signed: bool = False
    cut: bool = False  # answers end too early
    page: int = 1000  # objects in one answer

    def objects(self, bucket: str, prefix: str, after: str) -> tuple[bytes, int]:
        """ListObjectsV2, as S3 answers it."""
        keys = sorted(path.removeprefix(f"/{bucket}/") for path in self.files if path.startswith(f"/{bucket}/{prefix}"))
        keys = [key for key in keys if key > after]
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><ETag>{self.tag(f'/{bucket}/{key}')}</ETag></Contents>"
            for key in keys[: self.page]
        )
        more = (
            f"<NextContinuationToken>{escape(keys[self.page - 1])}</NextContinuationToken>"
            if len(keys) > self.page
            else ""
        )
        return (
            f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{rows}{more}</ListBucketResult>'.encode(),
            200,
        )

    def tag(self, path: str) -> str:
        """The ETag of a file."""
        return hashlib.blake2b(self.files[path], digest_size=6).hexdigest()


@pytest.fixture
def store() -> Iterator[Store]:
    """A server with both protocols."""
    made = Store()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            made.asked.append(f"{self.command} {self.path}")
            parts = urlsplit(self.path)
            body, status = self._found(unquote(parts.path), parse_qs(parts.query))
            if made.signed and not self._is_signed():
                body, status = b"<Error><Code>SignatureDoesNotMatch</Code></Error>", 403
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) + 10 * made.cut))
            if parts.path in made.files:
                self.send_header("ETag", made.tag(parts.path))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def _found(self, path: str, query: dict[str, list[str]]) -> tuple[bytes, int]:
            if "list-type" in query:
                after = query.get("continuation-token", [""])[0]
                return made.objects(path.strip("/"), query.get("prefix", [""])[0], after)
            return (made.files[path], 200) if path in made.files else (b"", 404)

        def _is_signed(self) -> bool:
            at = datetime.strptime(self.headers.get("x-amz-date", "20000101T000000Z"), "%Y%m%dT%H%M%SZ").replace(
                tzinfo=UTC
            )
            url = f"http://{self.headers['Host']}{self.path}"
            return self.headers.get("Authorization") == Signer(*KEYS, "eu-west-1").headers(url, at)["Authorization"]

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@dataclass
class Bench:
    """A counts store and the reader of logs elsewhere, over a server."""

    folder: Path
    store: Store
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Begin anew, as a process does."""
        address = f"http://127.0.0.1:{self.store.port}"
        allowed = Allowed([f"{address}/logs/", f"s3://traffic/alb/?endpoint={address}&region=eu-west-1"])
        credentials = Credentials([f"s3://traffic={KEYS[0]}:{KEYS[1]}"] if self.store.signed else [])
        http = Http(self.clock.monotonic, timeout_s=5, credentials=credentials)
        self.counts = CountsStore(self.folder / "counts", self.clock)
        self.logs = RemoteLogs(self.counts, self.clock, Fetcher(http, self.clock, allowed, credentials))

    def close(self) -> None:
        """Let go."""
        self.logs.close()
        self.counts.close()

    def sli(self, path: str, **more: object) -> Sli:
        """An SLI that reads there."""
        where = path if "://" in path else f"http://127.0.0.1:{self.store.port}{path}"
        return Sli("fine", good="status < 500", source=Logs(where, **more))  # type: ignore[arg-type]  # fields by name

    def cycle(self, sli: Sli) -> tuple[int, int]:
        """Look once, a minute later; good and all events then."""
        self.clock.forward(timedelta(minutes=1))
        self.logs.cycle([sli])
        found = self.counts.between("fine", NOW - timedelta(days=1), NOW)
        return found.good, found.total


@pytest.fixture
def bench(tmp_path: Path, store: Store) -> Iterator[Bench]:
    """All of it."""
    made = Bench(tmp_path, store)
    yield made
    made.close()


def test_signatures_are_those_of_amazons_documentation() -> None:
    """The two GET examples of "Signature Calculations for the Authorization Header" (S3 API reference)."""
    signer = Signer(*KEYS, "us-east-1")
    at = datetime(2013, 5, 24, tzinfo=UTC)
    one = signer.headers("https://examplebucket.s3.amazonaws.com/test.txt", at, {"Range": "bytes=0-9"})
    listed = signer.headers("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", at)

    assert one["Authorization"].endswith("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    assert listed["Authorization"].endswith(
        "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    )


def test_a_file_over_http_is_counted_once_and_goes_on_where_it_ended(bench: Bench) -> None:
    """Looked at again nothing changes and nothing is fetched; grown, only what is new counts; half a line waits for its end."""
    sli = bench.sli("/logs/a.log")
    bench.store.files["/logs/a.log"] = _lines(30) + _lines(5, status=503)
    assert bench.cycle(sli) == (30, 35)
    bench.store.asked.clear()
    assert bench.cycle(sli) == (30, 35)
    assert bench.store.asked == ["HEAD /logs/a.log"]

    bench.store.files["/logs/a.log"] += _lines(2, minute=1)[:-20]
    assert bench.cycle(sli) == (31, 36)
    bench.store.files["/logs/a.log"] += _lines(1)[-20:]
    bench.close()
    bench.open()
    assert bench.cycle(sli) == (32, 37)
    assert bench.logs.has_caught_up(sli)


def test_a_file_that_was_replaced_begins_anew(bench: Bench) -> None:
    """Another file under the same name is another file."""
    sli = bench.sli("/logs/a.log")
    bench.store.files["/logs/a.log"] = _lines(30)
    bench.cycle(sli)
    bench.store.files["/logs/a.log"] = _lines(4, minute=5)

    assert bench.cycle(sli) == (34, 34)


@pytest.mark.parametrize("signed", [False, True])
def test_objects_of_a_bucket_are_counted_as_they_come(tmp_path: Path, store: Store, *, signed: bool) -> None:
    """Page by page, packed ones too, signed where there are keys; a new object counts at the next look, an old one never again."""
    store.signed, store.page = signed, 2
    bench = Bench(tmp_path, store)
    sli = bench.sli("s3://traffic/alb/*.log.gz", format="combined")
    for number in range(5):
        store.files[f"/traffic/alb/2026/11/{number} ü.log.gz"] = gzip.compress(_lines(10, minute=number))
    store.files["/traffic/alb/notes.txt"] = b"not a log"
    store.files["/traffic/other.log.gz"] = gzip.compress(_lines(1))
    assert bench.cycle(sli) == (50, 50)
    store.files["/traffic/alb/2026/12/0.log.gz"] = gzip.compress(_lines(7, minute=30, status=500))
    store.asked.clear()
    assert bench.cycle(sli) == (50, 57)
    assert [one for one in store.asked if "list-type" not in one] == ["GET /traffic/alb/2026/12/0.log.gz"]
    assert bench.cycle(sli) == (50, 57)
    assert bench.logs.troubles == {}
    bench.close()


def test_who_begins_at_the_end_counts_new_objects_only(bench: Bench) -> None:
    """What lies there already is taken as read."""
    sli = bench.sli("s3://traffic/alb/", read_from=ReadFrom.END)
    bench.store.files["/traffic/alb/0.log"] = _lines(10)
    assert bench.cycle(sli) == (0, 0)
    bench.store.files["/traffic/alb/1.log"] = _lines(3)

    assert bench.cycle(sli) == (3, 3)


def test_an_answer_that_ends_too_early_is_not_counted(bench: Bench) -> None:
    """It is said, and asked for again a minute later."""
    sli = bench.sli("s3://traffic/alb/a.log")
    bench.store.files["/traffic/alb/a.log"] = _lines(10)
    bench.store.cut = True
    assert bench.cycle(sli) == (0, 0)
    assert "127.0.0.1" in bench.logs.troubles["fine"]
    bench.store.cut = False

    assert bench.cycle(sli) == (10, 10)
    assert bench.logs.troubles == {}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/other/a.log", "is not among the addresses that logs may be read from"),
        ("/logs/../other/a.log", "is not among the addresses"),
        ("/logs/%2e%2e/other/a.log", "is not among the addresses"),
        ("/logs/%252e%252e/other/a.log", "is not among the addresses"),
        ("/logs/..\\other/a.log", "is not among the addresses"),
        ("http://127.0.0.1@evil.example/logs/a.log", "is not among the addresses"),
        ("http://127.0.0.1/logs/a.log", "is not among the addresses"),
        ("file:///etc/passwd", "is not among the addresses"),
        ("s3://traffic/other/a.log", "is not among the addresses"),
        ("s3://traffic/a*/a.log", "is not among the addresses"),
        ("s3://traffic2/alb/a.log", "is not among the addresses"),
        ("/logs/*.log", "HTTP cannot list files"),
        ("/logs/none.log", "there is no such file"),
        ("s3://traffic/alb/none.log", "there is no object"),
    ],
)
def test_what_is_not_allowed_or_not_there_is_said_and_not_asked_for(bench: Bench, path: str, says: str) -> None:
    """Whatever the spelling: only addresses below an entry are ever asked for."""
    bench.cycle(bench.sli(path))

    assert says in bench.logs.troubles["fine"]
    assert not [one for one in bench.store.asked if "other" in one or one.startswith("GET /logs/")]


def test_a_store_that_refuses_is_quoted(tmp_path: Path, store: Store) -> None:
    """The store's own word stands in the trouble, no key does."""
    bench = Bench(tmp_path, store)
    store.signed = True
    bench.cycle(bench.sli("s3://traffic/alb/"))

    assert bench.logs.troubles["fine"] == "s3://traffic: it may not be read (status 403) (SignatureDoesNotMatch)"
    bench.close()


@pytest.mark.parametrize(
    "row", ["logs.example/", "ftp://a/", "s3://b/?region=a&key=c", "s3://b/?endpoint=minio:9000", "https://a@b/"]
)
def test_entries_that_cannot_be_meant_are_refused(row: str) -> None:
    """At the start of the process, with the entry."""
    with pytest.raises(Invalid, match="log_addresses"):
        Allowed([row])


def test_amazons_own_addresses() -> None:
    """Without an endpoint the bucket is part of the host."""
    place = Allowed(["s3://b/x/?region=eu-west-1"]).place("s3://b/x/a b.log")

    assert place == Bucket("b", "x/a b.log", "eu-west-1", "")
    with pytest.raises(Unavailable):
        Fetcher(_Refusing(), ManualClock(NOW), Allowed(["s3://b/x/?region=eu-west-1"]), Credentials()).find("s3://b/x/")
    assert _Refusing.asked == ["https://b.s3.eu-west-1.amazonaws.com/?list-type=2&prefix=x%2F"]


class _Refusing(Http):
    """Sends nothing and remembers what it would have sent."""

    asked: list[str] = []  # noqa: RUF012 - of the one test that uses it

    def __init__(self) -> None:
        super().__init__(lambda: 0.0)

    def send(self, url: str, *_: object, **__: object) -> None:  # type: ignore[override]  # it never answers
        self.asked.append(url)
        raise Unavailable("no network here")


def test_resources_over_the_network_name_only_what_is_allowed() -> None:
    """The same list decides what a resource that comes through the API may name."""
    allowed = Allowed(["https://logs.example/a/"])

    assert may_read("https://logs.example/a/x.log", roots=(), addresses=allowed)
    assert not may_read("https://logs.example/b/x.log", roots=(), addresses=allowed)
    assert not may_read("https://logs.example/a/x.log", roots=(Path("/"),))


def test_the_command_tries_and_checks_logs_elsewhere(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`slo try` and `logs check` name the file by its address; without the allow-list they say which setting is missing."""
    store.files["/logs/a.log.gz"] = gzip.compress(_lines(8) + _lines(2, status=500))
    url = f"http://127.0.0.1:{store.port}/logs/a.log.gz"
    assert run(["slo", "try", "--json", "--log", url]) == 1
    assert "WATCHBILL_LOG_ADDRESSES" in capsys.readouterr().err

    monkeypatch.setenv("WATCHBILL_LOG_ADDRESSES", f"http://127.0.0.1:{store.port}/logs/")
    assert run(["slo", "try", "--json", "--log", url]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["good"], found["total"], found["files"][0]["path"]) == (8, 10, url)
    assert run(["logs", "check", "--json", url]) == 3
    assert json.loads(capsys.readouterr().out)["violations"][0]["samples"][0]["file"] == url
