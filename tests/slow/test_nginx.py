"""A real nginx, driven with requests: what `slo try` counts in its log is what was asked for, counted another way."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.slow.servers import Process, ask, program, running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nginx")]

CONFIG = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log stderr warn;
events {{ worker_connections 256; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time';
  log_format json escape=json '{{"timestamp":"$time_iso8601","method":"$request_method","path":"$uri","status":$status,"duration_ms":$request_time,"user_agent":"$http_user_agent"}}';
  access_log {folder}/combined.log combined;
  access_log {folder}/timed.log timed;
  access_log {folder}/lines.log json;
  server {{
    listen 127.0.0.1:{port};
    location = /healthz {{ return 200 ok; }}
    location /ok {{ return 200 fine; }}
    location /moved {{ return 301 /ok; }}
    location /missing {{ return 404; }}
    location /broken {{ return 500; }}
    location /away {{ return 503; }}
    location /gone {{ proxy_pass http://127.0.0.1:1; }}
  }}
}}
"""

# How often each path is asked for, and with what status it is answered.
TRAFFIC = {
    "/ok": (310, 200),
    '/ok/with%20a%20space?q="quoted"&x=%5C': (17, 200),
    "/ok/" + "x" * 2_000: (5, 200),
    "/moved": (11, 301),
    "/missing": (23, 404),
    "/broken/checkout": (13, 500),
    "/away": (7, 503),
    "/gone": (5, 502),
    "/healthz": (101, 200),
}
AGENTS = ["curl/8.0", 'strange "agent" \\ [x]', "Mozilla/5.0 (X11; Linux x86_64) é", "", "-"]


class Nginx(Process):
    """Debian's nginx with three access logs."""

    def command(self) -> list[str]:
        """What starts it."""
        file = self.folder / "nginx.conf"
        file.write_text(CONFIG.format(folder=self.folder, port=self.port))
        return [program("nginx"), "-c", str(file), "-e", "stderr"]

    def is_up(self) -> bool:
        """Whether it answers, on a path that is no traffic of the test."""
        return ask(f"{self.url}/healthz", headers={"User-Agent": "probe"}).status == 200


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Counter[int]]:
    """The folder with the logs, and what this client saw by status, health checks aside."""
    nginx = Nginx(tmp_path_factory.mktemp("nginx"))
    nginx.folder.chmod(0o777)  # the workers are another user where root starts nginx
    nginx.folder.parent.chmod(0o755)
    seen: Counter[int] = Counter()
    with running(nginx):
        number = 0
        for path, (count, status) in TRAFFIC.items():
            for _ in range(count):
                agent = AGENTS[number % len(AGENTS)]
                answer = ask(nginx.url + path, headers={"User-Agent": agent.encode().decode("latin-1")})
                assert answer.status == status, (path, answer)
                if path != "/healthz":
                    seen[status] += 1
                number += 1
        assert nginx.stop() == 0
    return nginx.folder, seen


@pytest.mark.parametrize("log", ["combined.log", "timed.log", "lines.log"])
def test_the_counts_of_a_real_log(traffic: tuple[Path, Counter[int]], log: str) -> None:
    """Good and total are those that the client counted; nothing is skipped, health checks do not count."""
    folder, seen = traffic
    good = sum(count for status, count in seen.items() if status < 500)

    found = _try(folder / log)

    assert (found["good"], found["total"]) == (good, seen.total())
    lines = (folder / log).read_bytes().splitlines()
    assert len(lines) == sum(count for count, _ in TRAFFIC.values()) + _probes(lines)


def test_another_meaning_of_good(traffic: tuple[Path, Counter[int]]) -> None:
    """What counts as good is the user's to say."""
    folder, seen = traffic

    found = _try(folder / "combined.log", "--good", "status < 400")

    assert (found["good"], found["total"]) == (seen[200] + seen[301], seen.total())


def _probes(lines: list[bytes]) -> int:
    return sum(b"probe" in line for line in lines)


def _try(log: Path, *more: str) -> dict[str, int]:
    command = [sys.executable, "-m", "watchbill", "slo", "try", "--log", str(log), "--json", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {"good": _number(found, "good"), "total": _number(found, "total")}


def _number(found: dict[str, object], name: str) -> int:
    value = found[name]
    assert isinstance(value, int), found
    return value
