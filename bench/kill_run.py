"""Random kill -9 under load: nothing that was accepted is lost, no acknowledgement is forgotten, repeats stay within bounds.

python -m bench.kill_run [--kills 100] [--seed 1] [--postgresql URL]

A client sends 50 alerts a second (one in 25 pages; of eight services by turns, so that no policy sees a flood, which it would tell in one page) and repeats what was not answered, as Prometheus does; a person
acknowledges every other page; the server is killed at random moments and started again. One line says what came of it.
"""

import argparse
import http.client
import json
import random
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.slow.conftest import HOUSE
from tests.slow.post import Letter, Post
from tests.slow.servers import Watchbill, ask, until

__all__ = ["RESOURCES", "Account", "kill_run"]

BATCH, PAUSE_S, PAGES_EVERY = 5, 0.1, 5  # five alerts ten times a second; every fifth batch holds one that pages
LANES = 8
LATE_S = 10.0
CYCLE_S = 1.0  # a page may begin so long after an acknowledgement was durable


_LANE = """
---
escalation_policy:
  name: lane-N
  steps:
    - {notify: ["schedule:primary"], wait: 20s}
    - {notify: ["schedule:secondary"], wait: 10m}
---
service: {name: checkout-N, tier: critical, owner_team: payments, oncall_rotation: primary}
---
route: {name: checkout-N, match: ['service="checkout-N"'], escalation_policy: lane-N, group_by: ['...'], group_wait: 0s, declare_incident: {when: P0}}
"""
RESOURCES = HOUSE.replace("WAIT", "20s") + "".join(_LANE.replace("-N", f"-{lane}") for lane in range(LANES))


@dataclass
class Account:
    """What came of a run. `late`: pages more than ten seconds after the server was ready (or the alert accepted)."""

    kills: int = 0
    accepted: int = 0
    lost: int = 0
    pages: int = 0
    paged: int = 0
    late: int = 0
    duplicates: int = 0
    ids_per_page: int = 0  # the most delivery ids under which one page came; 1 is right
    acks: int = 0
    acks_lost: int = 0
    slowest_start_s: float = 0.0

    def line(self) -> str:
        """The summary."""
        return (
            f"accepted {self.accepted} / lost {self.lost} / paged {self.paged} of {self.pages} / late {self.late} / "
            f"duplicates {self.duplicates} / acks lost {self.acks_lost} of {self.acks} / kills {self.kills}"
        )


@dataclass
class _Ledger:
    """What the outside world knows: what was answered 2xx and when, and when the server was ready."""

    accepted: dict[str, float] = field(default_factory=dict)
    acked: dict[str, float] = field(default_factory=dict)
    ready: list[float] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


def kill_run(server: Watchbill, post: Post, *, kills: int, seed: int) -> Account:
    """Run it on a server that is not started yet; afterwards it runs, and everything has settled."""
    ledger, dice = _Ledger(), random.Random(seed)
    account = Account(kills=kills)
    server.start()
    ledger.ready.append(time.monotonic())
    threads = [
        threading.Thread(target=_send, args=(server, ledger)),
        threading.Thread(target=_acknowledge, args=(server, post, ledger, random.Random(seed + 1))),
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in range(kills):
            time.sleep(dice.uniform(0.1, 2.0))
            server.kill()
            began = time.monotonic()
            server.start()
            ledger.ready.append(time.monotonic())
            account.slowest_start_s = max(account.slowest_start_s, ledger.ready[-1] - began)
        time.sleep(2)
    finally:
        ledger.stop.set()
        for thread in threads:
            thread.join()
    _settle(server)
    return _judge(server, post, ledger, account)


def _send(server: Watchbill, ledger: _Ledger) -> None:
    """Batch after batch; one that was not answered is sent again until it is, as senders do."""
    number = 0
    while not ledger.stop.is_set():
        pages = number % PAGES_EVERY == 0
        names = [f"{'Page' if pages and place == 0 else 'Note'}-{number}-{place}" for place in range(BATCH)]
        batch = [_alert(name) for name in names]
        while True:
            try:
                good = ask(f"{server.url}/api/v2/alerts", "POST", batch, timeout_s=5).status == 200
            except (OSError, http.client.HTTPException):
                good = False
            if good:
                now = time.monotonic()
                ledger.accepted |= dict.fromkeys(names, now)
                break
            if ledger.stop.wait(PAUSE_S):
                return
        number += 1
        ledger.stop.wait(PAUSE_S)


def _alert(name: str) -> dict[str, object]:
    severity = "critical" if name.startswith("Page") else "info"
    return {
        "labels": {
            "alertname": name,
            "service": f"checkout-{int(name.split('-')[1]) // PAGES_EVERY % LANES}",
            "severity": severity,
        },
        "annotations": {"summary": f"{name}."},
        "endsAt": "2036-01-01T00:00:00Z",
    }


def _acknowledge(server: Watchbill, post: Post, ledger: _Ledger, dice: random.Random) -> None:
    """Every other page is acknowledged; the person presses until there is an answer."""
    seen = 0
    while not ledger.stop.wait(0.05):
        letters = list(post.letters)
        for letter in letters[seen:]:
            name = _name(letter)
            if letter.to.startswith("ana") and name not in ledger.acked and dice.random() < 0.5:
                _press(server, letter, name, ledger)
        seen = len(letters)


def _press(server: Watchbill, letter: Letter, name: str, ledger: _Ledger) -> None:
    while not ledger.stop.is_set():
        try:
            server.api(f"/pages/{letter.delivery}/ack", "POST", {})
        except (OSError, http.client.HTTPException):
            ledger.stop.wait(0.1)
        else:
            ledger.acked[name] = time.monotonic()
            return


def _name(letter: Letter) -> str:
    words = [word.strip(".,:;()[]") for word in f"{letter.message['Subject']} {letter.text}".split()]
    return next(word for word in words if word.startswith("Page-"))


def _settle(server: Watchbill) -> None:
    """Wait until everything that was accepted is folded and nothing is due."""

    def is_quiet() -> bool:
        found = dict(
            line.rsplit(" ", 1) for line in ask(f"{server.url}/metrics").body.splitlines() if not line.startswith("#")
        )
        names = ('watchbill_jobs{state="due"}', 'watchbill_jobs{state="leased"}', "watchbill_deliveries_waiting")
        return all(float(found[name]) == 0 for name in names)

    until("everything has settled", is_quiet, seconds=60, every_s=0.5)


def _judge(server: Watchbill, post: Post, ledger: _Ledger, account: Account) -> Account:
    known = {one["labels"]["alertname"] for one in ask(f"{server.url}/api/v2/alerts", timeout_s=60).json}
    first: dict[str, Letter] = {}
    ids: dict[str, set[str]] = {}
    copies: Counter[str] = Counter()
    for letter in post.letters:
        if letter.to.startswith("ana"):
            first.setdefault(_name(letter), letter)
            ids.setdefault(_name(letter), set()).add(letter.delivery)
        copies[letter.delivery] += 1
    pages = [name for name in ledger.accepted if name.startswith("Page")]
    account.accepted, account.lost = len(ledger.accepted), len(ledger.accepted.keys() - known)
    account.pages, account.paged = len(pages), sum(name in first for name in pages)
    account.late = sum(
        name in first and _lateness(first[name], ledger.accepted[name], ledger) > LATE_S for name in pages
    )
    account.duplicates = sum(count - 1 for count in copies.values())
    account.ids_per_page = max(map(len, ids.values()), default=0)
    account.acks, account.acks_lost = (
        len(ledger.acked),
        sum(_is_forgotten(server, post, one, ledger) for one in ledger.acked),
    )
    return account


def _lateness(letter: Letter, accepted: float, ledger: _Ledger) -> float:
    """Seconds since the alert was accepted, or since the server was last ready before the page came."""
    ready = max((at for at in ledger.ready if at <= letter.at), default=accepted)
    return letter.at - max(accepted, ready)


def _is_forgotten(server: Watchbill, post: Post, name: str, ledger: _Ledger) -> bool:
    """Whether an acknowledgement that was answered is not there, or somebody was called after it."""
    letters = [letter for letter in post.letters if _name(letter) == name]
    stands = server.api(f"/escalations/{letters[0].delivery}")["status"] in {"acknowledged", "resolved"}
    called = any(letter.at > ledger.acked[name] + CYCLE_S for letter in letters)
    return not stands or called


def main() -> None:
    """Print the account."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", default="")
    given = parser.parse_args()
    post = Post()
    post.start()
    with tempfile.TemporaryDirectory() as folder:
        server = Watchbill(
            Path(folder),
            specs=RESOURCES,
            database=given.postgresql,
            environment={"WATCHBILL_SMTP_URL": post.url},
        )
        try:
            account = kill_run(server, post, kills=given.kills, seed=given.seed)
        finally:
            server.kill()
            post.stop()
    print(json.dumps({"bench": "kill_run", **vars(given), **asdict(account), "line": account.line()}))


if __name__ == "__main__":
    main()
