"""A process killed in the middle of a log that lies elsewhere: fetched again, it goes on from there, and nothing counts twice."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

import pytest

from watchbill.adapters.measure import counting
from watchbill.adapters.measure.asking import Credentials, Http
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.remote import Allowed, Fetcher, RemoteLogs
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.crashpoint import CRASH_EXIT
from watchbill.slo.model import Logs, Sli

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BLOCK = 4 * 65_536  # in place of 48 MB, so that a small file is read in several pieces
POINTS = ("follow.before_append", "counts.after_journal", "counts.after_apply", "follow.after_append")
SCRIPT = """
import sys
from pathlib import Path
from tests.contract.measure.test_killed_while_fetching import look
look(Path(sys.argv[1]), sys.argv[2])
"""


class Log:
    """One growing file on a web server. `stop_at`: after so many bytes the answer hangs, until the test is over."""

    def __init__(self) -> None:
        self.body, self.stop_at = b"", 0
        self.hangs, self.is_over = threading.Event(), threading.Event()
        log = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self._begin()

            def do_GET(self) -> None:
                self._begin()
                if log.stop_at:
                    self.wfile.write(log.body[: log.stop_at])
                    self.wfile.flush()
                    log.hangs.set()
                    log.is_over.wait(60)
                else:
                    self.wfile.write(log.body)

            def _begin(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(log.body)))
                self.send_header("ETag", f"{len(log.body)}")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/app.log"

    def close(self) -> None:
        """End the server, and answers that hang."""
        self.is_over.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def log() -> Iterator[Log]:
    """The file, served."""
    made = Log()
    yield made
    made.close()


def lines(first: int, last: int) -> bytes:
    """Every seventh fails; fifty a minute."""
    rows = []
    for number in range(first, last):
        at = NOW - timedelta(hours=6) + timedelta(minutes=number // 50)
        status = 503 if number % 7 == 0 else 200
        rows.append(f'10.0.0.1 - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET /{number} HTTP/1.1" {status} 7 "-" "x" 0.1\n')
    return "".join(rows).encode()


def look(folder: Path, url: str) -> list[tuple[int, int]]:
    """What a process does: open what it kept, look once, close; good and total of every minute."""
    clock = ManualClock(NOW)
    counts = CountsStore(folder, clock)
    fetcher = Fetcher(Http(clock.monotonic, timeout_s=60), clock, Allowed([url]), Credentials([]))
    logs = RemoteLogs(counts, clock, fetcher)
    with patch.object(counting, "BLOCK", BLOCK):
        logs.cycle([Sli("fine", good="status < 500", source=Logs(url))])
    found = [(one.good, one.total) for one in counts.series("fine", NOW - timedelta(hours=7), NOW)]
    assert logs.troubles == {}
    logs.close()
    counts.close()
    return found


def start(folder: Path, url: str, crash: str = "") -> subprocess.Popen[bytes]:
    """The same in a process of its own, which dies at that point."""
    environment = os.environ | {"WATCHBILL_CRASHPOINT": crash, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder), url], env=environment)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_point_of_the_second_piece(tmp_path: Path, log: Log, point: str) -> None:
    """Dead in the middle of the first file, dead again in the middle of what it grew by: what is counted equals one calm look."""
    log.body = lines(0, 8_000)
    assert start(tmp_path / "killed", log.url, f"{point}:2").wait(60) == CRASH_EXIT
    log.body += lines(8_000, 15_000)
    assert start(tmp_path / "killed", log.url, f"{point}:2").wait(60) == CRASH_EXIT
    found = look(tmp_path / "killed", log.url)

    assert found == look(tmp_path / "calm", log.url)
    assert sum(total for _, total in found) == 15_000


def test_kill_9_while_the_file_is_on_its_way(tmp_path: Path, log: Log) -> None:
    """Half of the growth had come: none of it counts; after the restart all of it does, once."""
    log.body = lines(0, 5_000)
    before = look(tmp_path / "killed", log.url)
    log.body, log.stop_at = log.body + lines(5_000, 9_000), 700_000
    process = start(tmp_path / "killed", log.url)
    assert log.hangs.wait(60)
    process.send_signal(signal.SIGKILL)
    assert process.wait(60) == -signal.SIGKILL
    log.stop_at = 0

    assert sum(total for _, total in before) == 5_000
    assert look(tmp_path / "killed", log.url) == look(tmp_path / "calm", log.url)
